"""What an image could do without, and how: a sentence for each, the heaviest kinds first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from footprint.knowledge.image_parts import ADVICE
from footprint.model.image_report import DoubledFile, ImageReport
from footprint.report.languages.messages import count_of
from footprint.report.text.section import Section, Sentences
from footprint.units import MIB, size

_ROWS = 8  # of one kind of sentence
_SMALLEST = MIB  # that is told
_COMPILED = 0.5  # of the sources: then bytecode is there


def spare_section(report: ImageReport, top: int) -> Section:
    """Return all of it; with `top` 0 no row is left out."""
    parts = (
        Sentences(tuple(_hidden(report, top))),
        Sentences(tuple(_parts(report, top))),
        Sentences(tuple(_doubled(report.doubled, report.doubled_bytes, top))),
        Sentences((*_gpu(report), *_bytecode(report))),
    )
    blocks = tuple(part for part in parts if part.lines)
    return Section("spare", "What it could do without", blocks, empty="Nothing that it could do without was seen.")


def _hidden(report: ImageReport, top: int) -> Iterator[str]:
    rows = [row for row in report.hidden if row.file_bytes >= _SMALLEST or top == 0]
    for row in rows if top == 0 else rows[:_ROWS]:
        files, layer = count_of(row.file_count, "file"), f"layer {row.layer}"
        what = f"{size(row.file_bytes)} in {files} of {layer} under {row.path}"
        if row.layer == row.by_layer:
            yield f"{what} are in it twice: the archive has them under the same names"
        elif row.how == "deleted":
            yield f"{what} are deleted by layer {row.by_layer} and paid all the same: delete them in the same RUN"
        else:
            yield f"{what} are replaced by layer {row.by_layer}: bring them once"


def _parts(report: ImageReport, top: int) -> Iterator[str]:
    for part in report.parts:
        if part.file_bytes >= _SMALLEST or top == 0:
            files = count_of(part.file_count, "file")
            where = f"{_numbered(part.layers)}, most of it under {part.path}"
            yield f"{part.kind}: {size(part.file_bytes)} in {files} ({where}); {ADVICE[part.kind]}"


def _numbered(layers: Sequence[int]) -> str:
    return f"layer{'s' * (len(layers) != 1)} {', '.join(map(str, layers))}"


def _doubled(rows: Sequence[DoubledFile], total: int, top: int) -> Iterator[str]:
    """Yield what is there several times: copies of a layer by another first, which one line of a Dockerfile saves."""
    again = [row for row in rows if row.same_path]
    spare = sum(row.spare_bytes for row in again)
    if spare >= _SMALLEST:
        layers = _numbered(sorted({layer for row in again for layer in row.layers}))
        yield (
            f"{size(spare)} in {count_of(len(again), 'file')} are in several layers under one name with one content "
            f"({layers}): a chmod or chown copies all of them; use COPY --chown and --chmod"
        )
    if total >= _SMALLEST:
        yield f"copies of the same content, hidden ones among them: {size(total)}"
    others = [row for row in rows if not row.same_path and (row.spare_bytes >= _SMALLEST or top == 0)]
    for row in others if top == 0 else others[:_ROWS]:
        places = " and ".join(f"{path} (layer {layer})" for path, layer in zip(row.places, row.layers, strict=True))
        more = f" and {row.count - len(row.places)} more places" if row.count > len(row.places) else ""
        often = "twice" if row.count == 2 else f"in {row.count - 1} copies too many"
        yield f"{size(row.spare_bytes)} {often}: {places}{more}"


def _gpu(report: ImageReport) -> Iterator[str]:
    if not report.gpu_bytes or report.gpu_expected:
        return
    known = report.gpu_expected is not None
    why = "no deploy file gives a GPU" if known else "no deploy file tells whether there is a GPU (--project)"
    yield f"libraries for GPUs: {size(report.gpu_bytes)}; {why}: builds for the CPU do without them"


def _bytecode(report: ImageReport) -> Iterator[str]:
    for site in report.sites:
        if site.source_count and site.bytecode_count < site.source_count * _COMPILED:
            yield (
                f"{site.path}: {site.bytecode_count:,} of {site.source_count:,} modules are compiled: each start of a "
                "container compiles the others; install without --no-compile, with uv --compile-bytecode"
            )

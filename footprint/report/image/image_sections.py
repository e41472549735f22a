"""What every human-readable format says of an image; only the layout differs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from footprint.model.image_files import ImageLayer
from footprint.model.image_report import ImageDifference, ImageReport, ImageSite
from footprint.report.image.change_sections import change_sections
from footprint.report.image.spare_sentences import spare_section
from footprint.report.image.started_lines import started_section
from footprint.report.languages.messages import count_of
from footprint.report.text.phrases import describe_notes
from footprint.report.text.section import Grid, Heading, Section
from footprint.units import mebibytes, size

_VARIABLES_SHOWN = 12
_LAYERS_SHOWN = 4  # of a distribution
_INSTRUCTION = 160  # characters
_NONE = "-"


def image_title(report: ImageReport | ImageDifference) -> str:
    """Return which image it is, or which two."""
    if isinstance(report, ImageDifference):
        return f"footprint image: {report.before} -> {report.now}"
    named = f"{report.name}, " if report.name else ""
    return f"footprint image {report.path} ({', '.join(filter(None, (f'{named}{report.kind}', report.platform)))})"


def image_sections(report: ImageReport | ImageDifference, top: int) -> Iterator[Section]:
    """Yield the parts that say something; `top`: how many rows of a table at most, 0 for all."""
    told = change_sections(report, top) if isinstance(report, ImageDifference) else _sections(report, top)
    yield from (section for section in told if not section.is_empty)


def _sections(report: ImageReport, top: int) -> Iterator[Section]:
    yield Section.of_lines("weight", "Weight", _weight(report))
    yield Section("layers", "Layers, from the lowest", (layer_grid(report.layers),) if report.layers else (),
                  empty="It has no layer.")  # fmt: skip
    yield _distributions(report, top)
    yield Section("sites", "Folders of distributions", (_sites(report.sites),) if report.sites else (),
                  empty="No distribution of Python is in it.")  # fmt: skip
    yield spare_section(report, top)
    yield Section.of_lines("start", "What it starts", _start(report))
    if report.started is not None:
        yield started_section(report.started)
    yield Section.of_lines("notes", "Notes", describe_notes(report.notes))


def _weight(report: ImageReport) -> Iterator[str]:
    packings = sorted({layer.packing for layer in report.layers} - {"none"})
    how = f"compressed ({', '.join(packings)})" if packings else "not compressed here"
    yield f"stored, {how}: {size(report.packed_bytes)}"
    yield f"unpacked, the files of all layers: {size(report.unpacked_bytes)}"
    yield f"seen by a container: {size(report.seen_bytes)}"
    share = f", {report.hidden_bytes / report.unpacked_bytes:.1%} of it" if report.hidden_bytes else ""
    yield f"hidden, paid and not seen: {size(report.hidden_bytes)}{share}"


def layer_grid(layers: Sequence[ImageLayer]) -> Grid:
    """Return a row for each layer; stored, which is mostly compressed, and unpacked apart."""
    headings = (
        Heading("Layer", "figure"),
        Heading("Stored MiB", "figure"),
        Heading("Unpacked MiB", "figure"),
        Heading("Hidden MiB", "figure", 2),
        Heading("Files", "figure", 1),
        Heading("Instruction", "code"),
    )
    rows = (
        (
            str(layer.number),
            mebibytes(layer.packed_bytes),
            mebibytes(layer.unpacked_bytes),
            mebibytes(layer.hidden_bytes) if layer.hidden_bytes else "",
            f"{layer.file_count:,}",
            (layer.instruction or _NONE)[:_INSTRUCTION],
        )
        for layer in layers
    )
    return Grid(headings, tuple(rows))


def _distributions(report: ImageReport, top: int) -> Section:
    shown = report.distributions if top == 0 else report.distributions[:top]
    headings = (
        Heading("Distribution", "name"),
        Heading("Version", "text", 2),
        Heading("MiB", "figure"),
        Heading("Elsewhere", "figure", 3),
        Heading("Hidden", "figure"),
        Heading("In layer", "text"),
        Heading("Folder", "name", 1),
    )
    rows = tuple(
        (
            row.name,
            row.version or ("Debian" if row.origin == "dpkg" else _NONE),
            mebibytes(row.file_bytes),
            mebibytes(row.outside_bytes) if row.outside_bytes else "",
            mebibytes(row.hidden_bytes) if row.hidden_bytes else "",
            _layers([(each.layer, each.file_bytes) for each in row.layers]),
            row.site,
        )
        for row in shown
    )
    left = report.distributions[len(shown) :]
    total = sum(row.file_bytes + row.outside_bytes for row in left)
    rest = (f"and {len(left)} smaller: {mebibytes(total)} MiB (--top 0 shows all)",) if left else ()
    return Section("distributions", "Distributions, by what a container sees of them",
                   (Grid(headings, rows, rest),) if rows else ())  # fmt: skip


def _layers(parts: Sequence[tuple[int, int]]) -> str:
    """Return in which layers it is, with its part of each where there are several."""
    if len(parts) == 1:
        return str(parts[0][0])
    heaviest = sorted(parts, key=lambda part: -part[1])[:_LAYERS_SHOWN]
    shown = ", ".join(f"{layer} ({mebibytes(count)})" for layer, count in heaviest)
    return f"{shown}, ..." if len(parts) > _LAYERS_SHOWN else shown or _NONE


def _sites(sites: Sequence[ImageSite]) -> Grid:
    headings = (
        Heading("Folder", "name"),
        Heading("MiB", "figure"),
        Heading("In no distribution", "figure"),
        Heading("Distributions", "figure", 2),
        Heading("Bytecode MiB", "figure", 1),
        Heading("Sources compiled", "figure"),
    )
    rows = (
        (
            site.path,
            mebibytes(site.file_bytes),
            mebibytes(site.unowned_bytes) if site.unowned_bytes else "",
            str(site.distribution_count),
            mebibytes(site.bytecode_bytes),
            f"{site.bytecode_count:,} of {site.source_count:,}",
        )
        for site in sites
    )
    return Grid(headings, tuple(rows))


def _start(report: ImageReport) -> Iterator[str]:
    start = report.start
    yield f"command: {start.line or 'none is told'}"
    yield f"user: {start.user or 'root: none is told'}; folder: {start.working_folder or '/'}"
    if start.memory_limit_bytes is not None:
        yield f"memory limit of its configuration: {size(start.memory_limit_bytes)}"
    for name, value in start.environment[:_VARIABLES_SHOWN]:
        yield f"{name}={value}"
    if (left := len(start.environment) - _VARIABLES_SHOWN) > 0:
        yield f"and {count_of(left, 'variable')} more"

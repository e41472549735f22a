"""Lighter forms of heavy distributions: a build for hosts without a GPU, the same without windows, a client alone."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from footprint.analysis.suggest.suggestion_context import SuggestionContext
from footprint.model.audit import DistributionRow, Evidence, Suggestion, Usage
from footprint.model.lighter_variants import LighterVariant
from footprint.names import ByName, DistributionName
from footprint.units import few, places, size

_SHOWN = 3
_GOES_ANYWAY = (Usage.UNUSED, Usage.UNREACHED, Usage.ORPHAN)
_USED = (Usage.STARTUP, Usage.LAZY, Usage.IMPLIED)  # by the project itself


def suggest_lighter_variants(context: SuggestionContext) -> tuple[Suggestion, ...]:
    """Suggest the lighter form of what is installed, where its condition holds and nothing speaks against it.

    What only a GPU can use is told to the byte. What another distribution would weigh instead is not known here: a
    typical figure stands in the words, and none in the columns.
    """
    rows = {row.name: row for row in context.rows}
    found = (_suggest(variant, rows[variant.heavy], rows) for variant in context.variants if variant.heavy in rows)
    return tuple(suggestion for suggestion in found if suggestion is not None)


def _suggest(variant: LighterVariant, row: DistributionRow, rows: ByName[DistributionRow]) -> Suggestion | None:
    if row.version is None or row.usage in _GOES_ANYWAY or variant.lighter in rows.keys() - {row.name}:
        return None
    unusable = _only_for_gpus(variant, row, rows)
    if variant.brings and not unusable:
        return None
    weights = [_weight(rows[name]) for name in unusable]
    known = [weight for weight in weights if weight is not None]
    disk = sum(known) if unusable and len(known) == len(weights) else None
    return Suggestion(
        code="FP109",
        action="replace",
        distribution=row.name,
        distributions=unusable or (row.name,),
        disk_bytes=disk,
        rss_bytes=None,
        rss_kind=None,
        verdict="not verified",
        measured_rss_bytes=None,
        effort="high" if variant.rewrites else "low",
        confidence="likely",
        evidence=tuple(Evidence(at.file, at.line, "declared", None, at.raw) for at in row.declared),
        detail=_detail(variant, row, unusable, disk),
        steps=(*_steps(variant, row), *_pins(unusable, rows)),
    )


def _only_for_gpus(
    variant: LighterVariant, row: DistributionRow, rows: ByName[DistributionRow]
) -> tuple[DistributionName, ...]:
    """Return what only a GPU can use and nobody requires but the heavy one and what leaves with it, sorted."""
    found = {
        name
        for name in row.closure
        if name in rows and name != row.name and any(fnmatchcase(name, pattern) for pattern in variant.brings)
        if rows[name].usage not in _USED
    }
    while kept := {name for name in found if not found.issuperset({*rows[name].required_by} - {row.name})}:
        found -= kept
    return tuple(sorted(found))


def _weight(row: DistributionRow) -> int | None:
    return None if row.apparent_bytes is None else row.apparent_bytes + (row.outside_bytes or 0)


def _detail(
    variant: LighterVariant, row: DistributionRow, unusable: tuple[DistributionName, ...], disk: int | None
) -> str:
    where = ", ".join(f"{at.file}:{at.line}" for at in row.declared) or f"brought by {few(row.required_by)}"
    what = f"{variant.lighter} in place of {row.name}" if variant.lighter not in (None, row.name) else row.name
    if variant.lighter is None:
        what = f"the build of {row.name} for processors alone"
    elif variant.lighter == row.name:
        what = f"{row.name} without the extra for GPUs"
    words = f"install {what} ({where}): {variant.condition}"
    if unusable:
        words += f". {size(disk)} in {few(unusable, _SHOWN)} cannot be used there"
    if variant.effect:
        words += f"; {variant.effect}"
    return words


def _steps(variant: LighterVariant, row: DistributionRow) -> Iterator[str]:
    """Yield what to write, for each tool whose file declares the heavy one; for pip where nobody does."""
    assert row.version is not None
    release = row.version.partition("+")[0]
    if variant.lighter is not None:
        if not variant.rewrites:
            yield f"{variant.lighter}=={release}"
        return
    files = {at.file.rpartition("/")[2] for at in row.declared}
    if not files or files - {"pyproject.toml"}:
        yield f"pip: --extra-index-url {variant.index}"
        yield f"pip: {row.name}=={release}+{variant.local}"
    if "pyproject.toml" in files:
        yield f'uv: [tool.uv.sources] {row.name} = {{ index = "{variant.called}" }}'
        yield f'uv: [[tool.uv.index]] name = "{variant.called}", url = "{variant.index}", explicit = true'
        source = f'name = "{variant.called}", url = "{variant.index}", priority = "explicit"'
        yield f"Poetry: [[tool.poetry.source]] {source}"
        yield f'Poetry: {row.name} = {{ version = "{release}", source = "{variant.called}" }}'


def _pins(unusable: tuple[DistributionName, ...], rows: ByName[DistributionRow]) -> Iterator[str]:
    """Yield the lines that go with it, of a file that pins everything."""
    lines = [(at.file, at.line) for name in unusable for at in rows[name].declared]
    if lines:
        yield f"remove {places(lines)}"

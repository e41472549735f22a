"""Unused and unreached: requirement lines that can go, each with the lines that go with it."""

from __future__ import annotations

from collections.abc import Iterator

from footprint.analysis.suggest.suggestion_context import SuggestionContext
from footprint.knowledge.codes import CLASS_CODES
from footprint.model.audit import DistributionRow, Evidence, GoingLine, Suggestion, Usage
from footprint.names import ByName
from footprint.units import few, places

_REMOVABLE = (Usage.UNUSED, Usage.UNREACHED)


def suggest_removing(context: SuggestionContext) -> tuple[Suggestion, ...]:
    """Suggest removing every declared, installed line that is `unused` or `unreached`, where that can be told.

    What tests import as well is not removed: it moves.

    Lines that only require each other go as one, and only if each of them can go.
    """
    rows = {row.name: row for row in context.rows}
    together = (_rows_together(row, rows, context) for row in context.rows)
    return tuple(
        _suggest(group, context)
        for group in together
        if group and all(_is_removable(row) and row.name not in context.tested for row in group)
    )


def _rows_together(
    row: DistributionRow, rows: ByName[DistributionRow], context: SuggestionContext
) -> tuple[DistributionRow, ...]:
    """Return the rows that go with a row as one, itself first; none where another of them comes first."""
    ring = context.rings.get(row.name)
    if ring is None:
        return (row,)
    return tuple(rows[name] for name in ring if name in rows) if row.name == ring[0] else ()


def _is_removable(row: DistributionRow) -> bool:
    is_known = row.usage in _REMOVABLE and row.confidence != "cannot tell"
    return is_known and bool(row.declared) and row.version is not None


def _suggest(group: tuple[DistributionRow, ...], context: SuggestionContext) -> Suggestion:
    row = group[0]
    leaving = context.leaving(row)
    lines = context.lines.going([each.name for each in group], leaving)
    saving = context.predict_removal(leaving) if any(each.load_chain for each in group) else None
    declared = tuple(Evidence(at.file, at.line, "declared", None, at.raw) for each in group for at in each.declared)
    return Suggestion(
        code=CLASS_CODES[row.usage.value],
        action="remove",
        distribution=row.name,
        distributions=leaving,
        disk_bytes=row.exclusive_bytes,
        rss_bytes=saving.rss_bytes if saving else None,
        rss_kind="predicted" if saving else None,
        verdict="not verified",
        measured_rss_bytes=None,
        effort="low" if row.usage is Usage.UNUSED else "medium",
        confidence="likely",  # certain once a trial has shown it: reading alone proves nothing
        evidence=declared + tuple(item for each in group for item in each.evidence),
        detail="; ".join(_details(group, lines, context)),
        lines=lines,
    )


def _details(
    group: tuple[DistributionRow, ...], lines: tuple[GoingLine, ...], context: SuggestionContext
) -> Iterator[str]:
    row = group[0]
    where = ", ".join(f"{at.file}:{at.line}" for each in group for at in each.declared)
    yield f"remove {' and '.join(each.name for each in group)} from {where}: {row.reason}"
    names = {each.name for each in group}
    pins = [line for line in lines if line.name not in names and not line.compiled]
    if pins:
        shown = few(list(dict.fromkeys(line.name for line in pins)))
        yield f"with it {_count(pins)} that nothing else needs: {shown} ({_places(pins)})"
    compiled = [line for line in lines if line.compiled]
    if compiled:
        yield f"compiled anew, {_places(compiled)} leave too"
    stays = sorted(names & context.stays)
    if stays:
        yield f"the environment is born with {', '.join(stays)}, so that frees nothing"
    if row.usage is Usage.UNREACHED:
        yield "the module goes with it, or keeps a broken import"
    if any(each.load_chain for each in group):
        yield "it is loaded at startup only because it is installed, so memory may fall too"


def _count(pins: list[GoingLine]) -> str:
    return "goes a pin" if len(pins) == 1 else f"go {len(pins)} pins"


def _places(lines: list[GoingLine]) -> str:
    return places((line.file, line.line) for line in lines)

"""FP101 and FP102: requirement lines that can go."""

from __future__ import annotations

from footprint.analysis.suggest.context import Context
from footprint.model.audit import DistributionRow, Evidence, Suggestion, Usage

_CODES = {Usage.UNUSED: "FP101", Usage.UNREACHED: "FP102"}


def suggest_removing(context: Context) -> tuple[Suggestion, ...]:
    """Suggest removing every declared, installed line that is `unused` or `unreached`, where that can be told."""
    return tuple(_suggest(row, context) for row in context.rows if _is_removable(row))


def _is_removable(row: DistributionRow) -> bool:
    is_known = row.usage in _CODES and row.confidence != "cannot tell"
    return is_known and bool(row.declared) and row.version is not None


def _suggest(row: DistributionRow, context: Context) -> Suggestion:
    leaving = context.leaving(row)
    saving = context.predict_removal(leaving) if row.load_chain else None
    lines = ", ".join(f"{at.file}:{at.line}" for at in row.declared)
    declared = tuple(Evidence(at.file, at.line, "declared", None, at.raw) for at in row.declared)
    detail = f"remove {row.name} from {lines}: {row.reason}"
    if row.usage is Usage.UNREACHED:
        detail += "; the module goes with it, or keeps a broken import"
    if row.load_chain:
        detail += "; it is loaded at startup only because it is installed, so memory may fall too"
    return Suggestion(
        code=_CODES[row.usage],
        action="remove",
        distribution=row.name,
        distributions=leaving,
        disk_bytes=row.exclusive_bytes,
        rss_bytes=saving.rss_bytes if saving else None,
        rss_kind="predicted" if saving else None,
        verdict="not verified",
        measured_rss_bytes=None,
        effort="low" if row.usage is Usage.UNUSED else "medium",
        confidence=row.confidence,
        evidence=declared + row.evidence,
        detail=detail,
    )

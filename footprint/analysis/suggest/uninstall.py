"""Guests of an environment: installed, and needed by nothing that is declared."""

from __future__ import annotations

from footprint.analysis.cost.avoidable import SMALLEST_BYTES
from footprint.analysis.facts.roots import is_removable
from footprint.analysis.suggest.suggestion_context import SuggestionContext
from footprint.model.audit import DistributionRow, Suggestion
from footprint.units import MIB, few

_SMALLEST_DISK = 20 * MIB


def suggest_uninstalling(context: SuggestionContext) -> tuple[Suggestion, ...]:
    """Suggest uninstalling what nothing declared requires, where that is worth it on disk or in a start.

    Each is judged as if it had a line of its own, so that a use without an import keeps it: a command, a URL, a plugin,
    a name in some text. Only in an environment of the project's own, of whose declarations all is understood.
    """
    found = (_suggest(row, context) for row in context.rows if row.name in context.guests)
    return tuple(each for each in found if each is not None)


def _suggest(row: DistributionRow, context: SuggestionContext) -> Suggestion | None:
    verdict, leaving = context.guests[row.name], context.leaving(row)
    if row.version is None or not is_removable(verdict) or row.name in context.stays or row.name in context.tested:
        return None
    loaded = any(each.load_chain for each in context.rows if each.name in leaving)
    saving = context.predict_removal(leaving) if loaded else None
    saved = saving.rss_bytes if saving is not None else 0
    if saved < SMALLEST_BYTES and (row.exclusive_bytes or 0) < _SMALLEST_DISK:
        return None
    others = [name for name in leaving if name != row.name]
    with_ = f", with {few(others)}" if others else ""
    return Suggestion(
        code="FP113",
        action="uninstall",
        distribution=row.name,
        distributions=leaving,
        disk_bytes=row.exclusive_bytes,
        rss_bytes=saved if saved >= SMALLEST_BYTES else None,
        rss_kind="predicted" if saved >= SMALLEST_BYTES else None,
        verdict="not verified",
        measured_rss_bytes=None,
        effort="low",
        confidence="likely",
        evidence=row.evidence,
        detail=f"uninstall {row.name}{with_}: {row.reason}; a fresh installation would not have it",
        steps=(f"pip uninstall {' '.join(leaving)}",),
    )

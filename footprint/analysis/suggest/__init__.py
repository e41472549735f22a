"""What to do about it: small rules with stable codes, each giving suggestions for one audit."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from footprint.analysis.suggest.context import Context
from footprint.analysis.suggest.defer import suggest_deferring
from footprint.analysis.suggest.remove import suggest_removing
from footprint.model.audit import Suggestion
from footprint.names import DistributionName

__all__ = ["RULES", "Context", "names_to_defer", "suggest"]

RULES: tuple[Callable[[Context], tuple[Suggestion, ...]], ...] = (suggest_removing, suggest_deferring)


def suggest(context: Context) -> tuple[Suggestion, ...]:
    """Return all suggestions, those that save most first within their kind; ties by name."""
    found = [suggestion for rule in RULES for suggestion in rule(context)]
    return tuple(sorted(found, key=_order))


def names_to_defer(suggestions: Iterable[Suggestion]) -> tuple[DistributionName, ...]:
    """Return what the shown suggestions defer: what the project asks not to be told of counts in no sum."""
    return tuple(item.distribution for item in suggestions if item.action == "defer" and not item.suppressed)


def _order(suggestion: Suggestion) -> tuple[bool, int, int, str]:
    rss, disk = suggestion.rss_bytes or 0, suggestion.disk_bytes or 0
    return suggestion.action != "remove", -disk, -rss, suggestion.distribution

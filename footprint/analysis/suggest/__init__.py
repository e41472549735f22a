"""What to do about it: small rules with stable codes, each giving suggestions for one audit."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from footprint.analysis.suggest.defer import suggest_deferring
from footprint.analysis.suggest.lighter_variant import suggest_lighter_variants
from footprint.analysis.suggest.move import suggest_moving
from footprint.analysis.suggest.narrow import suggest_narrowing
from footprint.analysis.suggest.remove import suggest_removing
from footprint.analysis.suggest.split_package import suggest_splitting
from footprint.analysis.suggest.suggestion_context import NO_LIMIT, SuggestionContext, Worth
from footprint.analysis.suggest.uninstall import suggest_uninstalling
from footprint.model.audit import Suggestion
from footprint.names import DistributionName

__all__ = ["RULES", "SuggestionContext", "Worth", "names_to_defer", "suggest"]

RULES: tuple[Callable[[SuggestionContext], tuple[Suggestion, ...]], ...] = (
    suggest_removing,
    suggest_moving,
    suggest_narrowing,
    suggest_deferring,
    suggest_splitting,
    suggest_lighter_variants,
    suggest_uninstalling,
)


def suggest(context: SuggestionContext, worth: Worth = NO_LIMIT) -> tuple[Suggestion, ...]:
    """Return all suggestions, those first that are worth most to the figure that limits."""
    return tuple(sorted([suggestion for rule in RULES for suggestion in rule(context)], key=worth.order))


def names_to_defer(suggestions: Iterable[Suggestion]) -> tuple[DistributionName, ...]:
    """Return what the shown suggestions defer: what the project asks not to be told of counts in no sum."""
    return tuple(item.distribution for item in suggestions if item.action == "defer" and not item.suppressed)

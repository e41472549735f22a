"""Startup imports that only functions use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from footprint.analysis.cost.avoidable import SMALLEST_BYTES
from footprint.analysis.suggest.suggestion_context import SuggestionContext
from footprint.analysis.use.use_facts import site_evidence
from footprint.model.audit import DistributionRow, Suggestion, Usage
from footprint.model.deferrals import DeferralForm
from footprint.model.source_modules import SiteUse
from footprint.names import ByName, DistributionName
from footprint.pairs import group_pairs
from footprint.units import few, mebibytes

Movable = dict[DistributionName, tuple[SiteUse, ...]]  # startup imports that can all move
_HOW: Mapping[DeferralForm, str] = {
    "move": "import {name} where it is used: {moves}",
    "lazy": "import {name} by `lazy import`, which every Python that the project supports has: {where}",
    "listed": "name what is imported of {name} in `__lazy_modules__`, which older Pythons do not read: {where}",
}
_TOGETHER_AT_MOST = 60  # the heaviest, of which a set is sought


def suggest_deferring(context: SuggestionContext) -> tuple[Suggestion, ...]:
    """Suggest moving the imports of a `startup` distribution into the functions that use it.

    Only where every startup import of it can move: no use while its module is imported or in a
    function that the start calls, no other module or test taking the name, no guard around it. And only where that
    saves something: what another import would load all the same is no reason to move one, unless that can move, too.
    """
    movable: Movable = {}
    rows = {row.name: row for row in context.rows}
    for name, row in rows.items():
        uses = context.startup_uses.get(name, ())
        is_weighed = row.usage is Usage.STARTUP and row.startup_cumulative_rss_bytes is not None
        if is_weighed and uses and all(_can_move(use, context) for use in uses):
            movable[name] = uses
    alone = {name: _saved([name], movable, context) for name in movable}
    ranked = sorted(movable, key=lambda name: rows[name].startup_cumulative_rss_bytes or 0, reverse=True)
    partners = _find_partners(ranked[:_TOGETHER_AT_MOST], movable, alone, context)
    worth = (name for name in movable if name in partners or alone[name] >= SMALLEST_BYTES)
    return tuple(
        _suggest(rows[name], movable[name], *partners.get(name, (alone[name], ())), context.form) for name in worth
    )


def _find_partners(
    ranked: Sequence[DistributionName], movable: Movable, alone: ByName[int], context: SuggestionContext
) -> ByName[tuple[int, tuple[DistributionName, ...]]]:
    """Return what saves little alone and more with others: what the set loses without it, and which others.

    All that can move is taken together, and what adds nothing to the rest is left out of it, the lightest first. Each
    figure is a cut of the graph: one for each of `ranked`, and two per pair for those that stay.
    """
    kept = frozenset(ranked)
    whole = _saved(kept, movable, context)
    small = [name for name in reversed(ranked) if alone[name] < SMALLEST_BYTES]
    for name in small:
        left = _saved(kept - {name}, movable, context)
        if whole - left < SMALLEST_BYTES:
            kept, whole = kept - {name}, left
    found = {}
    for name in kept.intersection(small):
        adds = whole - _saved(kept - {name}, movable, context)
        others = (
            other
            for other in kept - {name}
            if _saved(kept - {other}, movable, context) - _saved(kept - {name, other}, movable, context)
            <= adds - SMALLEST_BYTES
        )
        found[name] = adds, tuple(sorted(others))
    return found


def _saved(names: Iterable[DistributionName], movable: Movable, context: SuggestionContext) -> int:
    saving = context.predict(use.site for name in names for use in movable[name])
    return saving.rss_bytes if saving is not None else 0


def _can_move(use: SiteUse, context: SuggestionContext) -> bool:
    site = use.site
    if not site.placement.runs_at_import or site.guarded or site.form not in ("import", "from"):
        return False
    if site.used_at_import_line is not None or not site.used_in_functions:
        return False
    if any((site.path, function) in context.startup_functions for function in site.used_in_functions):
        return False  # moved there it would still be imported before the app is ready
    taken = (*site.bound, "*")
    modules = context.module_names.get(site.path, ())
    return not any((module, name) in context.borrowed for module in modules for name in taken)


def _suggest(
    row: DistributionRow,
    uses: tuple[SiteUse, ...],
    saved_bytes: int,
    others: tuple[DistributionName, ...],
    form: DeferralForm,
) -> Suggestion:
    where = ", ".join(use.place for use in uses)
    with_ = f", together with {few(others)}: alone it saves less than {mebibytes(SMALLEST_BYTES)} MiB" if others else ""
    return Suggestion(
        code="FP103",
        action="defer",
        distribution=row.name,
        distributions=(row.name,),
        disk_bytes=None,
        rss_bytes=saved_bytes,
        rss_kind="predicted",
        verdict="not verified",
        measured_rss_bytes=None,
        effort="low" if len(uses) == 1 else "medium",
        confidence="likely",
        evidence=site_evidence(uses),
        detail=_HOW[form].format(name=row.name, moves="; ".join(_moves(uses)), where=where) + with_,
    )


def _moves(uses: tuple[SiteUse, ...]) -> Iterator[str]:
    """Yield "path:3, path:4 into f()", imports that go into the same functions together."""
    for functions, places in group_pairs((use.site.used_in_functions, use.place) for use in uses).items():
        yield f"{', '.join(places)} into {', '.join(f'{name}()' for name in functions)}"

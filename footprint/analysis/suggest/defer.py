"""FP103: startup imports that only functions use."""

from __future__ import annotations

from collections.abc import Iterator

from footprint.analysis.cost.avoidable import SMALLEST_BYTES, Saving
from footprint.analysis.suggest.context import Context
from footprint.analysis.use.facts import site_evidence
from footprint.model.audit import DistributionRow, Suggestion, Usage
from footprint.model.sources import SiteUse


def suggest_deferring(context: Context) -> tuple[Suggestion, ...]:
    """Suggest moving the imports of a `startup` distribution into the functions that use it.

    Only where every startup import of it can move: no use while its module is imported or in a
    function that the start calls, no other module or test taking the name, no guard around it. And only where that
    saves something: what another import would load all the same is no reason to move one.
    """
    suggestions = []
    for row in context.rows:
        uses = context.startup_uses.get(row.name, ())
        cost = row.startup_cumulative_rss_bytes
        if row.usage is not Usage.STARTUP or not uses or cost is None or cost < SMALLEST_BYTES:
            continue
        if all(_can_move(use, context) for use in uses):
            saving = context.predict(use.site for use in uses)
            if saving is not None and saving.rss_bytes >= SMALLEST_BYTES:
                suggestions.append(_suggest(row, uses, saving))
    return tuple(suggestions)


def _can_move(use: SiteUse, context: Context) -> bool:
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


def _suggest(row: DistributionRow, uses: tuple[SiteUse, ...], saving: Saving) -> Suggestion:
    moves = "; ".join(_moves(uses))
    return Suggestion(
        code="FP103",
        action="defer",
        distribution=row.name,
        distributions=(row.name,),
        disk_bytes=None,
        rss_bytes=saving.rss_bytes,
        rss_kind="predicted",
        verdict="not verified",
        measured_rss_bytes=None,
        effort="low" if len(uses) == 1 else "medium",
        confidence="likely",
        evidence=site_evidence(uses),
        detail=f"import {row.name} where it is used: {moves}",
    )


def _moves(uses: tuple[SiteUse, ...]) -> Iterator[str]:
    """Yield "path:3, path:4 into f()", imports that go into the same functions together."""
    grouped: dict[tuple[str, ...], list[str]] = {}
    for use in uses:
        grouped.setdefault(use.site.used_in_functions, []).append(f"{use.site.path}:{use.site.line}")
    for functions, places in grouped.items():
        yield f"{', '.join(places)} into {', '.join(f'{name}()' for name in functions)}"

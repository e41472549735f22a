"""Which plans of hosting platforms hold so much memory."""

from __future__ import annotations

from collections.abc import Iterator

from footprint.knowledge.tables import read_plans
from footprint.model.service_plans import NeededPlan


def needed_plans(total_bytes: int) -> Iterator[NeededPlan]:
    """Yield of each platform the smallest plan that holds so much, the smallest of all first."""
    best: dict[str, NeededPlan] = {}
    for plan in read_plans().values():
        if plan.memory_bytes is None or plan.memory_bytes < total_bytes:
            continue
        known = best.get(plan.platform)
        if known is None or plan.memory_bytes < known.memory_bytes:
            best[plan.platform] = NeededPlan(plan.name, plan.memory_bytes, plan.checked)
    yield from sorted(best.values(), key=lambda each: (each.memory_bytes, each.plan))

"""Self and cumulative cost per distribution and the memory of a start, part by part. Pure arithmetic over one run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from footprint.analysis.cost.attribution import UNKNOWN, Owner, OwnerKind
from footprint.model.memory_rows import MemoryPart
from footprint.model.runtime import STAGES, DistributionCost, ImportCost, ProbeRun, StageName, StageReading
from footprint.names import ByModule, DistributionName, ModuleName
from footprint.pairs import group_pairs

_Loads = Mapping[int, ImportCost]  # by their order
_PART_NAMES: Mapping[OwnerKind, str] = {"first-party": "own code", "stdlib": "standard library"}


def startup_costs(run: ProbeRun) -> tuple[ImportCost, ...]:
    """Return the loads of the start-up stages, in order."""
    startup = STAGES[: STAGES.index("ready") + 1]
    return tuple(cost for cost in run.costs if cost.stage in startup)


def last_startup_stage(run: ProbeRun) -> StageReading | None:
    """Return the furthest start-up stage that the run reached, None if not even the import ended."""
    reached = [reading for reading in run.stages if reading.stage in ("import", "ready")]
    return reached[-1] if reached else None


def cost_distributions(run: ProbeRun, owners: ByModule[Owner]) -> dict[DistributionName, DistributionCost]:
    """Return what each distribution that loaded at startup cost. Failed loads count: their memory stays."""
    owned = ((owners.get(cost.module, UNKNOWN), cost) for cost in startup_costs(run))
    grouped = group_pairs((owner.name, cost) for owner, cost in owned if owner.kind == "distribution")
    loads = {cost.order: cost for cost in run.costs}
    return {
        name: _sum_costs(name, costs, loads, owners)
        for name, costs in grouped.items()
        if any(cost.ok for cost in costs)  # an optional import that was not there loads nothing
    }


def _sum_costs(
    name: DistributionName, costs: Sequence[ImportCost], loads: _Loads, owners: ByModule[Owner]
) -> DistributionCost:
    outermost = [cost for cost in costs if not _is_inside(cost, name, loads, owners)]
    anon = [cost.self_anon_bytes for cost in costs if cost.self_anon_bytes is not None]
    return DistributionCost(
        name=name,
        stage=costs[0].stage,
        first_module=next(cost.module for cost in costs if cost.ok),
        self_rss_bytes=sum(cost.self_rss_bytes for cost in costs),
        self_anon_bytes=sum(anon) if len(anon) == len(costs) else None,
        cumulative_rss_bytes=sum(cost.cumulative_rss_bytes for cost in outermost),
        self_time_us=sum(cost.self_time_us for cost in costs),
        cumulative_time_us=sum(cost.cumulative_time_us for cost in outermost),
        module_count=len({cost.module for cost in costs if cost.ok}),
    )


def _is_inside(cost: ImportCost, name: DistributionName, loads: _Loads, owners: ByModule[Owner]) -> bool:
    """Whether some load around `cost`, however far out, belongs to distribution `name` too: its figures hold it."""
    wanted = Owner("distribution", name)
    around = loads.get(cost.parent) if cost.parent is not None else None
    while around is not None and owners.get(around.module) != wanted:
        around = loads.get(around.parent) if around.parent is not None else None
    return around is not None


def break_down(run: ProbeRun, owners: ByModule[Owner]) -> tuple[MemoryPart, ...]:
    """Return the parts of the last start-up stage, heaviest first; they add up to its RSS exactly.

    "rest" is what grew outside every load: the frames and threads of the start itself. Empty
    when no start-up stage was reached.
    """
    return _sum_parts(run, ((owners.get(cost.module, UNKNOWN), cost) for cost in startup_costs(run)))


def _sum_parts(run: ProbeRun, owned: Iterable[tuple[Owner, ImportCost]]) -> tuple[MemoryPart, ...]:
    last = last_startup_stage(run)
    if last is None:
        return ()
    sums: dict[tuple[str, OwnerKind], int] = defaultdict(int)
    for owner, cost in owned:
        sums[_PART_NAMES.get(owner.kind, owner.name), owner.kind] += cost.self_rss_bytes
    parts = [MemoryPart(name, kind, rss) for (name, kind), rss in sums.items() if kind != "unknown"]
    parts.append(MemoryPart("interpreter", "interpreter", run.baseline_rss_bytes))
    parts.sort(key=lambda part: (-part.rss_bytes, part.name))
    return (*parts, MemoryPart("rest", "rest", last.rss_bytes - sum(part.rss_bytes for part in parts)))


def break_down_stacks(run: ProbeRun, owners: ByModule[Owner]) -> tuple[MemoryPart, ...]:
    """Return the same memory by stack, heaviest first: a distribution that the start imported, with all it brought.

    What two stacks share counts for the one that was imported first. They add up to the RSS of the stage exactly.
    """
    outermost: dict[ModuleName, Owner] = {}  # by module, from the outside in: an importer stands before what it loads
    owned = []
    for cost in startup_costs(run):
        own = owners.get(cost.module, UNKNOWN)
        around = outermost.get(cost.importer) if cost.importer is not None else None
        stack = around if around is not None and around.kind == "distribution" else own
        outermost.setdefault(cost.module, stack)
        owned.append((stack, cost))
    return _sum_parts(run, owned)


def distribution_importers(run: ProbeRun, owners: ByModule[Owner]) -> dict[DistributionName, frozenset[Owner]]:
    """Return, for each distribution, who else was seen importing it: the observed edges, by owner."""
    pairs = ((owners.get(edge.imported, UNKNOWN), owners.get(edge.importer, UNKNOWN)) for edge in run.edges)
    seen = {(to.name, by.kind, by.name) for to, by in pairs if to.kind == "distribution"}  # few, of many edges
    found = group_pairs((name, Owner(kind, by)) for name, kind, by in seen if (kind, by) != ("distribution", name))
    return {name: frozenset(importers) for name, importers in found.items()}


def count_loaded(costs: Iterable[ImportCost], owners: ByModule[Owner], until: StageName) -> int:
    """Return how many distributions were in memory by the end of stage `until`."""
    stages = STAGES[: STAGES.index(until) + 1]
    loaded = (owners.get(cost.module, UNKNOWN) for cost in costs if cost.ok and cost.stage in stages)
    return len({owner.name for owner in loaded if owner.kind == "distribution"})

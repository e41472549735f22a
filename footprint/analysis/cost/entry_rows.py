"""What the probe saw of every entry: by distribution, by line of the project, and the row of each entry. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from footprint.analysis.cost import memory_parts
from footprint.analysis.cost.attribution import UNKNOWN, LoadTree, Owner, Places, attribute, locate, locate_chain
from footprint.analysis.cost.server_parts import build_serving
from footprint.model.audit import EntryRow, StageRow
from footprint.model.memory_rows import Load, LoadStep, OwnLine
from footprint.model.runtime import LATER, DistributionCost, EntryRuntime, ImportCost, LineCost, ProbeRun, StageName
from footprint.model.service_memory import ServerMemories
from footprint.model.source_modules import EntryPoint, SourceModule
from footprint.names import ByModule, DistributionName, ModuleName
from footprint.pairs import group_pairs
from footprint.units import MIB
from footprint.values import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class ObservedEntry:
    """One entry whose child came back with events, indexed by owner."""

    name: str
    run: ProbeRun
    tree: LoadTree
    owners: ByModule[Owner]
    costs: Mapping[DistributionName, DistributionCost]
    importers: Mapping[DistributionName, frozenset[Owner]]
    complete: bool  # it went through its start without failing
    files: Mapping[str, str] = field(default_factory=dict)  # of the project, as modules name them -> relative
    later: Mapping[DistributionName, ImportCost] = field(default_factory=dict)  # first loads, by lazy imports and calls

    @property
    def own_modules(self) -> dict[ModuleName, str]:
        """The modules of the project that it loaded, with their files relative to the project."""
        owners = self.owners.items()
        return {module: owner.name for module, owner in owners if owner.kind == "first-party" and owner.name}

    def steps_to(self, module: ModuleName, sources: Mapping[str, SourceModule]) -> tuple[LoadStep, ...]:
        """Return by which imports `module` was loaded, with the lines of ours behind them; `sources` by path.

        Where somebody else imported all of them, the first has the line of ours that ran meanwhile.
        """
        steps = locate_chain(self.tree.chain(module), self.owners, sources, self.tree.costs)
        if steps and all(step.path is None for step in steps):
            path, line = self.line_behind(module) or (None, None)
            steps = (replace(steps[0], path=path, line=line), *steps[1:])
        return steps

    def line_behind(self, module: ModuleName) -> tuple[str, int] | None:
        """Return the line of ours that ran when `module` was loaded, by an import of it or by a call."""
        cost = self.tree.costs.get(module)
        loads = {each.order: each for each in self.run.costs} if cost is not None else {}
        while cost is not None:
            if cost.begun_at is not None and cost.begun_at[0] in self.files and cost.begun_at[1]:
                return self.files[cost.begun_at[0]], cost.begun_at[1]
            cost = loads.get(cost.parent) if cost.parent is not None else None
        return None


def observe(runtimes: Iterable[EntryRuntime], places: Places) -> tuple[ObservedEntry, ...]:
    """Return the entries with a run, each attributed to distributions."""
    observed = []
    for runtime in runtimes:
        if runtime.run is None:
            continue
        owners = attribute(runtime.run, places)
        tree = LoadTree.of(runtime.run, owners)
        costs = memory_parts.cost_distributions(runtime.run, owners)
        importers = memory_parts.distribution_importers(runtime.run, owners)
        complete = runtime.failure is None
        paths = {cost.begun_at[0] for cost in runtime.run.costs if cost.begun_at}
        paths |= {rise.path for rise in runtime.run.rises}
        files = {path: locate(path, places) for path in paths}
        ours = {path: owner.name for path, owner in files.items() if owner.kind == "first-party"}
        later = _loaded_later(runtime.run, owners, costs)
        observed.append(
            ObservedEntry(runtime.entry, runtime.run, tree, owners, costs, importers, complete, ours, later)
        )
    return tuple(observed)


def _loaded_later(
    run: ProbeRun, owners: ByModule[Owner], costs: Collection[DistributionName]
) -> dict[DistributionName, ImportCost]:
    """Return the first loads of what came into memory only once lazy imports and calls were tried."""
    found: dict[DistributionName, ImportCost] = {}
    for cost in (
        *(each for each in run.costs if each.stage in LATER),
        *(each for call in run.calls for each in call.costs),
    ):
        owner = owners.get(cost.module, UNKNOWN)
        if cost.ok and owner.kind == "distribution" and owner.name not in costs:
            found.setdefault(owner.name, cost)
    return found


def describe_load(
    name: DistributionName, observed: Iterable[ObservedEntry], sources: Mapping[str, SourceModule]
) -> Load | None:
    """Return how `name` got into memory at startup, None if no entry loads it."""
    loading = [entry for entry in observed if name in entry.costs]
    if not loading:
        return None
    entry = loading[0]
    cost = entry.costs[name]
    chain = entry.steps_to(cost.first_module, sources)
    importer, module = _nearest_importer(name, cost.first_module, entry)
    return Load(cost.stage, tuple(each.name for each in loading), chain, importer, module)


def describe_later_load(name: DistributionName, observed: Iterable[ObservedEntry]) -> Load | None:
    """Return who loaded `name` when lazy imports and calls were tried, None if nobody did."""
    loading = [entry for entry in observed if name in entry.later]
    if not loading:
        return None
    entry, cost = loading[0], loading[0].later[name]
    calls = tuple(each for call in entry.run.calls for each in call.costs)
    tree = LoadTree.of(replace(entry.run, costs=(*entry.run.costs, *calls)), entry.owners) if calls else entry.tree
    importer, module = _nearest_importer(name, cost.module, replace(entry, tree=tree))
    return Load(cost.stage, tuple(each.name for each in loading), (), importer, module)


def _nearest_importer(
    name: DistributionName, module: ModuleName, entry: ObservedEntry
) -> tuple[DistributionName | None, ModuleName | None]:
    cost = entry.tree.costs.get(module)
    for importer in entry.tree.importers(module):
        owner = entry.owners.get(importer, UNKNOWN)
        asked = cost is not None and cost.asked_by == importer and cost.asked_line is not None
        shown = f"{importer}:{cost.asked_line}" if cost is not None and asked else importer
        if owner.kind == "distribution" and owner.name != name:
            return owner.name, shown
        if owner.kind == "first-party":
            return None, shown
        cost = entry.tree.costs.get(importer)
    return None, None


def other_importers(name: DistributionName, observed: Iterable[ObservedEntry]) -> tuple[DistributionName, ...]:
    """Return the other distributions seen importing `name` at startup, sorted."""
    owners = {owner for entry in observed for owner in entry.importers.get(name, frozenset())}
    return tuple(sorted(owner.name for owner in owners if owner.kind == "distribution"))


def loaded_files(observed: Iterable[ObservedEntry]) -> frozenset[str]:
    """Return the first-party files that some entry loaded, relative to the project."""
    return frozenset(path for entry in observed for path in entry.own_modules.values())


def loaded_modules(observed: Iterable[ObservedEntry]) -> frozenset[ModuleName]:
    """Return the names under which some entry loaded first-party files."""
    return frozenset(module for entry in observed for module in entry.own_modules)


_NOT_MEASURED = ServerMemories()


def build_entry_row(
    entry: EntryPoint,
    runtime: EntryRuntime | None,
    observed: ObservedEntry | None,
    not_measured: str,
    servers: ServerMemories = _NOT_MEASURED,
) -> EntryRow:
    """Return the row of one entry; `not_measured` says why when there is no runtime at all."""
    failure = runtime.failure if runtime else None
    why = None
    if observed is None or memory_parts.last_startup_stage(observed.run) is None:
        why = failure.message if failure else not_measured
    rss_runs = runtime.rss_runs_bytes if runtime else ()
    return EntryRow(
        name=entry.name,
        target=entry.target,
        source=entry.source,
        command=entry.command,
        working_dir=entry.working_dir,
        stages=_stage_rows(observed) if observed else (),
        memory=memory_parts.break_down(observed.run, observed.owners) if observed else (),
        stacks=memory_parts.break_down_stacks(observed.run, observed.owners) if observed else (),
        runs=rss_runs,
        discarded_runs=runtime.discarded_count if runtime else 0,
        spread_bytes=max(rss_runs) - min(rss_runs) if len(rss_runs) > 1 else None,
        hook=runtime.hook if runtime else None,
        failure=failure,
        not_measured=why,
        written=runtime.written if runtime else (),
        shadow=runtime.shadow if runtime else None,
        role=entry.role,
        beside=entry.beside,
        server=entry.server,
        serves=entry.serves.target if entry.serves is not None else None,
        served_at=entry.served_at,
        uncalled=entry.uncalled,
        connections=observed.run.connections if observed is not None else (),
        candidates=observed.run.candidates if observed is not None else (),
        serving=build_serving(entry, servers, observed.run if observed is not None else None),
    )


def _stage_rows(observed: ObservedEntry) -> tuple[StageRow, ...]:
    run = observed.run
    called = [cost for call in run.calls for cost in call.costs]
    later = {"calls": [*memory_parts.startup_costs(run), *called]}  # instead of what lazy imports loaded
    return tuple(
        StageRow(each, memory_parts.count_loaded(later.get(each.stage, run.costs), observed.owners, each.stage))
        for each in run.stages
    )


SMALLEST_BYTES = MIB // 2


def list_own_lines(observed: Iterable[ObservedEntry], places: Places) -> tuple[OwnLine, ...]:
    """Return the lines that added SMALLEST_BYTES or more to a start, entry by entry, heaviest first.

    What a file added that no line of it accounts for, its code and its constants, has no line.
    """
    rows: list[OwnLine] = []
    for entry in observed:
        parts = group_pairs(
            ((owner.name, line.line or None), (cost.stage, line))
            for cost in memory_parts.startup_costs(entry.run)
            for owner, line in _parts_of(cost, entry.owners.get(cost.module, UNKNOWN), places)
            if owner.kind == "first-party" and owner.name
        )
        sums = (_add(entry.name, place, found) for place, found in parts.items())
        found = (row for row in sums if row.rss_bytes >= SMALLEST_BYTES)
        rows += sorted(found, key=lambda row: (-row.rss_bytes, row.path, row.line or 0))
    return tuple(rows)


def _parts_of(cost: ImportCost, owner: Owner, places: Places) -> Iterator[tuple[Owner, LineCost]]:
    """Yield what a load added itself by lines, and what no line accounts for, each with whose it is."""
    rss, anon, time = cost.self_rss_bytes, cost.self_anon_bytes or 0, cost.self_time_us
    for line in cost.lines:
        rss, anon, time = rss - line.rss_bytes, anon - line.anon_bytes, time - line.time_us
        yield locate(line.path, places), line
    yield owner, LineCost("", 0, rss, anon, time)


def _add(entry: str, place: tuple[str, int | None], parts: Sequence[tuple[StageName, LineCost]]) -> OwnLine:
    lines = [line for _, line in parts]
    sums = (sum(line.rss_bytes for line in lines), sum(line.anon_bytes for line in lines))
    return OwnLine(entry, parts[0][0], *place, *sums, sum(line.time_us for line in lines))


def sizes_by_file(lines: Iterable[OwnLine], entry: str) -> dict[str, tuple[int, ...]]:
    """Return what the files of one entry added, line by line, heaviest first."""
    return dict(sorted(group_pairs((line.path, line.rss_bytes) for line in lines if line.entry == entry).items()))

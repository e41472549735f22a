"""What startup would save if some imports were gone: cut them, see what can still be reached, add up what fell off.

Laws: pure arithmetic over one run. A figure is what the loads themselves added, so a module that something else
would load all the same saves nothing, and two cuts together may save more than the sum of each alone.
Source: eleven imports really deferred and measured again: mean error 1.0 MB, where the cumulative figure was wrong
by 14.8 MB and the figure of importing alone by 39.5 MB (docs/accuracy.md has the present table).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from itertools import chain

from footprint.analysis.cost.memory_parts import startup_costs
from footprint.model.runtime import ImportEdge, ProbeRun
from footprint.names import ByModule, ModuleName, ancestors
from footprint.units import MIB
from footprint.values import dataclass, replace

ROOT = ""  # the entry, and whatever runs without a load under way: factory, lifespan, threads
# A prediction is known to about this much; below the first it says nothing (docs/accuracy.md).
SMALLEST_BYTES = 2 * MIB
BAND_BYTES, BAND_SHARE = int(2.5 * MIB), 0.03

_NOTHING: Set[ModuleName] = frozenset()
_LATER = "<first-use>"  # the span of what is imported after the start


@dataclass(frozen=True, slots=True)
class Saving:
    """What a cut would take from the start. `anon_bytes` is None where the platform does not tell."""

    modules: frozenset[ModuleName]
    rss_bytes: int
    anon_bytes: int | None
    time_us: int


@dataclass(frozen=True, slots=True)
class LoadSum:
    """What loads added together. `anon_bytes` is None where one of them does not tell."""

    rss_bytes: int = 0
    anon_bytes: int | None = 0
    time_us: int = 0
    module_count: int = 0

    def __add__(self, other: LoadSum) -> LoadSum:
        one, two = self.anon_bytes, other.anon_bytes
        return LoadSum(
            self.rss_bytes + other.rss_bytes,
            None if one is None or two is None else one + two,
            self.time_us + other.time_us,
            self.module_count + other.module_count,
        )

    def __neg__(self) -> LoadSum:
        anon = None if self.anon_bytes is None else -self.anon_bytes
        return LoadSum(-self.rss_bytes, anon, -self.time_us, -self.module_count)


class ImportGraph:
    """The loads of one start and who asked for what, ready to be cut.

    Nodes are the modules loaded until the entry was ready, failed loads too: their memory stays.
    """

    def __init__(self, weights: ByModule[LoadSum], imported: Mapping[ModuleName, set[ModuleName]]) -> None:
        self.weights = weights  # what the load of a module itself added, in the order in which the loads began
        self.imported = imported  # by ROOT: what the start itself asked for
        self.importers: dict[ModuleName, set[ModuleName]] = {module: set() for module in weights}  # ROOT may be one
        before = self.importers
        for importer, modules in imported.items():
            for module in modules:
                before[module].add(importer)
        self._started = self._below([ROOT])  # what it does not lead to keeps nothing
        self._unreached = frozenset(weights.keys() - self._started)

    @classmethod
    def of(cls, run: ProbeRun) -> ImportGraph:
        """Return the graph of a run's start."""
        weights: dict[ModuleName, LoadSum] = {}
        loads = [cost for cost in startup_costs(run) if not cost.module.startswith("<")]
        for cost in loads:
            own = LoadSum(cost.self_rss_bytes, cost.self_anon_bytes, cost.self_time_us, 1)
            before = weights.get(cost.module)
            weights[cost.module] = own if before is None else replace(before + own, module_count=1)
        imported: dict[ModuleName, set[ModuleName]] = defaultdict(set)
        for module in weights:
            for parent in ancestors(module):
                if parent in weights:
                    imported[module].add(parent)
        pairs = [(edge.importer, edge.imported) for edge in run.edges if edge.imported in weights]
        for importer, module in chain(pairs, ((cost.importer or ROOT, cost.module) for cost in loads)):
            if importer in weights:
                imported[importer].add(module)
            elif importer == ROOT or (importer.startswith("<") and importer != _LATER):
                imported[ROOT].add(module)
        for module in imported.keys() & weights.keys():
            imported[module].discard(module)
        return cls(weights, imported)

    @property
    def edges(self) -> Iterable[ImportEdge]:
        """Return every edge; the importer is ROOT for what nothing that was loading asked for."""
        return (ImportEdge(importer, module) for importer, imported in self.imported.items() for module in imported)

    def hung_on(self, supporters: Mapping[ImportEdge, Collection[ModuleName]]) -> ImportGraph:
        """Return the graph with some edges hung on modules instead: each holds while any of its supporters is there.

        For imports that run late, when nothing is loading: whose code asked cannot be seen, only whom it concerns.
        """
        if not supporters:
            return self
        imported = {importer: set(modules) for importer, modules in self.imported.items()}
        for edge in supporters:
            imported[edge.importer].discard(edge.imported)
        for edge, modules in supporters.items():
            for module in modules:
                imported.setdefault(module, set()).add(edge.imported)
        return ImportGraph(self.weights, imported)

    def reach(self, cut: Collection[ImportEdge] = (), without: Collection[ModuleName] = ()) -> frozenset[ModuleName]:
        """Return the modules that are still loaded when the edges `cut` and the modules `without` are gone."""
        return frozenset(self._started - {ROOT} - self._lost(cut, without))

    def _lost(self, cut: Collection[ImportEdge], without: Collection[ModuleName]) -> set[ModuleName]:
        """Return the modules that fall off. Only what is below a cut can: all else is not looked at."""
        below = self._below({*(edge.imported for edge in cut), *without} & self._started)
        gone = {(edge.importer, edge.imported) for edge in cut}
        kept: set[ModuleName] = set()
        started = self._started
        pending = [
            module
            for module in below.difference(without)
            if any(each in started and (each, module) not in gone for each in self.importers[module] - below)
        ]
        while pending:
            module = pending.pop()
            if module not in kept:
                kept.add(module)
                following = (self.imported.get(module, set()) - kept).difference(without)
                pending += [each for each in following if (module, each) not in gone]
        return below - kept

    def _below(self, modules: Iterable[ModuleName]) -> set[ModuleName]:
        """Return `modules` and all that they lead to."""
        below, imported = set(modules), self.imported
        waiting = list(below)
        while waiting:
            fresh = imported.get(waiting.pop(), _NOTHING) - below
            below |= fresh
            waiting += fresh
        return below

    def saving(self, cut: Collection[ImportEdge] = (), without: Collection[ModuleName] = frozenset()) -> Saving:
        """Return what falls off when the edges `cut` and the modules `without` are gone."""
        lost = self._unreached | self._lost(cut, without)
        total = _add([self.weights[module] for module in lost])
        return Saving(lost, total.rss_bytes, total.anon_bytes, total.time_us)


def _add(weights: Sequence[LoadSum]) -> LoadSum:
    anon = [weight.anon_bytes for weight in weights if weight.anon_bytes is not None]
    rss, time = sum(weight.rss_bytes for weight in weights), sum(weight.time_us for weight in weights)
    counted = sum(weight.module_count for weight in weights)
    return LoadSum(rss, sum(anon) if len(anon) == len(weights) else None, time, counted)

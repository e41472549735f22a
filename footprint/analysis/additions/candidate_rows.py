"""One candidate as a row: what is there of it, what would come, what gets another version, and the bytes of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from footprint.analysis.additions.asked_candidates import AskedCandidate
from footprint.analysis.additions.locked_wheels import WheelFile, downloaded
from footprint.analysis.graph.requirement_graph import RequirementGraph
from footprint.model.addition import AddedDistribution, AdditionState, CandidateCost
from footprint.model.installed_environment import Installed
from footprint.model.requirements import plain_line
from footprint.names import ByName, DistributionName, NameSet
from footprint.values import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Standing:
    """What is installed as it is: distributions and their bytes."""

    installed: tuple[Installed, ...]
    weights: ByName[int]
    markers: Mapping[str, str]

    def find(self, name: DistributionName) -> Installed | None:
        """Return an installed distribution."""
        return next((one for one in self.installed if one.name == name), None)


@dataclass(frozen=True, slots=True)
class NewArrivals:
    """What came with a candidate: distributions, their bytes, and the files they are of."""

    came: tuple[Installed, ...] = ()
    weights: ByName[int] = field(default_factory=dict)
    left: ByName[int] = field(default_factory=dict)  # bytes of the versions that went
    wheels: ByName[WheelFile] = field(default_factory=dict)
    built: NameSet = frozenset()


def describe(standing: Standing, arrival: NewArrivals, wanted: Sequence[AskedCandidate]) -> CandidateCost:
    """Return the row of what was asked for together: one candidate, or all lines of a branch. Not measured yet."""
    before = {one.name: one for one in standing.installed}
    added = tuple(_added(one, arrival, before.get(one.name), standing) for one in arrival.came)
    new = [each for each in added if each.before is None]
    moved = [each for each in added if each.before is not None]
    closure = closure_of(standing, arrival, wanted)
    weights = {**standing.weights, **arrival.weights}
    first = wanted[0]
    after = {**before, **{one.name: one for one in arrival.came}}
    is_left_out = not added and all(each.marker is not None and each.name not in after for each in wanted)
    state: AdditionState = "moves" if moved else "new" if new else "excluded" if is_left_out else "present"
    own = after.get(first.name)
    return CandidateCost(
        requirement=", ".join(each.text for each in wanted),
        name=first.name,
        extras=first.extras,
        state=state,
        version=own.version if own is not None and len(wanted) == 1 else None,
        download_bytes=downloaded(arrival.wheels, (each.name for each in added if not each.is_built)),
        installed_bytes=sum(weights.get(name, 0) for name in closure),
        installed_count=len(closure),
        new_bytes=sum(each.installed_bytes - each.before_bytes for each in added),
        new_count=len(new),
        added=added,
    )


def _added(one: Installed, arrival: NewArrivals, old: Installed | None, standing: Standing) -> AddedDistribution:
    wheel = arrival.wheels.get(one.name)
    return AddedDistribution(
        name=one.name,
        version=one.version,
        before=old.version if old is not None else None,
        installed_bytes=arrival.weights.get(one.name, 0),
        before_bytes=arrival.left.get(one.name, 0) if old is not None else 0,
        download_bytes=wheel.size_bytes if wheel is not None else None,
        wheel=wheel.name if wheel is not None else None,
        sha256=wheel.sha256 if wheel is not None else None,
        is_built=one.name in arrival.built,
    )


def closure_of(standing: Standing, arrival: NewArrivals, wanted: Iterable[AskedCandidate]) -> NameSet:
    """Return the distributions that candidates come to with all they require, whether these were there or not."""
    came = {one.name: one for one in arrival.came}
    installed = sorted({**{one.name: one for one in standing.installed}, **came}.values(), key=lambda one: one.name)
    lines = []
    for number, each in enumerate(wanted, 1):
        line = plain_line(each.name, "main", "", number, raw=each.text)
        lines.append(replace(line, extras=each.extras))
    graph = RequirementGraph.build(installed, lines, standing.markers)
    return frozenset(one.name for one in installed) - graph.orphans

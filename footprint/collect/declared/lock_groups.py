"""Which groups need each locked distribution, where a lock file names the groups of its roots only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from footprint.model.requirements import LockedDistribution
from footprint.names import DistributionName


def spread_groups(
    locked: Sequence[LockedDistribution], roots: Mapping[str, Sequence[DistributionName]]
) -> list[LockedDistribution]:
    """Return `locked` with every group from whose `roots` a distribution is reached."""
    required: dict[DistributionName, set[DistributionName]] = {}
    for one in locked:
        required.setdefault(one.name, set()).update(one.dependencies)
    groups: dict[DistributionName, set[str]] = {}
    for group, names in roots.items():
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if group not in groups.setdefault(name, set()):
                groups[name].add(group)
                waiting += required.get(name, ())
    return [replace(one, groups=tuple(sorted(groups.get(one.name, ())))) for one in locked]

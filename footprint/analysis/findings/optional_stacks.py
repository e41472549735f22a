"""What only one file of the project brings, late or under a guard: each such stack with all that hangs on it. Pure.

Laws: a root counts when reached code imports it in one file only, and the start does without it. The roots of one file
are weighed together, since each of them may hold what another one needs.
"""

from __future__ import annotations

from collections.abc import Iterable

from footprint.analysis.facts.index import Joined, gather_facts
from footprint.analysis.facts.roots import Group, Roots
from footprint.analysis.facts.weights import LinesByName
from footprint.analysis.use.use_facts import reached_uses, site_evidence
from footprint.model.audit import DistributionRow, LazyStack, Usage
from footprint.model.memory_rows import FirstUseRow
from footprint.model.source_modules import SiteUse
from footprint.names import ByName, DistributionName
from footprint.pairs import group_pairs

_REACHED = ("startup", "lazy")


def find_lazy_stacks(
    rows: Iterable[DistributionRow], joined: Joined, roots: Roots, first_uses: Iterable[FirstUseRow], lines: LinesByName
) -> tuple[LazyStack, ...]:
    """Return the stacks, heaviest first, of the distributions that the rows show."""
    by_name = {row.name: row for row in rows}
    alone = {group[0] for group in roots.groups if len(group) == 1}
    uses = {name: _optional_uses(by_name[name], joined) for name in sorted(alone & by_name.keys())}
    paths = {name: {use.site.path for use in found} for name, found in uses.items()}
    by_path = group_pairs((found.pop(), name) for name, found in paths.items() if len(found) == 1)
    if not by_path:
        return ()
    stacked = {name for names in by_path.values() for name in names}
    groups: list[Group] = [group for group in roots.groups if group[0] not in stacked]
    graph = joined.facts.graph.held_by([*groups, *by_path.values()], (*roots.kept, *_imported(joined)))
    grown = group_pairs((name, max(use.rss_bytes or 0, 0)) for use in first_uses for name in use.distributions)
    stacks = []
    for path, names in by_path.items():
        leaving = graph.names.list(graph.share_of(names[0]).exclusive)
        stacks.append(
            LazyStack(
                path=path,
                evidence=site_evidence(use for name in names for use in uses[name]),
                names=names,
                distributions=leaving,
                lines=lines.going(names, leaving),
                disk_bytes=joined.weigh(leaving),
                first_use_rss_bytes=max((each for name in names for each in grown.get(name, ())), default=None),
                startup_rss_bytes=_sum_startup(names, by_name),
            )
        )
    return tuple(sorted(stacks, key=lambda stack: (-(stack.disk_bytes or 0), stack.path)))


def _optional_uses(row: DistributionRow, joined: Joined) -> tuple[SiteUse, ...]:
    """Return the reached imports of what the start can do without; none where it cannot."""
    if row.version is None or row.usage not in (Usage.LAZY, Usage.STARTUP):
        return ()
    reached = reached_uses(gather_facts(row.name, joined))
    return reached if row.usage is Usage.LAZY or all(use.site.guarded for use in reached) else ()


def _imported(joined: Joined) -> Iterable[DistributionName]:
    """Yield what the project imports and does not declare: no stack takes it away."""
    for name, uses in joined.uses.by_distribution.items():
        if name not in joined.declared and any(use.status in _REACHED for use in uses):
            yield name


def _sum_startup(names: Iterable[DistributionName], rows: ByName[DistributionRow]) -> int | None:
    found = [rows[name].avoidable_rss_bytes for name in names if rows[name].usage is Usage.STARTUP]
    known = [figure for figure in found if figure is not None]
    return sum(known) if known else None

"""Import names that the project uses and declares nowhere."""

from __future__ import annotations

from collections.abc import Mapping

from footprint.analysis.collected import Collected, UsesByOwner
from footprint.analysis.use_facts import site_evidence
from footprint.model.audit import UndeclaredRow
from footprint.model.requirements import DeclaredRequirement
from footprint.model.sources import SiteUse
from footprint.names import DistributionName, normalise, top_level


def find_undeclared(
    uses: UsesByOwner, declared: Mapping[DistributionName, tuple[DeclaredRequirement, ...]], facts: Collected
) -> tuple[UndeclaredRow, ...]:
    """Return one row per import name and distribution, sorted; what only tests and type checkers import does not count.

    A name that several installed distributions provide is declared as soon as one of them is.
    """
    if not declared:
        return ()  # nothing is declared anywhere: a list of everything would say nothing
    grouped: dict[tuple[str, DistributionName | None], list[SiteUse]] = {}
    for name, sites in uses.by_distribution.items():
        for use in sites:
            owners = facts.names.owner_of(use.site)
            if name not in declared and not any(owner in declared for owner in owners):
                grouped.setdefault((top_level(use.site.module), name), []).append(use)
    for use in uses.unowned:
        import_name = top_level(use.site.module)
        if normalise(import_name) not in declared and normalise(import_name) not in facts.declared.own_names:
            grouped.setdefault((import_name, None), []).append(use)
    rows = []
    for (import_name, provider), found in sorted(grouped.items(), key=lambda item: (item[0][0], item[0][1] or "")):
        counted = [use for use in found if use.status not in ("typing", "tests")]
        if counted:
            brought_by = facts.graph.holders(provider) if provider else ()
            rows.append(UndeclaredRow(import_name, provider, brought_by, site_evidence(counted)))
    return tuple(rows)

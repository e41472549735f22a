"""What an entry reaches on other targets only: under conditions on interpreter or platform that are false here.

Laws: pure; whatever is reached here is not asked about. A line that only another target needs is needed all the same.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from footprint.analysis.names.first_party import FirstParty
from footprint.model.source_modules import ImportSite, Placement, Reach, ReachedModule, SiteUse, SourceModule

_NEVER = (Placement.TYPE_CHECKING, Placement.MAIN)


def reach_elsewhere(
    reached: Mapping[str, ReachedModule], by_path: Mapping[str, SourceModule], first_party: FirstParty
) -> tuple[ReachedModule, ...]:
    """Return the files that only a condition which is false for the target keeps from being reached, by path."""
    found: dict[str, ReachedModule] = {}
    pending = deque(module for module in reached.values() if module.path in by_path)
    while pending:
        importer = pending.popleft()
        for site in by_path[importer.path].sites:
            is_followed = site.placement is Placement.ELSEWHERE or importer.path in found
            if not is_followed or site.placement in _NEVER or not first_party.owns(site):
                continue
            for module in first_party.leads_to(site):
                if module.path not in reached and module.path not in found and module.path in by_path:
                    found[module.path] = ReachedModule(module.path, module.module, "lazy", (*importer.chain, site))
                    pending.append(found[module.path])
    return tuple(found[path] for path in sorted(found))


def use_elsewhere(site: ImportSite, reach: Reach, module: ReachedModule | None) -> SiteUse | None:
    """Return what one entry says of a site that it does not reach here; `module` is its file if that is reached."""
    if module is not None:
        chain = module.chain if site.placement is Placement.ELSEWHERE else None
    else:
        found = next((one for one in reach.elsewhere if one.path == site.path), None)
        chain = found.chain if found is not None and site.placement not in _NEVER else None
    return None if chain is None else SiteUse(site, "elsewhere", None, (*chain, site))

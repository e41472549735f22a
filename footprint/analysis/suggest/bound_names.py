"""What must be known before an import is moved: which names it binds, and how other files would speak of its module."""

from __future__ import annotations

from collections.abc import Mapping

from footprint.analysis.join.index import Joined
from footprint.model.source_modules import SourceModule


def names_that_could_move(joined: Joined) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names that imports at startup bind, and the modules in which; none where no start was measured."""
    if not joined.observed:
        return frozenset(), frozenset()
    names: set[str] = set()
    modules: set[str] = set()
    for uses in joined.uses.by_distribution.values():
        for use in uses:
            module = joined.sources.get(use.site.path)  # None: a settings file names it
            if module is not None and use.status == "startup" and use.site.used_at_import_line is None:
                names.update(use.site.bound)
                modules.update((module.module, *module.other_names))
    return frozenset(names), frozenset(modules)


def names_in_files(joined: Joined) -> dict[str, Mapping[str, str]]:
    """Return, for every file of the project, what the names that it imports stand for."""
    return {module.path: _stands_for(module) for module in joined.facts.sources.modules}


def _stands_for(module: SourceModule) -> dict[str, str]:
    found: dict[str, str] = {}
    for site in module.sites:
        if site.names:
            found.update((name, f"{site.module}.{each}") for name, each in zip(site.bound, site.names, strict=False))
        elif len(site.bound) == 1 and site.bound[0] != site.module.partition(".")[0]:
            found[site.bound[0]] = site.module
    return found

"""Modules beside the file that imports them, where no root says so: `import helper` in `app/main.py`, run as a script.

A package's folder is on the path of whoever runs a file of it by its name. What `import redis` means beside
`app/redis.py` is open, so a name that anything else may offer is left to that.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from footprint.collect.sources.import_roots import folders_above
from footprint.model.source_modules import ImportSite, Placement, SourceModule
from footprint.names import ModuleName, top_level
from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class Foreign:
    """Top-level names that somebody else offers."""

    names: Collection[str]  # importable without the project
    known: Callable[[], Collection[str]] = frozenset  # what distributions would offer; asked only when it matters


STANDARD_LIBRARY = Foreign(sys.stdlib_module_names)


def find_siblings(
    modules: Iterable[SourceModule], children: Mapping[str, set[str]], offered: Collection[str], foreign: Foreign
) -> frozenset[tuple[str, ModuleName]]:
    """Return (folder, name) of what lies beside a module, or above it, that imports it by a name that nobody offers.

    `children` are the importable names in each folder, `offered` those under the roots.
    """
    found: set[tuple[str, ModuleName]] = set()
    settled: set[ModuleName] = {""}  # modules that somebody offers
    for module in modules:
        for site in module.sites:
            if site.level or site.module in settled:
                continue
            name = top_level(site.module)
            if name in foreign.names or name in offered:
                settled.add(site.module)
                continue
            home = next((one for one in folders_above(module.path) if name in children.get(one, ())), None)
            if home is not None and f"{home}/{name}.py" != module.path:
                found.add((home, name))
    names = foreign.known() if found else ()
    return frozenset(each for each in found if each[1] not in names)


def join_spellings(module: SourceModule) -> SourceModule:
    """Return `module` with an absolute import that only spells a relative one for another way to start as that.

    `try: from .x import y` and `except ImportError: from x import y` are one import of the file beside, under
    whichever name the program was started.
    """
    relative = [site for site in module.sites if site.level and site.module]
    absolute = [site for site in module.sites if not site.level] if relative else ()
    twins = {id(site): twin for site in absolute if (twin := _spelt_as(site, relative)) is not None}
    if not twins:
        return module
    return replace(module, sites=tuple(twins.get(id(site), site) for site in module.sites))


def _spelt_as(site: ImportSite, relative: Sequence[ImportSite]) -> ImportSite | None:
    """Return an absolute import in the words of the relative one that binds the same, None where there is none."""
    if site.placement is Placement.TYPE_CHECKING:
        return None
    for other in relative:
        if set(site.bound).isdisjoint(other.bound):
            continue
        if site.names and other.module.endswith(f".{site.module}"):
            return replace(site, module=other.module, level=other.level)
        if not site.names and site.module in other.names:
            return replace(site, module=other.module, names=(site.module,), level=other.level)
    return None

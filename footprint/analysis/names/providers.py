"""Who usually provides an import name that nothing installed answers to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache

from footprint.model.source_modules import ImportSite
from footprint.names import DistributionName, ModuleName, ancestors, normalise, top_level

KnownNames = Mapping[ModuleName, tuple[DistributionName, ...]]


def usual_providers(module: ModuleName, known: KnownNames) -> tuple[DistributionName, ...]:
    """Return the distributions known to provide `module`, the usual one first; empty when the table has none.

    The longest name that fits counts: google.cloud.storage.blob is looked up before google.
    """
    for name in _prefixes(module):
        if name in known:
            return known[name]
    return ()


def likely_providers(
    site: ImportSite, known: KnownNames, there: Collection[DistributionName]
) -> tuple[DistributionName, ...]:
    """Return which of `there` an import of something not installed must mean, sorted.

    By its own name, at full depth for shared namespaces, or by the table of well-known names; no further guess is made.
    """
    names = site.names if site.names != ("*",) else ()
    found: set[DistributionName] = set()
    for module in [f"{site.module}.{name}" for name in names] or [site.module]:
        found.update(declared_providers(module, known, there))
    return tuple(sorted(found))


def declared_providers(
    module: ModuleName, known: KnownNames, there: Collection[DistributionName]
) -> tuple[DistributionName, ...]:
    """Return which of `there` provide a module: by the table for a shared namespace, by name, else by the table.

    Last by a name that differs in its separators alone.
    """
    for name in _prefixes(module):
        if "." in name and (usual := [each for each in known.get(name, ()) if each in there]):
            return tuple(usual)
    # The first part before the others: sqlalchemy.utils is not what SQLAlchemy-Utils installs.
    for name in (top_level(module), *_prefixes(module)):
        if (own := normalise(name)) in there:
            return (own,)
    found = tuple(name for name in usual_providers(module, known) if name in there)
    return found or _by_squeezed_name(frozenset(there)).get(_squeeze(module), ())


@lru_cache(maxsize=8)  # asked for every import, always of the same few sets
def _by_squeezed_name(there: frozenset[DistributionName]) -> Mapping[str, tuple[DistributionName, ...]]:
    found: dict[str, list[DistributionName]] = {}
    for name in sorted(there):
        found.setdefault(name.replace("-", ""), []).append(name)
    return {squeezed: tuple(names) for squeezed, names in found.items()}


def _squeeze(module: ModuleName) -> str:
    """Return the first part of a module as names are compared when separators do not count: iso639 for iso-639."""
    return normalise(top_level(module)).replace("-", "")


def is_guess(name: DistributionName, site: ImportSite, known: KnownNames) -> bool:
    """Whether only the spelling of its name says that `name` provides what `site` imports."""
    names = site.names if site.names != ("*",) else ()
    modules = [f"{site.module}.{each}" for each in names] or [site.module]
    return not any(name in usual_providers(module, known) for module in modules)


def _prefixes(module: ModuleName) -> tuple[ModuleName, ...]:
    return (module, *reversed(ancestors(module)))

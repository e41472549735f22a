"""Who provides an import name, and by which import names a distribution is known.

Laws: pure. A folder without a module of its own is shared: `google` says nothing, `google.cloud.storage` does.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

from footprint.model.source_modules import ImportSite
from footprint.names import DistributionName, ModuleName, ancestors, normalise, top_level
from footprint.pairs import group_pairs

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
    return tuple(sorted({name for module in site.targets for name in declared_providers(module, known, there)}))


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
    return group_pairs((name.replace("-", ""), name) for name in sorted(there))


def _squeeze(module: ModuleName) -> str:
    """Return the first part of a module as names are compared when separators do not count: iso639 for iso-639."""
    return normalise(top_level(module)).replace("-", "")


def is_guess(name: DistributionName, site: ImportSite, known: KnownNames) -> bool:
    """Whether only the spelling of its name says that `name` provides what `site` imports."""
    return not any(name in usual_providers(module, known) for module in site.targets)


def _prefixes(module: ModuleName) -> tuple[ModuleName, ...]:
    return (module, *reversed(ancestors(module)))


def modules_of(
    names: Collection[DistributionName], owners_by_folder: Sequence[Mapping[str, DistributionName]]
) -> dict[DistributionName, tuple[ModuleName, ...]]:
    """Return the import names of distributions: the outermost packages and modules that have a file of their own."""
    files = ((name, path) for owners in owners_by_folder for path, name in owners.items() if name in names)
    found = group_pairs((name, module) for name, path in files if (module := _module_at(path)))
    return {name: _outermost(set(modules)) for name, modules in found.items()}


def _module_at(path: str) -> ModuleName | None:
    """Return the module that a file is, a package for its __init__; None for what cannot be imported."""
    if not path.endswith((".py", ".so", ".pyd")):
        return None
    folder, _, file = path.rpartition("/")
    stem = file.partition(".")[0]
    parts = [*folder.split("/"), stem] if folder else [stem]
    parts = parts[:-1] if stem == "__init__" else parts
    return ".".join(parts) if parts and all(map(str.isidentifier, parts)) else None


def _outermost(modules: Collection[ModuleName]) -> tuple[ModuleName, ...]:
    kept: list[ModuleName] = []
    for module in sorted(modules):  # a package stands before what is below it
        if not kept or not module.startswith(f"{kept[-1]}."):
            kept.append(module)
    return tuple(kept)

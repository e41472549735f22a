"""Who usually provides an import name that nothing installed answers to."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from footprint.names import DistributionName, ModuleName, ancestors, normalise, top_level

KnownNames = Mapping[ModuleName, tuple[DistributionName, ...]]


def usual_providers(module: ModuleName, known: KnownNames) -> tuple[DistributionName, ...]:
    """Return the distributions known to provide `module`, the usual one first; empty when the table has none.

    The longest name that fits counts: google.cloud.storage.blob is looked up before google.
    """
    for name in (module, *reversed(ancestors(module))):
        if name in known:
            return known[name]
    return ()


def declared_providers(
    module: ModuleName, known: KnownNames, declared: Collection[DistributionName]
) -> tuple[DistributionName, ...]:
    """Return the declared names that an import of something not installed must mean: by its own name, else usually."""
    own = normalise(top_level(module))
    if own in declared:
        return (own,)
    return tuple(name for name in usual_providers(module, known) if name in declared)

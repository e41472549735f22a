"""The outermost modules of distributions: what an import has to name to mean one of them.

Laws: pure. A folder without a module of its own is shared: `google` says nothing, `google.cloud.storage` does.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from footprint.names import DistributionName, ModuleName


def modules_of(
    names: Collection[DistributionName], owners_by_folder: Sequence[Mapping[str, DistributionName]]
) -> dict[DistributionName, tuple[ModuleName, ...]]:
    """Return the import names of distributions: the outermost packages and modules that have a file of their own."""
    found: dict[DistributionName, set[ModuleName]] = {}
    for owners in owners_by_folder:
        for path, name in owners.items():
            if name in names and (module := _module_at(path)):
                found.setdefault(name, set()).add(module)
    return {name: _outermost(modules) for name, modules in found.items()}


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

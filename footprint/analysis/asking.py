"""The second look: which declared names are still unaccounted for, and which third-party modules may ask for them."""

from __future__ import annotations

from collections.abc import Iterator

from footprint.analysis.attribution import UNKNOWN
from footprint.analysis.rows import Joined, gather_facts
from footprint.analysis.use_facts import effective_status
from footprint.model.askers import Ask, InstalledModule
from footprint.names import DistributionName, ModuleName


def wanted_imports(joined: Joined) -> dict[ModuleName, DistributionName]:
    """Return the import names of declared, installed distributions that no reached import of ours accounts for."""
    wanted = {name for name in joined.declared if _is_unaccounted(name, joined)}
    found = {}
    for owners in joined.facts.scan.owners:
        for path, name in owners.items():
            if name in wanted:
                import_name = path.partition("/")[0].partition(".")[0]
                if import_name.isidentifier():
                    found[import_name] = name
    return found


def _is_unaccounted(name: DistributionName, joined: Joined) -> bool:
    facts = gather_facts(name, joined)
    if not facts.installed or facts.tools:
        return False
    return not any(effective_status(use, facts) in ("startup", "lazy") for use in facts.sites)


def possible_askers(joined: Joined) -> tuple[InstalledModule, ...]:
    """Return the third-party modules whose needs count.

    Measured: those in memory after startup. Not measured: those of the distributions that the
    project imports itself and all they require, tests apart; a need found there is a possibility.
    """
    modules = dict(_loaded(joined) if joined.observed else _within_reach(joined))
    return tuple(modules[file] for file in sorted(modules))


def _loaded(joined: Joined) -> Iterator[tuple[str, InstalledModule]]:
    for entry in joined.observed:
        for module, file in entry.run.origins:
            owner = entry.owners.get(module, UNKNOWN)
            if owner.kind == "distribution" and file.endswith(".py"):
                yield file, InstalledModule(module, file, _shown(file, joined), owner.name)


def _shown(file: str, joined: Joined) -> str:
    posix = file.replace("\\", "/")
    prefixes = (prefix for prefix, _ in joined.facts.places.site)
    return next((posix[len(prefix) :] for prefix in prefixes if posix.startswith(prefix)), posix)


def _within_reach(joined: Joined) -> Iterator[tuple[str, InstalledModule]]:
    used = {name for name in joined.uses.by_distribution if _is_reached(name, joined)}
    graph = joined.facts.graph
    reached = used.union(*(graph.weight_of(name).closure for name in used))
    for site_dir, owners in zip(joined.facts.scan.site_dirs, joined.facts.scan.owners, strict=True):
        for path, name in owners.items():
            if name in reached and path.endswith(".py") and "/tests/" not in path:
                module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
                file = f"{site_dir.as_posix()}/{path}"
                yield file, InstalledModule(module, file, path, name)


def _is_reached(name: DistributionName, joined: Joined) -> bool:
    facts = gather_facts(name, joined)
    return any(effective_status(use, facts) in ("startup", "lazy") for use in facts.sites)


def words_to_look_for(joined: Joined, asks: tuple[Ask, ...]) -> frozenset[str]:
    """Return the words whose use by the project would make documented optional needs real."""
    pairs = {(ask.asker.distribution, ask.wanted) for ask in asks}
    needs = (need for need in joined.facts.soft_needs if (need.asker, need.needs) in pairs)
    return frozenset(word for need in needs for word in need.words)


def reached_paths(joined: Joined) -> tuple[str, ...]:
    """Return the project's files that an entry reaches or the probe saw loaded; without an entry all but tests."""
    modules = [module.path for module in joined.facts.sources.modules if module.role != "test"]
    if not joined.facts.entries:
        return tuple(modules)
    reached = {module.path for reach in joined.facts.reaches for module in reach.modules} | joined.loaded_files
    return tuple(path for path in modules if path in reached)

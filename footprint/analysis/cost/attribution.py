"""Who owns each module that the probe saw, and how each got there. Pure: paths here are text, never opened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal

from footprint.model.memory_rows import LoadStep
from footprint.model.runtime import ImportCost, ProbeRun
from footprint.model.source_modules import ImportSite, SourceModule
from footprint.names import ByModule, DistributionName, ModuleName, ancestors, top_level
from footprint.pairs import group_pairs
from footprint.values import dataclass, replace

OwnerKind = Literal["distribution", "first-party", "stdlib", "unknown"]


OwnersOf = Callable[[ImportSite], Sequence[DistributionName]]  # who provides what a statement asks for


@dataclass(frozen=True, slots=True)
class Owner:
    """Who a module belongs to. `name` is a distribution, a project-relative path, or empty."""

    kind: OwnerKind
    name: str = ""


STDLIB = Owner("stdlib")
UNKNOWN = Owner("unknown")


@dataclass(frozen=True, slots=True)
class Places:
    """Path prefixes to look an origin up with; each ends in a separator.

    `site` lists (prefix, index into `owners`): a site folder may be reached under several names
    (lib64, a linked virtual environment). `owners` is `DiskScan.owners`.
    """

    site: tuple[tuple[str, int], ...]
    owners: tuple[Mapping[str, DistributionName], ...]
    project: tuple[str, ...]
    stdlib_names: frozenset[str]
    by_module: Mapping[str, DistributionName]  # import name -> its only distribution, for modules without a file
    shared: frozenset[str] = frozenset()  # prefixes of site folders in which own code lies, too: pip install -t .


def top_level_owners(owners: Mapping[str, DistributionName]) -> dict[ModuleName, DistributionName]:
    """Return the import names that exactly one distribution provides, with it."""
    found = group_pairs((top_level(path.partition("/")[0]), name) for path, name in owners.items())
    return {import_name: names[0] for import_name, names in found.items() if len(set(names)) == 1}


def attribute(run: ProbeRun, places: Places) -> dict[ModuleName, Owner]:
    """Return the owner of every module loaded in `run`, by the real file it came from.

    A module without a file (failed, removed, a namespace) goes to the owner of its nearest
    loaded parent, then of its import name.
    """
    owners = {module: locate(origin.replace("\\", "/"), places) for module, origin in run.origins}
    for cost in run.costs:
        if owners.get(cost.module, UNKNOWN) is UNKNOWN:
            owners[cost.module] = _guess(cost.module, owners, places)
    return owners


def locate(origin: str, places: Places) -> Owner:
    """Return who owns the file `origin`."""
    found = site_of(origin, places)
    if found is not None:
        prefix, index = found
        name = places.owners[index].get(origin[len(prefix) :])
        if name or prefix not in places.shared:
            return Owner("distribution", name) if name else UNKNOWN
    for prefix in places.project:
        if origin.startswith(prefix):
            return Owner("first-party", origin[len(prefix) :])
    return UNKNOWN


def site_of(origin: str, places: Places) -> tuple[str, int] | None:
    """Return the row of `places.site` that the file `origin` lies in."""
    return next(((prefix, index) for prefix, index in places.site if origin.startswith(prefix)), None)


def _guess(module: ModuleName, owners: ByModule[Owner], places: Places) -> Owner:
    if module.startswith("<"):  # the probe's own spans: what the entry does outside of imports
        return Owner("first-party")
    for parent in reversed(ancestors(module)):
        known = owners.get(parent, UNKNOWN)
        if known.kind != "unknown":
            return Owner("first-party") if known.kind == "first-party" else known
    if top_level(module) in places.stdlib_names:  # wins on import; what was loaded from a site folder has an origin
        return STDLIB
    name = places.by_module.get(top_level(module))
    return UNKNOWN if name is None else Owner("distribution", name)


@dataclass(frozen=True, slots=True)
class LoadTree:
    """The observed loads of one run as a tree: who was being loaded when a module was."""

    costs: ByModule[ImportCost]  # the first load that succeeded, else the first that failed

    @classmethod
    def of(cls, run: ProbeRun, owners: ByModule[Owner] | None = None) -> LoadTree:
        """Index the loads of `run` by module.

        With `owners` a load that a function asked for while a module of ours was loading hangs on that function's
        module: `create_engine(url)` at our module level loads a driver, and SQLAlchemy is who imports it.
        """
        costs: dict[ModuleName, ImportCost] = {}
        for cost in run.costs:
            # A package may ask for its submodule while that submodule waits for the package: the same name
            # is then loaded inside its own load, and only the outer one leads to the importer.
            known = costs.get(cost.module)
            if known is None or (cost.ok and not known.ok):
                costs[cost.module] = cost
        return cls({module: _as_asked(cost, costs, owners or {}) for module, cost in costs.items()})

    def importers(self, module: ModuleName) -> Iterator[ModuleName]:
        """Yield who imported `module`, who imported that, and so on out to the entry."""
        seen = {module}
        cost = self.costs.get(module)
        while cost is not None and cost.importer is not None and cost.importer not in seen:
            seen.add(cost.importer)
            yield cost.importer
            cost = self.costs.get(cost.importer)

    def chain(self, module: ModuleName) -> tuple[ModuleName, ...]:
        """Return the modules from the entry down to `module`, without the probe's own spans."""
        return tuple(name for name in reversed([module, *self.importers(module)]) if not name.startswith("<"))


def _as_asked(cost: ImportCost, costs: ByModule[ImportCost], owners: ByModule[Owner]) -> ImportCost:
    asker = costs.get(cost.asked_by or "")
    is_ours = owners.get(cost.importer or "", UNKNOWN).kind == "first-party"
    if not is_ours or asker is None or asker.module == cost.module or asker.order > cost.order:
        return cost
    return replace(cost, importer=asker.module)


def locate_chain(
    chain: Iterable[ModuleName],
    owners: ByModule[Owner],
    sources: Mapping[str, SourceModule],
    costs: ByModule[ImportCost] | None = None,
) -> tuple[LoadStep, ...]:
    """Return `chain` with the first-party line behind each step, or the line of somebody else's function.

    `sources` maps project-relative paths to modules, `costs` modules to their loads, which say who asked by a call.
    """
    steps = []
    asker: SourceModule | None = None
    before: ModuleName | None = None
    for module in chain:
        cost = costs.get(module) if costs is not None else None
        line = cost.asked_line if cost is not None and cost.asked_by == before else None
        site = find_site(asker, module, line) if asker else None
        if site is not None:
            steps.append(LoadStep(module, site.path, site.line))
        elif asker is not None and line is not None:
            steps.append(LoadStep(module, asker.path, line))
        else:
            steps.append(LoadStep(module, None, None, line))
        owner = owners.get(module, UNKNOWN)
        asker = sources.get(owner.name) if owner.kind == "first-party" else None
        before = module
    return tuple(steps)


def find_site(asker: SourceModule, module: ModuleName, line: int | None = None) -> ImportSite | None:
    """Return the statement in `asker` that asks for `module`, its parent or something in it; best match first.

    Where it was seen which `line` asked, no statement of another line.
    """

    def rank(site: ImportSite) -> int | None:
        if site.module == module or any(f"{site.module}.{name}" == module for name in site.names):
            return 0
        if module.startswith(f"{site.module}.") and site.names:
            return 2
        if site.module.startswith(f"{module}."):
            return 1
        return 3 if site.module and module.startswith(f"{site.module}.") else None

    sites = asker.sites if line is None else [site for site in asker.sites if site.line == line]
    ranked = [(found, site.line, site) for site in sites if (found := rank(site)) is not None]
    return min(ranked, key=lambda item: item[:2])[2] if ranked else None

"""Which of the project's modules an entry reaches, at startup or lazily, and what that says of each import.

Laws: pure; the probe outranks every answer given here. Startup is what importing the entry runs: module level,
class bodies, and the functions that are called from there by a name that can be followed. Everything else in
reached files is lazy. What stands under an ordinary `if` counts as run, unless `conditions` has settled that it cannot
on the target. What no statement names and a framework loads all the same is known to `conventions`, and to nobody here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Sequence

from footprint.analysis.conventions import Depth, Lead, Scene, named_by, reached_by, settled_by, started_by
from footprint.analysis.conventions.lazy_packages import asked_by_call, asked_of
from footprint.analysis.conventions.named_modules import is_read, loaded_by_call, named_by_call
from footprint.analysis.conventions.pytest import find_test_support
from footprint.analysis.conventions.side_tools import find_beside, is_beside
from footprint.analysis.names.first_party import FirstParty, first_party_of
from footprint.analysis.names.import_names import ImportNames
from footprint.analysis.reach.call_names import CallNames, Function
from footprint.analysis.reach.reach_rule import reach_elsewhere, runs_beside, status_without_entry, use_elsewhere
from footprint.model.note import Note
from footprint.model.source_modules import (
    EntryPoint,
    ImportSite,
    Placement,
    ProjectSources,
    Reach,
    ReachedModule,
    ReachStatus,
    SiteUse,
    SourceModule,
)
from footprint.pairs import group_pairs
from footprint.values import replace

_ORDER: tuple[ReachStatus, ...] = ("startup", "lazy", "elsewhere", "unreached", "tests", "typing")
_STRENGTH: dict[ReachStatus, int] = {status: index for index, status in enumerate(_ORDER)}

Chain = tuple[ImportSite, ...]


def walk(sources: ProjectSources, entries: Sequence[EntryPoint], *, lazy_syntax: bool = True) -> tuple[Reach, ...]:
    """Return what each entry reaches, in the order of `entries`, those that run beside the others last.

    `lazy_syntax` is whether the target honours `lazy import` and `__lazy_modules__` (3.15 and later); before,
    what `__lazy_modules__` names is imported at once.
    An entry that leads to no file of the project has no modules and a note.
    """
    views: dict[str, FirstParty] = {}
    known: set[str] = set()
    reaches: list[Reach] = []
    for entry in _in_order(entries):
        root = entry.path_root
        if root not in views:
            views[root] = first_party_of(sources, root=root)
        passed = known if runs_beside(entry) else frozenset[str]()
        reaches.append(_EntryWalk(sources, entry, views[root], passed, lazy_syntax).result())
        known.update(module.path for module in reaches[-1].modules)
    return tuple(reaches)


def walk_all(sources: ProjectSources, entries: Sequence[EntryPoint], *, lazy_syntax: bool = True) -> tuple[Reach, ...]:
    """Return what `entries` reach, and what tools reach that run files of the project beside the application.

    What runs beside it shows only the files that no other reaches before: more does not matter.
    """
    return walk(sources, (*entries, *find_beside(sources)), lazy_syntax=lazy_syntax)


def with_entries(reaches: Sequence[Reach], sources: ProjectSources, entries: Sequence[EntryPoint]) -> tuple[Reach, ...]:
    """Return what `walk_all` gave for the same sources and entries, each reach with its entry."""
    ordered = _in_order((*entries, *find_beside(sources)))
    return tuple(replace(each, entry=entry) for each, entry in zip(reaches, ordered, strict=True))


def _in_order(entries: Iterable[EntryPoint]) -> list[EntryPoint]:
    return sorted(entries, key=runs_beside)


def is_lazy(site: ImportSite, *, lazy_syntax: bool = True) -> bool:
    """Whether a site that runs at import only promises the module: a read of its name at import loads it after all."""
    return lazy_syntax and site.form == "lazy" and site.used_at_import_line is None


def classify_sites(
    sources: ProjectSources, reaches: Sequence[Reach], names: ImportNames | None = None, *, lazy_syntax: bool = True
) -> tuple[SiteUse, ...]:
    """Return the strongest status of every import that is not the project's own, over all `reaches`.

    Shape: one value per site, in the order of the sources. With `names`, the standard library is left out.
    Pass one reach to see what one entry says, none where no entry is known: then every module counts as reached.
    """
    owns = _view_of(sources, reaches).owns if names is None else names.is_first_party
    support = find_test_support(sources, _applied(reaches))
    tables = group_pairs((each.path, (reach, each)) for reach in reaches for each in reach.modules)
    elsewhere = group_pairs((each.path, reach) for reach in reaches for each in reach.elsewhere)
    uses = []
    for module in sources.modules:
        reached = tables.get(module.path, ())
        for site in (*module.sites, *(named_by_call(module, names) if names is not None else loaded_by_call(module))):
            if owns(site) or (names is not None and names.is_stdlib(site.module)):
                continue
            found = [_use_in(site, *each, lazy_syntax=lazy_syntax) for each in reached]
            if not any(found):
                found = [use_elsewhere(site, *each) for each in reached]
                found += [use_elsewhere(site, reach, None) for reach in elsewhere.get(module.path, ())]
            unreached: ReachStatus = "tests" if module.path in support else "unreached"
            if site.placement is Placement.TYPE_CHECKING:
                unreached = "typing"
            elif not reaches and module.path not in support:
                unreached = status_without_entry(site, is_lazy=is_lazy(site, lazy_syntax=lazy_syntax))
            none = SiteUse(site, unreached, None, (site,))
            strongest = min([*(use for use in found if use), none], key=_strength)
            if strongest.caught_above and not all(use.caught_above for use in found if use):
                strongest = replace(strongest, caught_above=False)
            uses.append(strongest)
    return tuple(uses)


def _applied(reaches: Iterable[Reach]) -> frozenset[str]:
    """Return the paths of what the application runs; what runs beside it may be a tool of tests."""
    own = (each for each in reaches if each.entry.purpose == "start" and not runs_beside(each.entry))
    return frozenset(module.path for each in own for module in each.modules)


def _view_of(sources: ProjectSources, reaches: Sequence[Reach]) -> FirstParty:
    """Return the project as one entry sees it, or as a whole."""
    return first_party_of(sources, root=reaches[0].entry.path_root if len(reaches) == 1 else None)


def _strength(use: SiteUse) -> tuple[int, bool]:
    """Order uses, strongest first; what the measured application does goes before what runs beside it."""
    return _STRENGTH[use.status], use.job is not None


def _use_in(site: ImportSite, reach: Reach, module: ReachedModule, *, lazy_syntax: bool) -> SiteUse | None:
    """Return what one entry says of a site, None when it does not reach it."""
    if site.placement is Placement.TYPE_CHECKING:
        return None
    runs = _runs_at_startup(site, reach.entry, reach.startup_functions, module.chain, lazy_syntax=lazy_syntax)
    if runs is None:
        return None
    status: ReachStatus = "startup" if runs and module.status == "startup" else "lazy"
    job = reach.entry if reach.entry.beside else None
    is_other = module.other_process or _is_given_away(site, reach.given_away)
    is_caught = module.guarded and site.placement.runs_at_import
    return SiteUse(site, status, reach.entry.name, (*module.chain, site), job, is_other, is_caught)


def _is_given_away(site: ImportSite, functions: frozenset[Function]) -> bool:
    """Whether a site stands in a function that only another process runs, or inside of one."""
    parts = (site.function or "").split(".")
    return bool(functions) and any((site.path, ".".join(parts[:end])) in functions for end in range(1, len(parts) + 1))


def _runs_at_startup(
    site: ImportSite, entry: EntryPoint, functions: frozenset[Function], chain: Chain, *, lazy_syntax: bool
) -> bool | None:
    """Whether a site runs when its file is imported; None when it does not run there at all."""
    if site.placement.runs_at_import:
        return not is_lazy(site, lazy_syntax=lazy_syntax)
    if site.placement is Placement.MAIN:
        return True if not chain and entry.is_script else None
    if site.placement is Placement.FUNCTION:
        return (site.path, site.function or "") in functions
    return None


class _EntryWalk:
    """One entry, walked once: startup to its end, then lazily on from there."""

    def __init__(
        self, sources: ProjectSources, entry: EntryPoint, view: FirstParty, passed: Collection[str], lazy_syntax: bool
    ) -> None:
        self._entry, self._passed, self._lazy_syntax = entry, passed, lazy_syntax
        self._sources = sources
        self._first_party = view
        self._calls = CallNames(self._first_party)
        self._reached: dict[str, ReachedModule] = {}
        self._scene = Scene(entry, view, sources.modules, self._reached)
        self._by_path = self._scene.by_path
        self._open: set[str] = set()  # of those reached: what their import raises is not caught on every way to them
        self._functions: dict[Function, None] = {}
        self._modules: deque[str] = deque()
        self._pending: deque[Function] = deque()
        self._other_processes: list[Lead] = []  # leads of theirs, followed when all that is the entry's own is known
        self._is_beside = is_beside(entry)

    def result(self) -> Reach:
        """Walk and return what was found."""
        start = self._start()
        if runs_beside(self._entry):
            for module in start:
                self._reach(module, "lazy", (), is_start=True)
        else:
            self._run_startup(start)
        self._modules = deque(self._reached)
        self._lead_on(started_by(self._scene), "lazy")
        while self._modules:
            self._reach_lazily(self._modules.popleft())
            if not self._modules:
                self._lead_on(settled_by(self._scene), "lazy")
            if not self._modules and not self._is_beside:
                self._is_beside = True
                self._lead_on(self._other_processes, "lazy")
        modules = tuple(self._with_guard(self._reached[path]) for path in sorted(self._reached))
        others = reach_elsewhere(self._reached, self._by_path, self._first_party)
        functions, notes = frozenset(self._functions), tuple(self._notes())
        return Reach(self._entry, modules, functions, notes, others, self._given_away())

    def _with_guard(self, module: ReachedModule) -> ReachedModule:
        return module if module.path in self._open else replace(module, guarded=True)

    def _given_away(self) -> frozenset[Function]:
        """Return the tasks and commands of what a web process reaches that nothing of it calls by their name."""
        entry = self._entry
        if entry.role != "web" or entry.is_script or entry.runs_function:
            return frozenset()
        reached = [self._by_path[path] for path in self._reached]
        given = {(module.path, name) for module in reached for name in module.given_away}
        words = {name.rpartition(".")[2] for _, name in given}
        called = set[Function | None]()
        for module in reached if given else ():
            for calls in module.calls:
                if (module.path, calls.function) not in given:
                    names = (name for name in calls.names if name.rpartition(".")[2] in words)
                    called.update(self._calls.resolve(module, calls.function, name) for name in names)
        return frozenset(given - called)

    def _run_startup(self, start: tuple[SourceModule, ...]) -> None:
        for module in start:
            self._reach(module, "startup", ())
        self._enter_attribute(start)
        self._lead_on(started_by(self._scene), "startup")
        while self._modules or self._pending:  # breadth first: chains come out shortest
            if self._modules:
                self._run_module(self._by_path[self._modules.popleft()])
            else:
                self._run_function(self._pending.popleft())
            if not self._modules and not self._pending:
                self._lead_on(settled_by(self._scene), "startup")

    def _start(self) -> tuple[SourceModule, ...]:
        """Return the files that the launcher imports or runs by itself, the entry's own last."""
        entry = self._entry
        if entry.file is not None:
            return (self._by_path[entry.file],) if entry.file in self._by_path else ()
        module = entry.module or ""
        files = self._first_party.files_of(module)
        if self._first_party.find(module) is None and self._first_party.find(f"{module}.__main__") is None:
            files = ()
        if entry.is_script:
            files += self._first_party.files_of(f"{module}.__main__")
        return tuple({file.path: file for file in files}.values())

    def _enter_attribute(self, start: tuple[SourceModule, ...]) -> None:
        """Run what the launcher calls: a factory, or the function behind a console script."""
        is_called = self._entry.factory or self._entry.runs_function
        if start and self._entry.attribute and is_called:
            self._call(start[-1], "", self._entry.attribute)

    # Startup

    def _run_module(self, module: SourceModule) -> None:
        chain = self._reached[module.path].chain
        as_script = not chain and self._entry.is_script
        for site in module.sites:
            if _runs_at_startup(site, self._entry, frozenset[Function](), chain, lazy_syntax=self._lazy_syntax):
                self._follow(site, "startup", chain)
        self._lead_on(reached_by(module, self._scene), "startup")
        for reference in module.references:
            if reference.placement.runs_at_import or (as_script and reference.placement is Placement.MAIN):
                self._lead_on(named_by(reference, self._scene), "startup")
        for calls in module.calls:
            if calls.function == "" or (as_script and calls.function == "__main__"):
                for name in calls.names:
                    self._call(module, calls.function, name)

    def _run_function(self, function: Function) -> None:
        path, name = function
        module = self._by_path[path]
        if path not in self._reached:
            return  # called through a name that another file re-exports without importing it here
        chain = self._reached[path].chain
        for site in module.sites:
            if site.placement is Placement.FUNCTION and site.function == name:
                self._follow(site, "startup", chain)
        for reference in module.references:
            if reference.placement is Placement.FUNCTION and reference.function == name:
                self._lead_on(named_by(reference, self._scene), "startup")
        for calls in module.calls:
            if calls.function == name:
                for called in calls.names:
                    self._call(module, name, called)

    def _call(self, module: SourceModule, caller: str, name: str) -> None:
        function = self._calls.resolve(module, caller, name)
        if function is not None:
            self._run_later(function)
            return
        for file, site in asked_by_call(module, name, self._scene):
            self._reach(file, "startup", (*self._reached[module.path].chain, site))

    def _run_later(self, function: Function) -> None:
        if function not in self._functions:
            self._functions[function] = None
            self._pending.append(function)

    def _follow(self, site: ImportSite, status: Depth, chain: Chain) -> None:
        for module in self._first_party.leads_to(site) if self._first_party.owns(site) else ():
            self._reach(module, status, (*chain, site))
        for module in asked_of(site, self._scene):
            self._reach(module, status, (*chain, site))

    def _lead_on(self, leads: Iterable[Lead], status: Depth) -> None:
        """Follow what conventions know: at startup those leads that are as early as that, lazily all of them."""
        for lead in leads:
            if status == "startup" and lead.depth != "startup":
                continue
            if lead.beside and not self._is_beside:
                self._other_processes.append(lead)
                continue
            because = lead.because
            before = self._reached.get(because.path) if because is not None else None
            self._reach(lead.module, status, (*(before.chain if before else ()), *((because,) if because else ())))
            for name in lead.runs if status == "startup" else ():
                self._run_later((lead.module.path, name))

    def _reach(self, module: SourceModule, status: Depth, chain: Chain, *, is_start: bool = False) -> None:
        path = module.path
        if path in self._open or (path not in self._reached and not is_start and path in self._passed):
            return
        is_caught = bool(chain) and self._is_caught(chain[-1])
        if path not in self._reached:
            is_other = self._is_beside and not is_beside(self._entry)
            self._reached[path] = ReachedModule(path, module.module, status, chain, is_other)
        elif is_caught:
            return
        if not is_caught:
            self._open.add(path)
        self._modules.append(path)  # once more where the first way here was caught: so are those from here on

    def _is_caught(self, site: ImportSite) -> bool:
        """Whether the failing of an import is caught, by itself or around its file; a function fails later."""
        return site.guarded or (site.placement.runs_at_import and self._is_closed(site.path))

    def _is_closed(self, path: str) -> bool:
        return path in self._reached and path not in self._open

    # Lazily

    def _reach_lazily(self, path: str) -> None:
        module, chain = self._by_path[path], self._reached[path].chain
        runs_main = self._entry.beside and not chain and self._entry.is_script
        for site in module.sites:
            is_main = runs_main and site.placement is Placement.MAIN
            if is_main or site.placement.runs_at_import or site.placement is Placement.FUNCTION:
                self._follow(site, "lazy", chain)
        for reference in module.references:
            is_main = reference.placement is Placement.MAIN
            if reference.placement is not Placement.TYPE_CHECKING and (runs_main or not is_main):
                self._lead_on(named_by(reference, self._scene), "lazy")
        self._lead_on(reached_by(module, self._scene), "lazy")

    def _notes(self) -> Iterable[Note]:
        if not self._reached:
            yield Note("entry-not-first-party", f"{self._entry.target} leads to no file of the project")
        for note in self._sources.notes:
            # A name that is computed may lead to modules that look unreached from here.
            module = self._by_path.get(note.path or "") if note.code == "dynamic-import" else None
            if module is not None and note.path in self._reached and not is_read(module, note.line, self._scene):
                yield note

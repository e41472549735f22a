"""Which modules have to be read in full before a walk is right, and what files want to know of each other.

Laws: pure. A scan told their import statements only. Only modules that an entry reaches matter: what runs at startup
for the calls in it, a package for the names that hide its submodules, and whatever names further modules in strings.
Files ask each other for calls that end at a loader of another file, and for values that another file hands on: one
round of questions; whoever reads asks again until nothing new comes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from footprint.analysis.names.first_party import FirstParty, first_party_of
from footprint.analysis.reach.call_names import CallNames
from footprint.knowledge.name_takers import words_of_takers
from footprint.model.handed_names import Asked, Loader, ModuleStrings, Taking
from footprint.model.source_modules import ProjectSources, Reach, SourceModule
from footprint.names import ByPath, ModuleName, ancestors
from footprint.values import dataclass, replace

Strings = Mapping[str, ModuleStrings | None]

_NO_STRINGS = ModuleStrings()
_SETTINGS = "INSTALLED_APPS"  # what binds it is a settings module


def lazily_reached(sources: ProjectSources, reaches: Sequence[Reach]) -> frozenset[str]:
    """Return the paths of the modules reached lazily of which nothing but statements is known.

    What runs at startup is not among them: it is read in full whatever its strings say.
    """
    passed = {module.path for module in sources.modules if module.complete}
    passed |= {module.path for reach in reaches for module in reach.modules if module.status == "startup"}
    return frozenset(module.path for reach in reaches for module in reach.modules if module.path not in passed)


@dataclass(frozen=True, slots=True)
class PendingReads:
    """What is still to be learnt of modules, by path."""

    in_full: Mapping[str, frozenset[str]]  # read it if it holds one of these words; no words: whatever it holds
    binds: Mapping[str, frozenset[str]]  # which of these names its top level binds


def find_unread(
    sources: ProjectSources, reaches: Sequence[Reach], strings: Strings, indexes: dict[str, FileIndex]
) -> PendingReads:
    """Return what is still to be learnt of which modules; empty when the walk cannot change any more.

    `strings` has the names that stand in strings of the reached modules, by path, None for "cannot tell".
    `indexes` keeps, by import root, what does not change while the same modules are read further.
    """
    by_path = {module.path: module for module in sources.modules}
    in_full: dict[str, frozenset[str]] = {}
    binds: dict[str, frozenset[str]] = {}
    everywhere = {module.path for reach in reaches for module in reach.modules}
    for reach in reaches:
        root = reach.entry.path_root
        if root not in indexes:
            indexes[root] = FileIndex(first_party_of(sources, root=root))
        files = indexes[root]
        # what runs beside the others does not go where these have been
        is_beside = all(module.status == "lazy" for module in reach.modules)
        reached = everywhere if is_beside else {module.path for module in reach.modules}
        at_startup = {module.path for module in reach.modules if module.status == "startup"}
        for one in reach.modules:
            module = by_path[one.path]
            if not module.complete:
                said = strings.get(module.path, _NO_STRINGS)
                if one.status == "startup" or said is None:
                    in_full[module.path] = frozenset()
                elif (words := _names_more(module, said, files, reached, by_path, binds)) is not None:
                    _add(in_full, module.path, words)
            _ask_named(module, files, at_startup if one.status == "startup" else reached, binds)
            _add_neighbours(module, files, in_full, binds)
    unread = {module.path: module for module in sources.modules if not module.complete}
    return PendingReads(
        {path: words for path, words in in_full.items() if path in unread},
        {path: names - {*unread[path].binds} for path, names in binds.items() if path in unread},
    )


def _ask_named(
    module: SourceModule, files: FileIndex, settled: AbstractSet[str], binds: dict[str, frozenset[str]]
) -> None:
    """Ask what the files bind that the references of a module name."""
    for reference in module.references:
        name = reference.module
        asked = frozenset({_SETTINGS} if files.has(name) else {_SETTINGS, name.rpartition(".")[2]})
        for path in files.named([name]) - settled:
            binds[path] = binds.get(path, frozenset()) | asked


def _names_more(
    module: SourceModule,
    said: ModuleStrings,
    files: FileIndex,
    reached: AbstractSet[str],
    by_path: ByPath[SourceModule],
    binds: dict[str, frozenset[str]],
) -> frozenset[str] | None:
    """Return the words with which strings of a module may lead to files that are not reached, as PendingReads has them.

    None where they cannot. A name without a dot leads to a module only where something in the file takes such names. A
    dotted name by which no file goes leads to the one whose top level binds its last part: that is asked.
    """
    more = [name for name in said.full if not files.named([name]) <= reached]
    plain = any(not files.named([name]) <= reached for name in said.plain)
    if any(map(files.has, more)) or ((more or plain) and said.takes_plain):
        return frozenset()
    for name in more:
        owner, _, last = name.rpartition(".")
        path = files.path(owner) if owner else None
        if path is not None and last in by_path[path].binds:
            return frozenset()
        if path is not None and not by_path[path].complete:
            binds[path] = binds.get(path, frozenset()) | {last}
    if not (more or plain):
        return None
    words = frozenset().union(*(words_of_takers(name) for site in module.sites for name in site.targets))
    return (frozenset() if "" in words else words) if words else None


def with_binds(sources: ProjectSources, binds: Mapping[str, frozenset[str]]) -> ProjectSources:
    """Return `sources` with names that the modules at these paths are now known to bind."""
    modules = tuple(
        replace(module, binds=(*module.binds, *sorted(binds[module.path]))) if binds.get(module.path) else module
        for module in sources.modules
    )
    return replace(sources, modules=modules)


def _add_neighbours(
    module: SourceModule, files: FileIndex, in_full: dict[str, frozenset[str]], binds: dict[str, frozenset[str]]
) -> None:
    """Ask for what the packages that a module imports from have to say."""
    for path, names in _hidden_by(module, files):
        binds[path] = binds.get(path, frozenset()) | names
    for path, names in _listed_by(module, files):
        _add(in_full, path, names)


def _add(found: dict[str, frozenset[str]], path: str, words: frozenset[str]) -> None:
    """Ask for more words in a file, unless it is read anyhow."""
    before = found.get(path)
    if before is None:
        found[path] = words
    else:
        found[path] = before | words if before and words else frozenset()


class FileIndex:
    """The files that dotted names lead to, each name looked up once."""

    def __init__(self, first_party: FirstParty) -> None:
        """Take the names; what their files say is not asked for."""
        self._first_party = first_party
        self._known: dict[ModuleName, frozenset[str]] = {}
        self._below: dict[ModuleName, set[str]] = {}
        for name in first_party.names():
            parent, _, last = name.rpartition(".")
            self._below.setdefault(parent, set()).add(last)

    def package(self, name: ModuleName) -> str | None:
        """Return the path of the file that a module is if there are modules below it."""
        return self.path(name) if name in self._below else None

    def below(self, name: ModuleName) -> frozenset[str]:
        """Return the last words of the names of the modules directly below one."""
        return frozenset(self._below.get(name, ()))

    def has(self, name: ModuleName) -> bool:
        """Return whether a module by this name is ours."""
        return self.path(name) is not None

    def path(self, name: ModuleName) -> str | None:
        """Return the path of the file that a module is."""
        found = self._first_party.find(name)
        return found.path if found is not None else None

    def named(self, names: Iterable[ModuleName]) -> frozenset[str]:
        """Return the paths of the modules by these names, and of those whose attributes they may be."""
        return frozenset().union(*(self._of(name) for name in names))

    def _of(self, name: ModuleName) -> frozenset[str]:
        known = self._known.get(name)
        if known is None:
            own, owner = self._first_party.files_of(name), self._first_party.files_of(name.rpartition(".")[0])
            known = self._known[name] = frozenset(file.path for file in (*own, *owner))
        return known


def _hidden_by(module: SourceModule, files: FileIndex) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the packages that a module asks for submodules, with those names: the package may bind them otherwise."""
    for site in module.sites:
        package = files.package(site.module) if site.names else None
        names = frozenset(name for name in site.names if files.has(f"{site.module}.{name}"))
        if package is not None and names:
            yield package, names


def _listed_by(module: SourceModule, files: FileIndex) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the packages that a module asks for all they list, with the submodules that may be among it, in quotes."""
    for site in module.sites:
        package = files.package(site.module) if "*" in site.names else None
        if package is not None:
            yield package, frozenset(f"{quote}{name}{quote}" for name in files.below(site.module) for quote in "\"'")


_QUESTIONS_AT_MOST = 5_000
_CONSTRUCTORS = frozenset({"__init__", "__new__"})


def find_questions(sources: ProjectSources) -> Mapping[str, Asked]:
    """Return by path what the other files ask of each."""
    own = [module for module in sources.modules if not module.path.endswith(".pyi")]
    loaders = {module.path: module for module in own if module.loaders}
    takings = [(module, taking) for module in own for taking in module.takings]
    if not loaders and not takings:
        return {}
    first_party = first_party_of(sources)
    calls: dict[str, dict[tuple[str, Loader], None]] = defaultdict(dict)
    for path, name, loader in _calls_of(loaders, own, first_party):
        calls[path][name, loader] = None
    values: dict[str, dict[Taking, None]] = defaultdict(dict)
    for module, taking in takings[:_QUESTIONS_AT_MOST]:
        found = _home_of(taking, first_party)
        if found is not None and found[0] != module.path:
            values[found[0]][found[1]] = None
    return {path: Asked(tuple(calls[path]), tuple(values[path])) for path in sorted({*calls, *values})}


def _calls_of(
    loaders: ByPath[SourceModule], own: Iterable[SourceModule], first_party: FirstParty
) -> Iterator[tuple[str, str, Loader]]:
    """Yield (path, name as called, loader) for the calls that lead to a loader of another file."""
    by_function = {(path, each.function): each for path, module in loaders.items() for each in module.loaders}
    by_method = {function.rpartition(".")[2]: path for path, function in by_function if "." in function}
    words = {_word_of(function) for _, function in by_function}
    names = CallNames(first_party)
    for module in own:
        aliases = _aliases_in(module, words)
        for calls in module.calls:
            for name in calls.names:
                last = name.rpartition(".")[2]
                if last not in words and name not in aliases:
                    continue
                found = names.resolve(module, calls.function, name)
                path = by_method.get(last)
                if found is None and path is not None and _imports(module, loaders[path], first_party):
                    found = next(key for key in by_function if key[0] == path and key[1].endswith(last))
                if found is not None and found[0] != module.path and found in by_function:
                    yield module.path, name, by_function[found]


def _aliases_in(module: SourceModule, words: Collection[str]) -> frozenset[str]:
    """Return the names under which a module imports functions that are called otherwise."""
    pairs = (pair for site in module.sites if site.names for pair in zip(site.names, site.bound, strict=False))
    return frozenset(bound for name, bound in pairs if name in words)


def _word_of(function: str) -> str:
    owner, _, last = function.rpartition(".")
    return owner.rpartition(".")[2] if last in _CONSTRUCTORS else last


def _imports(module: SourceModule, other: SourceModule, first_party: FirstParty) -> bool:
    return any(file.path == other.path for site in module.sites for file in first_party.leads_to(site))


def _home_of(taking: Taking, first_party: FirstParty) -> tuple[str, Taking] | None:
    """Return the file of a value, and the question with the name that the value has there."""
    name = taking.source.lstrip(".")
    for module in reversed(ancestors(name)):
        file = first_party.find(module)
        if file is not None:
            return file.path, replace(taking, source=name[len(module) + 1 :])
    return None

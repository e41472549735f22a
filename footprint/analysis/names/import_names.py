"""Import names to distributions: by the files that each recorded, and for what is not installed by well-known names.

Laws: pure. Folder names are not asked, and neither is the spelling of a distribution's name, unless nothing else
is known: `import yaml` belongs to whoever owns yaml/__init__.py. A folder without a module of its own is shared:
`google` says nothing, `google.cloud.storage` does.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import lru_cache

from footprint.analysis.names.first_party import FirstParty, Views
from footprint.model.installed_environment import Installed
from footprint.model.source_modules import ImportSite
from footprint.names import ByName, DistributionName, ModuleName, Names, ancestors, normalise, owner_of, top_level
from footprint.pairs import group_pairs
from footprint.values import dataclass, field

Owners = Sequence[Mapping[str, DistributionName]]  # of recorded files, one mapping for each site folder
_STUBS = "-stubs"
# All of an import site that an answer depends on.
_Asked = tuple[str, ModuleName, tuple[str, ...], int, tuple[str, ...]]


@dataclass(slots=True)
class _NameTree:
    """The modules under one top-level name: owners of files, and of everything below a folder."""

    files: dict[ModuleName, dict[DistributionName, None]] = field(default_factory=dict)
    folders: dict[ModuleName, dict[DistributionName, None]] = field(default_factory=dict)


class ImportNames:
    """Answers which distributions provide a module. Each top-level name is indexed when it is first asked for."""

    def __init__(
        self,
        owners: Owners,
        installed: Sequence[Installed],
        stdlib_names: Collection[str],
        *,
        first_party: FirstParty | None = None,
        views: Views | None = None,
        own_names: Callable[[], Collection[DistributionName]] = frozenset,
    ) -> None:
        """Index `DiskScan.owners`; `first_party` lets the project's own modules win where they do at run time.

        `views` are by path how files see the project otherwise, as `views_of` gives them. `own_names` tells what the
        project itself is installed as, and is asked only where that matters.
        """
        self._paths: dict[str, list[tuple[int, str, DistributionName]]] = {}  # with the number of their site folder
        for order, mapping in enumerate(owners):
            for path, owner in mapping.items():
                end = path.find("/")
                top = path[:end] if end >= 0 else _module_of(path)
                self._paths.setdefault(top, []).append((order, path, owner))
        self._guesses, self._stdlib = _guess_editable(owners, installed), stdlib_names
        self._first_party, self._views, self._own_names = first_party, views or {}, own_names
        self._trees: dict[str, _NameTree] = {}
        self._recorded: ByName[tuple[str, ...]] = {}
        self._modules: dict[DistributionName, tuple[ModuleName, ...]] = {}
        self._is_ours: dict[_Asked, bool] = {}
        self._tops: dict[ModuleName, bool | None] = {}
        self._used: dict[_Asked, tuple[DistributionName, ...]] = {}

    def is_stdlib(self, module: ModuleName) -> bool:
        """Whether the standard library answers to `module`, none of the project's own files being in front of it."""
        top = top_level(module)
        if top not in self._stdlib:
            return False
        # Built-in modules are found before the path is looked at.
        hidden = self._first_party is not None and self._first_party.find(top) is not None
        return top in sys.builtin_module_names or not hidden

    def is_first_party(self, site: ImportSite) -> bool:
        """Whether the project's own files answer to an import; not where they do so for one of several entries only."""
        if self._first_party is None or site.level > 0:
            return site.level > 0
        if site.path not in self._views:
            top = top_level(site.module)
            if top not in self._tops:
                self._tops[top] = self._tell_by_top(top, self._first_party)
            if (told := self._tops[top]) is not None:
                return told
        asked = site.path, site.module, site.names, site.level, site.bound
        known = self._is_ours.get(asked)
        if known is None:  # several times for each import: of its class, of its owner, of what stubs describe
            known = self._is_ours[asked] = self._find_first_party(site, self._first_party)
        return known

    def _tell_by_top(self, top: ModuleName, whole: FirstParty) -> bool | None:
        """Return whether every import that begins with a name is ours; None where it depends on the import."""
        file = whole.find(top)
        if top in self._stdlib:
            return False if file is None or top in sys.builtin_module_names else None
        return True if file is not None and file.module == top else None

    def _find_first_party(self, site: ImportSite, whole: FirstParty) -> bool:
        views = self._views.get(site.path)
        if views is None:
            return self._is_owned(site, whole)
        owned = [self._is_owned(site, view) for view in views]
        return all(owned) or (any(owned) and not self.is_installed(site.module))

    def _is_owned(self, site: ImportSite, view: FirstParty) -> bool:
        """Whether the project's own files answer to an import, as `view` sees them."""
        top = top_level(site.module)
        if site.level == 0 and top in self._stdlib:
            return not self.is_stdlib(top) and view.owns(site, elsewhere={top})
        is_elsewhere = top in self._paths or top in self._guesses
        if view.owns(site, elsewhere={top} if is_elsewhere else ()):
            return True
        if not is_elsewhere or not view.owns(site):
            return False
        if top not in self._paths:  # only guessed: a file that is here tells more
            return bool(view.leads_to(site))
        # A namespace package that others share: what they record is theirs, the rest of what our files answer to ours.
        # What is installed of the project itself is ours: beetsplug/ of beets has no __init__.
        own = frozenset(self._own_names())
        if own.issuperset(owner for _, _, owner in self._paths[top]):
            return True
        is_shared = top not in self._tree(top).files
        return is_shared and bool(view.leads_to(site)) and own.issuperset(self._providers(site))

    def owner_of(self, site: ImportSite) -> tuple[DistributionName, ...]:
        """Return the distributions that an import uses, sorted.

        Empty for the project's own modules, the standard library, what is not installed, and a folder that many
        share: `import google.cloud` loads no part. Several when the statement does not tell which one is meant.
        """
        asked = site.path, site.module, site.names, site.level, site.bound
        known = self._used.get(asked)
        if known is None:
            is_known = self.is_first_party(site) or self.is_stdlib(site.module)
            known = self._used[asked] = () if is_known else self._providers(site)
        return known

    def owner_of_module(self, module: ModuleName) -> tuple[DistributionName, ...]:
        """Return the distributions that provide a module which was observed, whoever imports it, sorted."""
        return () if top_level(module) in self._stdlib else tuple(sorted(self._owners_of(module)))

    def modules_of(self, names: Names) -> ByName[tuple[ModuleName, ...]]:
        """Return the import names of distributions that have any, sorted by name. Each is found once, and kept."""
        if not self._recorded:
            recorded = ((owner, path) for paths in self._paths.values() for _, path, owner in paths)
            self._recorded = group_pairs(recorded)
        for name in names:
            if name not in self._modules:
                self._modules[name] = outermost_modules(self._recorded.get(name, ()))
        return {name: self._modules[name] for name in sorted(names) if self._modules[name]}

    def stubs_for(self, module: ModuleName) -> tuple[DistributionName, ...]:
        """Return the distributions with type stubs for `module`: owners of `foo-stubs` for foo, sorted. PEP 561."""
        return tuple(sorted({owner for _, _, owner in self._paths.get(f"{top_level(module)}{_STUBS}", ())}))

    def is_installed(self, module: ModuleName) -> bool:
        """Whether any distribution offers the top-level name of `module`."""
        top = top_level(module)
        return top in self._paths or top in self._guesses

    def missing_part(self, module: ModuleName) -> ModuleName:
        """Return the part of a module that nobody provides, outermost first: of a namespace others may be there."""
        tree = self._tree(top_level(module))
        names = (*ancestors(module), module)
        return next((name for name in names if name not in tree.files and name not in tree.folders), module)

    def is_of_many(self, site: ImportSite) -> bool:
        """Whether an import names a folder that several distributions share, none of them having it for itself.

        Whichever is removed, it works. Which part of it is meant by an attribute shows where it has a name of its own
        (`import google.cloud as c`): then all are meant.
        """
        if site.names or site.level:
            return False
        module, top = site.module, top_level(site.module)
        tree = self._tree(top)
        if module in tree.files or len(tree.folders.get(module, ())) < 2 or site.bound not in ((), (top,)):
            return False
        return not any(name in tree.files for name in ancestors(module))

    def _is_missing_part(self, module: ModuleName) -> bool:
        """Whether a module is one of a namespace that somebody's __init__ stands for, and nobody has it.

        backports-datetime-fromisoformat brings `backports/__init__.py` and nothing beside its own part: it neither is
        nor binds `backports.ssl_match_hostname`. What is named after its part tells so itself.
        """
        top, dot, _ = module.partition(".")
        tree = self._tree(top)
        if not dot or module in tree.files or module in tree.folders or any(map(tree.files.get, ancestors(module)[1:])):
            return False
        return any(_is_part(owner, tree, top) for owner in tree.files.get(top, ()))

    def _providers(self, site: ImportSite) -> tuple[DistributionName, ...]:
        """Return the distributions that record what an import names, sorted."""
        if self.is_of_many(site) or self._is_missing_part(site.module):
            return ()
        return tuple(sorted({name for module in site.targets for name in self._owners_of(module)}))

    def _owners_of(self, module: ModuleName) -> Names:
        """Return the owners of the file that `module` leads to, or of all below when it is a folder without one.

        A regular package answers for names below it that have no file: it may well bind them. A folder without
        __init__ binds nothing, so there the search ends: google.cloud.storage is not provided by google.cloud.x.
        """
        top = top_level(module)
        tree = self._tree(top)
        if module not in tree.files and module in tree.folders:
            return tree.folders[module]
        for name in (module, *reversed(ancestors(module))):
            if name in tree.files:
                return tree.files[name]
            if name in tree.folders:
                return ()
        return self._guesses.get(top, ())

    def _tree(self, top: str) -> _NameTree:
        tree = self._trees.get(top)
        if tree is not None:
            return tree
        tree = self._trees[top] = _NameTree()
        seen_in: dict[ModuleName, int] = {}
        for order, path, owner in sorted(self._paths.get(top, ()), key=lambda item: item[0]):
            module = _module_of(path)
            if seen_in.setdefault(module, order) == order:  # the first site folder on the path wins
                tree.files.setdefault(module, {})[owner] = None
            for folder in ancestors(module):
                tree.folders.setdefault(folder, {})[owner] = None
        return tree


def _is_part(owner: DistributionName, tree: _NameTree, top: str) -> bool:
    """Whether all that a distribution has below `top`, private modules aside, is the part that it is named after."""
    own = [name for name, owners in tree.files.items() if owner in owners and "._" not in name]
    part = next((name for name in own if normalise(name) == owner), top)
    return part != top and all(f"{name}.".startswith(f"{part}.") or part.startswith(f"{name}.") for name in own)


def _module_of(path: str) -> ModuleName:
    """Return the dotted module of a recorded file: `a/b.cpython-311-x86_64-linux-gnu.so` is a.b."""
    folder, _, name = path.rpartition("/")
    stem = name.partition(".")[0]
    if stem == "__init__" and folder:
        return folder.replace("/", ".")
    return f"{folder.replace('/', '.')}.{stem}" if folder else stem


def _guess_editable(owners: Owners, installed: Sequence[Installed]) -> dict[str, tuple[DistributionName, ...]]:
    """Return import names for distributions without recorded modules: editable ones have theirs elsewhere.

    Their metadata may name them (PEP 794), and their entry points name modules of theirs; failing the first, the name
    itself with underscores counts, too.
    """
    known = {owner for mapping in owners for owner in mapping.values()}
    guesses: list[tuple[str, DistributionName]] = []
    for one in installed:
        if one.name in known and (one.origin != "editable" or one.places):
            continue
        scripts = [each for each in one.entry_points if each.group in ("console_scripts", "gui_scripts")]
        tops = {top_level(each.value.partition(":")[0].strip()) for each in scripts}
        said = {top_level(name) for name in one.import_names}
        guesses += ((top, one.name) for top in tops | (said or {one.name.replace("-", "_")}))
    return {top: tuple(sorted(names)) for top, names in group_pairs(guesses).items()}


KnownNames = Mapping[ModuleName, tuple[DistributionName, ...]]


def usual_providers(module: ModuleName, known: KnownNames) -> tuple[DistributionName, ...]:
    """Return the distributions known to provide `module`, the usual one first; empty when the table has none.

    The longest name that fits counts: google.cloud.storage.blob is looked up before google.
    """
    return owner_of(module, known) or ()


def likely_providers(site: ImportSite, known: KnownNames, there: Names) -> tuple[DistributionName, ...]:
    """Return which of `there` an import of something not installed must mean, sorted.

    By its own name, at full depth for shared namespaces, or by the table of well-known names; no further guess is made.
    """
    return tuple(sorted({name for module in site.targets for name in declared_providers(module, known, there)}))


def declared_providers(module: ModuleName, known: KnownNames, there: Names) -> tuple[DistributionName, ...]:
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


def outermost_modules(paths: Iterable[str]) -> tuple[ModuleName, ...]:
    """Return the outermost packages and modules among files, of those that have a file of their own."""
    kept: list[ModuleName] = []
    for module in sorted({module for path in paths if (module := _module_at(path))}):
        if not kept or not module.startswith(f"{kept[-1]}."):  # a package stands before what is below it
            kept.append(module)
    return tuple(kept)


def _module_at(path: str) -> ModuleName | None:
    """Return the module that a file is, a package for its __init__; None for what cannot be imported."""
    if not path.endswith((".py", ".so", ".pyd")):
        return None
    folder, _, file = path.rpartition("/")
    stem = file.partition(".")[0]
    parts = [*folder.split("/"), stem] if folder else [stem]
    parts = parts[:-1] if stem == "__init__" else parts
    return ".".join(parts) if parts and all(map(str.isidentifier, parts)) else None

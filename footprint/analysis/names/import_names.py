"""Import names to distributions, by the files that each distribution recorded.

Laws: pure. Folder names are not asked, and neither is the spelling of a distribution's name, unless nothing else
is known: `import yaml` belongs to whoever owns yaml/__init__.py.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import field

from footprint.analysis.names.first_party import FirstParty
from footprint.model.installed_environment import Installed
from footprint.model.source_modules import ImportSite
from footprint.names import DistributionName, ModuleName, ancestors, top_level
from footprint.pairs import group_pairs
from footprint.values import dataclass

_STUBS = "-stubs"


@dataclass(slots=True)
class _NameTree:
    """The modules under one top-level name: owners of files, and of everything below a folder."""

    files: dict[ModuleName, dict[DistributionName, None]] = field(default_factory=dict)
    folders: dict[ModuleName, dict[DistributionName, None]] = field(default_factory=dict)


class ImportNames:
    """Answers which distributions provide a module. Each top-level name is indexed when it is first asked for."""

    def __init__(
        self,
        paths: Mapping[str, Sequence[tuple[int, str, DistributionName]]],
        guesses: Mapping[str, tuple[DistributionName, ...]],
        stdlib_names: Collection[str],
        first_party: FirstParty | None,
        views: Mapping[str, tuple[FirstParty, ...]],
    ) -> None:
        """Take what `build` has prepared: recorded paths by top-level name, with the number of their site folder."""
        self._paths, self._guesses, self._stdlib, self._first_party = paths, guesses, stdlib_names, first_party
        self._views = views
        self._trees: dict[str, _NameTree] = {}

    @classmethod
    def build(
        cls,
        owners: Sequence[Mapping[str, DistributionName]],
        installed: Sequence[Installed],
        stdlib_names: Collection[str],
        *,
        first_party: FirstParty | None = None,
        views: Mapping[str, tuple[FirstParty, ...]] | None = None,
    ) -> ImportNames:
        """Index `DiskScan.owners`; `first_party` lets the project's own modules win where they do at run time.

        `views` are by path how files see the project otherwise, as `views_of` gives them.
        """
        paths: dict[str, list[tuple[int, str, DistributionName]]] = {}
        for order, mapping in enumerate(owners):
            for path, owner in mapping.items():
                end = path.find("/")
                top = path[:end] if end >= 0 else _module_of(path)
                paths.setdefault(top, []).append((order, path, owner))
        return cls(paths, _guess_editable(owners, installed), stdlib_names, first_party, views or {})

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
        if self._first_party is None:
            return site.level > 0
        views = self._views.get(site.path)
        if views is None:
            return self._is_owned(site, self._first_party)
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
        if top not in self._paths:  # only guessed: a file that is here tells more
            return is_elsewhere and bool(view.leads_to(site))
        # A namespace package that others share: what they record is theirs, the rest of what our files answer to ours.
        is_shared = top not in self._tree(top).files
        return is_shared and bool(view.leads_to(site)) and not self._providers(site)

    def owner_of(self, site: ImportSite) -> tuple[DistributionName, ...]:
        """Return the distributions that an import uses, sorted.

        Empty for the project's own modules, the standard library and what is not installed. Several when the
        statement does not tell: `import google.cloud` names a folder that many distributions share.
        """
        if self.is_first_party(site) or self.is_stdlib(site.module):
            return ()
        return self._providers(site)

    def owner_of_module(self, module: ModuleName) -> tuple[DistributionName, ...]:
        """Return the distributions that provide a module which was observed, whoever imports it, sorted."""
        return () if top_level(module) in self._stdlib else tuple(sorted(self._owners_of(module)))

    def stubs_for(self, module: ModuleName) -> tuple[DistributionName, ...]:
        """Return the distributions with type stubs for `module`: owners of `foo-stubs` for foo, sorted. PEP 561."""
        found = self._paths.get(f"{top_level(module)}{_STUBS}", ())
        return tuple(sorted({owner for _, _, owner in found}))

    def is_installed(self, module: ModuleName) -> bool:
        """Whether any distribution offers the top-level name of `module`."""
        top = top_level(module)
        return top in self._paths or top in self._guesses

    def _providers(self, site: ImportSite) -> tuple[DistributionName, ...]:
        """Return the distributions that record what an import names, sorted."""
        return tuple(sorted({name for module in site.targets for name in self._owners_of(module)}))

    def _owners_of(self, module: ModuleName) -> Collection[DistributionName]:
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


def _module_of(path: str) -> ModuleName:
    """Return the dotted module of a recorded file: `a/b.cpython-311-x86_64-linux-gnu.so` is a.b."""
    folder, _, name = path.rpartition("/")
    stem = name.partition(".")[0]
    if stem == "__init__" and folder:
        return folder.replace("/", ".")
    return f"{folder.replace('/', '.')}.{stem}" if folder else stem


def _guess_editable(
    owners: Sequence[Mapping[str, DistributionName]], installed: Sequence[Installed]
) -> dict[str, tuple[DistributionName, ...]]:
    """Return import names for distributions without recorded modules: editable ones have theirs elsewhere.

    Their metadata may name them (PEP 794), and their entry points name modules of theirs; failing the first, the name
    itself with underscores counts, too.
    """
    known = {owner for mapping in owners for owner in mapping.values()}
    guesses: list[tuple[str, DistributionName]] = []
    for distribution in installed:
        if distribution.name in known and (distribution.origin != "editable" or distribution.places):
            continue
        scripts = ("console_scripts", "gui_scripts")
        tops = {
            top_level(entry.value.partition(":")[0].strip())
            for entry in distribution.entry_points
            if entry.group in scripts
        }
        said = {top_level(name) for name in distribution.import_names}
        guesses += ((top, distribution.name) for top in tops | (said or {distribution.name.replace("-", "_")}))
    return {top: tuple(sorted(names)) for top, names in group_pairs(guesses).items()}

"""Which imports are the project's own, and to which files they lead.

Laws: pure. A name is ours only when a file of ours answers to it; a folder that happens to be called like an
installed or standard module takes nothing away from that module unless it would at run time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache

from footprint.model.source_modules import ImportSite, ProjectSources, Reach, SourceModule, name_under
from footprint.names import ModuleName, ancestors, top_level
from footprint.pairs import group_pairs

_name_under = lru_cache(maxsize=1 << 16)(name_under)  # the same files are looked at for every walk


class FirstParty:
    """Names to files of one project, as seen from one place on the path."""

    def __init__(self, sources: ProjectSources, *, root: str | None = None) -> None:
        """Index `sources`; names under `root` come before primary names, and these before the others."""
        runnable = [module for module in sources.modules if module.path.endswith(".py")]
        self._by_name: dict[ModuleName, SourceModule] = {}
        if root is not None:
            for module in runnable:
                name = _name_under(module.path, root)
                if name is not None:
                    self._by_name.setdefault(name, module)
        for module in runnable:
            self._by_name.setdefault(module.module, module)
        for module in runnable:
            for name in module.other_names:
                self._by_name.setdefault(name, module)
        self._folders = _folders_above(self._by_name) - self._by_name.keys()

    def with_modules(self, further: Mapping[str, SourceModule]) -> FirstParty:
        """Return the same names, some of which lead to files of which more was read, by path."""
        made = object.__new__(FirstParty)
        made._by_name = {name: further.get(module.path, module) for name, module in self._by_name.items()}
        made._folders = self._folders
        return made

    def find(self, module: ModuleName) -> SourceModule | None:
        """Return the file that `module` names."""
        return self._by_name.get(module)

    def names(self) -> Collection[ModuleName]:
        """Return every name that leads to a file."""
        return self._by_name.keys()

    def owns(self, site: ImportSite, *, elsewhere: Collection[str] = ()) -> bool:
        """Whether an import is the project's own; `elsewhere` are top-level names that something else offers.

        A regular module or package of ours wins, since the project comes first on the path. A folder without
        __init__.py loses to any regular package: `alembic/` full of migrations is not what `import alembic` means.
        Source: language reference 5.5.5, path entry finders; namespace portions come last.
        """
        if site.level > 0:
            return True
        top = top_level(site.module)
        named = self._by_name.get(top)
        # papis/filetype.py says `import filetype`: no module means itself by a name that only another root gives it.
        is_itself = named is not None and named.path == site.path and named.module != top
        if named is not None and not (is_itself and top in elsewhere):
            return True
        if top in elsewhere or top not in self._folders:
            return False
        return bool(self.leads_to(site)) or site.module in self._folders

    def leads_to(self, site: ImportSite) -> tuple[SourceModule, ...]:
        """Return the files that an import runs, in running order: packages above, the module, submodules named."""
        return self.files_of(site.module, site.names)

    def files_of(self, module: ModuleName, names: tuple[str, ...] = ()) -> tuple[SourceModule, ...]:
        """Return the files that importing `module`, and `names` from it, runs."""
        chain = [*ancestors(module), module] if module else []
        found = {file.path: file for name in chain if (file := self._by_name.get(name)) is not None}
        package = self._by_name.get(module)
        if package is None and module and module not in self._folders:
            return tuple(found.values())
        if names == ("*",):
            names = package.exports if package is not None else ()
        for name in names:
            file = self._by_name.get(f"{module}.{name}" if module else name)
            if file is not None and not (package is not None and _hides(package, name)):
                found[file.path] = file
        return tuple(found.values())


_Made = tuple[tuple[SourceModule, ...], dict[str | None, FirstParty]]
_last: list[_Made] = [((), {})]


def first_party_of(sources: ProjectSources, *, root: str | None = None) -> FirstParty:
    """Return the index of these modules as seen from `root`, made once as long as nobody asks of others.

    Where the last ones had the same names, as those have that were read further, it is the same with these in it.
    """
    modules, made = _last[0]
    if modules is not sources.modules:
        further = _further(modules, sources.modules)
        made = {} if further is None else {each: one.with_modules(further) for each, one in made.items()}
        _last[0] = sources.modules, made
    found = made.get(root)
    if found is None:
        found = made[root] = FirstParty(sources, root=root)
    return found


def _further(before: Sequence[SourceModule], after: Sequence[SourceModule]) -> dict[str, SourceModule] | None:
    """Return by path what differs in modules that have the same paths and names in the same order, None in others."""
    if len(before) != len(after):
        return None
    pairs = [(old, new) for old, new in zip(before, after, strict=True) if old is not new]
    named = ((old.path, old.module, old.other_names) == (new.path, new.module, new.other_names) for old, new in pairs)
    return {new.path: new for _, new in pairs} if all(named) else None


Views = Mapping[str, tuple[FirstParty, ...]]


def views_of(reaches: Iterable[Reach], sources: ProjectSources, whole: FirstParty) -> Views:
    """Return by path how the files see the project that an entry reaches from a folder of its own.

    The folder of a script comes first on its path, and to `import redis` in it `redis.py` beside it answers. Shape:
    only files that see otherwise than `whole`; `whole` among the views of one that other entries reach, too.
    """
    views = dict.fromkeys(sources.roots, whole)
    seen: dict[str, dict[str, FirstParty]] = {}
    for reach in reaches:
        root = reach.entry.path_root
        if root not in views:
            views[root] = first_party_of(sources, root=root)
        for module in reach.modules:
            seen.setdefault(module.path, {})[root if views[root] is not whole else "."] = views[root]
    return {path: tuple(found.values()) for path, found in seen.items() if tuple(found.values()) != (whole,)}


def _folders_above(names: Iterable[ModuleName]) -> set[ModuleName]:
    """Return the packages that stand above `names`."""
    found: set[ModuleName] = set()
    for name in names:
        above = name.rpartition(".")[0]
        while above and above not in found:
            found.add(above)
            above = above.rpartition(".")[0]
    return found


def _hides(package: SourceModule, name: str) -> bool:
    """Whether what __init__ defines under `name` hides the submodule.

    Not when __init__ imports that submodule itself: `gmail = None` is then what is left where the import fails.
    """
    if name not in package.binds:
        return False
    return not any(name in site.names and site.module == package.module for site in package.sites)


STAR = "*"


class Bindings:
    """Answers for the modules of one view of the project; each is gone through once."""

    def __init__(self) -> None:
        self._known: dict[str, Mapping[str, Sequence[tuple[int, ImportSite]]]] = {}

    def of(self, module: SourceModule, name: str, *, stars: bool = False) -> list[ImportSite]:
        """Return the imports that bind `name`, and with `stars` those of a star, in the order of the file."""
        by_name = self._known.get(module.path)
        if by_name is None:
            by_name = self._known[module.path] = _by_name(module)
        found = by_name.get(name, ())
        if stars and STAR in by_name:
            found = sorted([*found, *by_name[STAR]], key=lambda numbered: numbered[0])
        return [site for _, site in found]


def _by_name(module: SourceModule) -> Mapping[str, Sequence[tuple[int, ImportSite]]]:
    return group_pairs(
        (name, (number, site))
        for number, site in enumerate(module.sites)
        for name in dict.fromkeys((STAR,) if site.names == (STAR,) else site.bound)
    )

"""Follows imports through installed distributions that are not in memory: what our lazy imports would load."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from footprint.collect.third_party.third_party_askers import PART_OF_IMPORTERS, Reader, Sources
from footprint.late import late_pattern
from footprint.model.source_modules import ImportSite, Placement
from footprint.model.third_party_needs import InstalledModule
from footprint.names import DistributionName, ModuleName, ancestors, text_bytes, word_set

# Enough for the largest stacks met (transformers with torch: about 2,500); what lies beyond is asked by nobody.
MOST_MODULES = 4_000

_IMPORTERS = (b"import_module(", b"__import__(")
_COMPUTED = late_pattern(rb"""\b(?:import_module|__import__)\(\s*(?!['"][\w.]+['"]\s*[,)])""")
_LISTS_OR_JOINS = late_pattern(
    rb"""\b(?:listdir|scandir|iterdir|r?glob|iter_modules|walk_packages)\(|__import__\(\s*f?['"]"""
)
_RELATIVE = late_pattern(rb"""\b(?:import_module|__import__)\(\s*(?:f['"]|['"][\w.]*['"]\s*[%+]|__name__)""")

# {"Chroma": "pkg.vectorstores.chroma"} and {"vectorstores": ["Chroma", "FAISS"]}
_TABLE_PAIR = re.compile(rb"""['"](\w+)['"]\s*:\s*\(?\s*['"]([\w.]+)['"]""")
_TABLE_LIST = re.compile(rb"""['"]([\w.]+)['"]\s*:\s*[\[({]([^\])}]*)[\])}]""")
_WORDS = re.compile(rb"""['"](\w+)['"]""")


class Library:
    """The installed modules by name, through RECORD."""

    def __init__(self, site_dirs: Sequence[Path], owners: Sequence[Mapping[str, DistributionName]]) -> None:
        """Take `DiskScan.site_dirs` and `DiskScan.owners`."""
        self._places = tuple(zip(site_dirs, owners, strict=True))
        self._found: dict[ModuleName, InstalledModule | None] = {}  # the same few are asked for again and again

    def find(self, module: ModuleName) -> InstalledModule | None:
        """Return the source file that `module` names, None for a namespace, a compiled or an unknown module."""
        if module not in self._found:
            self._found[module] = self._look_for(module)
        return self._found[module]

    def _look_for(self, module: ModuleName) -> InstalledModule | None:
        base = module.replace(".", "/")
        for site_dir, owners in self._places:
            for path in (f"{base}/__init__.py", f"{base}.py"):
                if path in owners:
                    return InstalledModule(module, f"{site_dir.as_posix()}/{path}", path, owners[path])
        return None

    def all_of(self, distributions: Collection[DistributionName]) -> Iterator[InstalledModule]:
        """Yield every source module of `distributions`, tests left out."""
        for site_dir, owners in self._places if distributions else ():
            for path, name in owners.items():
                if name in distributions and path.endswith(".py") and "/tests/" not in path:
                    module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
                    yield InstalledModule(module, f"{site_dir.as_posix()}/{path}", path, name)


def follow(
    sites: Iterable[ImportSite],
    library: Library,
    read: Reader,
    *,
    known: Collection[str],
    sources: Sources | None = None,
) -> tuple[InstalledModule, ...]:
    """Return the modules that `sites` would load and that are not among the `known` files, first met first.

    Followed: imports at module level, the packages above, submodules named by a from-import, and names that a package
    loads when they are first asked for (PEP 562), by the table or the TYPE_CHECKING block that lists them.
    """
    follower = _Follower(library, read, known, sources or Sources())
    for site in sites:
        follower.meet(site.module, site.names)
    follower.run()
    return tuple(follower.found.values())


class _Follower:
    """One walk, breadth first; every package is read once."""

    def __init__(self, library: Library, read: Reader, known: Collection[str], sources: Sources) -> None:
        self.found: dict[str, InstalledModule] = {}
        self._library, self._read, self._known, self._sources = library, read, known, sources
        self._pending: deque[InstalledModule] = deque()
        self._met: set[ModuleName] = set()
        self._late: dict[str, Mapping[str, Sequence[ModuleName]]] = {}
        self._sites: dict[str, tuple[ImportSite, ...]] = {}
        self._loads, self._offers = sources.question("loads"), sources.question("offers late")

    def run(self) -> None:
        """Follow until nothing new is met, or too much is."""
        while self._pending and len(self.found) < MOST_MODULES:
            module = self._pending.popleft()
            for name, names in self._sources.ask(module, self._loads, partial(self._read_loads, module)) or ():
                self.meet(name, names)

    def meet(self, module: ModuleName, names: Sequence[str]) -> None:
        """Take note of every module that one import loads."""
        if module not in self._met:  # else those above it were met with it
            for above in ancestors(module):
                self._load(above)
            self._load(module)
        package = self._library.find(module) if names else None
        for name in names:
            self._load(f"{module}.{name}")
            for target in self._late_targets(package).get(name, ()) if package else ():
                self._load(target)

    def _load(self, name: ModuleName) -> None:
        if name in self._met:
            return
        self._met.add(name)
        module = self._library.find(name)
        if module is not None and module.file not in self._known:
            self.found[module.file] = module
            self._pending.append(module)

    def _read_loads(self, module: InstalledModule, data: bytes) -> list[tuple[ModuleName, tuple[str, ...]]]:
        """Return what importing a module imports: module, and the names that are taken from it."""
        return [(site.module, site.names) for site in self._sites_of(module, data) if site.placement.runs_at_import]

    def _late_targets(self, package: InstalledModule) -> Mapping[str, Sequence[ModuleName]]:
        """Return, for a package with a `__getattr__`, the modules from which it may take each name."""
        if package.file not in self._late:
            read = partial(self._read_late_targets, package)
            self._late[package.file] = self._sources.ask(package, self._offers, read) or {}
        return self._late[package.file]

    def _read_late_targets(self, package: InstalledModule, data: bytes) -> Mapping[str, Sequence[ModuleName]]:
        if b"__getattr__" not in data:
            return {}
        found: dict[str, tuple[ModuleName, ...]] = {}
        typing = (site for site in self._sites_of(package, data) if site.placement is Placement.TYPE_CHECKING)
        pairs = [(name, site.module) for site in typing for name in site.names]
        pairs += [(match[1].decode(), match[2].decode()) for match in _TABLE_PAIR.finditer(data)]
        for match in _TABLE_LIST.finditer(data):
            pairs += [(word.decode(), match[1].decode()) for word in _WORDS.findall(match[2])]
        for name, target in pairs:
            found[name] = (*found.get(name, ()), target, f"{package.module}.{target.lstrip('.')}")
        return found

    def _sites_of(self, module: InstalledModule, data: bytes) -> tuple[ImportSite, ...]:
        if module.file not in self._sites:
            is_package = module.file.endswith("__init__.py")
            read = self._read(data, path=module.shown, module=module.module, is_package=is_package)
            self._sites[module.file] = read.sites
        return self._sites[module.file]


def find_loaders(
    modules: Iterable[InstalledModule], *, among: Collection[DistributionName], sources: Sources | None = None
) -> frozenset[DistributionName]:
    """Return those `among` the distributions that load modules of their own by a computed name: any may be loaded.

    A module-level `__getattr__` is no such loader: it loads what somebody names.
    """
    sources = sources or Sources()
    question = sources.question("is a loader")
    loaders = set[DistributionName]()
    for module in modules:
        if module.distribution in loaders or module.distribution not in among:
            continue
        if sources.ask(module, question, _is_loader):
            loaders.add(module.distribution)
    return frozenset(loaders)


def _is_loader(data: bytes) -> bool:
    if PART_OF_IMPORTERS not in data or not any(word in data for word in _IMPORTERS):
        return False
    if b"def __getattr__" in data or not _COMPUTED.search(data):
        return False
    return bool(_RELATIVE.search(data) or _LISTS_OR_JOINS.search(data))


# Last parts of names of files and hosts. Where the code cannot be read, they are taken for what they look like.
_NO_NAMES = word_set("""
    conf json yaml yml toml ini cfg txt py pyc log sock pid db sqlite sqlite3 html htm js ts css png svg jpg ico sh
    env lock md rst csv xml pem crt service com org net io dev local internal svc localhost exe zip gz tar whl host
    port url name enabled version
""")
_OPEN = late_pattern(rb"\bimport[ \t]*\*|\b__getattr__\b")


class Leads:
    """Answers about dotted names, each module read once."""

    def __init__(self, library: Library, sources: Sources) -> None:
        """Take where modules are found and who reads them."""
        self._library, self._sources = library, sources

    def leads_to(self, name: ModuleName) -> bool:
        """Whether a name is that of a module, or begins with one whose source holds the next part as a word."""
        for module in (name, *reversed(ancestors(name))):
            found = self._library.find(module)
            if found is None:
                continue
            word = text_bytes(name[len(module) + 1 :].split(".")[0])
            data = self._sources.read(found.file) if word else b""
            if not word or (data is not None and re.search(rb"\b%s\b" % re.escape(word), data)):
                return True
            return (data is None or _OPEN.search(data) is not None) and _is_plausible(name)
        return _is_plausible(name)  # compiled, or a namespace


def _is_plausible(name: str) -> bool:
    return name.rpartition(".")[2].lower() not in _NO_NAMES

"""The folders from which a project's modules are imported: certain ones, and those that the imports give away."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import PurePosixPath

from footprint.collect.sources.project_files import ProjectFiles, is_module
from footprint.model.source_modules import SourceModule, name_under
from footprint.names import ByModule, ModuleName, ancestors, top_level


def certain_roots(tree: ProjectFiles, working_dirs: Iterable[str], stated: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the roots that need no evidence from imports: where launchers start, the project, its src folder.

    `stated` are those that the project's settings name: package-dir and the like.
    """
    starting = with_files((PurePosixPath(folder).as_posix() for folder in working_dirs), tree.files)
    has_src = "src" not in tree.packages and any(path.startswith("src/") for path in tree.files)
    return tuple(dict.fromkeys([*starting, ".", *(["src"] if has_src else []), *with_files(stated, tree.files)]))


def with_files(folders: Iterable[str], files: Collection[str]) -> list[str]:
    """Return those of `folders` that hold any of `files`, each once."""
    distinct = dict.fromkeys(folders)
    return [folder for folder in distinct if folder == "." or any(path.startswith(f"{folder}/") for path in files)]


def without_packages(folders: Iterable[str], roots: Iterable[str], packages: Collection[ModuleName]) -> tuple[str, ...]:
    """Return those of `folders` that neither are nor hold one of `packages`, as imported from `roots`."""
    own = [f"{root}/{name.replace('.', '/')}/".removeprefix("./") for root in roots for name in packages]
    return tuple(folder for folder in folders if not any(path.startswith(f"{folder}/") for path in own))


def nearest(path: str, roots: Iterable[str], packages: frozenset[str]) -> str:
    """Return the deepest root that holds a file and is no package itself, else the deepest at all."""
    holding = [root for root in roots if root == "." or path.startswith(f"{root}/")]
    return max(holding, key=lambda root: (root not in packages, 0 if root == "." else root.count("/") + 1), default=".")


def add_imported_roots(
    modules: Sequence[SourceModule], roots: tuple[str, ...], tree: ProjectFiles, foreign: Collection[str]
) -> tuple[str, ...]:
    """Add every folder from which modules below it are imported although no known root offers them.

    `import models` in `service/api.py` beside `service/models.py` means that `service` is on the path of whoever
    runs it. Not so if `service` is a package, or part of one: there it is Python 2, or a third-party `models`. But a
    dotted name that fits a file (`from cps.main import main` beside `calibreweb/cps/main.py`) is neither: some
    launchers put their own package's folder on the path. A name that nothing above offers may be that of another
    member of the workspace, which is installed beside: `libs/core/src` and `libs/core` hold `core`.
    """
    files = frozenset(tree.files)
    offered = {top_level(name) for root in roots for path in tree.files if (name := name_under(path, root))}
    children = children_by_folder(tree.files)
    members = _members_by_name(children, tree.packages)
    hiding = _only_folders(members, roots, tree)
    portions = _portions(modules, roots, tree)
    found: Counter[str] = Counter()
    for module in modules:
        folders = folders_above(module.path)
        for site in module.sites:
            name = top_level(site.module)
            if site.level or name in foreign or (name in offered and name not in hiding):
                continue
            above = () if name in hiding else folders
            home = next((folder for folder in above if name in children.get(folder, ())), None) or members.get(name)
            if home is None or f"{home}/{name}.py" == module.path:
                continue  # engines/duckdb.py does not import itself
            is_part = home in tree.packages or home in portions
            if not is_part or (f"{home}/{name}" not in portions and _leads_below(home, site.module, files)):
                found[home] += 1
    return (*roots, *sorted(folder for folder in found if folder not in roots))


def _portions(modules: Sequence[SourceModule], roots: Sequence[str], tree: ProjectFiles) -> frozenset[str]:
    """Return the folders below a package that somebody imports by their full name: they are part of that package."""
    imported = {site.module for module in modules for site in module.sites if not site.level}
    imported |= {above for name in imported for above in ancestors(name)}
    folders = {posixpath.dirname(module.path) for module in modules}
    inner = [folder for folder in folders if not tree.packages.isdisjoint(folders_above(folder))]
    names = {folder: [name_under(f"{folder}/__init__.py", root) for root in roots] for folder in inner}
    return frozenset(folder for folder in inner if not imported.isdisjoint(filter(None, names[folder])))


def _leads_below(folder: str, module: ModuleName, files: Collection[str]) -> bool:
    """Whether a dotted name fits a file below `folder`."""
    base = posixpath.normpath(f"{folder}/{module.replace('.', '/')}")
    return "." in module and (f"{base}.py" in files or f"{base}/__init__.py" in files)


@lru_cache(maxsize=2)
def children_by_folder(files: tuple[str, ...]) -> Mapping[str, set[str]]:
    """Return the importable names that each folder holds: modules, and folders with Python files below them."""
    children: dict[str, set[str]] = {}
    for path in filter(is_module, files):
        rest = path
        while rest:
            rest, _, last = rest.rpartition("/")
            name, held = posixpath.splitext(last)[0], children.setdefault(rest or ".", set())
            if name in held:
                break  # whatever put it there has put the folders above there, too
            held.add(name)
    return children


def _members_by_name(children: Mapping[str, set[str]], packages: Collection[str]) -> ByModule[str]:
    """Return the folders laid out as projects of their own (`x/src/core`, `core/core`), by the names that they hold."""
    found: dict[ModuleName, str] = {}
    for folder in sorted(children, reverse=True):
        name = posixpath.basename(folder)
        if folder not in packages and folder != ".":
            held = children[folder] if name == "src" else children[folder] & {name.replace("-", "_")}
            found.update(dict.fromkeys(held, folder))
    return found


def _only_folders(members: ByModule[str], roots: Iterable[str], tree: ProjectFiles) -> frozenset[ModuleName]:
    """Return the names of members that the known roots have a mere folder for: a package anywhere else wins over it.

    `core/core/__init__.py` beside `core/pyproject.toml` is what `import core` means once the member is installed.
    """
    files = frozenset(tree.files)
    places = {name: [posixpath.normpath(f"{root}/{name}") for root in roots] for name in members}
    return frozenset(
        name
        for name, home in members.items()
        if f"{home}/{name}" in tree.packages
        and not any(place in tree.packages or f"{place}.py" in files for place in places[name])
    )


def folders_above(path: str) -> tuple[str, ...]:
    """Return the folders that hold a file, the nearest first, "." for the project."""
    return _with_those_above(path.rpartition("/")[0]) if path else ()


@lru_cache(maxsize=4096)
def _with_those_above(folder: str) -> tuple[str, ...]:
    found = [folder or "."]
    while folder:
        folder = folder.rpartition("/")[0]
        found.append(folder or ".")
    return tuple(found)

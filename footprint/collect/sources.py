"""The project's own modules: which files there are, from which roots they are imported, and under which names.

Nothing is executed. What the files say about imports comes from the reader that is passed in.
"""

from __future__ import annotations

import fnmatch
import os
import posixpath
import re
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Literal, Protocol

from footprint.model.note import Note
from footprint.model.sources import FileImports, ImportSite, Placement, ProjectSources, SourceModule, name_under
from footprint.names import ModuleName, top_level

_SKIPPED_FOLDERS = frozenset({"node_modules", "__pycache__", "__pypackages__", "site-packages", "dist-packages"})
_BUILD_FOLDERS = frozenset({"build", "dist"})  # only where no module lives in them: an app may have a package `build`
_APPS_ASSIGNED = re.compile(rb"_APPS[ \t]*(?::[^\n=]*)?\+?=(?!=)")
# "shop.models", "shop:app", and the same as a part of an f-string.
_MODULE_STRING = re.compile(rb"['\"}]([A-Za-z_\x80-\xff][\w\x80-\xff]*(?:\.[\w\x80-\xff]+)*)[:'\"{]")
_DEVELOPMENT_FILES = frozenset({"setup.py", "noxfile.py", "toxfile.py", "docs/conf.py", "doc/conf.py"})
_TEST_FOLDERS = frozenset({"tests", "test", "testing"})


class ReadImports(Protocol):
    """The reader of one file: collect.imports.walker.read_imports, or a faster one with the same answers."""

    def __call__(self, data: bytes, /, *, path: str, module: str, is_package: bool) -> FileImports:
        """Return what `data` states."""


@dataclass(frozen=True, slots=True)
class _Tree:
    """The Python files found, and the folders that hold any, relative and posix."""

    files: tuple[str, ...]
    packages: frozenset[str]  # folders with an __init__.py
    notes: tuple[Note, ...]


def read_sources(
    project: Path,
    *,
    exclude: Sequence[str] = (),
    read: ReadImports,
    working_dirs: Sequence[str] = (),
    foreign: Collection[str] = sys.stdlib_module_names,
) -> ProjectSources:
    """Find and read every first-party Python file under `project`.

    `exclude` holds shell patterns for relative posix paths or single folder names. `working_dirs` are the folders
    in which launchers start: import roots for certain. `foreign` are top-level names that are importable without
    the project (standard library, installed): they never make a folder an import root.
    Shape: modules sorted by path; a .pyi stub is there with all its sites under TYPE_CHECKING.
    A file or folder that cannot be read becomes a note.
    Source: language reference 5.5, the path based finder; sys.path[0] of `python file.py`.
    """
    tree = _find_files(project, exclude)
    roots = _certain_roots(tree, working_dirs)
    notes = list(tree.notes)
    modules = []
    for path in tree.files:
        module = name_under(path, _nearest(path, roots, tree.packages)) or ""
        found = _read_file(project, path, module, read, notes)
        if found is not None:
            modules.append(_as_module(path, module, found))
    roots = _add_imported_roots(modules, roots, tree, foreign)
    modules = _name_all(modules, roots, working_dirs, tree)
    return ProjectSources(roots, tuple(_mark_borrowed(modules)), tuple(notes))


def complete(project: Path, sources: ProjectSources, paths: Collection[str], read: ReadImports) -> ProjectSources:
    """Return `sources` with the modules at `paths` read once more by `read`, which tells all of a file.

    For modules of which a scan told the import statements only. A file that has become unreadable stays as it is.
    """
    notes = [note for note in sources.notes if note.path not in paths]
    modules = []
    for module in sources.modules:
        if module.path in paths:
            is_importable = any(name_under(module.path, root) for root in sources.roots)
            found = _read_file(project, module.path, module.module if is_importable else "", read, notes)
            if found is not None:
                again = _as_module(module.path, module.module, found)
                module = replace(again, other_names=module.other_names)  # noqa: PLW2901
        modules.append(module)
    notes.sort(key=lambda note: note.path or "")
    return ProjectSources(sources.roots, tuple(_mark_borrowed(modules)), tuple(notes))


def find_module_strings(project: Path, paths: Iterable[str]) -> dict[str, frozenset[str] | None]:
    """Return by path the dotted names that stand in strings, as far as a look without a tree can tell.

    Errs on the side of more: a string in a comment counts. None for a file that may list applications by plain
    names, as INSTALLED_APPS does: whoever wants to know has to read it in full.
    """
    found: dict[str, frozenset[str] | None] = {}
    for path in paths:
        try:
            data = (project / path).read_bytes()
        except OSError:
            continue
        if _APPS_ASSIGNED.search(data):
            found[path] = None
        else:
            found[path] = frozenset(name.decode("utf-8", "replace") for name in set(_MODULE_STRING.findall(data)))
    return found


# Finding files


def _find_files(project: Path, exclude: Sequence[str]) -> _Tree:
    files: list[str] = []
    packages: set[str] = set()
    notes: list[Note] = []
    pending = [""]
    while pending:
        folder = pending.pop()
        try:
            with os.scandir(project / folder) as entries:
                listed = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            notes.append(Note("unreadable-folder", f"not searched: {error.strerror or error}", folder or "."))
            continue
        if folder and any(entry.name == "pyvenv.cfg" for entry in listed):
            continue
        for entry in listed:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if _is_excluded(path, entry.name, exclude):
                continue
            if _is_folder_to_enter(entry, at_top=not folder):
                pending.append(path)
            elif entry.name.endswith((".py", ".pyi")) and _is_own_file(entry, project):
                files.append(path)
                if entry.name == "__init__.py":
                    packages.add(folder)
    return _Tree(tuple(sorted(files)), frozenset(packages), tuple(notes))


def _is_excluded(path: str, name: str, exclude: Sequence[str]) -> bool:
    patterns = (pattern.removeprefix("./").rstrip("/") for pattern in exclude)
    return any(fnmatch.fnmatchcase(path, pattern) or fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def _is_folder_to_enter(entry: os.DirEntry[str], *, at_top: bool) -> bool:
    name = entry.name
    # A linked folder is a second way to files that are found anyway, or leads out of the tree, or in circles.
    if entry.is_symlink() or not entry.is_dir(follow_symlinks=False):
        return False
    if name.startswith(".") or name in _SKIPPED_FOLDERS or name.endswith((".egg-info", ".dist-info")):
        return False
    return not (name in _BUILD_FOLDERS and not Path(entry.path, "__init__.py").exists())


def _is_own_file(entry: os.DirEntry[str], project: Path) -> bool:
    """Whether an entry is a regular file of this tree; a linked file counts when its target is in the tree."""
    if not entry.is_symlink():
        return entry.is_file(follow_symlinks=False)
    try:
        target = Path(entry.path).resolve(strict=True)
    except (OSError, RuntimeError):  # dangling, or a circle
        return False
    return target.is_file() and target.is_relative_to(project.resolve())


def _read_file(project: Path, path: str, module: str, read: ReadImports, notes: list[Note]) -> FileImports | None:
    try:
        data = (project / path).read_bytes()
    except OSError as error:
        notes.append(Note("unreadable-file", f"not read: {error.strerror or error}", path))
        return None
    found = read(data, path=path, module=module, is_package=path.rpartition("/")[2] == "__init__.py")
    notes.extend(found.notes)
    return found


def _as_module(path: str, module: ModuleName, found: FileImports) -> SourceModule:
    sites, references = found.sites, found.references
    if path.endswith(".pyi"):
        sites = tuple(_never_run(site) for site in sites)
        references = ()
    return SourceModule(
        path=path,
        module=module,
        is_package=path.rpartition("/")[2] == "__init__.py",
        role=_role_of(path),
        sites=sites,
        parsed=found.parsed,
        exports=found.exports,
        binds=found.binds,
        calls=found.calls,
        references=references,
        complete=found.complete,
    )


def _never_run(site: ImportSite) -> ImportSite:
    return replace(site, placement=Placement.TYPE_CHECKING, used_in_functions=(), used_at_import_line=None)


def _role_of(path: str) -> Literal["app", "test", "script"]:
    pure = PurePosixPath(path)
    is_test_file = pure.stem.startswith("test_") or pure.stem.endswith("_test") or path in _DEVELOPMENT_FILES
    is_test_file = is_test_file or pure.name == "conftest.py"
    if is_test_file or any(part.lower() in _TEST_FOLDERS for part in pure.parts[:-1]):
        return "test"
    return "app" if pure.stem.isidentifier() else "script"


# Import roots


def _certain_roots(tree: _Tree, working_dirs: Iterable[str]) -> tuple[str, ...]:
    """Return the roots that need no evidence from imports: where launchers start, the project, its src folder."""
    stated = [PurePosixPath(folder).as_posix() for folder in working_dirs]
    known = [folder for folder in stated if folder == "." or any(path.startswith(f"{folder}/") for path in tree.files)]
    has_src = "src" not in tree.packages and any(path.startswith("src/") for path in tree.files)
    return tuple(dict.fromkeys([*known, ".", *(["src"] if has_src else [])]))


def _nearest(path: str, roots: Iterable[str], packages: frozenset[str]) -> str:
    """Return the deepest root that holds a file and is no package itself, else the deepest at all."""
    holding = [root for root in roots if root == "." or path.startswith(f"{root}/")]
    return max(holding, key=lambda root: (root not in packages, 0 if root == "." else root.count("/") + 1), default=".")


def _add_imported_roots(
    modules: Sequence[SourceModule], roots: tuple[str, ...], tree: _Tree, foreign: Collection[str]
) -> tuple[str, ...]:
    """Add every folder from which modules below it are imported although no known root offers them.

    `import models` in `service/api.py` beside `service/models.py` means that `service` is on the path of whoever
    runs it. Not so if `service` is a package: there the same line is Python 2, or a third-party `models`. But a
    dotted name that fits a file (`from cps.main import main` beside `calibreweb/cps/main.py`) is neither: some
    launchers put their own package's folder on the path.
    """
    files = frozenset(tree.files)
    offered = {top_level(name) for root in roots for path in tree.files if (name := name_under(path, root))}
    children = _children_by_folder(tree.files)
    found: Counter[str] = Counter()
    for module in modules:
        folders = _folders_above(module.path)
        for site in module.sites:
            name = top_level(site.module)
            if site.level or name in offered or name in foreign:
                continue
            home = next((folder for folder in folders if name in children.get(folder, ())), None)
            if home is not None and (home not in tree.packages or _leads_below(home, site.module, files)):
                found[home] += 1
    extra = sorted(folder for folder in found if folder not in roots)
    return (*roots, *extra)


def _leads_below(folder: str, module: ModuleName, files: Collection[str]) -> bool:
    """Whether a dotted name fits a file below `folder`."""
    base = posixpath.normpath(f"{folder}/{module.replace('.', '/')}")
    return "." in module and (f"{base}.py" in files or f"{base}/__init__.py" in files)


def _children_by_folder(files: Iterable[str]) -> Mapping[str, set[str]]:
    """Return the importable names that each folder holds: modules, and folders with Python files below them."""
    children: dict[str, set[str]] = {}
    for path in files:
        parts = path.split("/")
        for depth in range(len(parts)):
            folder = "/".join(parts[:depth]) or "."
            children.setdefault(folder, set()).add(PurePosixPath(parts[depth]).stem)
    return children


def _folders_above(path: str) -> tuple[str, ...]:
    return tuple(parent.as_posix() for parent in PurePosixPath(path).parents)


# Names


def _name_all(
    modules: Sequence[SourceModule], roots: Sequence[str], working_dirs: Sequence[str], tree: _Tree
) -> list[SourceModule]:
    """Give each module its primary name, and the others that the roots allow."""
    votes = Counter(top_level(site.module) for module in modules for site in module.sites if site.level == 0)
    stated = {PurePosixPath(folder).as_posix() for folder in working_dirs}
    result = []
    for module in modules:
        candidates = {root: name for root in roots if (name := name_under(module.path, root)) is not None}
        if not candidates:
            stem = PurePosixPath(module.path).stem
            result.append(_renamed(module, stem, ()))
            continue
        best = max(candidates, key=lambda root: _fitness(root, candidates[root], votes, stated, tree.packages))
        names = dict.fromkeys([candidates[best], *candidates.values()])
        primary, *others = names
        result.append(_renamed(module, primary, tuple(others)))
    return result


def _fitness(
    root: str, name: ModuleName, votes: Counter[str], stated: set[str], packages: frozenset[str]
) -> tuple[bool, int, bool, int]:
    """Order the roots of one file: where a launcher starts, then how the project itself imports, then depth."""
    depth = 0 if root == "." else root.count("/") + 1
    return (root in stated, votes[top_level(name)], root not in packages, depth)


def _renamed(module: SourceModule, name: ModuleName, others: tuple[ModuleName, ...]) -> SourceModule:
    """Return `module` under its final name; its relative imports were resolved under the name it had before."""
    sites = tuple(_resolve_again(site, module.module, name) for site in module.sites)
    return replace(module, module=name, other_names=others, sites=sites)


def _resolve_again(site: ImportSite, before: ModuleName, after: ModuleName) -> ImportSite:
    if not site.level or not before or before == after:
        return site
    # Both names end alike: one is the other with packages in front.
    if len(after) > len(before):
        prefix = after[: len(after) - len(before)]
        return replace(site, module=f"{prefix}{site.module}".strip("."))
    prefix = before[: len(before) - len(after)]
    return replace(site, module=f"{site.module}.".removeprefix(prefix).rstrip("."))


def _mark_borrowed(modules: Sequence[SourceModule]) -> list[SourceModule]:
    """Count an imported name as used at import where another file takes it from here: `from app.utils import pd`."""
    by_name = {name: module.path for module in modules for name in (module.module, *module.other_names)}
    borrowed: dict[str, set[str]] = {}
    for module in modules:
        for site in module.sites:
            if site.names and site.module in by_name:
                borrowed.setdefault(by_name[site.module], set()).update(site.names)
    return [_lending(module, borrowed[module.path]) if module.path in borrowed else module for module in modules]


def _lending(module: SourceModule, names: set[str]) -> SourceModule:
    def mark(site: ImportSite) -> ImportSite:
        is_lent = (
            (not names.isdisjoint(site.bound) or "*" in names) and site.placement.runs_at_import and site.form != "lazy"
        )
        return replace(site, used_at_import_line=site.used_at_import_line or site.line) if is_lent else site

    return replace(module, sites=tuple(mark(site) for site in module.sites))

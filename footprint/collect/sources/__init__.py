"""The project's own modules: which files there are, what each states, from which roots and under which names they load.

Nothing is executed. What the files say about imports comes from the reader that is passed in.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Literal, Protocol

from footprint.collect.sources import import_roots
from footprint.collect.sources.module_names import (
    STANDARD_LIBRARY,
    Foreign,
    OtherNames,
    find_siblings,
    join_spellings,
    mark_borrowed,
    name_all,
)
from footprint.collect.sources.project_files import NOTEBOOK_SUFFIX, ProjectFiles, find_files, is_module
from footprint.collect.sources.stated_layout import StatedLayout, read_stated_layout
from footprint.files.reader import ListFolder, NotRead, read_regular
from footprint.model.note import Note
from footprint.model.source_modules import FileImports, ImportSite, Placement, ProjectSources, SourceModule, name_under
from footprint.names import BUILD_SCRIPTS, ModuleName, ancestors, is_below_tests, top_level, word_set
from footprint.units import few
from footprint.values import dataclass, replace

__all__ = ["Foreign", "FoundSources", "ReadImports", "complete", "find_sources", "read_found", "read_sources"]

_LARGEST_BYTES = 64 << 20  # a notebook with its pictures may be large; beyond are dumps
_DEVELOPMENT_FILES = frozenset({"docs/conf.py", "doc/conf.py"})
_PACKAGES = frozenset({"__init__.py", "__init__.pyi"})
# By name, in any folder: tests.py is what Django's startapp makes.
_TEST_FILES = word_set("conftest.py tests.py noxfile.py toxfile.py locustfile.py fabfile.py dodo.py")
_STEPS = re.compile(r"(?:^|/)features/(?:steps/|environment\.py$)")  # behave runs them beside its *.feature files
_KEEPERS_OF_THE_PATH = frozenset({"sys", "site"})  # no file changes the path without one of these


class ReadImports(Protocol):
    """The reader of one file: collect.imports.walker.read_imports, or a faster one with the same answers."""

    def __call__(self, data: bytes, /, *, path: str, module: str, is_package: bool) -> FileImports:
        """Return what `data` states."""


@dataclass(frozen=True, slots=True)
class FoundSources:
    """The files of a project, and what its settings say of their layout; no module is read yet."""

    tree: ProjectFiles
    layout: StatedLayout

    @property
    def files(self) -> tuple[str, ...]:
        """All that a reading may open."""
        return (*self.tree.files, *self.tree.ignored)


def find_sources(
    project: Path,
    exclude: Sequence[str] = (),
    despite_gitignore: Sequence[str] | None = (),
    read_folder: ListFolder | None = None,
) -> FoundSources:
    """Find the first-party Python files under `project`, as `read_sources` and `find_files` take them."""
    return FoundSources(find_files(project, exclude, despite_gitignore, read_folder), read_stated_layout(project))


def read_sources(
    project: Path,
    *,
    exclude: Sequence[str] = (),
    despite_gitignore: Sequence[str] | None = (),
    read: ReadImports,
    working_dirs: Sequence[str] = (),
    foreign: Foreign = STANDARD_LIBRARY,
) -> ProjectSources:
    """Find and read every first-party Python file under `project`: modules, notebooks, scripts without a suffix.

    `exclude` holds shell patterns for relative posix paths or single folder names. What git ignores is left out, except
    the entries in `despite_gitignore` (None: nothing is left out) and what other modules import: what is generated is
    no less a part of the application. A note says how many files were left out, and one each what cannot be read.
    `working_dirs` are the folders in which launchers start: import roots for certain. `foreign` are top-level names
    that are importable without the project: they never make a folder an import root.
    Shape: modules sorted by path; a .pyi stub is there with all its sites under TYPE_CHECKING.
    Source: language reference 5.5, the path based finder; sys.path[0] of `python file.py`.
    """
    found = find_sources(project, exclude, despite_gitignore)
    return read_found(project, found, read=read, working_dirs=working_dirs, foreign=foreign)


def read_found(
    project: Path, found: FoundSources, *, read: ReadImports, working_dirs: Sequence[str] = (), foreign: Foreign
) -> ProjectSources:
    """Read what was found; as `read_sources`."""
    tree, layout = found.tree, found.layout
    notes = list(tree.notes)
    roots = certain = import_roots.certain_roots(tree, working_dirs, layout.roots)
    # Not what lies in a package: that may be part of what is installed, as of a backend that builds itself.
    builds = {path for path in layout.build_files if posixpath.dirname(path) not in tree.packages}

    def read_one(path: str) -> SourceModule | None:
        name = name_under(path, import_roots.nearest(path, roots, tree.packages)) or ""
        module = _read_module(project, path, name, read, notes)
        return replace(module, role="build") if module is not None and path in builds else module

    modules = [module for path in tree.files if (module := read_one(path)) is not None]
    roots = import_roots.add_imported_roots(modules, certain, tree, foreign.names)
    # Once, unless they tell of further roots.
    while added := _read_imported(modules, roots, tree, foreign.names, read_one):
        tree = tree.with_ignored(module.path for module in added)
        modules = sorted([*modules, *added], key=lambda module: module.path)
        certain = import_roots.certain_roots(tree, working_dirs, layout.roots)
        roots = import_roots.add_imported_roots(modules, certain, tree, foreign.names)
    notes += [_note_of_ignored(tree)] if tree.ignored or not tree.all_ignored_found else []
    others = _find_other_names(modules, (roots, certain), layout, tree, foreign)
    modules = [join_spellings(module) for module in name_all(modules, roots, working_dirs, tree, others)]
    tests = import_roots.without_packages(import_roots.with_files(layout.tests, tree.files), roots, layout.packages)
    return ProjectSources(roots, tuple(mark_borrowed(modules)), tuple(notes), tests, tree.installations)


def complete(project: Path, sources: ProjectSources, paths: Collection[str], read: ReadImports) -> ProjectSources:
    """Return `sources` with the modules at `paths` read once more by `read`, which tells all of a file.

    For modules of which a scan told the import statements only. A file that has become unreadable stays as it is.
    """
    notes = [note for note in sources.notes if note.path not in paths]
    modules, lends_more = [], False
    for module in sources.modules:
        if module.path in paths:
            name = module.module if any(name_under(module.path, root) for root in sources.roots) else ""
            again = _read_module(project, module.path, name, read, notes, module)
            if again is not None:
                before = module
                module = replace(join_spellings(again), other_names=module.other_names, role=module.role)  # noqa: PLW2901
                lends_more |= not _taken_by(module) <= _taken_by(before)
        modules.append(module)
    notes.sort(key=lambda note: note.path or "")
    # What the other files hold is marked, unless more is taken from them than was known.
    marked = mark_borrowed(modules, None if lends_more else paths)
    return replace(sources, modules=tuple(marked), notes=tuple(notes))


def _taken_by(module: SourceModule) -> set[tuple[ModuleName, tuple[str, ...]]]:
    """Return the names that a file takes from others."""
    return {(site.module, site.names) for site in module.sites if site.names}


def _find_other_names(
    modules: Sequence[SourceModule],
    known_roots: tuple[Sequence[str], Sequence[str]],
    layout: StatedLayout,
    tree: ProjectFiles,
    foreign: Foreign,
) -> OtherNames:
    """Return the names that files have beside those under the roots.

    A folder that code puts on the path, or that only its own modules import from, hides nothing that is installed:
    whether it comes first there is not known. `known_roots` are all roots, and those of them that are certain.
    """
    roots, certain = known_roots
    added = {folder for module in modules for folder in module.puts_on_path}
    paths = tuple(folder for folder in import_roots.with_files(sorted(added), tree.files) if folder not in roots)
    children = import_roots.children_by_folder(tree.files)
    offered = {name for root in (*roots, *paths) for name in children.get(root, ())}
    siblings = find_siblings(modules, children, offered | {name for _, name in layout.named}, foreign)
    return OtherNames(layout.named, paths, siblings, frozenset(foreign.names), frozenset(roots).difference(certain))


# Ignored files


def _read_imported(
    modules: Sequence[SourceModule],
    roots: Sequence[str],
    tree: ProjectFiles,
    foreign: Collection[str],
    read_one: Callable[[str], SourceModule | None],
) -> list[SourceModule]:
    """Read the ignored modules that others import, from a root or from beside them, and what those import in turn."""
    ignored = {path for path in tree.ignored if is_module(path)}
    if not ignored:
        return []
    offered = {top_level(name) for root in roots for path in tree.files if (name := name_under(path, root))}
    added: list[SourceModule] = []
    pending = list(modules)
    while pending:
        module = pending.pop()
        places = {*roots, posixpath.dirname(module.path) or "."}
        for site in module.sites:
            top = top_level(site.module)
            if site.level == 0 and top in foreign and top not in offered:
                continue  # a scratch file beside an installed module of that name
            for path in ignored.intersection(_paths_of(site, places)):
                ignored.discard(path)
                if (found := read_one(path)) is not None:
                    added.append(found)
                    pending.append(found)
    return added


def _paths_of(site: ImportSite, places: Collection[str]) -> Iterator[str]:
    """Yield the files that an import may run, seen from each of `places`."""
    if not site.module:
        return
    for name in (*ancestors(site.module), site.module, *(f"{site.module}.{name}" for name in site.names)):
        for place in places:
            base = posixpath.normpath(f"{place}/{name.replace('.', '/')}")
            yield from (f"{base}.py", f"{base}/__init__.py", f"{base}.pyi")


def _note_of_ignored(tree: ProjectFiles) -> Note:
    count = len(tree.ignored)
    message = "git ignores folders that are too large to be searched: Python files in them are left out"
    if count:
        least = "" if tree.all_ignored_found else "at least "
        files = f"{count} Python {'file' if count == 1 else 'files'}"
        message = f"{least}{files} left out because git ignores them: {few(tree.ignored)}"
    return Note("gitignored", f"{message}; --no-gitignore reads them")


# One file


def _read_module(
    project: Path,
    path: str,
    module: ModuleName,
    read: ReadImports,
    notes: list[Note],
    before: SourceModule | None = None,
) -> SourceModule | None:
    """Return the file at `path` as the module `module`, None with a note when it cannot be read.

    `before` is what a first reading told of it: its name, which may be another than its relative imports start from,
    and the folders that it puts on the path.
    """
    changes = list(before.puts_on_path) if before is not None else []
    found = _read_file(project, path, module, read if before is not None else _noting_paths(read, changes), notes)
    if found is None:
        return None
    result = _as_module(path, module if before is None else before.module, found)
    return replace(result, puts_on_path=tuple(changes)) if changes else result


def _noting_paths(read: ReadImports, changes: list[str]) -> ReadImports:
    """Return `read`, and note the folders that a file puts on the import path."""

    def read_both(data: bytes, /, *, path: str, module: str, is_package: bool) -> FileImports:
        found = read(data, path=path, module=module, is_package=is_package)
        if any(site.module in _KEEPERS_OF_THE_PATH for site in found.sites):
            from footprint.collect.sources.path_changes import find_path_changes  # few files may change it

            changes.extend(find_path_changes(data, path))
        return found

    return read_both


def _read_file(project: Path, path: str, module: str, read: ReadImports, notes: list[Note]) -> FileImports | None:
    try:
        data = read_regular(f"{project}/{path}", bytes_at_most=_LARGEST_BYTES)
    except NotRead as why:
        if why.reason == "too-large":
            notes.append(Note("large-file", f"not read: larger than {_LARGEST_BYTES >> 20} MiB", path))
        else:
            notes.append(Note("unreadable-file", f"not read: {why.said or why}", path))
        return None
    if not is_module(path) and _is_archive(data):
        notes.append(Note("unreadable-file", "not read: a zip archive behind a Python shebang", path))
        return None
    if path.endswith(NOTEBOOK_SUFFIX):
        from footprint.collect.sources.notebooks import read_notebook  # few projects have one

        found = read_notebook(data, path=path, read=read)
    else:
        found = read(data, path=path, module=module, is_package=path.rpartition("/")[2] in _PACKAGES)
    notes.extend(found.notes)
    return found


def _is_archive(data: bytes) -> bool:
    """Whether a script is a zipapp: `#!/usr/bin/env python3`, then a zip archive."""
    return data.startswith(b"#!") and data.partition(b"\n")[2].startswith(b"PK\x03\x04")


def _as_module(path: str, module: ModuleName, found: FileImports) -> SourceModule:
    sites, references = found.sites, found.references
    if path.endswith(".pyi"):
        sites = tuple(_never_run(site) for site in sites)
        references = ()
    return SourceModule(
        path=path,
        module=module,
        is_package=path.rpartition("/")[2] in _PACKAGES,
        role=_role_of(path),
        sites=sites,
        parsed=found.parsed,
        exports=found.exports,
        binds=found.binds,
        calls=found.calls,
        references=references,
        loaders=found.loaders,
        takings=found.takings,
        given_away=found.given_away,
        complete=found.complete,
    )


def _never_run(site: ImportSite) -> ImportSite:
    return replace(site, placement=Placement.TYPE_CHECKING, used_in_functions=(), used_at_import_line=None)


def _role_of(path: str) -> Literal["app", "test", "script", "build"]:
    folder, _, name = path.rpartition("/")
    if name in BUILD_SCRIPTS:
        return "build"
    stem = posixpath.splitext(name)[0]
    is_test_file = stem.startswith("test_") or stem.endswith("_test") or path in _DEVELOPMENT_FILES
    if is_test_file or name in _TEST_FILES or is_below_tests(folder) or _STEPS.search(path):
        return "test"
    return "app" if is_module(path) and stem.isidentifier() else "script"

"""The project's own modules: which files there are, from which roots they are imported, and under which names.

Nothing is executed. What the files say about imports comes from the reader that is passed in.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

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
from footprint.collect.sources.module_reader import ReadImports, read_module
from footprint.collect.sources.project_files import ProjectFiles, find_files, is_module
from footprint.collect.sources.stated_layout import StatedLayout, read_stated_layout
from footprint.model.note import Note
from footprint.model.source_modules import ImportSite, ProjectSources, SourceModule, name_under
from footprint.names import ancestors, top_level

__all__ = ["Foreign", "ReadImports", "complete", "read_sources"]


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
    tree = find_files(project, exclude, despite_gitignore)
    notes, layout = list(tree.notes), read_stated_layout(project)
    roots = certain = import_roots.certain_roots(tree, working_dirs, layout.roots)

    def read_one(path: str) -> SourceModule | None:
        name = name_under(path, import_roots.nearest(path, roots, tree.packages)) or ""
        return read_module(project, path, name, read, notes)

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
    tests = tuple(import_roots.with_files(layout.tests, tree.files))
    return ProjectSources(roots, tuple(mark_borrowed(modules)), tuple(notes), tests, tree.installations)


def complete(project: Path, sources: ProjectSources, paths: Collection[str], read: ReadImports) -> ProjectSources:
    """Return `sources` with the modules at `paths` read once more by `read`, which tells all of a file.

    For modules of which a scan told the import statements only. A file that has become unreadable stays as it is.
    """
    notes = [note for note in sources.notes if note.path not in paths]
    modules = []
    for module in sources.modules:
        if module.path in paths:
            name = module.module if any(name_under(module.path, root) for root in sources.roots) else ""
            again = read_module(project, module.path, name, read, notes, module)
            if again is not None:
                module = replace(join_spellings(again), other_names=module.other_names)  # noqa: PLW2901
        modules.append(module)
    notes.sort(key=lambda note: note.path or "")
    return replace(sources, modules=tuple(mark_borrowed(modules)), notes=tuple(notes))


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
    if not count:
        message = "git ignores folders that are too large to be searched: Python files in them are left out"
        return Note("gitignored", f"{message}; --no-gitignore reads them")
    least = "" if tree.all_ignored_found else "at least "
    first = ", ".join(tree.ignored[:3])
    more = f" and {count - 3} more" if count > 3 else ""
    message = (
        f"{least}{count} Python {'file' if count == 1 else 'files'} left out because git ignores them: {first}{more}"
    )
    return Note("gitignored", f"{message}; --no-gitignore reads them")

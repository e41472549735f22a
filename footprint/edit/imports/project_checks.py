"""What of the rest of the project, and of the library itself, speaks against moving an import."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from footprint.documents.python_trees import dotted_name
from footprint.edit.imports.imported_name import ImportedName
from footprint.edit.imports.library_code import LibraryFacts, LibraryRead
from footprint.edit.imports.project_names import Place, ProjectNames, module_names, prefixes
from footprint.edit.imports.refusals import Obstacle, Refusal
from footprint.names import ModuleName

_READ = {"directory": "the current folder", "arguments": "the arguments of the program", "clock": "the clock"}


def _taken(imported: ImportedName) -> Iterator[Refusal]:
    project = imported.around.project
    for module in module_names(imported.around.path):
        for kind in project.touched.get(f"{module}.{imported.name}", ()):
            reason = Obstacle.NAMED if kind.is_text else Obstacle.TAKEN
            of = f"{module}.{imported.name}" if kind.is_text else kind.place.path
            yield imported.refused_at(reason, kind.place, of)
        if module in project.stars:
            yield imported.refused_at(
                Obstacle.TAKEN, project.stars[module], f"import * in {project.stars[module].path}"
            )
        for place in project.texts.get(module, ()):
            line = project.attributes.get((place.path, imported.name))
            if line is not None:
                yield imported.refused_at(Obstacle.TAKEN, Place(place.path, line), place.path)


def _replaced(imported: ImportedName) -> Iterator[Refusal]:
    if isinstance(imported.node, ast.Import) and not (imported.alias.asname and "." in imported.alias.name):
        return  # it looks each name up when it is used, now as before
    project, module = imported.around.project, imported.modules[-1]
    parts = module.split(".")
    is_relative = isinstance(imported.node, ast.ImportFrom) and imported.node.level
    for dotted in [".".join(parts[at:]) for at in range(len(parts) - 1)] if is_relative else [module]:
        kinds = project.touched.get(dotted, ())
        kind = next((each for each in kinds if each.replaces or (each.is_text and not each.is_beginning)), None)
        if kind is not None:
            yield imported.refused_at(Obstacle.REPLACED, kind.place, dotted)
        elif dotted in project.rebound:
            yield imported.refused_at(Obstacle.REPLACED, project.rebound[dotted], dotted)


def _submodule(imported: ImportedName) -> Iterator[Refusal]:
    """Look for code that needs `a.b` and imports only `a`: this import makes the one an attribute of the other."""
    project = imported.around.project
    loaded = {part for module in _dotted_modules(imported) for part in prefixes(module) if "." in part}
    for module in sorted(loaded):
        if module in project.unimported:
            yield imported.refused_at(Obstacle.SUBMODULE, project.unimported[module], module)
    others = [each for each in imported.uses.imported if each.name != imported.name]
    stands_for = {
        each.name: each.alias.name if each.alias.asname else each.name
        for each in others
        if isinstance(each.node, ast.Import)
    }
    said = {each.alias.name for each in others if isinstance(each.node, ast.Import)}
    said |= {each.node.module or "" for each in others if isinstance(each.node, ast.ImportFrom)}
    for node in imported.nodes:
        top, _, rest = (dotted_name(node) or "").partition(".") if isinstance(node, ast.Attribute) else ("", "", "")
        full = f"{stands_for[top]}.{rest}" if rest and top in stands_for else ""
        if full in loaded and not any(each == full or each.startswith(f"{full}.") for each in said):
            yield imported.refused(Obstacle.SUBMODULE, getattr(node, "lineno", 1), full)


def _dotted_modules(imported: ImportedName) -> Iterator[ModuleName]:
    """Yield the modules that the import surely or maybe loads: of `from a import b` the second where it may be one."""
    yield imported.modules[0]
    if isinstance(imported.node, ast.ImportFrom):
        facts = _facts_of(imported)
        known = {each for fact in facts for each in fact.modules}
        name = imported.modules[-1]
        if name in known or (not known and imported.alias.name.islower()):
            yield name


def _asked(imported: ImportedName) -> Iterator[Refusal]:
    loaded = {part for module in imported.modules for part in prefixes(module)}
    for key, place in imported.around.project.asked:
        if key is None or key in loaded or any(key.startswith(f"{module}.") for module in loaded):
            yield imported.refused_at(Obstacle.SYS_MODULES, place, key or "names that cannot be told")


def _path(imported: ImportedName) -> Iterator[Refusal]:
    project = imported.around.project
    top = imported.modules[0].partition(".")[0] or imported.name
    is_relative = isinstance(imported.node, ast.ImportFrom) and imported.node.level
    if top in project.names and not is_relative:
        for what, place in project.path_changes:
            yield imported.refused_at(Obstacle.PATH, place, what)


# What importing the library does


def _facts_of(imported: ImportedName) -> list[LibraryFacts]:
    libraries = imported.around.libraries
    tops = (imported.modules[0].partition(".")[0], *imported.modules)
    return [libraries[module] for module in dict.fromkeys(tops) if module in libraries]


def _library(imported: ImportedName) -> Iterator[Refusal]:
    for facts in _facts_of(imported):
        for read in facts.reads:
            if _may_differ(read, imported.around.project):
                what = (
                    f"{read.key or 'a variable'} of the environment" if read.what == "environment" else _READ[read.what]
                )
                of = f"{imported.modules[0]} reads {what} ({read.module}:{read.line})"
                yield imported.refused(Obstacle.LIBRARY_READS, imported.node.lineno, of)
        for change in facts.changes:
            of = f"{imported.modules[0]} calls or sets {change.what} ({change.module}:{change.line})"
            yield imported.refused(Obstacle.LIBRARY_CHANGES, imported.node.lineno, of)


def _may_differ(read: LibraryRead, project: ProjectNames) -> bool:
    if read.what == "environment":
        return any(read.key is None or each.key in (None, read.key) for each in project.environment)
    if read.what == "arguments":
        return bool(project.arguments)
    return read.what == "clock" or any("chdir" in what or "chroot" in what for what, _ in project.path_changes)


PROJECT_CHECKS = (_taken, _replaced, _submodule, _asked, _path, _library)

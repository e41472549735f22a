"""The readers of import statements, with what they say settled for the target."""

from __future__ import annotations

import sys
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from footprint.analysis.reach import target_conditions
from footprint.knowledge.target_facts import LAZY_SINCE, NEWER_SYNTAX
from footprint.model.installed_environment import Interpreter
from footprint.model.source_modules import FileImports
from footprint.names import top_level
from footprint.values import replace

if TYPE_CHECKING:
    from footprint.audit.target import Target
    from footprint.files.project_facts import ProjectFacts


class ImportReader(Protocol):
    """Reads the import statements of one file."""

    def __call__(self, data: bytes, *, path: str, module: str, is_package: bool) -> FileImports:
        """Return what the file says; as `collect.imports.walker.read_imports`."""
        ...


def loads_in(target: Target, project: Path) -> target_conditions.IsThere:
    """Return what tells whether a module may be loaded in a program of the project; without an environment any may.

    Only its first part is looked for, where packages lie directly: below, a package may bind what it wants.
    """

    @cache
    def names() -> frozenset[str]:
        from footprint.collect.sources.module_names import list_importable  # a reading of a project has loaded it

        folders = (*target.interpreter.site_dirs, project, project / "src", *(project / each for each in target.roots))
        stated = {name for item in target.installed for name in (item.name.replace("-", "_"), *item.import_names)}
        stated |= {place.module for item in target.installed for place in item.places}
        return target.interpreter.stdlib_names | list_importable(folders) | {top_level(name) for name in stated}

    return lambda module: target.missing is not None or module.startswith("__") or top_level(module) in names()


def for_target(
    read: ImportReader, interpreter: Interpreter, is_there: target_conditions.IsThere = bool
) -> ImportReader:
    """Return a reader that sets imports apart which cannot run on `interpreter`.

    Nor does it note what only an interpreter does that knows `__lazy_modules__`. `is_there` as in `loads_in`.
    """
    facts = target_conditions.facts_of(interpreter)
    knows_lazy = interpreter.version >= LAZY_SINCE

    def read_settled(data: bytes, *, path: str, module: str, is_package: bool) -> FileImports:
        found = target_conditions.settle(read(data, path=path, module=module, is_package=is_package), facts, is_there)
        found = _with_syntax_judged(found, is_newer=interpreter.version[:2] > sys.version_info[:2])
        if knows_lazy or not found.notes:
            return found
        return replace(found, notes=tuple(note for note in found.notes if note.code != "lazy-modules"))

    return read_settled


def reading_facts(interpreter: Interpreter) -> tuple[object, ...]:
    """Return all that readings for a target depend on."""
    return interpreter.version, sorted(target_conditions.facts_of(interpreter).items())


def remembered(read: ImportReader) -> ImportReader:
    """Return a reader that reads each file once, however many questions lead to it."""
    kept: dict[tuple[str, str], FileImports] = {}

    def read_once(data: bytes, *, path: str, module: str, is_package: bool) -> FileImports:
        key = path, module
        if key not in kept:
            kept[key] = read(data, path=path, module=module, is_package=is_package)
        return kept[key]

    return read_once


def kept(read: ImportReader, facts: ProjectFacts | None, how: str) -> ImportReader:
    """Return a reader that takes what `facts` have of a file with the same content; `how` it reads is part of that."""
    if facts is None:
        return read

    def read_or_recall(data: bytes, *, path: str, module: str, is_package: bool) -> FileImports:
        if not path.endswith(".py"):  # of a notebook each cell is read by itself
            return read(data, path=path, module=module, is_package=is_package)
        whole = partial(read, data, path=path, module=module, is_package=is_package)
        return facts.find(path, (how, module, is_package), data, whole)

    return read_or_recall


def _with_syntax_judged(found: FileImports, *, is_newer: bool) -> FileImports:
    """Let syntax pass that this interpreter does not know if the target is newer; else it is an error."""
    if not any(note.code == NEWER_SYNTAX for note in found.notes):
        return found
    if is_newer:
        return replace(found, notes=tuple(note for note in found.notes if note.code != NEWER_SYNTAX))
    notes = tuple(replace(note, code="syntax-error") if note.code == NEWER_SYNTAX else note for note in found.notes)
    return replace(found, parsed=False, notes=notes)

"""One file of the project, read by the reader that is passed in, as a module of the project."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Literal, Protocol

from footprint.collect.sources.path_changes import find_path_changes
from footprint.collect.sources.project_files import NOTEBOOK_SUFFIX, is_module
from footprint.files.reader import NotRead, read_regular
from footprint.model.note import Note
from footprint.model.source_modules import FileImports, ImportSite, Placement, SourceModule
from footprint.names import ModuleName, word_set

_LARGEST_BYTES = 64 << 20  # a notebook with its pictures may be large; beyond are dumps
_DEVELOPMENT_FILES = frozenset({"docs/conf.py", "doc/conf.py"})
_PACKAGES = frozenset({"__init__.py", "__init__.pyi"})
_KINDS_OF_TESTS = word_set("acceptance e2e end_to_end functional integration regression smoke system unit")
# Not every name that ends so: `ab_tests` may be a feature.
_TEST_FOLDERS = frozenset({"tests", "test", "testing", *(f"{kind}_tests" for kind in _KINDS_OF_TESTS)})
# By name, in any folder: tests.py is what Django's startapp makes, setup.py is that of a member.
_TEST_FILES = frozenset(
    {"conftest.py", "tests.py", "setup.py", "noxfile.py", "toxfile.py", "locustfile.py", "fabfile.py", "dodo.py"}
)
_STEPS = re.compile(r"(?:^|/)features/(?:steps/|environment\.py$)")  # behave runs them beside its *.feature files
_KEEPERS_OF_THE_PATH = frozenset({"sys", "site"})  # no file changes the path without one of these


class ReadImports(Protocol):
    """The reader of one file: collect.imports.walker.read_imports, or a faster one with the same answers."""

    def __call__(self, data: bytes, /, *, path: str, module: str, is_package: bool) -> FileImports:
        """Return what `data` states."""


def read_module(
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


def _role_of(path: str) -> Literal["app", "test", "script"]:
    folder, _, name = path.rpartition("/")
    stem = posixpath.splitext(name)[0]
    is_test_file = stem.startswith("test_") or stem.endswith("_test") or path in _DEVELOPMENT_FILES
    if is_test_file or name in _TEST_FILES or _is_below_tests(folder) or _STEPS.search(path):
        return "test"
    return "app" if is_module(path) and stem.isidentifier() else "script"


@lru_cache(maxsize=4096)
def _is_below_tests(folder: str) -> bool:
    return any(part.lower().strip("_").replace("-", "_") in _TEST_FOLDERS for part in folder.split("/"))

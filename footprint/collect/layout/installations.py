"""Folders of a project that are installations without an interpreter: what `pip install --target` filled, layers."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from itertools import islice
from pathlib import Path

from footprint.files.reader import list_entries, list_names, try_read, walk_folders
from footprint.names import word_set

_INFO_SUFFIX = ".dist-info"
_FOLDERS_AT_MOST = 2_000
_DEPTH_AT_MOST = 5  # python/lib/python3.12/site-packages of a layer beside its template
# Where distributions lie that no start of the application imports from.
LEFT_OUT = word_set("node_modules __pycache__ tests test fixtures testdata docs doc examples build dist")
# Hidden folders that are no tool's: .pip_packages, .python_packages (Azure Functions), .deps.
_HIDDEN = ("package", "deps", "vendor", "libs")


def find_installations(project: Path) -> tuple[Path, ...]:
    """Return the folders with distributions that are no environment's, nearest first; looked for within bounds."""
    found: list[Path] = []
    for folder, entries, inner in islice(walk_folders(project), _FOLDERS_AT_MOST):
        if _has_records(f"{project}/{folder}", [entry.name for entry in entries]):
            found.append(Path(os.path.realpath(project / folder)))
        if folder.count("/") < _DEPTH_AT_MOST - 1:
            inner.extend(entry.name for entry in entries if _is_to_enter(entry))
    return tuple(found)


def holds_installation(folder: Path) -> bool:
    """Whether a folder has distributions in it, as an installer leaves them."""
    return _has_records(str(folder), list_names(folder))


def _has_records(folder: str, names: list[str]) -> bool:
    infos = (name for name in names if name.endswith(_INFO_SUFFIX))
    return any(os.path.isfile(f"{folder}/{name}/RECORD") for name in infos)  # noqa: PTH113


def _is_to_enter(entry: os.DirEntry[str]) -> bool:
    name = entry.name
    if name in LEFT_OUT or name.endswith((_INFO_SUFFIX, ".egg-info")):
        return False
    if name.startswith(".") and not any(word in name for word in _HIDDEN):
        return False
    return entry.is_dir(follow_symlinks=False)


_BYTES_AT_MOST = 16 << 20  # of one record, which lists all files of a package


def read_conda_packages(prefix: Path, names: Collection[str]) -> Mapping[str, bool] | None:
    """Return which of `names` are installed by conda, each with whether it has modules of Python; None without conda.

    A record is called NAME-VERSION-BUILD.json and lists the files of the package.
    """
    folder = prefix / "conda-meta"
    entries = list_entries(folder)
    if entries is None:
        return None
    records = {entry.name.rsplit("-", 2)[0].lower(): entry.name for entry in entries if _is_record(entry.name)}
    return {name: _has_modules(folder / records[name]) for name in sorted(names) if name in records}


def _is_record(name: str) -> bool:
    return name.endswith(".json") and name.count("-") >= 2


def _has_modules(path: Path) -> bool:
    data = try_read(path, bytes_at_most=_BYTES_AT_MOST)
    # As text: the lists are long, and nothing else in a record of a library names such a folder.
    return data is None or b"site-packages/" in data or b"site-packages\\\\" in data  # None: so that it is not left out

"""The files of a project as they are now: the text in the editor where one is open, else that on disk.

Laws: only files of the project are read, none through a link out of it, and no more than is worth waiting for.
"""

from __future__ import annotations

import time
from pathlib import Path, PurePosixPath

from footprint.collect.sources.project_files import find_files
from footprint.edit.imports.module_bytes import decode_module
from footprint.edit.imports.project_names import ProjectNames, join_names, read_project
from footprint.editor.open_documents import OpenDocument
from footprint.files.paths import place_in
from footprint.files.reader import try_read
from footprint.values import dataclass, field

_FILE_BYTES = 2 << 20
_ALL_BYTES = 6 << 20  # of all modules of a project: some seconds, the first time
_LISTED_ANEW_S = 5.0

_Key = tuple[int, int] | str  # of a file on disk when it was written and its size, of an open one its text


@dataclass(slots=True)
class ProjectTexts:
    """What was read of the projects so far."""

    names: dict[Path, tuple[_Key, ProjectNames]] = field(default_factory=dict)
    lists: dict[Path, tuple[float, tuple[str, ...]]] = field(default_factory=dict)

    def all_names(self, folder: Path, documents: dict[str, OpenDocument]) -> ProjectNames | None:
        """Return what the modules of a project do with names, None where it is too large to be read here."""
        texts = {document.path: document.buffer.text for document in documents.values() if document.path is not None}
        parts, left = [], _ALL_BYTES
        for path in self._files(folder):
            file = folder / path
            key = texts.get(file) or _stamp(file)
            if key is None:
                continue
            left -= len(key) if isinstance(key, str) else key[1]
            if left < 0:
                return None
            known = self.names.get(file)
            if known is None or known[0] != key:
                known = (key, read_project({path: key if isinstance(key, str) else _text(file)}))
                self.names[file] = known
            parts.append(known[1])
        return join_names(parts)

    def _files(self, folder: Path) -> tuple[str, ...]:
        """Return the Python files of a project, listed anew only now and then."""
        listed = self.lists.get(folder)
        if listed is None or time.monotonic() - listed[0] > _LISTED_ANEW_S:
            listed = (time.monotonic(), find_files(folder, (), ()).files)
            self.lists[folder] = listed
        return listed[1]


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        status = file.stat()
    except (OSError, ValueError):
        return None
    return (status.st_mtime_ns, status.st_size)


def _text(file: Path) -> str:
    content = try_read(file, bytes_at_most=_FILE_BYTES) or b""
    found = decode_module(content)
    return content.decode("latin-1") if found is None else found[0]


def text_of(folder: Path, path: str, documents: dict[str, OpenDocument]) -> str | None:
    """Return the text of a file of a project, None for one that cannot be edited: elsewhere, gone, not UTF-8."""
    if not is_inside(folder, path):
        return None
    document = document_of(folder, path, documents)
    if document is not None:
        return document.buffer.text
    content = try_read(folder / path, bytes_at_most=_FILE_BYTES)
    try:
        return None if content is None else content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def document_of(folder: Path, path: str, documents: dict[str, OpenDocument]) -> OpenDocument | None:
    """Return the document of a file of a project, None where it is not open."""
    name = PurePosixPath(path).name
    named = (each for each in documents.values() if each.path is not None and each.path.name == name)
    return next((each for each in named if each.path and place_in(folder, each.path) == path), None)


def is_inside(folder: Path, path: str) -> bool:
    """Whether a path that an audit states is one of a file in its folder, and leads nowhere else."""
    parts = PurePosixPath(path).parts
    if not parts or ".." in parts or path.startswith("/") or "\0" in path or "\\" in path:
        return False
    return place_in(folder, folder / path) == "/".join(parts)

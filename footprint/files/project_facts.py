"""What was read in the files of one project, kept from one run to the next: their imports, by their content.

Laws: what is kept of a file is what its content says under its name, whoever wrote it and whenever; it is believed
where the content has the same digest. So a project file is always read: size and times prove nothing, since an editor,
git or a build may give any of them back. Of what is kept only the values are made that a file is read into: any other
name in it is refused.
"""

from __future__ import annotations

import hashlib
import io
import os
import pickle
from collections.abc import Callable
from pathlib import Path

from footprint.files.cache_folder import CacheFolder
from footprint.files.file_facts import stored_key
from footprint.model.handed_names import Loader, Taker, Taking
from footprint.model.note import Note
from footprint.model.source_modules import Calls, FileImports, ImportSite, Placement, Reference

_CLASSES = {
    (kind.__module__, kind.__qualname__): kind
    for kind in (Calls, FileImports, ImportSite, Loader, Note, Placement, Reference, Taker, Taking)
}
_READINGS_KEPT = 6  # of one file: by a scan, in full, with what other files ask of it
_BROKEN = (pickle.UnpicklingError, EOFError, LookupError, TypeError, ValueError, AttributeError, RecursionError)

Reading = tuple[str, str, bool]  # how it was read, the name of the module, whether it is a package


class ProjectFacts:
    """The imports of the files of one project."""

    def __init__(self, folder: CacheFolder, project: Path) -> None:
        """Take where they are kept."""
        self._folder, self._key = folder, stored_key(f"project {os.path.realpath(project)}")
        self._known: dict[str, dict[Reading, tuple[bytes, FileImports]]] | None = None
        self._met = set[str]()
        self._is_changed = False

    def find(self, path: str, reading: Reading, data: bytes, read: Callable[[], FileImports]) -> FileImports:
        """Return what a file says: what is kept of the same content, else what `read` says."""
        if self._known is None:
            self._known = self._load()
        self._met.add(path)
        digest = hashlib.blake2b(data, digest_size=16).digest()
        readings = self._known.setdefault(path, {})
        kept = readings.get(reading)
        if kept is not None and kept[0] == digest:
            return kept[1]
        found = read()
        readings.pop(reading, None)
        readings[reading] = digest, found
        self._is_changed = True
        return found

    def keep(self) -> None:
        """Write what is new, of the files that were met."""
        if not self._is_changed or self._known is None:
            return
        self._is_changed = False
        met = {path: readings for path, readings in self._known.items() if path in self._met}
        last = {path: dict(list(readings.items())[-_READINGS_KEPT:]) for path, readings in met.items()}
        try:
            content = pickle.dumps(last, protocol=5)
        except RecursionError:
            return
        self._folder.write(self._key, content)
        self._folder.trim()

    def _load(self) -> dict[str, dict[Reading, tuple[bytes, FileImports]]]:
        content = self._folder.read(self._key)
        if content is None:
            return {}
        try:
            found = _Unpickler(io.BytesIO(content)).load()
            is_whole = all(
                type(said) is FileImports and type(digest) is bytes
                for readings in found.values()
                for digest, said in readings.values()
            )
        except _BROKEN:
            return {}
        return found if is_whole else {}


class _Unpickler(pickle.Unpickler):
    """Makes nothing but the values of a file's imports."""

    def find_class(self, module: str, name: str) -> object:
        """Return one of the few classes. Raises: UnpicklingError for any other name."""
        try:
            return _CLASSES[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name}") from None

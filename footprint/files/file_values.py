"""What is kept of project files as values: pickled, and read so that nothing but these values is made."""

from __future__ import annotations

import io
import pickle
from typing import Any

from footprint.files.digests import blake2b
from footprint.model.entry_origins import GivenEntry
from footprint.model.handed_names import Loader, Taker, Taking
from footprint.model.note import Note
from footprint.model.source_modules import (
    Calls,
    EntryPoint,
    FileImports,
    ImportSite,
    Placement,
    ProjectSources,
    Reach,
    ReachedModule,
    Reference,
    SourceModule,
)

_OF_FILES = (Calls, FileImports, ImportSite, Loader, Note, Placement, Reference, Taker, Taking)
_OF_PROJECTS = (EntryPoint, GivenEntry, ProjectSources, Reach, ReachedModule, SourceModule)
_CLASSES = {(kind.__module__, kind.__qualname__): kind for kind in (*_OF_FILES, *_OF_PROJECTS)}
BROKEN = (pickle.UnpicklingError, EOFError, LookupError, TypeError, ValueError, AttributeError, RecursionError)


def content_digest(data: bytes) -> bytes:
    """Return what the content of a file is known by."""
    return blake2b(data, digest_size=16).digest()


def dump_values(values: object) -> bytes | None:
    """Return values pickled; None where they nest too deeply."""
    try:
        return pickle.dumps(values, protocol=5)
    except RecursionError:
        return None


def load_values(content: bytes) -> Any:
    """Return what `dump_values` gave; any other class in it is refused. Raises: those of BROKEN."""
    return _ValuesReader(io.BytesIO(content)).load()


class _ValuesReader(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> object:
        """Return one of the few classes. Raises: UnpicklingError for any other name."""
        try:
            return _CLASSES[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name}") from None

"""The readers of import statements, with what they say settled for the target."""

from __future__ import annotations

from typing import Protocol

from footprint.analysis import conditions
from footprint.model.environment import Interpreter
from footprint.model.sources import FileImports


class Reader(Protocol):
    """Reads the import statements of one file."""

    def __call__(self, data: bytes, *, path: str, module: str, is_package: bool) -> FileImports:
        """Return what the file says; as `collect.imports.walker.read_imports`."""
        ...


def for_target(read: Reader, interpreter: Interpreter) -> Reader:
    """Return a reader that sets imports apart which cannot run on `interpreter`."""
    facts = conditions.facts_of(interpreter)

    def read_settled(data: bytes, *, path: str, module: str, is_package: bool) -> FileImports:
        return conditions.settle(read(data, path=path, module=module, is_package=is_package), facts)

    return read_settled if facts else read

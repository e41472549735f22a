"""Compiled libraries of an environment that are large enough for the kernel to choose where they lie in memory."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator

from footprint.collect.disk.claims import Claims
from footprint.files.reader import list_names

# From 2 MiB in memory on it matters: a library takes more there than its file has.
_BYTES_AT_LEAST = 1 << 20
_LIBRARY = re.compile(r"\.so(?:\.\d+)*$")


def find_large_libraries(claims: Claims, prefix: str | None = None) -> tuple[str, ...]:
    """Return the real paths of large libraries of what is installed, and of those beside Python's own (conda)."""
    beside = _beside_python(prefix) if prefix is not None else ()
    return tuple(dict.fromkeys(_large((*_claimed(claims), *beside))))


def _claimed(claims: Claims) -> Iterator[str]:
    for root, files in claims.files.items():
        yield from (f"{root}/{path}" for path in files if ".so" in path)
    yield from claims.outside


def _beside_python(prefix: str) -> Iterator[str]:
    folder = f"{os.path.realpath(prefix)}/lib"
    return (f"{folder}/{name}" for name in list_names(folder))


def _large(paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        if not _LIBRARY.search(path):
            continue
        try:
            status = os.lstat(path)
        except OSError:
            continue
        if stat.S_ISREG(status.st_mode) and status.st_size >= _BYTES_AT_LEAST:
            yield path

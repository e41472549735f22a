"""Pages that a browser reads after the command has ended: files of ours in a private folder below the temporary one.

Laws: nobody else can read them or put anything there. What is not a folder of this user alone is not taken, whoever
made it: another one is made beside it. Pages that are old are removed when the next one is written, nothing else is.
"""

# Names and strings, not Path objects: the calls below take descriptors of folders.
# ruff: noqa: PTH102

from __future__ import annotations

import os
import re
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from footprint.ending import undisturbed
from footprint.errors import CannotMeasure
from footprint.files.descriptors import opened
from footprint.files.private import temporary_places

_PRIVATE = 0o700
_FOLDER_FLAGS = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_FILE_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_PAGE = re.compile(r"page-[0-9a-f]{16}\.html")
_KEPT_S = 7 * 86_400
_LOOKED_AT = 10_000  # files of the folder


def write_page(content: bytes) -> Path:
    """Write a page by a name of its own and return where it is. Raises: CannotMeasure where it cannot be written."""
    said = ""
    for folder in _folders():
        try:
            with suppress(FileExistsError):
                os.mkdir(folder, _PRIVATE)
            with undisturbed(), opened(folder, _FOLDER_FLAGS) as held:
                if not _is_ours(os.fstat(held)):
                    continue
                _remove_old(held)
                return Path(folder, _write(held, content))
        except OSError as error:
            said = said or f"{folder}: {error.strerror}"
    raise CannotMeasure(f"cannot write the page ({said}): set TMPDIR to a folder that can be written")


def _folders() -> Iterator[str]:
    """Yield the folder of our pages, and if that is not ours alone, one that nobody knows of."""
    name = f"footprint-pages-{os.getuid() if hasattr(os, 'getuid') else 'user'}"
    for place in temporary_places():
        yield from (f"{place}/{name}", f"{place}/{name}-{os.urandom(8).hex()}")


def _is_ours(status: os.stat_result) -> bool:
    is_private = not stat.S_IMODE(status.st_mode) & 0o077
    return stat.S_ISDIR(status.st_mode) and is_private and (not hasattr(os, "getuid") or status.st_uid == os.getuid())


def _write(folder: int, content: bytes) -> str:
    name = f"page-{os.urandom(8).hex()}.html"
    try:
        with opened(name, _FILE_FLAGS, 0o600, dir_fd=folder) as page, os.fdopen(os.dup(page), "wb") as file:
            file.write(content)
    except BaseException:
        with suppress(OSError):
            os.unlink(name, dir_fd=folder)
        raise
    return name


def _remove_old(folder: int) -> None:
    before = time.time() - _KEPT_S
    for name in os.listdir(folder)[:_LOOKED_AT]:
        with suppress(OSError):
            if _PAGE.fullmatch(name) and os.stat(name, dir_fd=folder, follow_symlinks=False).st_mtime < before:
                os.unlink(name, dir_fd=folder)

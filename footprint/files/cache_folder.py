"""Our own folder below the user's caches, and the files in it: read where they are whole, replaced whole, bounded.

Laws: the folder is ours alone (owner and mode 0700 are looked at every time), it is no link, and no link in it is
followed. A file is written beside the old one and renamed over it: whoever reads has the old one or the new one. Each
begins with length and checksum of what follows; what does not fit them is not there. Nothing in here fails: where
there is no folder, no room or no right, nothing is kept. Measured against SQLite in WAL mode: docs/decisions.md.
"""

# Names and strings, not Path objects: the calls below take descriptors of folders.
# ruff: noqa: PTH102, PTH103, PTH116, PTH118, PTH120

from __future__ import annotations

import os
import stat
import time
from binascii import crc32
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from footprint.files.descriptors import opened
from footprint.files.digests import blake2b
from footprint.late import late_pattern
from footprint.units import MIB
from footprint.values import dataclass

BYTES_AT_MOST = 200 * MIB
_OF_A_FILE = 32 * MIB
_UNTRIMMED = 8 * MIB  # to write before all files are looked at again: a fleet writes thousands
_STALE_S = 3600  # of a file that somebody was about to write
_MODE = 0o700
_FOLDER_FLAGS = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_FILE_FLAGS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_HAS_DIR_FD = {os.open, os.stat, os.unlink, os.rename} <= os.supports_dir_fd and hasattr(os, "geteuid")
_FILE = late_pattern(r"[0-9a-f]{32}\.facts")
_UNFINISHED = late_pattern(r"\.[0-9a-f]{32}\.facts\.[0-9a-f]{16}")
_HEAD_BYTES = 16
# What this process has written since it trimmed a folder, by its path; one that is not in it was never trimmed.
_written: dict[str, int] = {}


@dataclass(frozen=True, slots=True)
class CacheFolder:
    """The folder, there or not yet. `named`: the user said where it is, so it may lie in a folder of somebody else."""

    path: str
    named: bool = False

    def read(self, key: str) -> bytes | None:
        """Return what was written last for a key, None where there is nothing whole."""
        with suppress(OSError), self._opened() as folder:
            return _read(_name_of(key), folder)
        return None

    def write(self, key: str, content: bytes) -> None:
        """Keep `content` for a key, in place of what was there, and trim the folder where it may be too large."""
        if len(content) > _OF_A_FILE:
            return
        name = _name_of(key)
        beside = f".{name}.{os.urandom(8).hex()}"
        with suppress(OSError):
            self._make()
            with self._opened() as folder:
                try:
                    _write(beside, _head(content) + content, folder)
                    os.rename(beside, name, src_dir_fd=folder, dst_dir_fd=folder)
                except OSError:
                    os.unlink(beside, dir_fd=folder)
        _written[self.path] = _written.get(self.path, _UNTRIMMED) + len(content)
        if _written[self.path] >= _UNTRIMMED:
            _written[self.path] = 0
            self.trim(BYTES_AT_MOST - _UNTRIMMED)

    def trim(self, bytes_at_most: int = BYTES_AT_MOST) -> None:
        """Remove what was used longest ago while there is too much, and what nobody finished writing."""
        with suppress(OSError), self._opened() as folder:
            files = sorted(_list(folder), key=lambda each: each[1].st_mtime_ns)
            total = sum(status.st_size for _, status in files)
            for name, status in files:
                is_stale = bool(_UNFINISHED.fullmatch(name)) and status.st_mtime < time.time() - _STALE_S
                if is_stale or (total > bytes_at_most and _FILE.fullmatch(name)):
                    os.unlink(name, dir_fd=folder)
                    total -= status.st_size

    def clear(self) -> int:
        """Remove all files of ours and return how many there were."""
        count = 0
        with suppress(OSError), self._opened() as folder:
            for name, _ in _list(folder):
                os.unlink(name, dir_fd=folder)
                count += bool(_FILE.fullmatch(name))
        return count

    def weigh(self) -> tuple[int, int]:
        """Return how many files there are and their bytes."""
        with suppress(OSError), self._opened() as folder:
            sizes = [status.st_size for name, status in _list(folder) if _FILE.fullmatch(name)]
            return len(sizes), sum(sizes)
        return 0, 0

    def is_usable(self) -> bool:
        """Whether it is there and ours, or could be made."""
        with suppress(OSError), self._opened():
            return True
        return not os.path.lexists(self.path) and self._may_make()

    @contextmanager
    def _opened(self) -> Iterator[int]:
        """Give the open folder. Raises: OSError where it is not there, or not ours alone."""
        with opened(self.path, _FOLDER_FLAGS) as folder:
            status = os.fstat(folder)
            if status.st_uid != os.geteuid() or stat.S_IMODE(status.st_mode) & 0o077:
                raise PermissionError(self.path)
            yield folder

    def _make(self) -> None:
        if os.path.lexists(self.path):
            return
        if not self._may_make():
            raise PermissionError(self.path)
        os.makedirs(os.path.dirname(self.path), _MODE, exist_ok=True)
        with suppress(FileExistsError):
            os.mkdir(self.path, _MODE)

    def _may_make(self) -> bool:
        return self.named or is_in_ours(self.path)


def is_in_ours(path: str) -> bool:
    """Whether a folder, or the nearest one above that is there, is ours: with sudo, HOME may be that of another."""
    while not os.path.lexists(path) and path != os.path.dirname(path):
        path = os.path.dirname(path)
    with suppress(OSError):
        return os.stat(path).st_uid == os.geteuid()
    return False


def find_user_folder() -> str | None:
    """Return `footprint` below XDG_CACHE_HOME, else below ~/.cache; None where there is no home."""
    above = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(above):  # noqa: PTH117 - a relative one is ignored: XDG Base Directory Specification
        try:
            above = str(Path.home() / ".cache")
        except RuntimeError:  # there is no home
            return None
    return os.path.join(above, "footprint")


def find_cache_folder(*, wanted: bool = True) -> CacheFolder | None:
    """Return the folder of the facts of files, None where none is `wanted`, by an option or by the environment.

    FOOTPRINT_CACHE names it; empty, it wants none. Without it: `footprint/facts` below XDG_CACHE_HOME, else below
    ~/.cache; none where FOOTPRINT_NO_CACHE is set, nor in CI (CI is set), whose home is thrown away.
    """
    if not wanted or not _HAS_DIR_FD or os.environ.get("FOOTPRINT_NO_CACHE"):
        return None
    named = os.environ.get("FOOTPRINT_CACHE")
    if named is not None:
        return CacheFolder(os.path.abspath(named), named=True) if named else None  # noqa: PTH100
    if os.environ.get("CI"):
        return None
    folder = find_user_folder()
    return None if folder is None else CacheFolder(os.path.join(folder, "facts"))


def _name_of(key: str) -> str:
    return blake2b(key.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest() + ".facts"


def _head(content: bytes) -> bytes:
    """Return what tells a file that was cut off or damaged.

    CRC-32, for whoever could forge it could write the file: of 2.4 MB 1 ms in the place of 5 by BLAKE2b.
    """
    return b"".join(each.to_bytes(_HEAD_BYTES // 2, "little") for each in (len(content), crc32(content)))


def _read(name: str, folder: int) -> bytes | None:
    with opened(name, os.O_RDONLY | _FILE_FLAGS, dir_fd=folder) as descriptor:
        status = os.fstat(descriptor)
        is_ours = stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid() and status.st_nlink == 1
        if not is_ours or status.st_size > _OF_A_FILE + _HEAD_BYTES:
            return None
        head, content = os.read(descriptor, _HEAD_BYTES), b""
        left = status.st_size - _HEAD_BYTES
        while len(content) < left and (part := os.read(descriptor, left - len(content))):
            content += part
        if head != _head(content):
            return None
        with suppress(OSError):
            if status.st_mtime < time.time() - _STALE_S:
                os.utime(descriptor)  # it was used
        return content


def _write(name: str, content: bytes, folder: int) -> None:
    with opened(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FILE_FLAGS, 0o600, dir_fd=folder) as descriptor:
        left = memoryview(content)
        while left:
            left = left[os.write(descriptor, left) :]


def _list(folder: int) -> list[tuple[str, os.stat_result]]:
    """Return the regular files of ours in an open folder."""
    with os.scandir(folder) as entries:
        ours = [each.name for each in entries if _FILE.fullmatch(each.name) or _UNFINISHED.fullmatch(each.name)]
    found = []
    for name in ours:
        with suppress(OSError):
            status = os.stat(name, dir_fd=folder, follow_symlinks=False)
            found += [(name, status)] if not stat.S_ISDIR(status.st_mode) else []
    return found

"""The records that the processes of a live measurement wrote, from a folder that they may have done anything to."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from footprint.probe.records import untag

FILES_LIMIT = 5_000
FILE_LIMIT_BYTES = 64 << 20

_NAME = re.compile(r"(\d{1,9})\.(\d{1,20})")  # number of the process, moment of its start


def read_records(folder: Path, tag: str) -> dict[int, bytes]:
    """Return the records by process number; of a number that was used again those of the later process."""
    found: dict[int, bytes] = {}
    names = [entry.name for entry in os.scandir(folder) if _NAME.fullmatch(entry.name)]
    for name in sorted(names, key=lambda name: int(name.partition(".")[2]))[-FILES_LIMIT:]:
        data = _read(folder / name)
        if data is not None:
            found[int(name.partition(".")[0])] = untag(data, tag)
    return found


def _read(path: Path) -> bytes | None:
    """Return the beginning of a regular file; None for anything else."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        return file.read(FILE_LIMIT_BYTES) if stat.S_ISREG(os.fstat(descriptor).st_mode) else None

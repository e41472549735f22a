"""The records that the processes of a live measurement wrote, from a folder that they may have done anything to."""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from pathlib import Path

from footprint.files.reader import NotRead, read_start
from footprint.probe.records import untag

FILE_LIMIT_BYTES = 64 << 20
_NAMES_LIMIT = 100_000

_NAME = re.compile(r"(\d{1,9})\.(\d{1,20})")  # number of the process, moment of its start


def read_records(folder: Path, tag: str, pids: Collection[int]) -> dict[int, bytes]:
    """Return the records of the processes `pids`; of a number that was used again those of the later one."""
    latest: dict[int, tuple[int, str]] = {}
    for name in _names_in(folder):
        found = _NAME.fullmatch(name)
        if found is not None and int(found[1]) in pids:
            latest[int(found[1])] = max((int(found[2]), name), latest.get(int(found[1]), (0, "")))
    records = {}
    for pid, (_, name) in latest.items():
        try:
            records[pid] = untag(read_start(folder / name, bytes_at_most=FILE_LIMIT_BYTES), tag)
        except NotRead:
            continue
    return records


def _names_in(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return [entry.name for entry, _ in zip(entries, range(_NAMES_LIMIT), strict=False)]
    except OSError:  # the application removed it
        return []

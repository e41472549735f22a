"""The records that the processes of a live measurement wrote, from a folder that they may have done anything to."""

from __future__ import annotations

import os
import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from footprint.files.reader import NotRead, read_start
from footprint.model.live import GrowthLine
from footprint.probe.records import untag

FILE_LIMIT_BYTES = 64 << 20
_NAMES_LIMIT = 100_000

_STEP = re.compile(rb"\x1ed (\d{1,20}) (-?\d{1,12}) (-?\d{1,12}) (import|data)\t(?:([^\n\x1e]+):(\d{1,9}))?\n")
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


def read_growth(data: Iterable[bytes], moments: Sequence[int]) -> list[tuple[GrowthLine, ...]]:
    """Return what grew before each of the moments (nanoseconds) and after the one before, in all processes together."""
    found: list[dict[tuple[str, str, str], list[int]]] = [{} for _ in moments]
    for step in (step for records in data for step in _STEP.finditer(records)):
        at, rss, peak = (int(each) for each in step.groups()[:3])
        index = bisect_left(moments, at)
        if index < len(moments):
            kind, path, line = (each.decode("utf-8", "replace") for each in step.groups(b"")[3:])
            sums = found[index].setdefault((kind, path, line), [0, 0])
            sums[0], sums[1] = sums[0] + (rss << 10), sums[1] + (peak << 10)
    return [tuple(sorted(map(_describe_line, each.items()), key=lambda line: -line.rss_bytes)) for each in found]


def _describe_line(item: tuple[tuple[str, str, str], list[int]]) -> GrowthLine:
    (kind, path, line), (rss, peak) = item
    return GrowthLine("import" if kind == "import" else "data", path or None, int(line) if path else None, rss, peak)


def _names_in(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return [entry.name for entry, _ in zip(entries, range(_NAMES_LIMIT), strict=False)]
    except OSError:  # the application removed it
        return []

"""The records that the processes of a live measurement wrote, from a folder that they may have done anything to."""

from __future__ import annotations

import os
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from footprint.files.reader import NotRead, read_start
from footprint.late import late_pattern
from footprint.model.runtime import GrowthLine
from footprint.probe.records import Place, find, untag

FILE_LIMIT_BYTES = 64 << 20
_NAMES_LIMIT = 100_000

_Line = tuple[str, Place | None]  # kind, and where; None: no line of the project ran
_NAME = late_pattern(r"(\d{1,9})\.(\d{1,20})")  # number of the process, moment of its start


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
    """Return what grew before each of the moments (nanoseconds) and after the one before, in all processes together.

    The lines of a process sum up to what it grew by in that time, and to nothing where it shrank.
    """
    kept, peaks = [Counter[_Line]() for _ in moments], [Counter[_Line]() for _ in moments]
    for records in data:
        held: list[list[tuple[_Line, int]]] = [[] for _ in moments]
        for at, rss, peak, kind, place in find(records, "d"):
            if (index := bisect_left(moments, at)) < len(moments):
                _move(held[index], (kind, place), rss << 10)
                peaks[index][kind, place] += max(peak, 0) << 10
        for lines, moves in zip(kept, held, strict=True):
            for line, change in moves:
                lines[line] += max(change, 0)
    return [tuple(_describe_lines(*each)) for each in zip(kept, peaks, strict=True)]


def _move(held: list[tuple[_Line, int]], line: _Line, change: int) -> None:
    """Add what a process grew or shrank by, all in `held` of one sign: what shrinks is taken off what grew last."""
    while change and held and (held[-1][1] < 0) != (change < 0):
        other, amount = held.pop()
        line, change = other if abs(amount) > abs(change) else line, amount + change
    if change:
        held.append((line, change))


def _describe_lines(kept: Mapping[_Line, int], peaks: Mapping[_Line, int]) -> Iterator[GrowthLine]:
    for line in sorted(peaks, key=lambda line: -kept[line]):
        kind, place = line
        path, number = place or (None, None)
        yield GrowthLine("import" if kind == "import" else "data", path, number, kept[line], peaks[line])


def _names_in(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return [entry.name for entry, _ in zip(entries, range(_NAMES_LIMIT), strict=False)]
    except OSError:  # the application removed it
        return []

"""What a call told that was done many times, cut out of the records of its fork. Pure."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from footprint.model.installed_environment import Interpreter
from footprint.model.runtime import CacheGrowth, FloorReading, RepeatEnd, RepeatRun
from footprint.probe import records
from footprint.probe.own_frames import innermost_own
from footprint.probe.recording import parse
from footprint.probe.records import Fork
from footprint.probe.statuses import describe_status
from footprint.values import replace

_LIBRARY = re.compile(r"^.*/(?:site-packages|dist-packages|lib(?:64)?/python3\.\d+t?)/", re.DOTALL)
_ENDS: tuple[RepeatEnd, ...] = ("done", "time", "failed", "unread")


def read_repeats(
    data: bytes, forks: Sequence[Fork], asked: int, project: Path, interpreter: Interpreter
) -> dict[int, RepeatRun]:
    """Return what calls came to that were to be done `asked` times, by their place among all.

    `data` are the records outside of the forks. Paths are as a reader knows them.
    """
    head = records.first(data, "h")
    found = {}
    for fork in forks:
        run = _read(fork, asked)
        root = os.path.realpath(project)
        run = replace(run, places=tuple((_shown(path, root), line, count) for path, line, count in run.places))
        if run.end == "failed":
            raised = parse(head + fork.data).raised
            status, _, _ = next(records.find(fork.data, "A"), (0, -1, 0))
            message = raised.message if raised is not None else f"it answered {status}"
            path, line = innermost_own(reversed(raised.frames), project, interpreter) if raised else (None, None)
            run = replace(run, message=message, path=path, line=line)
        found[fork.index] = run
    return found


def _shown(path: str, root: str) -> str:
    """Return a path relative to the project, or to the folder that Python finds it in."""
    if path.startswith(f"{root}/"):
        return path[len(root) + 1 :]
    return _LIBRARY.sub("", path)


def _read(fork: Fork, asked: int) -> RepeatRun:
    data = fork.data
    how, done, time_us = next(records.find(data, "D"), (None, None, None))
    begun = max((number for (number,) in records.find(data, "B")), default=0)
    end: RepeatEnd | None = next((each for each in _ENDS if each == how), None)
    message = None
    if end is None and fork.status == "timeout":
        end = "hung"
    elif end is None:
        end, message = "crashed", describe_status(int(fork.status))
    traced_count, traced_bytes = next(records.find(data, "T"), (0, None))
    return RepeatRun(
        asked_count=asked,
        done_count=done if done is not None else max(begun - 1, 0),
        end=end,
        message=message,
        time_us=time_us,
        floors=tuple(_floors(data)),
        traced_count=traced_count,
        traced_bytes=traced_bytes,
        caches=tuple(sorted(_caches(data), key=lambda each: each.before_count - each.after_count)),
        places=tuple((place[0], place[1], count) for count, place in records.find(data, "L") if place),
    )


def _caches(data: bytes) -> Iterator[CacheGrowth]:
    """Yield those that hold more at the last reading than at the first; several of one name together."""
    counts: dict[tuple[str, int], Counter[int]] = {}
    numbers = set()
    for number, count, most, name in records.find(data, "U"):
        numbers.add(number)
        counts.setdefault((name, most), Counter())[number] += count
    for (name, most), found in counts.items():
        before, after = found[1], found[max(numbers)]
        if after > before and max(numbers) > 1:
            yield CacheGrowth(name, before, after, None if most < 0 else most)


def _floors(data: bytes) -> Iterator[FloorReading]:
    last = 0
    for number, rss, trimmed, floor, used, system in records.find(data, "G"):
        if number > last:
            last = number
            figures = (None if kb < 0 else kb << 10 for kb in (trimmed, used, system))
            trimmed_bytes, used_bytes, system_bytes = figures
            yield FloorReading(number, rss << 10, trimmed_bytes, floor << 10, used_bytes, system_bytes)

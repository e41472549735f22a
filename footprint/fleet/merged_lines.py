"""Files of lines as one: each project once, the newest line of it, and what to know of the others.

Files are read twice, a line in memory at a time: once for what stands where, once for what is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from footprint.fleet.line_files import StoredLine, read_lines
from footprint.model.fleet_line import LineKey
from footprint.model.note import Note
from footprint.units import few
from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class _Seen:
    """A line by its place: the time it was made first, since the newest counts; of two of one time the later one."""

    at: str
    file: int
    number: int

    def is_older(self, other: _Seen) -> bool:
        return (self.at, self.file, self.number) < (other.at, other.file, other.number)


def merge_files(paths: Sequence[Path], notes: list[Note]) -> Iterator[StoredLine]:
    """Yield the newest line of each project and of each commit, in the order of the files.

    Raises: UsageError for a file that cannot be read, or has no line of a fleet.
    """
    kept: dict[LineKey, _Seen] = {}
    times: dict[LineKey, int] = {}
    for file, path in enumerate(paths):
        for number, line in enumerate(read_lines(path, notes)):
            seen = _Seen(line.values["at"], file, number)
            times[line.key] = times.get(line.key, 0) + 1
            if line.key not in kept or kept[line.key].is_older(seen):
                kept[line.key] = seen
    for key in _answered(kept):
        del kept[key]
    again = sorted(f"{project} ({count} lines)" for (project, _, _), count in times.items() if count > 1)
    if again:
        message = f"in several lines, of which the newest counts: {few(again, 10)}"
        notes.append(Note("fleet-line-again", message))
    wanted = {(seen.file, seen.number) for seen in kept.values()}
    for file, path in enumerate(paths):
        yield from (line for number, line in enumerate(read_lines(path, [])) if (file, number) in wanted)


def newest_lines(lines: Iterable[StoredLine]) -> list[StoredLine]:
    """Return the last line of each project and of each commit, of lines in the order in which they were added."""
    kept = {line.key: line for line in lines}
    for key in _answered(kept):
        del kept[key]
    return list(kept.values())


def _answered(keys: Iterable[LineKey]) -> list[LineKey]:
    """Return the keys of projects whose commits could not be listed once, and could another time."""
    listed = {project for project, source, commit in keys if source == "commit" and commit is not None}
    return [key for key in keys if key[0] in listed and key[1:] == ("commit", None)]

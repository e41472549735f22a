"""Files of lines as one: each project once, the newest line of it, and what to know of the others.

Files are read twice, a line in memory at a time: once for what stands where, once for what is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from footprint.fleet.line_files import StoredLine, read_lines
from footprint.fleet.line_rows import row_of
from footprint.model.fleet_line import LineKey
from footprint.model.fleet_report import FleetRow
from footprint.model.note import Note
from footprint.units import few

# When a line was made, its file and its number there: the newest counts, of two of one time the later one.
_Place = tuple[str, int, int]


def merge_files(paths: Sequence[Path], notes: list[Note]) -> Iterator[StoredLine]:
    """Yield the newest line of each project and of each commit, in the order of the files.

    Raises: UsageError for a file that cannot be read, or has no line of a fleet.
    """
    kept: dict[LineKey, _Place] = {}
    times: dict[LineKey, int] = {}
    for file, path in enumerate(paths):
        for number, line in enumerate(read_lines(path, notes)):
            place = line.values["at"], file, number
            times[line.key] = times.get(line.key, 0) + 1
            kept[line.key] = max(place, kept.get(line.key, place))
    for key in _answered(kept):
        del kept[key]
    again = sorted(f"{project} ({count} lines)" for (project, _, _), count in times.items() if count > 1)
    if again:
        message = f"in several lines, of which the newest counts: {few(again, 10)}"
        notes.append(Note("fleet-line-again", message))
    wanted = {(file, number) for _, file, number in kept.values()}
    for file, path in enumerate(paths):
        yield from (line for number, line in enumerate(read_lines(path, [])) if (file, number) in wanted)


def newest_rows(lines: Iterable[StoredLine]) -> dict[int, FleetRow]:
    """Return the rows of the last line of each project and of each commit, by the number of the line.

    The lines are those of one file, in the order in which they were added; numbers begin with 0.
    """
    rows: dict[LineKey, FleetRow] = {}
    places: dict[LineKey, _Place] = {}
    for number, line in enumerate(lines):
        rows[line.key], places[line.key] = row_of(line), ("", 0, number)
    for key in _answered(places):
        del rows[key]
    return {places[key][2]: row for key, row in rows.items()}


def _answered(places: Mapping[LineKey, _Place]) -> list[LineKey]:
    """Return the keys of projects whose commits could not be listed, or all be read, and could another time.

    A failure that came after the commits of a project stands: the ones that are missing are to be read once more.
    """
    last: dict[str, _Place] = {}
    for (project, source, commit), place in places.items():
        if source == "commit" and commit is not None:
            last[project] = max(place, last.get(project, place))
    failures = (key for key in places if key[1:] == ("commit", None))
    return [key for key in failures if key[0] in last and places[key] < last[key[0]]]

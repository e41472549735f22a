"""A fleet audited: every line is given away as soon as it is there, and kept as a row.

A file of lines is only added to: a run that is ended leaves what is done, and the next one goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from footprint.audit.listener import Progress
from footprint.errors import UsageError
from footprint.files.writer import InFolder, Place, append_file, check_place
from footprint.fleet.line_files import StoredLine, read_lines
from footprint.fleet.line_rows import machines_note, row_of
from footprint.fleet.merged_lines import newest_rows
from footprint.model.fleet_project import FleetOrder
from footprint.model.fleet_report import FleetReport, FleetRow
from footprint.model.note import Note
from footprint.values import dataclass

Done = tuple[FleetOrder, tuple[StoredLine, ...]]
Give = Callable[[Sequence[StoredLine]], None]  # all of one project


def run_fleet(orders: Sequence[FleetOrder], done: Iterable[Done], give: Give, progress: Progress) -> list[FleetRow]:
    """Give the lines of each project away as they come, and return the rows in the order of the projects."""
    rows: dict[str, list[FleetRow]] = {}
    progress(f"auditing {len(orders)} projects: none is done yet")
    for number, (order, lines) in enumerate(done, 1):
        rows[order.project.name] = [row_of(line) for line in lines]
        give(lines)
        progress(f"{number} of {len(orders)} projects done, {order.project.name} last")
    return [row for order in orders for row in rows.get(order.project.name, ())]


def make_report(title: str, rows: Sequence[FleetRow], notes: Iterable[Note] = ()) -> FleetReport:
    """Return the report of rows."""
    return FleetReport(title, tuple(rows), (*notes, *machines_note(rows)))


@dataclass(frozen=True, slots=True)
class LineFile:
    """A file that lines are added to, and what it has already."""

    place: Place
    before: Mapping[str, Mapping[int, FleetRow]]  # rows by project, of those that are done, by the number of the line
    ends_whole: bool = True
    notes: tuple[Note, ...] = ()

    @classmethod
    def at(cls, path: str, *, resume: bool) -> LineFile:
        """Return a file that can be added to. Raises: UsageError where it has lines and is not to be resumed."""
        place = check_place(path, adds=True)
        if not isinstance(place, InFolder):
            return cls(place, {})
        file = Path(place.folder, place.name)
        if not file.is_file() or not file.stat().st_size:
            return cls(place, {})
        if not resume:
            raise UsageError(f"{path} has lines already: --resume adds what is missing there, or name another file")
        notes: list[Note] = []
        found: dict[str, dict[int, FleetRow]] = {}
        for number, row in newest_rows(read_lines(file, notes)).items():
            found.setdefault(row.project, {})[number] = row
        done = {name: rows for name, rows in found.items() if all(row.outcome == "done" for row in rows.values())}
        return cls(place, done, not any(note.code == "fleet-line-cut" for note in notes), tuple(notes))

    def lines_before(self, projects: Iterable[str]) -> Iterator[StoredLine]:
        """Yield the lines that it has of these projects, where they are not to be audited again."""
        wanted = {number for name in projects for number in self.before.get(name, ())}
        if wanted and isinstance(self.place, InFolder):
            lines = read_lines(Path(self.place.folder, self.place.name), [])
            yield from (line for number, line in enumerate(lines) if number in wanted)

    def start(self) -> None:
        """Begin on a line of its own. Raises: NotWritten."""
        append_file(self.place, b"" if self.ends_whole else b"\n")

    def add(self, lines: Sequence[StoredLine]) -> None:
        """Add all lines of a project, or none. Raises: NotWritten."""
        append_file(self.place, "".join(f"{line.text}\n" for line in lines).encode())


def left_over(orders: Sequence[FleetOrder], file: LineFile | None) -> Iterator[FleetOrder]:
    """Yield the orders of projects that a file does not have."""
    yield from (order for order in orders if file is None or order.project.name not in file.before)

"""The picture of a fleet, out of its lines, one in memory at a time: what is kept of each are its figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from footprint import __version__
from footprint.fleet.database_tables import age_of, cells_of, totals_of
from footprint.fleet.line_files import StoredLine
from footprint.model.fleet_picture import FleetPicture, PictureDistribution, PicturePoint, PictureService, PictureTrend
from footprint.model.note import Note
from footprint.pairs import group_pairs
from footprint.values import dataclass

# name, column, and the column that has to be known for it: two sums of which something is missing tell no growth
_FIGURES = (
    ("disk", "disk_bytes", "disk_bytes"),
    ("downloads", "download_least_bytes", "download_most_bytes"),
    ("distributions", "distribution_count", "distribution_count"),
)
_Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _SeenLine:
    """What is kept of one line."""

    service: PictureService
    age: tuple[str, int]  # the oldest first
    row: _Row  # of the table `audits`
    distributions: tuple[_Row, ...]


def make_picture(lines: Iterable[StoredLine], title: str, notes: Iterable[Note] = ()) -> FleetPicture:
    """Return the picture of all lines; of each project the newest counts, also where it failed, a checkout first."""
    newest: dict[str, _SeenLine] = {}
    history: dict[tuple[str, str], list[tuple[tuple[str, int], _Row]]] = {}
    for number, line in enumerate(lines, 1):
        seen = _read(line.values, number)
        project = seen.service.project
        if seen.service.reason is None:
            history.setdefault((project, seen.service.source), []).append((seen.age, seen.row))
        if project not in newest or _rank(seen) > _rank(newest[project]):
            newest[project] = seen
    chosen = [newest[project] for project in sorted(newest)]
    return FleetPicture(
        title=title,
        tool_version=__version__,
        services=tuple(seen.service for seen in chosen),
        distributions=tuple(_distributions(chosen)),
        trends=tuple(trend for each in sorted(history) for trend in _trend(*each, history[each])),
        notes=tuple(notes),
    )


def _rank(seen: _SeenLine) -> tuple[bool, tuple[str, int]]:
    return seen.service.source == "checkout", seen.age


def _read(line: _Row, number: int) -> _SeenLine:
    row = totals_of(line)
    takes, limit, fits = _memory(line, row)
    service = PictureService(
        project=line["project"],
        reason=None if line["outcome"] == "done" else line["reason"] or "it failed",
        source=line["source"],
        commit=line["commit"],
        distribution_count=row["distribution_count"],
        disk_bytes=row["disk_bytes"],
        download_least_bytes=row["download_least_bytes"],
        download_most_bytes=row["download_most_bytes"],
        takes_bytes=takes,
        limit_bytes=limit,
        fits=fits,
        is_called=any(each["stage"] == "calls" for each in cells_of(line, "fits", "stage")),
        removable_bytes=row["removable_bytes"],
    )
    return _SeenLine(service, age_of(line, number), row, tuple(_cells(line)))


def _cells(line: _Row) -> Iterator[_Row]:
    names = ("name", "version", "loaded_at_stage", "apparent_bytes", "startup_self_rss_bytes")
    for found in cells_of(line, "distributions", *names):
        if found["version"] is not None and found["name"] is not None:
            yield found


def _memory(line: _Row, row: _Row) -> tuple[int | None, int | None, bool | None]:
    """Return what is closest to its limit: takes, limit, fits. Without one: the largest start."""
    fits = cells_of(line, "fits", "takes_bytes", "limit_bytes", "fits")
    known = [each for each in fits if each["takes_bytes"] is not None and each["limit_bytes"]]
    if not known:
        return row["startup_rss_bytes"], None, None
    tight = max(known, key=lambda each: each["takes_bytes"] / each["limit_bytes"])
    return tight["takes_bytes"], tight["limit_bytes"], all(each["fits"] is not False for each in known)


def _distributions(chosen: Iterable[_SeenLine]) -> list[PictureDistribution]:
    pairs = ((cell["name"], (seen.service.project, cell)) for seen in chosen for cell in seen.distributions)
    found = [
        PictureDistribution(
            name=name,
            projects=tuple(project for project, _ in held),
            loaded_count=sum(1 for _, cell in held if cell["loaded_at_stage"] is not None),
            versions=tuple(sorted({cell["version"] for _, cell in held})),
            disk_bytes=_sum(cell["apparent_bytes"] for _, cell in held),
            startup_rss_bytes=_sum(cell["startup_self_rss_bytes"] for _, cell in held),
        )
        for name, held in group_pairs(pairs).items()
    ]
    return sorted(found, key=lambda each: (-(each.disk_bytes or 0), -len(each.projects), each.name))


def _sum(figures: Iterable[int | None]) -> int | None:
    known = [figure for figure in figures if figure is not None]
    return sum(known) if known else None


def _trend(project: str, source: str, audits: list[tuple[tuple[str, int], _Row]]) -> Iterator[PictureTrend]:
    """Yield the first figure that two audits have: of the folder, where all that is installed counts, or of commits."""
    ordered = sorted(audits, key=lambda each: each[0])
    for name, column, known in _FIGURES:
        points = tuple(PicturePoint(moment, row[column]) for (moment, _), row in ordered if row[known] is not None)
        if len(points) > 1:
            yield PictureTrend(project, source, name, points)
            return

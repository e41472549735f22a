"""The picture of a fleet, out of its lines, one in memory at a time: what is kept of each are its figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from footprint import __version__
from footprint.fleet.database_tables import AUDITS, TABLES, Value, describe_audit
from footprint.fleet.line_files import StoredLine
from footprint.model.fleet_picture import FleetPicture, PictureDistribution, PicturePoint, PictureService, PictureTrend
from footprint.model.note import Note
from footprint.pairs import group_pairs
from footprint.values import dataclass

_DISTRIBUTIONS = next(table for table in TABLES if table.name == "distributions")
_FITS = next(table for table in TABLES if table.name == "fits")
_FIGURES = (("disk_bytes", "disk"), ("download_least_bytes", "downloads"), ("distribution_count", "distributions"))
_Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _SeenLine:
    """What is kept of one line."""

    service: PictureService
    moment: str
    row: _Row  # of the table `audits`
    distributions: tuple[_Row, ...]


def make_picture(lines: Iterable[StoredLine], title: str, notes: Iterable[Note] = ()) -> FleetPicture:
    """Return the picture of all lines; of each project the newest counts, also where it failed, a checkout first."""
    newest: dict[str, _SeenLine] = {}
    history: dict[str, list[tuple[str, _Row]]] = {}
    for line in lines:
        seen = _read(line.values)
        project = seen.service.project
        if seen.service.reason is None:
            history.setdefault(project, []).append((seen.moment, seen.row))
        if project not in newest or _rank(seen) > _rank(newest[project]):
            newest[project] = seen
    chosen = [newest[project] for project in sorted(newest)]
    return FleetPicture(
        title=title,
        tool_version=__version__,
        services=tuple(seen.service for seen in chosen),
        distributions=tuple(_distributions(chosen)),
        trends=tuple(trend for project in sorted(history) for trend in _trend(project, history[project])),
        notes=tuple(notes),
    )


def _rank(seen: _SeenLine) -> tuple[bool, str]:
    return seen.service.source == "checkout", seen.moment


def _read(line: _Row) -> _SeenLine:
    described = describe_audit(line)
    row: dict[str, Any] = {column.name: column.read(described) for column in AUDITS.columns}
    audit = line.get("audit")
    audit = audit if isinstance(audit, dict) else {}
    takes, limit, fits = _memory(audit, row)
    service = PictureService(
        project=line["project"],
        reason=None if line["outcome"] == "done" else line["reason"] or "it failed",
        source=line["source"],
        commit=line["commit"],
        distribution_count=row["distribution_count"],
        disk_bytes=row["disk_bytes"],
        download_bytes=row["download_least_bytes"],
        takes_bytes=takes,
        limit_bytes=limit,
        fits=fits,
        removable_bytes=row["removable_bytes"],
    )
    moment = line["at"] if line["source"] == "checkout" else line["committed_at"] or line["at"]
    return _SeenLine(service, moment, row, tuple(_cells(audit)))


def _cells(audit: _Row) -> Iterator[_Row]:
    names = ("name", "version", "loaded_at_stage", "apparent_bytes", "startup_self_rss_bytes")
    columns = [column for column in _DISTRIBUTIONS.columns if column.name in names]
    for each in _DISTRIBUTIONS.rows(audit):
        found: dict[str, Value] = {column.name: column.read(each) for column in columns}
        if found["version"] is not None and found["name"] is not None:
            yield found


def _memory(audit: _Row, row: _Row) -> tuple[int | None, int | None, bool | None]:
    """Return what is closest to its limit: takes, limit, fits. Without one: the largest start."""
    fits = [{column.name: column.read(each) for column in _FITS.columns} for each in _FITS.rows(audit)]
    known: list[dict[str, Any]] = [each for each in fits if each["takes_bytes"] is not None and each["limit_bytes"]]
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


def _trend(project: str, audits: list[tuple[str, _Row]]) -> Iterator[PictureTrend]:
    """Yield the first figure that two audits of a project have."""
    ordered = sorted(audits, key=lambda each: each[0])
    for field, name in _FIGURES:
        points = tuple(PicturePoint(moment, row[field]) for moment, row in ordered if row[field] is not None)
        if len(points) > 1:
            yield PictureTrend(project, name, points)
            return

"""What `footprint` alone prints in a project: the static picture, and what an audit would add."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from footprint.model.source_modules import ReachStatus
from footprint.model.static_picture import PictureRow, StaticPicture
from footprint.report.languages.figures import mebibytes, size, whole
from footprint.report.languages.messages import count_of, few, message, say
from footprint.report.languages.stored_sentences import retell
from footprint.report.text.text_page import Page
from footprint.report.text.text_table import Rows, lay_out
from footprint.report.text.view import View

_SHOWN = 12
_NAMES = 6
_STATUSES: Mapping[ReachStatus, str] = {
    "startup": message("imported at startup"),
    "lazy": message("imported late"),
    "elsewhere": message("imported elsewhere"),
    "unreached": message("imported by unreached code"),
    "tests": message("imported by tests"),
    "typing": message("imported for typing"),
}
_DECLARED = message("declared, no import found")
_OTHER = message("not declared, no import found")


def render(picture: StaticPicture, view: View) -> str:
    """Return the picture as text."""
    page = Page(view)
    for line in _head_lines(picture):
        page.add(line)
    page.part()
    rows, rest = _picture_rows(picture)
    page.rows(lay_out(rows, view))
    if rest:
        page.add(rest)
    page.part()
    for line in _tail_lines(picture):
        page.add(line)
    return page.text()


def _head_lines(picture: StaticPicture) -> Iterator[str]:
    count = sum(1 for row in picture.rows if row.version is not None)
    if picture.total_bytes is None:
        yield say("{project}: nothing was weighed, there is no environment", project=picture.project)
    else:
        yield say(
            "{project}: {size} on disk in {distributions} ({environment})",
            project=picture.project,
            size=size(picture.total_bytes),
            distributions=count_of(count, "distribution"),
            environment=retell(picture.environment),
        )
    if picture.entries:
        yield say("Starts at {entries}", entries=few(picture.entries))
    else:
        yield say("No entry point was found: every module counts as reached")


def _picture_rows(picture: StaticPicture) -> tuple[Rows, str]:
    """Return the heaviest distributions, and the line for the rest."""
    shown, rest = picture.rows[:_SHOWN], picture.rows[_SHOWN:]
    headings = (say("Distribution"), say("Disk MiB"), say("By reading"), say("Where"))
    cells = [
        (row.name, mebibytes(row.apparent_bytes), say(_kind(row)), row.place or row.declared or "-") for row in shown
    ]
    more = say("and {count} smaller: {size} MiB on disk", count=whole(len(rest)), size=mebibytes(_weight(rest)))
    return (headings, "lrll", cells), more if rest else ""


def _tail_lines(picture: StaticPicture) -> Iterator[str]:
    """Yield the distributions by what reading shows of them, what that does not prove, and what an audit would add."""
    for kind in (*_STATUSES.values(), _DECLARED, _OTHER):
        rows = [row for row in picture.rows if _kind(row) == kind]
        if rows:
            yield say(
                "{kind}: {count}, {size} MiB: {names}",
                kind=say(kind),
                count=len(rows),
                size=mebibytes(_weight(rows)),
                names=few([row.name for row in rows], _NAMES),
            )
    yield ""
    if any(_kind(row) == _DECLARED for row in picture.rows):
        yield say("No import found does not mean unused: servers, drivers and plugins are needed without one.")
    yield say(
        "`footprint audit` tells which, and adds what a start costs in memory and time, what it really loads, and what "
        "removing or deferring would save. It starts the app; with --no-probe it only reads."
    )
    yield say("`footprint --help` lists all commands.")


def _kind(row: PictureRow) -> str:
    return _STATUSES[row.status] if row.status is not None else _DECLARED if row.declared else _OTHER


def _weight(rows: Sequence[PictureRow]) -> int | None:
    """Return what rows weigh, None where none of them was weighed."""
    known = [row.apparent_bytes for row in rows if row.apparent_bytes is not None]
    return sum(known) if known else None

"""A check as workflow commands of GitHub: annotations on the lines that are to blame.

Source: "Workflow commands for GitHub Actions". The runner makes annotations of the first 10 errors, 10 warnings and 10
notices of a step, and cuts a message at 4,096 characters; what is more would only be in the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from footprint.model.gate_report import GateReport, Verdict
from footprint.report.gate.sentences import headline, lines_of
from footprint.report.gate.verdict_places import gravity_of, in_repository, place_of
from footprint.report.text.safe import printable
from footprint.report.text.view import DEFAULT_VIEW, View

Command = Literal["error", "warning", "notice"]

_SHOWN_AT_MOST = 10
_NOTES_AT_MOST = 3  # of the run: seldom what a reader came for
_CHARACTERS_AT_MOST = 4096


def render(report: GateReport, view: View = DEFAULT_VIEW) -> str:
    """Return one command a line, failures first; nothing when all passed."""
    by_gravity = {
        gravity: [verdict for verdict in report.verdicts if gravity_of(verdict) == gravity]
        for gravity in ("failure", "warning", "not judged")
    }
    lines = [
        *_verdicts(report, "error", by_gravity["failure"]),
        *_verdicts(report, "warning", [*by_gravity["warning"], *by_gravity["not judged"]]),
        *_notes(report),
    ]
    return "".join(f"{line}\n" for line in lines)


def command(name: Command, message: str, *, title: str, path: str | None = None, line: int | None = None) -> str:
    """Return one workflow command. What has no path is shown for the run as a whole."""
    properties = [f"file={_property(path)}"] if path else []
    if path and line is not None and line > 0:
        properties.append(f"line={line}")
    properties.append(f"title={_property(title)}")
    return f"::{name} {','.join(properties)}::{_data(message)}"


def _verdicts(report: GateReport, name: Command, verdicts: Sequence[Verdict]) -> Iterable[str]:
    shown = verdicts if len(verdicts) <= _SHOWN_AT_MOST else verdicts[: _SHOWN_AT_MOST - 1]
    for verdict in shown:
        place = place_of(report, verdict)
        where = (place.path, place.line) if place is not None else (None, None)
        yield command(name, "\n".join(lines_of(verdict)), title=headline(verdict), path=where[0], line=where[1])
    if rest := verdicts[len(shown) :]:
        named = "\n".join(f"{headline(verdict)}: {lines_of(verdict)[0]}" for verdict in rest)
        yield command(name, named, title=f"footprint: {len(rest)} more of this kind")


def _notes(report: GateReport) -> Iterable[str]:
    notes = report.notes
    shown = notes if len(notes) <= _NOTES_AT_MOST else notes[: _NOTES_AT_MOST - 1]
    for note in shown:
        place = in_repository(report, note.path, note.line) if note.path else None
        where = (place.path, place.line) if place is not None else (None, None)
        title = f"footprint {note.code}"
        yield command("notice", printable(note.message), title=title, path=where[0], line=where[1])
    if rest := notes[len(shown) :]:
        named = "\n".join(printable(note.message) for note in rest)
        yield command("notice", named, title=f"footprint: {len(rest)} more notes")


def _data(text: str) -> str:
    cut = text if len(text) <= _CHARACTERS_AT_MOST else f"{text[: _CHARACTERS_AT_MOST - 4]} ..."
    return cut.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Return a value on one line without what ends it. Names of files are made printable as all text that is shown."""
    return _data(printable(text)).replace(":", "%3A").replace(",", "%2C")

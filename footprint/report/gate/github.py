"""A check as workflow commands of GitHub: annotations on the lines that are to blame.

Source: "Workflow commands for GitHub Actions". The runner makes annotations of the first 10 errors, 10 warnings and 10
notices of a step, and cuts a message at 4,096 characters; what is more would only be in the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Literal

from footprint.model.gate_report import GateReport, Verdict
from footprint.model.note import Note
from footprint.report.gate.sentences import TROUBLES, headline, lines_of, sort_verdicts
from footprint.report.gate.verdict_places import VerdictPlace, in_repository, place_of
from footprint.report.text.safe import printable
from footprint.report.text.view import DEFAULT_VIEW, View

Command = Literal["error", "warning", "notice"]
_Annotation = tuple[str, str, str, VerdictPlace | None]  # title, message, what is said among others, where

_SHOWN_AT_MOST = 10
_NOTES_AT_MOST = 3  # of the run: seldom what a reader came for
_CHARACTERS_AT_MOST = 4096


def render(report: GateReport, view: View = DEFAULT_VIEW) -> str:
    """Return one command a line, failures first; nothing when all passed."""
    found = sort_verdicts(report)
    failed, *others = ([_verdict(report, one) for one in found[gravity]] for gravity in TROUBLES)
    lines = (
        *_limited("error", failed, _SHOWN_AT_MOST, "of this kind"),
        *_limited("warning", [*chain(*others)], _SHOWN_AT_MOST, "of this kind"),
        *_limited("notice", [_note(report, note) for note in report.notes], _NOTES_AT_MOST, "notes"),
    )
    return "".join(f"{line}\n" for line in lines)


def command(name: Command, message: str, *, title: str, path: str | None = None, line: int | None = None) -> str:
    """Return one workflow command. What has no path is shown for the run as a whole."""
    properties = [f"file={_property(path)}"] if path else []
    if path and line is not None and line > 0:
        properties.append(f"line={line}")
    properties.append(f"title={_property(title)}")
    return f"::{name} {','.join(properties)}::{_data(message)}"


def _verdict(report: GateReport, verdict: Verdict) -> _Annotation:
    lines = lines_of(verdict)
    title = headline(verdict)
    return title, "\n".join(lines), f"{title}: {lines[0]}", place_of(report, verdict)


def _note(report: GateReport, note: Note) -> _Annotation:
    said = printable(note.message)
    return f"footprint {note.code}", said, said, in_repository(report, note.path, note.line) if note.path else None


def _limited(name: Command, told: Sequence[_Annotation], most: int, noun: str) -> Iterable[str]:
    """Yield a command for each, of too many one for the rest of them."""
    shown = told if len(told) <= most else told[: most - 1]
    for title, message, _, place in shown:
        path, line = (place.path, place.line) if place is not None else (None, None)
        yield command(name, message, title=title, path=path, line=line)
    if rest := told[len(shown) :]:
        yield command(name, "\n".join(short for _, _, short, _ in rest), title=f"footprint: {len(rest)} more {noun}")


def _data(text: str) -> str:
    cut = text if len(text) <= _CHARACTERS_AT_MOST else f"{text[: _CHARACTERS_AT_MOST - 4]} ..."
    return cut.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Return a value on one line without what ends it. Names of files are made printable as all text that is shown."""
    return _data(printable(text)).replace(":", "%3A").replace(",", "%2C")

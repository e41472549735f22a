"""A check for a terminal or a log: what failed and why first, the verdict in words last. Nothing is cut off."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field

from footprint.model.gate_report import BaselineChange, GateReport, Verdict
from footprint.model.rule import ACCEPT
from footprint.report.gate import sentences
from footprint.report.gate.sentences import TROUBLES, Gravity
from footprint.report.text.phrases import describe_notes, other_python_line
from footprint.report.text.safe import printable
from footprint.report.text.view import DEFAULT_VIEW, View, text_width
from footprint.values import dataclass

_LABELS: Mapping[Gravity, str] = {
    "failure": "FAIL",
    "warning": "WARN",
    "not judged": "NOT JUDGED",
    "passed": "ok",
    "known": "known",
}
_COLOURS = {"FAIL": "1;31", "WARN": "1;33", "NOT JUDGED": "1;33", "ok": "32", "PASSED": "1;32"}
_HEAD, _QUIET, _FAILED = "1", "2", "1;31"  # SGR: bold, dim, bold red
_HANG = 2  # what a continued line is indented by
_REASONS = 8  # of one verdict; with top 0 all
_NOTES = 12
_CODE = 5  # "FP411"
# CI systems take commands from anywhere in a line of a log: ##[group], ##vso[, ##teamcity[
_LOG_COMMAND = re.compile(r"##(?=\w*\[)")


@dataclass(slots=True)
class _Page:
    """The lines so far. Whatever is added is made harmless, wrapped and coloured here and nowhere else."""

    view: View
    lines: list[str] = field(default_factory=list)

    def add(self, text: str, *, indent: int = 0, hang: int = _HANG, colour: str = "", label: str = "") -> None:
        """Add one line. `label`: the beginning of it that alone is coloured."""
        shown = self.view.line(_LOG_COMMAND.sub(r"#\\x23", printable(text)))
        for number, part in enumerate(_wrap(shown, self.view.width, indent, hang)):
            space, line = " " * (indent + (hang if number else 0)), part.rstrip()
            coloured = line if not label else "" if number else label
            if self.view.colour and colour and coloured:
                line = f"\x1b[{colour}m{coloured}\x1b[0m{line[len(coloured) :]}"
            self.lines.append(f"{space}{line}".rstrip())

    def part(self) -> None:
        """Add an empty line between two parts."""
        if self.lines and self.lines[-1]:
            self.lines.append("")


def render(report: GateReport, view: View = DEFAULT_VIEW, *, quiet: bool = False) -> str:
    """Return the check as text. `quiet`: only what failed, warned or was not judged, and the verdict."""
    found = sentences.sort_verdicts(report)
    page = _Page(view)
    if not quiet or any(found[gravity] for gravity in TROUBLES):
        _add_head(page, report)
    layout = _Layout.of({each: found[each] for each in (TROUBLES if quiet else found)})
    page.part()
    told = sentences.Told()
    for gravity in TROUBLES:
        for verdict in found[gravity]:
            layout.add(page, gravity, verdict)
            _add_reasons(page, report, verdict, told, layout.indent)
    if not quiet:
        _add_held(page, found, layout)
        _add_notes(page, report)
    page.part()
    _add_verdict(page, report, found)
    return "".join(f"{line}\n" for line in page.lines)


def render_changes(changes: Sequence[BaselineChange], refused: Sequence[BaselineChange], path: str, view: View) -> str:
    """Return what an update of the baseline wrote, and what it did not dare to: one line each."""
    if not changes and not refused:
        lines = [f"{path}: nothing to change"]
    else:
        lines = [f"{path}: {len(changes)} changes written" if changes else f"{path}: left as it is"]
        lines += map(_change_words, changes)
    if refused:
        lines.append(f"{len(refused)} not written, since they raise what is allowed (--allow-increase writes them)")
        lines += map(_change_words, refused)
    return view.join(lines)


def _change_words(change: BaselineChange) -> str:
    where = f"{change.entry}: " if change.entry is not None else ""
    step = f"{change.before} -> {change.after}"
    if change.before is None:
        step = f"new: {change.after}" if change.after else "new"
    elif change.after is None:
        step = f"gone (was {change.before})"
    return f"  {where}{change.what} {step}"


@dataclass(frozen=True, slots=True)
class _Layout:
    """Columns of the verdicts: as wide as what is shown needs."""

    label: int
    name: int

    @classmethod
    def of(cls, shown: Mapping[Gravity, Sequence[Verdict]]) -> _Layout:
        labels = [len(_LABELS[gravity]) for gravity, verdicts in shown.items() if verdicts]
        names = [len(one.rule.name) for gravity, verdicts in shown.items() for one in verdicts if gravity != "known"]
        return cls(max(labels, default=2), max(names, default=0))

    @property
    def indent(self) -> int:
        """Where reasons begin: under the name of the rule."""
        return self.label + 2 + _CODE + 2

    def add(self, page: _Page, gravity: Gravity, verdict: Verdict) -> None:
        """Add the line of one verdict."""
        label = _LABELS[gravity]
        name = f"{verdict.rule.name:{self.name}}  " if self.name else ""
        where = sentences.own_place(verdict)
        text = f"{label:{self.label}}  {verdict.code:{_CODE}}  {name}{sentences.sentence(verdict)}"
        page.add(f"{text} ({where})" if where else text, hang=self.indent, colour=_COLOURS[label], label=label)


def _add_head(page: _Page, report: GateReport) -> None:
    page.add(f"footprint check {report.tool_version}: {report.project}, {report.key}", colour=_HEAD)
    if (other := other_python_line(report.notes)) is not None:
        page.add(other, colour=_FAILED)
    missing = report.baseline.path is not None and not report.baseline.found
    page.add(sentences.baseline_line(report), colour=_COLOURS["WARN"] if missing else "")
    if report.static:
        page.add(sentences.runs_line(report))
    for entry in report.entries:
        page.add(sentences.entry_line(entry), colour=_FAILED if entry.not_measured is not None else "")


def _add_reasons(page: _Page, report: GateReport, verdict: Verdict, told: sentences.Told, indent: int) -> None:
    most = len(verdict.reasons) if page.view.top == 0 else _REASONS
    for who, how, details in told.tell_reasons(verdict, most):
        page.add(f"+ {who}  {how}", indent=indent)
        for line in details:
            page.add(line, indent=indent + 2)
    if rest := verdict.reasons[most:]:
        page.add(sentences.rest_words(rest), indent=indent)
    if step := told.next_step(report, verdict):
        page.add(f"next: {step}", indent=indent, colour=_QUIET)


def _add_held(page: _Page, found: Mapping[Gravity, Sequence[Verdict]], layout: _Layout) -> None:
    page.part()
    held = found["passed"]
    most = page.view.top or len(held)
    for verdict in held[:most]:
        layout.add(page, "passed", verdict)
    if held[most:]:
        page.add(f"and {len(held) - most:,} more ok", indent=layout.label + 2)
    if known := sentences.known_line(found["known"]):
        page.add(f"{_LABELS['known']:{layout.label}}  {known}")


def _add_notes(page: _Page, report: GateReport) -> None:
    if not report.notes:
        return
    page.part()
    page.add("Notes", colour=_HEAD)
    most = len(report.notes) if page.view.top == 0 else _NOTES
    for line in describe_notes(report.notes[:most]):
        page.add(line, indent=2)
    if report.notes[most:]:
        page.add(f"and {len(report.notes) - most:,} more", indent=2)


def _add_verdict(page: _Page, report: GateReport, found: Mapping[Gravity, Sequence[Verdict]]) -> None:
    word = sentences.CONCLUSIONS[report.conclusion]
    colour = _COLOURS.get(word, _FAILED)
    page.add(f"{word}: {sentences.counts_line(found)}; exit {report.exit_code}", colour=colour, label=word)
    if sentences.is_acceptable(report):
        page.add(f"Accept on purpose: {ACCEPT}")


def _wrap(text: str, width: int | None, indent: int, hang: int) -> Iterator[str]:
    """Yield the lines that a text takes; one where there is no width. Too long a word is broken, never cut off."""
    if width is None:
        yield text
        return
    room, line = max(width - indent, 1), ""
    for word in re.findall(r"\S+\s*", text):
        if line and text_width(line + word.rstrip()) > room:
            yield line
            line, room = "", max(width - indent - hang, 1)
        line += word
        while text_width(line.rstrip()) > room:
            head = _head(line, room)
            yield head
            line, room = line[len(head) :], max(width - indent - hang, 1)
    yield line


def _head(text: str, room: int) -> str:
    """Return as much of a text as fits, one sign at least."""
    count = 1
    while text_width(text[: count + 1]) <= room:
        count += 1
    return text[:count]

"""A check for a terminal or a log: what failed and why first, the verdict in words last. Nothing is cut off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from footprint.model.gate_report import BaselineChange, GateReport, Verdict
from footprint.model.rule import ACCEPT
from footprint.report.gate import sentences
from footprint.report.gate.sentences import TROUBLES, Gravity
from footprint.report.text.phrases import describe_notes, other_python_line
from footprint.report.text.text_page import BOLD, BOLD_RED, DIM, Page
from footprint.report.text.view import DEFAULT_VIEW, View
from footprint.values import dataclass

_LABELS: Mapping[Gravity, str] = {
    "failure": "FAIL",
    "warning": "WARN",
    "not judged": "NOT JUDGED",
    "passed": "ok",
    "known": "known",
}
_COLOURS = {"FAIL": "1;31", "WARN": "1;33", "NOT JUDGED": "1;33", "ok": "32", "PASSED": "1;32"}
_REASONS = 8  # of one verdict; with top 0 all
_NOTES = 12
_CODE = 5  # "FP411"


def render(report: GateReport, view: View = DEFAULT_VIEW) -> str:
    """Return the check as text. A quiet `view`: only what failed, warned or was not judged, and the verdict."""
    found, quiet = sentences.sort_verdicts(report), view.quiet
    page = Page(view)
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
    return page.text()


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

    def add(self, page: Page, gravity: Gravity, verdict: Verdict) -> None:
        """Add the line of one verdict."""
        label = _LABELS[gravity]
        name = f"{verdict.rule.name:{self.name}}  " if self.name else ""
        where = sentences.own_place(verdict)
        text = f"{label:{self.label}}  {verdict.code:{_CODE}}  {name}{sentences.sentence(verdict)}"
        page.add(f"{text} ({where})" if where else text, hang=self.indent, colour=_COLOURS[label], label=label)


def _add_head(page: Page, report: GateReport) -> None:
    page.add(f"footprint check {report.tool_version}: {report.project}, {report.key}", colour=BOLD)
    if (other := other_python_line(report.notes)) is not None:
        page.add(other, colour=BOLD_RED)
    missing = report.baseline.path is not None and not report.baseline.found
    page.add(sentences.baseline_line(report), colour=_COLOURS["WARN"] if missing else "")
    if report.static:
        page.add(sentences.runs_line(report))
    for entry in report.entries:
        page.add(sentences.entry_line(entry), colour=BOLD_RED if entry.not_measured is not None else "")


def _add_reasons(page: Page, report: GateReport, verdict: Verdict, told: sentences.Told, indent: int) -> None:
    most = len(verdict.reasons) if page.view.top == 0 else _REASONS
    for who, how, details in told.tell(verdict, most):
        page.add(f"+ {who}  {how}", indent=indent)
        for line in details:
            page.add(line, indent=indent + 2)
    if rest := verdict.reasons[most:]:
        page.add(sentences.rest_words(rest), indent=indent)
    if step := told.next_step(report, verdict):
        page.add(f"next: {step}", indent=indent, colour=DIM)


def _add_held(page: Page, found: Mapping[Gravity, Sequence[Verdict]], layout: _Layout) -> None:
    page.part()
    held = found["passed"]
    most = page.view.most or len(held)
    for verdict in held[:most]:
        layout.add(page, "passed", verdict)
    if held[most:]:
        page.add(f"and {len(held) - most:,} more ok", indent=layout.label + 2)
    if known := sentences.known_line(found["known"]):
        page.add(f"{_LABELS['known']:{layout.label}}  {known}")


def _add_notes(page: Page, report: GateReport) -> None:
    if not report.notes:
        return
    page.part()
    page.add("Notes", colour=BOLD)
    most = len(report.notes) if page.view.top == 0 else _NOTES
    for line in describe_notes(report.notes[:most]):
        page.add(line, indent=2)
    if report.notes[most:]:
        page.add(f"and {len(report.notes) - most:,} more", indent=2)


def _add_verdict(page: Page, report: GateReport, found: Mapping[Gravity, Sequence[Verdict]]) -> None:
    word = sentences.CONCLUSIONS[report.conclusion]
    colour = _COLOURS.get(word, BOLD_RED)
    page.add(f"{word}: {sentences.counts_line(found)}; exit {report.exit_code}", colour=colour, label=word)
    if sentences.is_acceptable(report):
        page.add(f"Accept on purpose: {ACCEPT}")

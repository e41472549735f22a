"""A check as markdown: the comment on a pull request and the summary of a job. GitHub's dialect, read by GitLab, too.

The first line is a comment that no reader sees: whoever posts the text finds the last one by it and writes over it.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from footprint.config.options import Tolerance
from footprint.model.gate_report import GateReport, Unit, Verdict
from footprint.model.rule import ACCEPT, Figure
from footprint.pairs import group_pairs
from footprint.report.gate import sentences
from footprint.report.gate.sentences import TROUBLES, Gravity
from footprint.report.languages.messages import count_of
from footprint.report.text import safe
from footprint.report.text.phrases import describe_notes
from footprint.report.text.view import DEFAULT_VIEW, View
from footprint.units import size
from footprint.values import dataclass, replace

MARKDOWN_MOST = 60_000  # bytes: a comment on GitHub may have 65,536 characters
ELSEWHERE = "the log of `footprint check` and its JSON have them all"

_REASONS = 8  # of one verdict
_VERDICT = 6_000  # signs of one with its reasons: no name of reasonable length comes near
_TABLE = 0.25  # share of the figures: why it failed matters more
_ROWS = 1_000  # of one part that are written at all: as many short ones have room
_TEXT, _NAME = 500, 200  # signs of a sentence, of a name or place: hostile ones have no end
_MARKER = 200
_LEFT_OUT_MOST = 200  # what the sentence about rows left out may take
_ICONS = {"passed": "\u2705", "failed": "\u274c", "not measured": "\u2753"}
_WARNED = "\u26a0\ufe0f"
_UNSAFE_IN_MARKER = re.compile(r"[^A-Za-z0-9_.-]|-(?=-)|^-|-$")


@dataclass(frozen=True, slots=True)
class CappedPart:
    """A part: lines that always stand, and rows between them that may be left out, the last first.

    No text is longer than a system takes: whole rows are left out, and how many is said.
    """

    opening: tuple[str, ...]
    rows: tuple[str, ...] = ()  # a row may be of several lines
    closing: tuple[str, ...] = ()
    noun: str = "row"
    share: float = 0.5  # of the room that is left, even if later parts need more than the rest
    further_count: int = 0  # rows that were not even written: more than could ever be shown


@dataclass(frozen=True, slots=True)
class MetricRow:
    """One figure. Texts are for a reader; `entry` is as the project calls it."""

    entry: str | None
    metric: str
    before: str
    now: str
    change: str
    allowed: str
    wrong: bool  # a rule about it is violated, or could not be judged
    changed: bool  # by more than the tolerance, up or down


def render(report: GateReport, view: View = DEFAULT_VIEW) -> str:
    """Return the check as markdown of at most MARKDOWN_MOST bytes: verdict, figures, why, and the rest folded away."""
    found = sentences.sort_verdicts(report)
    blocks = [
        _head(report, found, view),
        *_figures(report),
        *_troubles(report, found),
        *_notable(found),
        *_named("Rules that hold", found["passed"]),
        *_named("Known, accepted by the baseline", found["known"]),
        *_method(report),
        *_notes(report),
    ]
    return fit([_ascii(block) for block in blocks] if view.ascii else blocks, MARKDOWN_MOST, ELSEWHERE)


def marker(project: str, key: str) -> str:
    """Return the first line of the text: the same for every check of one project in one environment."""
    return f"<!-- footprint:{_marked(project)}:{_marked(key)} -->"


def text(words_: str) -> str:
    """Return words as markdown shows them as they stand (report/text/safe.py); hostile ones have an end."""
    return safe.markdown(_clip(words_, _TEXT))


def code(name: str) -> str:
    """Return a name or place as a code span, in a table cell too."""
    return safe.markdown_code(_clip(name, _NAME))


def _clip(words_: str, most: int) -> str:
    return words_ if len(words_) <= most else f"{words_[: most - 3]}..."


def _marked(name: str) -> str:
    """Return a name as a comment can hold it: no `--`, no `>`, no colon; what is too long ends in a sum of all."""
    plain = _UNSAFE_IN_MARKER.sub(
        lambda match: "".join(f"%{byte:02x}" for byte in match[0].encode("utf-8", "surrogatepass")), name
    )
    if len(plain) <= _MARKER:
        return plain
    return f"{plain[:_MARKER]}.{zlib.crc32(name.encode('utf-8', 'surrogatepass')):08x}"


def _ascii(block: CappedPart) -> CappedPart:
    opening, rows, closing = (tuple(map(safe.plain_ascii, part)) for part in (block.opening, block.rows, block.closing))
    return replace(block, opening=opening, rows=rows, closing=closing)


def _head(report: GateReport, found: Mapping[Gravity, Sequence[Verdict]], view: View) -> CappedPart:
    icon = _WARNED if report.conclusion == "passed" and report.warnings else _ICONS[report.conclusion]
    verdict = f"{sentences.CONCLUSIONS[report.conclusion]} ({sentences.counts_line(found)})"
    return CappedPart(
        (
            marker(report.project, report.key),
            f"### {'' if view.ascii else f'{icon} '}footprint check of {code(report.project)}: {verdict}",
            "",
            f"In {code(report.key)}; {sentences.baseline_line(report, code)}.",
            "",
        )
    )


def _part(
    opening: tuple[str, ...], rows: Iterable[str], closing: tuple[str, ...], noun: str, count: int, share: float = 0.5
) -> Iterator[CappedPart]:
    """Yield a part of as many of `count` rows as are written at all; nothing without rows."""
    if shown := tuple(islice(rows, _ROWS)):
        yield CappedPart(opening, shown, closing, noun, share, count - len(shown))


def _figures(report: GateReport) -> Iterator[CappedPart]:
    rows = list_metrics(report)
    shown = [row for row in rows if row.wrong or row.changed]
    steady = sum(1 for row in rows if row.before) - sum(1 for row in shown if row.before)
    if not shown and steady:
        yield CappedPart(("Nothing changed beyond the tolerance.", ""))
    titles = ("Metric", "Baseline", "Now", "Change", "At most")
    opening = (f"| {' | '.join(titles)} |", "| --- | ---: | ---: | ---: | ---: |")
    closing = ("", "Nothing else changed beyond the tolerance.", "") if steady > 0 else ("",)
    yield from _part(opening, map(_metric_row, shown), closing, "row", len(shown), _TABLE)


def _metric_row(row: MetricRow) -> str:
    metric = f"{code(row.entry)} {row.metric}" if row.entry is not None else row.metric
    now = f"**{row.now}**" if row.wrong else row.now
    cells = (metric, row.before or "none", now, row.change or "not known", row.allowed or "not limited")
    return f"| {' | '.join(cells)} |"


def _troubles(report: GateReport, found: Mapping[Gravity, Sequence[Verdict]]) -> Iterator[CappedPart]:
    told = sentences.Told()
    for gravity, title in zip(TROUBLES, ("Failed", "Warnings", "Not judged"), strict=True):
        is_acceptable = gravity == "failure" and sentences.is_acceptable(report)
        closing = ("", f"Accept on purpose: `{ACCEPT}`", "") if is_acceptable else ("",)
        rows = (_trouble(report, verdict, told) for verdict in found[gravity])
        yield from _part((f"#### {title}", ""), rows, closing, "verdict", len(found[gravity]))


def _trouble(report: GateReport, verdict: Verdict, told: sentences.Told) -> str:
    where = sentences.own_place(verdict)
    lines = [f"- **{text(verdict.code)}** {_sentence(verdict)}{f' ({code(where)})' if where else ''}"]
    for who, how, details in told.tell(verdict, _REASONS, code):
        lines.append(f"  - {who}, {how}{''.join(f'; {line}' for line in details)}")
    if rest := verdict.reasons[_REASONS:]:
        lines.append(f"  - {sentences.rest_words(rest)}")
    if step := told.next_step(report, verdict):
        lines.append(f"  - next: {text(step)}")
    return "\n".join(_keep(lines))


def _keep(lines: Sequence[str]) -> Iterable[str]:
    """Yield the first line, and as many of the others as a verdict may have: a long name must not hide it."""
    room = _VERDICT
    for number, line in enumerate(lines):
        room -= len(line)
        if number and room < 0:
            yield f"  - and more: {ELSEWHERE}"
            return
        yield line


def _sentence(verdict: Verdict) -> str:
    """Return the rule and what it says, the entry as a name."""
    entry = f"{code(verdict.entry)}: " if verdict.entry is not None else ""
    rule = text(verdict.rule.name)
    return f"{f'{rule}: ' if rule else ''}{entry}{text(verdict.message)}"


def _notable(found: Mapping[Gravity, Sequence[Verdict]]) -> Iterator[CappedPart]:
    """Yield what changed though no rule minds: reasons behind growth that is tolerated."""
    troubled = {reason for gravity in TROUBLES for one in found[gravity] for reason in one.reasons}
    held = [(one.rule, reason) for one in (*found["passed"], *found["known"]) for reason in one.reasons]
    lines = dict.fromkeys((rule, reason) for rule, reason in held if reason not in troubled)
    rows = (f"- {', '.join(sentences.reason_head(reason, rule, code))}" for rule, reason in lines)
    yield from _part(("#### Notable changes", ""), rows, ("",), "change", len(lines))


def _named(title: str, verdicts: Sequence[Verdict]) -> Iterator[CappedPart]:
    rows = (f"- {text(verdict.code)} {_sentence(verdict)}" for verdict in verdicts)
    return _folded(f"{title} ({len(verdicts):,})", rows, "rule", len(verdicts))


def _method(report: GateReport) -> Iterator[CappedPart]:
    lines = [f"footprint {text(report.tool_version)}", sentences.runs_line(report)]
    for entry in report.entries[:_ROWS]:
        budget = f"; budget: {text(entry.budget_source)}" if entry.budget_source else ""
        lines.append(f"{sentences.entry_line(entry, code)}{budget}")
    return _folded("How it was measured", (f"- {line}" for line in lines), "line", len(lines))


def _notes(report: GateReport) -> Iterator[CappedPart]:
    rows = (f"- {text(line)}" for line in describe_notes(report.notes[:_ROWS]))
    return _folded(f"Notes ({len(report.notes):,})", rows, "note", len(report.notes))


def _folded(title: str, rows: Iterable[str], noun: str, count: int) -> Iterator[CappedPart]:
    """Yield a part that a reader unfolds. The empty lines make a markdown parser read what is inside as markdown."""
    return _part(("<details>", f"<summary>{title}</summary>", ""), rows, ("", "</details>", ""), noun, count)


def fit(blocks: Sequence[CappedPart], most: int, elsewhere: str) -> str:
    """Return all blocks, with rows left out so that the text is no longer than `most` bytes of UTF-8.

    `elsewhere` says where to see what is left out. A block takes what the later ones do not need, its share of the
    room at least. Opening and closing lines are never left out: they have to be short.
    """
    needs = [sum(map(_weight, block.rows)) for block in blocks]
    fixed = sum(sum(map(_weight, (*block.opening, *block.closing))) + _LEFT_OUT_MOST for block in blocks)
    room = most - fixed
    lines: list[str] = []
    for place, block in enumerate(blocks):
        shown, used = _take(block.rows, max(int(room * block.share), room - sum(needs[place + 1 :])))
        room -= used
        lines += [*block.opening, *shown]
        left_out = len(block.rows) - len(shown) + block.further_count
        if left_out:
            lines += ["", f"and {count_of(left_out, f'more {block.noun}')} left out here: {elsewhere}"]
        lines += block.closing
    return "\n".join(lines).rstrip() + "\n"


def _take(rows: Sequence[str], room: int) -> tuple[Sequence[str], int]:
    used = 0
    for count, row in enumerate(rows):
        weight = _weight(row)
        if used + weight > room:
            return rows[:count], used
        used += weight
    return rows, used


def _weight(line: str) -> int:
    """Return the bytes of a line with its end. Systems count characters or bytes, which are never fewer."""
    return len(line.encode("utf-8", "surrogatepass")) + 1


def list_metrics(report: GateReport) -> tuple[MetricRow, ...]:
    """Return the figures that rules are about, of each entry in its order, those of the environment last."""
    found = group_pairs(((each.entry, each.rule.figure), each) for each in report.verdicts if each.rule.figure)
    places = {name: place for place, name in enumerate([entry.name for entry in report.entries])}
    order = list(Figure)
    keys = sorted(found, key=lambda key: (places.get(key[0] or "", len(places)), key[0] or "", order.index(key[1])))
    rows = [_row(entry, figure.value, found[entry, figure]) for entry, figure in keys]
    unmeasured = [entry.name for entry in report.entries if entry.not_measured is not None]
    return (*(MetricRow(name, "start", "", sentences.NOT_KNOWN, "", "", True, False) for name in unmeasured), *rows)


def _row(entry: str | None, metric: str, verdicts: Sequence[Verdict]) -> MetricRow:
    unit = next((verdict.unit for verdict in verdicts if verdict.unit is not None), None)
    now = next((verdict.measured for verdict in verdicts if verdict.measured is not None), None)
    before = next((verdict.baseline for verdict in verdicts if verdict.baseline is not None), None)
    allowed = min((verdict.allowed for verdict in verdicts if verdict.allowed is not None), default=None)
    return MetricRow(
        entry=entry,
        metric=metric,
        before="" if before is None else _figure(before, unit),
        now=sentences.NOT_KNOWN if now is None else _figure(now, unit),
        change="" if before is None or now is None else _change(before, now, unit),
        allowed="" if allowed is None else _figure(allowed, unit),
        wrong=any(verdict.outcome in ("violated", "not judged") for verdict in verdicts),
        changed=before is not None and now is not None and abs(now - before) > _tolerated(before, unit, verdicts),
    )


def _tolerated(before: float, unit: Unit | None, verdicts: Sequence[Verdict]) -> float:
    """Return what a figure may change by: as the rule about its growth allows, or as it would by default."""
    growths = [one.allowed - before for one in verdicts if one.baseline is not None and one.allowed is not None]
    if growths:
        return max(growths)
    default = Tolerance()
    relative = before * default.relative
    return max(relative, default.absolute_bytes) if unit == "bytes" else relative if unit == "ratio" else 0


def _figure(value: float, unit: Unit | None) -> str:
    match unit:
        case "bytes":
            return size(round(value))
        case "ratio":
            return f"{value:.2f} x"
        case _:
            return f"{value:,.0f}"


def _change(before: float, now: float, unit: Unit | None) -> str:
    if now == before:
        return "no change"
    sign = "+" if now >= before else "-"
    share = f" ({sign}{abs(now - before) * 100 / before:.1f} %)" if before else ""
    return f"{sign}{_figure(abs(now - before), unit)}{share}"

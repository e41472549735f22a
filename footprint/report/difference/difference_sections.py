"""What every format says of two audits: its parts, in the same words, order and rounding; only the layout differs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from footprint.model.audit_difference import (
    AuditDifference,
    DistributionChange,
    EntryDifference,
    FigureChange,
    FindingChange,
    StartupChange,
)
from footprint.report.text.phrases import count_of, place
from footprint.units import mebibytes
from footprint.values import dataclass

_NONE = "-"
_WAY_SHOWN = 4
_STAGES = {"first_use": "after its lazy imports", "calls": "after its calls"}


@dataclass(frozen=True, slots=True)
class DifferenceSection:
    """One part: a table with a title, or lines where there is none."""

    title: str
    header: tuple[str, ...] = ()
    alignment: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    lines: tuple[str, ...] = ()
    named: int | None = None  # the column of names, which a stranger chose


def title(difference: AuditDifference) -> str:
    """Return which two are compared."""
    return f"{difference.before.label} -> {difference.after.label}"


def warnings(difference: AuditDifference) -> tuple[str, ...]:
    """Return what differs besides the project: it comes before every figure."""
    return tuple(note.message for note in difference.notes)


def sections(difference: AuditDifference, top: int) -> Iterator[DifferenceSection]:
    """Yield the parts that say something; `top`: how many rows of distributions at most, 0 for all."""
    yield _figures("Environment", difference.figures)
    for entry in difference.entries:
        yield from _entry(entry)
    for names, words in (
        (difference.entries_new, "Entries only after"),
        (difference.entries_gone, "Entries only before"),
    ):
        if names:
            yield DifferenceSection(words, lines=names)
    yield from _distributions(difference.distributions, top)
    for findings, words in (
        (difference.findings_new, "Findings that are new"),
        (difference.findings_gone, "Findings that are gone"),
    ):
        if findings:
            yield DifferenceSection(words, lines=tuple(map(_finding, findings)))


def summary(difference: AuditDifference) -> str:
    """Return the end: what entered and left, in numbers."""
    entered = {each.name for entry in difference.entries for each in entry.entered}
    left = {each.name for entry in difference.entries for each in entry.left}
    new = sum(1 for each in difference.distributions if each.version_before is None and each.version_after is not None)
    gone = sum(1 for each in difference.distributions if each.version_after is None and each.version_before is not None)
    words = f"{count_of(new, 'distribution')} new, {gone} gone; {len(entered)} entered the start, {len(left)} left it"
    return f"{words}. The RSS of a start repeats within 0.2 MiB: a smaller change says nothing."


def _entry(entry: EntryDifference) -> Iterator[DifferenceSection]:
    if entry.not_compared is not None:
        yield DifferenceSection(f"Start of {entry.name}", lines=(f"not compared: {entry.not_compared}",))
        return
    yield _figures(f"Start of {entry.name}", entry.figures)
    for changes, words in ((entry.entered, "Entered"), (entry.left, "Left")):
        if changes:
            header = ("Distribution", "RSS MiB", "Asked for at", "By way of")
            yield DifferenceSection(
                f"{words} the start of {entry.name}", header, "lrll", tuple(map(_startup, changes)), named=0
            )


def _startup(change: StartupChange) -> tuple[str, ...]:
    where = place(change.path, change.line) or _NONE
    return change.name, mebibytes(change.self_rss_bytes), where, _shorten(change.way)


def _shorten(way: Sequence[str]) -> str:
    """Return a way of modules with its two ends."""
    if len(way) > _WAY_SHOWN:
        way = (*way[:2], f"{len(way) - 3} more", way[-1])
    return " > ".join(way) or _NONE


def _figures(words: str, figures: Sequence[FigureChange]) -> DifferenceSection:
    return DifferenceSection(words, ("Figure", "Before", "After", "Change"), "lrrr", tuple(map(_figure, figures)))


def _figure(figure: FigureChange) -> tuple[str, ...]:
    name = figure.name if figure.stage is None else f"{_STAGES.get(figure.stage, figure.stage)}: {figure.name}"
    if figure.unit == "count":
        shown = [_NONE if value is None else f"{value:,}" for value in (figure.before, figure.after)]
        change = _NONE if figure.change is None else f"{figure.change:+,}" if figure.change else "0"
        return name, *shown, change
    return f"{name}, MiB", mebibytes(figure.before), mebibytes(figure.after), _signed(figure.change)


def _signed(change: int | None) -> str:
    """Return a change in MiB with its sign; 0 only where it is none at all."""
    if not change:
        return _NONE if change is None else "0"
    return f"{'+' if change > 0 else '-'}{mebibytes(abs(change))}"


def _distributions(changes: Sequence[DistributionChange], top: int) -> Iterator[DifferenceSection]:
    if not changes:
        return
    shown = changes[: top or None]
    rest = changes[len(shown) :]
    header = ("Distribution", "Version", "Use", "Disk MiB", "Change", "Declared at")
    lines: tuple[str, ...] = ()
    if rest:
        known = [each.disk_change for each in rest if each.disk_change is not None]
        lines = (f"and {len(rest)} more: {_signed(sum(known))} MiB on disk (--top 0 shows all)",)
    yield DifferenceSection("Distributions", header, "lllrrl", tuple(map(_distribution, shown)), lines, named=0)


def _distribution(change: DistributionChange) -> tuple[str, ...]:
    used = [None if usage is None else usage.value for usage in (change.usage_before, change.usage_after)]
    weight = change.bytes_before if change.version_after is None else change.bytes_after
    return (
        change.name,
        _step(change.version_before, change.version_after),
        _step(*used),
        mebibytes(weight),
        _signed(change.disk_change),
        place(change.path, change.line) or _NONE,
    )


def _step(before: str | None, after: str | None) -> str:
    match before, after:
        case None, None:
            return "not installed"
        case None, _:
            return f"new: {after}"
        case _, None:
            return f"gone: {before}"
        case _:
            return before if before == after else f"{before} -> {after}"


def _finding(finding: FindingChange) -> str:
    return f"{finding.code} {place(finding.path, finding.line, ': ')}{finding.message}"

"""What every format says of two audits: its parts, in the same words, order and rounding; only the layout differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from footprint.model.audit_difference import (
    AuditDifference,
    DistributionChange,
    EntryDifference,
    FigureChange,
    FindingChange,
    StartupChange,
)
from footprint.report.languages.class_words import class_word
from footprint.report.languages.figures import localise, mebibytes, whole
from footprint.report.languages.messages import count_of, message, say
from footprint.report.languages.stored_sentences import retell
from footprint.report.text.phrases import place
from footprint.report.text.section import CellKind, Grid, Heading, Section, Sentences

_NONE = "-"
_WAY_SHOWN = 4
# By stage and name as the JSON has them. A stage that has no word of its own is told by its name.
_FIGURES: Mapping[str, str] = {
    "disk, site-packages without bytecode": message("disk, site-packages without bytecode"),
    "disk, outside site-packages": message("disk, outside site-packages"),
    "distributions": message("distributions"),
    "RSS": message("RSS"),
    "anon": message("anon"),
    "peak": message("peak"),
    "modules": message("modules"),
}
_STAGES: Mapping[str, str] = {
    "import": message("import"),
    "ready": message("ready"),
    "first_use": message("after its lazy imports"),
    "calls": message("after its calls"),
}
_REPEATS = message("The RSS of a start repeats within {size} MiB: a smaller change says nothing.")
_REPEATS_MIB = "0.2"


def title(difference: AuditDifference) -> str:
    """Return which two are compared."""
    return f"{difference.before.label} -> {difference.after.label}"


def warnings(difference: AuditDifference) -> tuple[str, ...]:
    """Return what differs besides the project: it comes before every figure."""
    return tuple(say("also differs: {what}", what=retell(note.message)) for note in difference.notes)


def sections(difference: AuditDifference, top: int) -> Iterator[Section]:
    """Yield the parts that say something; `top`: how many rows of distributions at most, 0 for all."""
    yield Section("environment", say("Environment"), (figure_grid(difference.figures),))
    for entry in difference.entries:
        yield from _entry(entry)
    if difference.entries_new:
        yield Section("entries-new", say("Entries only after"), (Sentences(difference.entries_new),))
    if difference.entries_gone:
        yield Section("entries-gone", say("Entries only before"), (Sentences(difference.entries_gone),))
    if difference.distributions:
        grid = distribution_grid(difference.distributions, top)
        yield Section("distributions", say("Distributions"), (grid,))
    if difference.findings_new:
        lines = tuple(map(_finding, difference.findings_new))
        yield Section("findings-new", say("Findings that are new"), (Sentences(lines),))
    if difference.findings_gone:
        lines = tuple(map(_finding, difference.findings_gone))
        yield Section("findings-gone", say("Findings that are gone"), (Sentences(lines),))


def summary(difference: AuditDifference) -> str:
    """Return the end: what entered and left, in numbers."""
    return f"{counts(difference)}. {repeats()}"


def counts(difference: AuditDifference) -> str:
    """Return how many distributions are new and gone, and how many entered and left the start."""
    changes = difference.distributions
    return say(
        "{new} new, {gone} gone; {entered} entered the start, {left} left it",
        new=count_of(sum(1 for each in changes if each.version_before is None and each.version_after), "distribution"),
        gone=sum(1 for each in changes if each.version_after is None and each.version_before),
        entered=len({each.name for entry in difference.entries for each in entry.entered}),
        left=len({each.name for entry in difference.entries for each in entry.left}),
    )


def repeats() -> str:
    """Return how far two starts of the same thing differ."""
    return say(_REPEATS, size=localise(_REPEATS_MIB))


def figure_grid(figures: Sequence[FigureChange], entry: str = "") -> Grid:
    """Return figures on both sides; `entry` is named where figures of several stand in one table."""
    headings = _headings(("Figure", "text"), ("Before", "figure"), ("After", "figure"), ("Change", "figure"))
    return Grid(headings, tuple(figure_cells(each, entry) for each in figures))


def figure_cells(figure: FigureChange, entry: str = "") -> tuple[str, ...]:
    """Return one figure as cells: its name, before, after, and what changed."""
    name = say(_FIGURES.get(figure.name, figure.name))
    if figure.stage is not None:
        name = f"{say(_STAGES.get(figure.stage, figure.stage))}: {name}"
    if entry:
        name = f"{entry}, {name}"
    if figure.unit == "count":
        shown = [_NONE if value is None else whole(value) for value in (figure.before, figure.after)]
        return (
            name,
            *shown,
            _NONE if figure.change is None else localise(f"{figure.change:+,}") if figure.change else "0",
        )
    return f"{name}, MiB", mebibytes(figure.before), mebibytes(figure.after), signed_mebibytes(figure.change)


def distribution_grid(changes: Sequence[DistributionChange], top: int) -> Grid:
    """Return the distributions that changed, of more than `top` the first; 0 for all."""
    shown = changes[: top or None]
    rest = changes[len(shown) :]
    known = [each.disk_change for each in rest if each.disk_change is not None]
    size = signed_mebibytes(sum(known) if known else None)
    more = say("and {count} more: {size} MiB on disk (--top 0 shows all)", count=whole(len(rest)), size=size)
    headings = _headings(
        *(("Distribution", "name"), ("Version", "text"), ("Use", "text")),
        *(("Disk MiB", "figure"), ("Change", "figure"), ("Declared at", "text")),
    )
    return Grid(headings, tuple(map(_distribution, shown)), (more,) if rest else ())


_HEADINGS = (
    *(message("Figure"), message("Before"), message("After"), message("Change")),
    *(message("Distribution"), message("Version"), message("Use"), message("Disk MiB"), message("Declared at")),
    *(message("RSS MiB"), message("Asked for at"), message("By way of")),
)


def _headings(*named: tuple[str, CellKind]) -> tuple[Heading, ...]:
    return tuple(Heading(say(text), kind) for text, kind in named)


def _entry(entry: EntryDifference) -> Iterator[Section]:
    start = say("Start of {entry}", entry=entry.name)
    if entry.not_compared is not None:
        yield Section("start", start, (Sentences((not_compared(entry),)),))
        return
    yield Section("start", start, (figure_grid(entry.figures),))
    if entry.entered:
        yield Section("entered", say("Entered the start of {entry}", entry=entry.name), (_startup_grid(entry.entered),))
    if entry.left:
        yield Section("left", say("Left the start of {entry}", entry=entry.name), (_startup_grid(entry.left),))


def not_compared(entry: EntryDifference) -> str:
    """Return why the starts of an entry are not compared."""
    return say("not compared: {reason}", reason=retell(entry.not_compared or ""))


def _startup_grid(changes: Sequence[StartupChange]) -> Grid:
    headings = _headings(
        *(("Distribution", "name"), ("RSS MiB", "figure"), ("Asked for at", "text"), ("By way of", "text"))
    )
    return Grid(headings, tuple(map(_startup, changes)))


def _startup(change: StartupChange) -> tuple[str, ...]:
    where = place(change.path, change.line) or _NONE
    return change.name, mebibytes(change.self_rss_bytes), where, _shorten(change.way)


def _shorten(way: Sequence[str]) -> str:
    """Return a way of modules with its two ends."""
    if len(way) > _WAY_SHOWN:
        way = (*way[:2], say("{count} more", count=len(way) - 3), way[-1])
    return " > ".join(way) or _NONE


def signed_mebibytes(change: int | None) -> str:
    """Return a change in MiB with its sign; 0 only where it is none at all."""
    if not change:
        return _NONE if change is None else "0"
    return f"{'+' if change > 0 else '-'}{mebibytes(abs(change))}"


def _distribution(change: DistributionChange) -> tuple[str, ...]:
    used = [None if usage is None else class_word(usage) for usage in (change.usage_before, change.usage_after)]
    weight = change.bytes_before if change.version_after is None else change.bytes_after
    return (
        change.name,
        _step(change.version_before, change.version_after),
        _step(*used),
        mebibytes(weight),
        signed_mebibytes(change.disk_change),
        place(change.path, change.line) or _NONE,
    )


def _step(before: str | None, after: str | None) -> str:
    match before, after:
        case None, None:
            return say("not installed")
        case None, _:
            return say("new: {what}", what=after)
        case _, None:
            return say("gone: {what}", what=before)
        case _:
            return f"{before}" if before == after else f"{before} -> {after}"


def _finding(finding: FindingChange) -> str:
    return f"{finding.code} {place(finding.path, finding.line, ': ')}{retell(finding.message)}"

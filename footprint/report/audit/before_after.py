"""What changed since another audit of the same project: figures, distributions, and what entered and left the start."""

from __future__ import annotations

from collections.abc import Iterator

from footprint.model.audit import Audit
from footprint.model.audit_difference import AuditDifference, EntryDifference, FigureChange
from footprint.report.difference.difference_sections import (
    counts,
    distribution_grid,
    figure_cells,
    figure_grid,
    not_compared,
    repeats,
    warnings,
)
from footprint.report.languages.messages import few, say
from footprint.report.text.section import Block, Grid, Section, Sentences
from footprint.report.text.view import View

KEY = "before-after"
_SHOWN = 12  # distributions, where the view does not ask for fewer or for all
_NAMES = 8
_OF_A_STAGE = ("RSS", "peak")


def before_section(audit: Audit, view: View) -> Section:
    """Return what changed since the audit that the reader compares with; nothing where there is none."""
    heading = say("Before and after")
    if view.before is None:
        return Section(KEY, heading)
    top = 0 if view.top == 0 else min(view.most, _SHOWN)
    return Section(KEY, heading, tuple(_blocks(view.before, top)), remarks=(repeats(),))


def before_line(difference: AuditDifference) -> str:
    """Return in one line what changed: disk, the memory of every start that both have, and how many distributions."""
    disk = [_change(figure) for figure in difference.figures[:1] if figure.change is not None]
    starts = [_change(figures[-1], entry.name) for entry in difference.entries if (figures := _stages(entry, ("RSS",)))]
    changes = ", ".join([*disk, *starts, counts(difference)])
    return say("Since {before}: {changes}", before=difference.before.label, changes=changes)


def _blocks(difference: AuditDifference, top: int) -> Iterator[Block]:
    lines = [say("Compared with {before}", before=difference.before.label), *warnings(difference), counts(difference)]
    yield Sentences((*lines, *_starts(difference)))
    environment = figure_grid(difference.figures)
    several = len(difference.entries) > 1
    of_starts = (
        figure_cells(figure, entry.name if several else "")
        for entry in difference.entries
        for figure in _stages(entry, _OF_A_STAGE)
    )
    yield Grid(environment.headings, (*environment.rows, *of_starts))
    if difference.distributions:
        yield distribution_grid(difference.distributions, top)


def _stages(entry: EntryDifference, names: tuple[str, ...]) -> list[FigureChange]:
    return [figure for figure in entry.figures if figure.name in names]


def _starts(difference: AuditDifference) -> Iterator[str]:
    """Yield what entered and left each start, by name, and why a start is not compared."""
    for entry in difference.entries:
        if entry.not_compared is not None:
            yield f"{entry.name}: {not_compared(entry)}"
        if entry.entered:
            names = few([each.name for each in entry.entered], _NAMES)
            yield say("The start of {entry} loads now, and did not before: {names}", entry=entry.name, names=names)
        if entry.left:
            names = few([each.name for each in entry.left], _NAMES)
            yield say("The start of {entry} loaded before, and does not now: {names}", entry=entry.name, names=names)
    if difference.entries_new:
        yield say("Entries only after: {names}", names=few(difference.entries_new, _NAMES))
    if difference.entries_gone:
        yield say("Entries only before: {names}", names=few(difference.entries_gone, _NAMES))


def _change(figure: FigureChange, entry: str = "") -> str:
    name, before, after, changed = figure_cells(figure, entry)
    return f"{name} {before} -> {after} ({changed})"

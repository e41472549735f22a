"""What is imported and not declared, and what could not be told: the gaps of a report, each with its place."""

from __future__ import annotations

from collections.abc import Iterator

from footprint.model.audit import Audit, DistributionRow, UndeclaredRow
from footprint.report.audit.row_cells import declared_places, evidence_places
from footprint.report.languages.class_words import class_word
from footprint.report.languages.messages import few, say
from footprint.report.languages.stored_sentences import retell
from footprint.report.text.section import Block, Grid, Heading, Section, Sentences
from footprint.report.text.view import View

_SHOWN = 20


def doubts_section(audit: Audit, view: View) -> Section:
    """Return what is used and declared nowhere, and every class that could not be told with certainty."""
    most = None if view.top == 0 else _SHOWN
    blocks = (*_undeclared(audit, most), *_untold(audit, most))
    empty = say("Every import is declared, and of every declared line it could be told how it is used")
    return Section("doubts", say("Not declared, and what could not be told"), blocks, empty)


def _undeclared(audit: Audit, most: int | None) -> Iterator[Block]:
    if not audit.undeclared:
        return
    yield Sentences((), heading=say("Imported and declared nowhere"))
    headings = (
        *(Heading(say("Import"), "name"), Heading(say("Provided by"), "text"), Heading(say("Brought by"), "text")),
        *(Heading(say("Where"), "text"), Heading(say("Remark"), "text")),
    )
    left = len(audit.undeclared[most:]) if most else 0
    rest = (say("and {count} more", count=left),) if left else ()
    yield Grid(headings, tuple(map(_undeclared_cells, audit.undeclared[:most])), rest)


def _undeclared_cells(row: UndeclaredRow) -> tuple[str, ...]:
    provided = row.distribution or (say("not installed; usually {names}", names=few(row.likely)) if row.likely else "")
    return (
        *(row.import_name, provided or say("not installed"), few(row.brought_by) or "-"),
        *(evidence_places(row.evidence) or "-", "; ".join(_remarks(row)) or "-"),
    )


def _remarks(row: UndeclaredRow) -> Iterator[str]:
    if row.optional:
        yield say("its absence is caught")
    if row.unreached:
        yield say("only where no entry comes")
    if row.for_developers:
        yield say("for development only")
    if row.computed_at:
        yield say("only where the import of a computed name in {place} may lead", place=row.computed_at)
    if row.is_command:
        yield say("a start command runs it")
    if row.cannot_tell:
        yield say("a declared line may provide it")
    if row.may_come_with:
        yield retell(row.may_come_with)
    if row.may_be_declared:
        yield say("may be declared in {place}, which was not understood", place=row.may_be_declared)
    if row.fragility:
        yield retell(row.fragility)


def _untold(audit: Audit, most: int | None) -> Iterator[Block]:
    rows = [row for row in audit.distributions if row.confidence == "cannot tell"]
    if not rows:
        return
    yield Sentences((), heading=say("How these are used cannot be told"))
    headings = (
        *(Heading(say("Distribution"), "name"), Heading(say("Use"), "use"), Heading(say("Declared"), "text")),
        Heading(say("Why"), "text"),
    )
    left = len(rows[most:]) if most else 0
    rest = (say("and {count} more", count=left),) if left else ()
    uses = tuple(row.usage.value for row in rows[:most])
    yield Grid(headings, tuple(map(_untold_cells, rows[:most])), rest, uses=uses)


def _untold_cells(row: DistributionRow) -> tuple[str, ...]:
    return row.name, f"{class_word(row.usage)}?", declared_places(row) or "-", retell(row.reason)

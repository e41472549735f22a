"""All that is known of a line, for whoever points at it: figures, class with its reason, what to do, how old it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from footprint.model.audit import Audit, DistributionRow, Usage
from footprint.model.edited_lines import EditedLine, Freshness, OfferedEdit
from footprint.model.memory_rows import FirstUseRow, ImportLine
from footprint.model.source_modules import Placement
from footprint.report.audit.memory_sentences import predicted
from footprint.report.editor.line_figures import STALE, age_words, first_use_words, requirement_words, startup_words
from footprint.report.editor.offer_sentences import offer_words
from footprint.report.languages.class_words import class_word, confidence_word
from footprint.report.languages.figures import mebibytes, size
from footprint.report.languages.messages import few, say
from footprint.report.languages.stored_sentences import retell
from footprint.report.text.phrases import place
from footprint.report.text.safe import markdown, printable
from footprint.values import dataclass

_ROWS_SHOWN = 3
_ENTRIES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class LineText:
    """What is said of a line: one sentence with its figures, a paragraph a distribution, and remarks."""

    figures: str
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    remarks: tuple[str, ...]

    def markdown(self) -> str:
        """Return it as markdown in which nothing that a stranger wrote is markup."""
        parts = [markdown(self.figures)]
        parts += [f"**{markdown(head)}**\n" + _listed(lines) for head, lines in self.rows]
        return "\n\n".join([*parts, *([_listed(self.remarks)] if self.remarks else [])])

    def plain(self) -> str:
        """Return it as plain text."""
        lines = [self.figures]
        for head, those in self.rows:
            lines += ["", head, *(f"  {each}" for each in those)]
        return "\n".join(map(printable, [*lines, *(["", *self.remarks] if self.remarks else [])]))


def _listed(lines: Sequence[str]) -> str:
    return "\n".join(f"- {markdown(line)}" for line in lines)


def line_text(audit: Audit, line: EditedLine, offers: Sequence[OfferedEdit], freshness: Freshness) -> LineText:
    """Return all that is known of a line. `offers`: what became of its suggestions as edits."""
    words = _import_words(line) if line.kind == "import" else _requirement_words(line.rows[0])
    missing = _why_not_measured(audit, line) if line.kind == "import" else ""
    stale = say(STALE) if freshness.is_stale else ""
    figures = "; ".join(filter(None, (", ".join(words), missing, age_words(freshness), stale)))
    rows = tuple((_head(row), tuple(_row_lines(line, row))) for row in line.rows[:_ROWS_SHOWN])
    return LineText(figures[:1].upper() + figures[1:], rows, tuple(_remarks(audit, line, offers)))


def _import_words(line: EditedLine) -> list[str]:
    words = []
    if line.startup:
        words = startup_words(max(line.startup, key=lambda each: each.rss_bytes))
    elif line.first_uses:
        words = first_use_words(max(line.first_uses, key=lambda each: each.rss_bytes or 0))
    return [*words, *_disk_words(line.rows[0])] if len(line.rows) == 1 else words


def _requirement_words(row: DistributionRow) -> list[str]:
    if row.version is None:
        return [say("not installed")]
    if row.apparent_bytes is None:
        return [*requirement_words(row), say("not weighed: there is no environment")]
    return [*requirement_words(row), _kept_words(row)]


def _disk_words(row: DistributionRow) -> list[str]:
    if row.apparent_bytes is None:
        return []
    return [say("{size} on disk", size=size(row.apparent_bytes)), _kept_words(row)]


def _kept_words(row: DistributionRow) -> str:
    return say("kept by {names}", names=few(row.required_by)) if row.required_by else say("kept by nothing else")


def _why_not_measured(audit: Audit, line: EditedLine) -> str:
    """Return why there is no figure of the memory that an import takes, "" where there is one."""
    if line.startup or line.first_uses:
        return ""
    if line.placement in (Placement.TYPE_CHECKING, Placement.ELSEWHERE):
        return say("it never runs here")
    if line.audited_line is None:
        return say("memory not measured: this import is new since the audit, or was moved")
    if not any(entry.last_stage for entry in audit.entries):
        return say("memory not measured: no start was")
    if line.placement.runs_at_import:
        return say("memory not measured: no start that was measured ran it")
    return say("memory not measured: it was not run")


def _head(row: DistributionRow) -> str:
    version = row.version or say("not installed")
    return f"{row.name} {version}: {class_word(row.usage)} ({confidence_word(row.confidence)})"


def _row_lines(line: EditedLine, row: DistributionRow) -> Iterator[str]:
    """Yield why a distribution has its class, what it weighs with others, and what it costs at startup."""
    yield retell(row.reason)
    if row.exclusive_bytes is not None and row.closure_bytes is not None and row.declared:
        yield say(
            "With all it requires {closure}; removing it frees {freed}",
            closure=size(row.closure_bytes),
            freed=size(row.exclusive_bytes),
        )
    if line.kind == "requirement" and row.avoidable_rss_bytes is not None and row.usage is Usage.STARTUP:
        memory = predicted(row.avoidable_rss_bytes)
        yield say("If no line of the project imported it the start would take {memory} MiB less", memory=memory)
        if row.still_needed_by:
            yield say("Loaded all the same by {names}", names=few(row.still_needed_by))


def _remarks(audit: Audit, line: EditedLine, offers: Sequence[OfferedEdit]) -> Iterator[str]:
    if line.kind == "import":
        stopped = {entry.name for entry in audit.entries if entry.stopped}
        for each in line.startup[:_ENTRIES_SHOWN]:
            yield from _startup_remarks(each, several=len(line.startup) > 1)
            if each.entry in stopped:
                yield say("The start of {entry} failed: more may have followed", entry=each.entry)
        for use in line.first_uses[:_ENTRIES_SHOWN]:
            yield from _first_use_remarks(line, use)
    for offer in offers:
        yield offer_words(offer)
        if offer.refusal is not None:
            yield say("Not offered as an edit: {reason}", reason=offer.refusal)


def _startup_remarks(each: ImportLine, *, several: bool) -> Iterator[str]:
    if several:
        yield f"{each.entry}: {', '.join(startup_words(each))}"
    if each.still_needed_by:
        yield say("Loaded all the same by {names}", names=few(each.still_needed_by))
    if len(each.imports) > 1:
        parts = few([f"{part.module} {predicted(part.rss_bytes)} MiB" for part in each.imports])
        yield say("Each alone, so they overlap: {parts}", parts=parts)


def _first_use_remarks(line: EditedLine, use: FirstUseRow) -> Iterator[str]:
    if use.message is not None:
        yield say("When it was run: {message}", message=use.message)
    if use.brings:
        brought = few([f"{each.name} {mebibytes(each.rss_bytes)} MiB" for each in use.brings])
        yield say("It brings {names}", names=brought)
    if use.line != line.audited_line:
        yield say("The same import was run at {place}", place=place(use.path, use.line))

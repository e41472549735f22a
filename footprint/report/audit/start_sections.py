"""What the start and what follows it cost, by the line or the call behind it: each figure alone, so they overlap."""

from __future__ import annotations

from footprint.model.audit import Audit
from footprint.report.audit import call_sentences, memory_sentences
from footprint.report.languages.messages import say
from footprint.report.text.section import Section
from footprint.report.text.view import View


def first_use_section(audit: Audit, _: View) -> Section:
    """Return what lazy imports added to the ready process, and which of them broke."""
    return Section.of_lines("first-use", say(memory_sentences.FIRST_USE), memory_sentences.first_use_lines(audit))


def calls_section(audit: Audit, _: View) -> Section:
    """Return what requests and tasks added to the ready process."""
    return Section.of_lines("calls", say(call_sentences.CALLS), call_sentences.call_lines(audit))


def guests_section(audit: Audit, _: View) -> Section:
    """Return what others load at startup without requiring it."""
    return Section.of_lines("guests", say(memory_sentences.GUESTS), memory_sentences.guest_lines(audit))


def import_lines_section(audit: Audit, _: View) -> Section:
    """Return the import lines of the project that cost most at startup."""
    return Section.of_lines(
        "import-lines", say(memory_sentences.IMPORT_LINES), memory_sentences.import_line_rows(audit)
    )

"""What the start and what follows it cost, by the line or the call behind it: each figure alone, so they overlap."""

from __future__ import annotations

from footprint.model.audit import Audit
from footprint.report.audit import call_sentences, memory_sentences
from footprint.report.languages.messages import say
from footprint.report.text.section import Section
from footprint.report.text.view import View


def first_use_section(audit: Audit, _: View) -> Section:
    """Return what lazy imports added to the ready process, and which of them broke."""
    title = say("Lazy imports, really run once the app was ready")
    remark = say("Each was run alone, so the figures overlap; what requests take is not in them.")
    return Section.of_lines("first-use", title, memory_sentences.first_use_lines(audit), remarks=(remark,))


def calls_section(audit: Audit, _: View) -> Section:
    """Return what requests and tasks added to the ready process."""
    title = say("Calls, really done once the app was ready")
    remark = say("Each was done alone on top of the start, so the figures overlap; no server was started.")
    return Section.of_lines("calls", title, call_sentences.call_lines(audit), remarks=(remark,))


def guests_section(audit: Audit, _: View) -> Section:
    """Return what others load at startup without requiring it."""
    return Section.of_lines("guests", say(memory_sentences.GUESTS), memory_sentences.guest_lines(audit))


def import_lines_section(audit: Audit, _: View) -> Section:
    """Return the import lines of the project that cost most at startup."""
    title = say("Import lines that cost most at startup")
    remark = say("Each is meant alone: what two lines share is saved only when both are gone.")
    return Section.of_lines("import-lines", title, memory_sentences.import_line_rows(audit), remarks=(remark,))

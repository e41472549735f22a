"""How it was measured: where, by what, and how far the figures can be trusted."""

from __future__ import annotations

from collections.abc import Iterator

from footprint.model.audit import Audit
from footprint.report.audit.environment_sentences import disk_line, environment_line
from footprint.report.audit.memory_sentences import PREDICTION_WORDS
from footprint.report.languages.messages import few, say
from footprint.report.text.section import Section
from footprint.report.text.view import View

_FILES_NAMED = 12


def method_section(audit: Audit, _: View) -> Section:
    """Return what was read and started, and by which means."""
    return Section.of_lines("method", say("How it was measured"), _lines(audit))


def _lines(audit: Audit) -> Iterator[str]:
    yield environment_line(audit)
    yield say("Disk: {figures}", figures=disk_line(audit))
    if audit.disk.site_apparent_bytes is not None:
        yield say(
            "Every file below site-packages was read once (lstat) and joined to the RECORD of its distribution, "
            "`.libs` folders with it; apparent bytes"
        )
    if any(entry.last_stage for entry in audit.entries):
        yield say(
            "Each entry was started in a fresh process of the target interpreter; its memory was read at every import"
        )
        yield f"{say(PREDICTION_WORDS)}."
    if audit.declared_files:
        yield say("Requirement files read: {files}", files=few(audit.declared_files, _FILES_NAMED))
    else:
        yield say("Requirement files read: none was found")
    yield say("footprint {version}, {project}", version=audit.tool_version, project=audit.project)

"""The table of contents of an audit report: which sections there are, in which order. Every format renders these.

A section is one function of the audit and the view in a file of its own; a format decides its look, never its facts.
"""

from __future__ import annotations

from collections.abc import Callable

from footprint.model.audit import Audit
from footprint.report.audit.advice_section import advice_section
from footprint.report.audit.before_after import before_section
from footprint.report.audit.decision_section import decision_section
from footprint.report.audit.disk_sections import idle_section, stacks_section
from footprint.report.audit.doubts_section import doubts_section
from footprint.report.audit.findings_section import findings_section, notes_section, problems_section
from footprint.report.audit.host_section import host_section
from footprint.report.audit.memory_section import memory_section
from footprint.report.audit.method_section import method_section
from footprint.report.audit.next_steps_section import next_steps_section
from footprint.report.audit.requirements_section import requirements_section
from footprint.report.audit.sizes_section import sizes_section
from footprint.report.audit.start_command_section import start_command_section
from footprint.report.audit.start_sections import calls_section, first_use_section, guests_section, import_lines_section
from footprint.report.audit.use_section import use_section
from footprint.report.audit.verdict_section import verdict_section
from footprint.report.audit.weight_section import weight_section
from footprint.report.text.section import Section
from footprint.report.text.view import View

SECTIONS: tuple[Callable[[Audit, View], Section], ...] = (
    verdict_section,
    advice_section,
    memory_section,
    host_section,
    weight_section,
    use_section,
    decision_section,
    first_use_section,
    calls_section,
    guests_section,
    stacks_section,
    idle_section,
    import_lines_section,
    findings_section,
    doubts_section,
    problems_section,
    requirements_section,
    sizes_section,
    before_section,
    start_command_section,
    notes_section,
    method_section,
    next_steps_section,
)


def sections(audit: Audit, view: View) -> tuple[Section, ...]:
    """Return all sections that have something to say, or say that there is nothing."""
    return tuple(section for section in (make(audit, view) for make in SECTIONS) if not section.is_empty)

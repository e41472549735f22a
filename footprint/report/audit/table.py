"""The audit for a terminal or a pipe: the verdict, what to do, and of all else what a reader needs to act.

On a pipe nothing is wrapped, coloured or drawn; ASCII where nothing else can be shown. `--top 0` shows every section
whole, `--legend` what headings, signs and classes mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from footprint.model.audit import Audit
from footprint.report.audit.actions_brief import actions_brief
from footprint.report.audit.environment_sentences import environment_line
from footprint.report.audit.findings_section import findings_brief
from footprint.report.audit.memory_section import memory_brief
from footprint.report.audit.sections import sections
from footprint.report.languages.messages import say
from footprint.report.text.section import Grid, Section, Sentences
from footprint.report.text.section_text import add_section
from footprint.report.text.text_page import BOLD, DIM, RED, Page
from footprint.report.text.view import DEFAULT_VIEW, View

# What is shown where not all is asked for, in this order; some of it is shorter then.
_SHOWN = ("actions", "weight", "memory", "before-after", "first-use", "calls", "findings", "problems", "notes")
_BRIEFS: Mapping[str, Callable[[Audit, View], Section]] = {
    "actions": actions_brief,
    "memory": memory_brief,
    "findings": findings_brief,
}
_VERDICT = "verdict"


def render(audit: Audit, view: View = DEFAULT_VIEW) -> str:
    """Return the audit as text."""
    page, whole = Page(view), sections(audit, view)
    page.add(f"footprint {audit.tool_version}: {audit.project}", colour=BOLD)
    for section in whole:
        if section.key == _VERDICT:
            _add_verdict(page, section, environment_line(audit))
    shown = [section for section in whole if section.key != _VERDICT] if view.top == 0 else _brief(audit, view, whole)
    for section in shown:
        add_section(page, section)
    if view.legend:
        _add_legend(page, whole)
    page.part()
    page.add("; ".join(_further(view)), colour=DIM)
    return page.text()


def _brief(audit: Audit, view: View, whole: Sequence[Section]) -> Iterator[Section]:
    known = {section.key: section for section in whole}
    for key in _SHOWN:
        if key in known:
            section = _BRIEFS[key](audit, view) if key in _BRIEFS else known[key]
            yield from () if section.is_empty else (section,)


def _add_verdict(page: Page, section: Section, environment: str) -> None:
    """Add the first lines of all, which need no title, and of what environment they are."""
    for block in section.blocks:
        if not isinstance(block, Sentences):
            continue
        if block.heading:
            page.add(block.heading, colour=BOLD)
        for place, line in enumerate(block.lines):
            colour = RED if block.alarm or place in block.alarming else ""
            page.add(line, colour=colour, indent=2 if block.heading else 0)
    page.add(environment, colour=DIM)


def _add_legend(page: Page, whole: Sequence[Section]) -> None:
    page.part()
    page.add(say("What the words mean"), colour=BOLD)
    grids = (block for section in whole for block in section.blocks if isinstance(block, Grid))
    for line in dict.fromkeys(line for grid in grids for line in grid.about):
        page.add(line, indent=2)


def _further(view: View) -> Iterator[str]:
    """Yield where more of it is told."""
    if view.top != 0:
        yield say("--top 0 shows all of it")
    if not view.legend:
        yield say("--legend tells what the words mean")
    yield say("`footprint why NAME` tells all of one distribution")

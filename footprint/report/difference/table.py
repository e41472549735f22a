"""What two audits differ in, for a terminal or a pipe."""

from __future__ import annotations

from footprint.model.audit_difference import AuditDifference
from footprint.report.difference.difference_sections import sections, summary, title, warnings
from footprint.report.text.section import Block, Grid, Section, Sentences
from footprint.report.text.text_table import render_rows
from footprint.report.text.view import DEFAULT_VIEW, View


def render(difference: AuditDifference, view: View = DEFAULT_VIEW) -> str:
    """Return both sides, the figures, and what entered and left."""
    head = view.join([title(difference), *warnings(difference), ""])
    parts = [_section(each, view) for each in sections(difference, view.most)]
    return head + "\n".join([*parts, view.join([summary(difference)])])


def _section(section: Section, view: View) -> str:
    return view.join([section.title]) + "".join(_block(block, view) for block in section.blocks)


def _block(block: Block, view: View) -> str:
    if isinstance(block, Grid):
        alignment = "".join("r" if heading.kind == "figure" else "l" for heading in block.headings)
        rows = render_rows(([heading.text for heading in block.headings], alignment, block.rows), view)
        return rows + view.join(f"  {line}" for line in block.rest)
    return view.join(f"  {line}" for line in (block.lines if isinstance(block, Sentences) else block.text.splitlines()))

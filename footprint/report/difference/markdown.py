"""What two audits differ in, as markdown: for a pull request or a mail. GitHub's dialect, tables included."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from footprint.model.audit_difference import AuditDifference
from footprint.report.audit.markdown import table_lines
from footprint.report.difference.difference_sections import DifferenceSection, sections, summary, title, warnings
from footprint.report.text.safe import markdown as text
from footprint.report.text.safe import markdown_code as code
from footprint.report.text.safe import plain_ascii
from footprint.report.text.view import DEFAULT_VIEW, View


def render(difference: AuditDifference, view: View = DEFAULT_VIEW) -> str:
    """Return the whole difference as markdown."""
    lines = [f"# Footprint: {text(title(difference))}", ""]
    lines += [f"- also differs: {text(line)}" for line in warnings(difference)]
    for section in sections(difference, view.top):
        lines += ["", *_section(section)]
    whole = "\n".join([*lines, "", text(summary(difference))]) + "\n"
    return plain_ascii(whole) if view.ascii else whole


def _section(section: DifferenceSection) -> Iterator[str]:
    yield f"## {text(section.title)}"
    yield ""
    if section.header:
        yield from table_lines(section.header, section.alignment, (_cells(row, section.named) for row in section.rows))
        yield ""
    yield from (f"- {text(line)}" for line in section.lines)


def _cells(row: Sequence[str], named: int | None) -> list[str]:
    ways = (code if place == named else text for place in range(len(row)))
    return [cell if cell == "-" else way(cell) for cell, way in zip(row, ways, strict=True)]

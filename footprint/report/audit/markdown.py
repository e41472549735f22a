"""The audit as markdown: for a pull request, a wiki or a mail. GitHub's dialect, tables included."""

from __future__ import annotations

from footprint.model.audit import Audit
from footprint.report.audit.sections import sections
from footprint.report.languages.messages import say
from footprint.report.text.safe import markdown as text
from footprint.report.text.safe import plain_ascii
from footprint.report.text.section_markdown import legend_lines, section_lines
from footprint.report.text.view import DEFAULT_VIEW, View


def render(audit: Audit, view: View = DEFAULT_VIEW) -> str:
    """Return the whole audit as markdown."""
    told = sections(audit, view)
    lines = [f"# {text(say('Footprint of {project}', project=audit.project))}", ""]
    lines += [line for section in told for line in section_lines(section)]
    lines += [f"## {text(say('What the words mean'))}", "", *legend_lines(told)]
    whole = "\n".join(lines).rstrip() + "\n"
    return plain_ascii(whole) if view.ascii else whole

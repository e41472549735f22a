"""A container image, or what two differ in, as markdown: GitHub's dialect."""

from __future__ import annotations

from footprint.model.image_report import ImageDifference, ImageReport
from footprint.report.image.image_sections import image_sections, image_title
from footprint.report.text.safe import markdown as text
from footprint.report.text.safe import plain_ascii
from footprint.report.text.section_markdown import section_lines
from footprint.report.text.view import DEFAULT_VIEW, View


def render(report: ImageReport | ImageDifference, view: View = DEFAULT_VIEW) -> str:
    """Return its sections as markdown."""
    lines = [f"# {text(image_title(report))}", ""]
    for section in image_sections(report, view.most):
        lines += section_lines(section)
    whole = "\n".join(lines).rstrip("\n") + "\n"
    return plain_ascii(whole) if view.ascii else whole

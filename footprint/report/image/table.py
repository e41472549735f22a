"""A container image, or what two differ in, for a terminal or a pipe."""

from __future__ import annotations

from footprint.model.image_report import ImageDifference, ImageReport
from footprint.report.image.image_sections import image_sections, image_title
from footprint.report.text.section_text import add_section
from footprint.report.text.text_page import BOLD, Page
from footprint.report.text.view import DEFAULT_VIEW, View


def render(report: ImageReport | ImageDifference, view: View = DEFAULT_VIEW) -> str:
    """Return its sections as text."""
    page = Page(view)
    page.add(image_title(report), colour=BOLD)
    for section in image_sections(report, view.most):
        add_section(page, section)
    return page.text()

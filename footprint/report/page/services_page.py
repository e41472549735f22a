"""The services of a host as one page: each against its limit, all of them together, and the plans that hold that."""

from __future__ import annotations

from collections.abc import Iterator

from footprint.model.service_plans import ServiceRow, ServicesReport
from footprint.report.fleet.service_sections import closing, rows, title
from footprint.report.page.gauges import Gauge, bars_html
from footprint.report.page.page_data import frame_data
from footprint.report.page.page_frame import framed_page
from footprint.report.page.section_html import framed, section_html
from footprint.report.page.tags import escape, path_text, tag
from footprint.report.text.safe import printable
from footprint.report.text.section import Grid, Heading, Section
from footprint.report.text.view import DEFAULT_VIEW, View

_LEVELS = (("startup_bytes", "startup"), ("lazy_bytes", "after lazy imports"), ("calls_bytes", "after the calls"))


def render(report: ServicesReport, view: View = DEFAULT_VIEW) -> str:
    """Return the report as one HTML document that needs nothing else; it is in English, as its other formats are."""
    header, alignment, cells = rows(report)
    sides = zip(header, alignment, strict=True)
    headings = tuple(Heading(text, "figure") if side == "r" else Heading(text, "text") for text, side in sides)
    grid = Grid(headings, tuple(cells))
    parts = (
        framed("gauges", "Memory of each service", _gauges(report)),
        section_html(Section("services", "Services", (grid,))),
        section_html(Section.of_lines("host", "All of it on one host", closing(report))),
    )
    heading = tag("header", tag("div", tag("h1", escape(title(report)))), tag("div", class_="tools", id="tools"))
    made = f"Made by footprint {escape(report.tool_version)}. This page asks nothing of any other machine."
    body = heading + tag("main", *parts, id="main", tabindex="-1") + tag("footer", tag("p", made))
    return framed_page(printable(title(report)), "en", body, frame_data(report.title))


def _gauges(report: ServicesReport) -> str:
    return "".join(_service(row) for row in report.services)


def _service(row: ServiceRow) -> str:
    heading = tag("h3", path_text(row.name), " ", tag("code", escape(row.command or row.source)))
    gauges = list(_levels(row))
    if gauges:
        return tag("div", heading, bars_html(gauges), class_="entry")
    return tag(
        "div", heading, tag("p", path_text(f"Not measured: {row.reason or row.source}"), class_="empty"), class_="entry"
    )


def _levels(row: ServiceRow) -> Iterator[Gauge]:
    """Yield what a service takes at each moment, the most at any of them last."""
    for field, label in _LEVELS:
        taken = getattr(row.levels, field)
        if taken is not None:
            fits = taken <= row.limit_bytes if row.limit_bytes else None
            yield Gauge(label, taken, None, row.limit_bytes, fits)
    most = row.levels.most_bytes
    if row.levels.peak_bytes is not None and most is not None:
        yield Gauge("at its peak", row.levels.peak_bytes, None, row.limit_bytes, row.fits)

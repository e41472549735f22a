"""What a change or one candidate adds, as a small picture."""

from __future__ import annotations

from footprint.model.addition import AdditionReport
from footprint.report.addition.addition_sentences import disk_growth, started_growth
from footprint.report.text.label_picture import GREY, RED, draw
from footprint.report.text.safe import printable
from footprint.report.text.view import DEFAULT_VIEW, View


def render(report: AdditionReport, view: View = DEFAULT_VIEW) -> str:
    """Return the picture: bytes that come, and what the start grows by where that was measured."""
    label = "this change" if report.branch is not None else printable(_asked(report))
    value, colour = _value(report)
    return draw(label, value, colour, f"{label}: {value}")


def _asked(report: AdditionReport) -> str:
    return report.candidates[0].requirement if report.candidates else "footprint cost"


def _value(report: AdditionReport) -> tuple[str, str]:
    if report.branch is not None and not report.branch.added:
        return "adds nothing", GREY
    row = next(iter(report.candidates), None)
    if row is None or row.new_bytes is None:
        return "cannot be installed", RED
    startup = row.marginal.rss_bytes if row.marginal is not None else None
    if report.branch is not None:
        startup = report.branch.startup_bytes
    told = f", {started_growth(startup)}" if startup is not None else ""
    return f"{disk_growth(row.new_bytes)}{told}", GREY

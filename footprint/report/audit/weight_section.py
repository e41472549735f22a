"""What each distribution weighs on disk and in memory, and how it is used: the table of a report."""

from __future__ import annotations

from collections.abc import Sequence

from footprint.model.audit import Audit, DistributionRow
from footprint.report.audit.columns import DISK, RSS, explain_classes, explain_columns, list_columns
from footprint.report.audit.environment_sentences import usage_line
from footprint.report.audit.weight_rows import rest_lines, split_rows
from footprint.report.languages.messages import say
from footprint.report.text.section import Bars, Grid, Heading, Section, Sentences
from footprint.report.text.view import View

_BARRED = {DISK: ("apparent_bytes", 6), RSS: ("startup_self_rss_bytes", 3)}  # field, and when its bars give way


def weight_section(audit: Audit, view: View) -> Section:
    """Return the table of the distributions, as many as the view shows, and how many of each class there are."""
    title = say("Weight and use")
    if not audit.distributions:
        return Section("weight", title, empty=say("Nothing is installed, and nothing is declared"))
    return Section("weight", title, (weight_grid(audit, view), Sentences((usage_line(audit),))))


def weight_grid(audit: Audit, view: View) -> Grid:
    """Return a row per distribution that is to be seen, a line for the others, and what the headings mean."""
    columns = list_columns(audit)
    shown, rest = split_rows(audit, view)
    places = {column.heading: place for place, column in enumerate(columns)}
    return Grid(
        headings=tuple(Heading(column.title, column.kind, column.dropped) for column in columns),
        rows=tuple(tuple(column.cell(row) for column in columns) for row in shown),
        rest=rest_lines(rest),
        about=(*explain_columns(audit, columns), *(f"{use}: {meaning}" for use, meaning in explain_classes(audit))),
        uses=tuple(row.usage.value for row in shown),
        bars=tuple(
            Bars(places[name], _shares(shown, field), dropped)
            for name, (field, dropped) in _BARRED.items()
            if name in places
        ),
    )


def _shares(rows: Sequence[DistributionRow], field: str) -> tuple[float | None, ...]:
    figures = [getattr(row, field) for row in rows]
    most = max((figure for figure in figures if figure is not None), default=0)
    return tuple(None if figure is None or not most else max(figure, 0) / most for figure in figures)

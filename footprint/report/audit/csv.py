"""The distributions of an audit as CSV: a row each, for a spreadsheet or a database. Figures are whole numbers.

An empty cell was not measured or is not known, which is never 0. A text that a spreadsheet would take for a formula
begins with an apostrophe. Source: RFC 4180; OWASP, "CSV Injection".
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping

from footprint.model.audit import Audit, DistributionRow
from footprint.report.text.phrases import place
from footprint.report.text.safe import plain_ascii, printable
from footprint.report.text.view import DEFAULT_VIEW, View

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_Cell = str | int | bool | None


def _field(name: str) -> Callable[[DistributionRow], _Cell]:
    def read(row: DistributionRow) -> _Cell:
        value: _Cell = getattr(row, name)
        return value

    return read


_COLUMNS: Mapping[str, Callable[[DistributionRow], _Cell]] = {
    "name": _field("name"),
    "version": _field("version"),
    "usage": lambda row: row.usage.value,
    "confidence": _field("confidence"),
    "reason": _field("reason"),
    "declared": lambda row: " ".join(place(line.file, line.line) for line in row.declared),
    "evidence": lambda row: " ".join(place(item.path, item.line) for item in row.evidence),
    "required_by": lambda row: " ".join(row.required_by),
    **{
        name: _field(name)
        for name in (
            *("apparent_bytes", "allocated_bytes", "outside_bytes", "bytecode_bytes", "file_count"),
            *("closure_bytes", "exclusive_bytes", "loaded_at_stage", "opportunistic"),
            *("startup_self_rss_bytes", "startup_self_anon_bytes", "startup_cumulative_rss_bytes"),
            *("avoidable_rss_bytes", "first_use_rss_bytes", "import_time_us"),
        )
    },
}


def render(audit: Audit, view: View = DEFAULT_VIEW) -> str:
    """Return a heading and a row per distribution, sorted by name, always whole."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows([shown_cell(read(row)) for read in _COLUMNS.values()] for row in audit.distributions)
    return plain_ascii(text.getvalue()) if view.ascii else text.getvalue()


def shown_cell(value: _Cell) -> str:
    """Return what stands in a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    text = printable(value)
    return f"'{text}" if text.startswith(_FORMULA) else text

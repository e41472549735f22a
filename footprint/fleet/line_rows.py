"""A row out of a stored line. The line may be somebody else's: what is not of the shape of an audit is not known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from footprint.fleet.database_tables import cells_of, totals_of
from footprint.fleet.line_files import StoredLine
from footprint.model.fleet_report import FleetRow
from footprint.model.note import Note


def row_of(line: StoredLine) -> FleetRow:
    """Return the figures of a line."""
    values = line.values
    totals = totals_of(values)
    judged = [each for each in cells_of(values, "fits", "stage", "fits") if each["fits"] is not None]
    failures = (each for each in cells_of(values, "entries", "name", "failure") if each["failure"] is not None)
    return FleetRow(
        project=values["project"],
        source=values["source"],
        commit=values["commit"],
        outcome=values["outcome"],
        reason=values["reason"],
        machine=(values["processor"], values["libc"]),
        distribution_count=totals["distribution_count"],
        disk_bytes=totals["disk_bytes"],
        download_least_bytes=totals["download_least_bytes"],
        download_most_bytes=totals["download_most_bytes"],
        startup_bytes=totals["startup_rss_bytes"],
        removable_bytes=totals["removable_bytes"],
        limit_bytes=totals["limit_memory_bytes"],
        fits=all(each["fits"] for each in judged) if judged else None,
        is_called=any(each["stage"] == "calls" for each in judged),
        entry_failure=next((f"{each['name']}: {each['failure']}" for each in failures), None),
    )


def machines_note(rows: Iterable[FleetRow]) -> Iterator[Note]:
    """Yield what to know where starts were measured on machines that differ."""
    kinds = sorted({" and ".join(filter(None, row.machine)) for row in rows if row.startup_bytes is not None})
    if len(kinds) > 1:
        message = f"measured on machines that differ ({'; '.join(kinds)}): their RSS is not to be compared"
        yield Note("fleet-machines-differ", message)

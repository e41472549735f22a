"""A row out of a stored line. The line may be somebody else's: what is not of the shape of an audit is not known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from footprint.fleet.line_files import StoredLine
from footprint.model.fleet_report import FleetRow
from footprint.model.note import Note

_START_STAGES = ("ready", "import")


def row_of(line: StoredLine) -> FleetRow:
    """Return the figures of a line."""
    values = line.values
    audit = _table(values["audit"])
    disk, entries = _table(audit.get("disk")), list(_tables(audit.get("entries")))
    fits = [fit["fits"] for fit in _tables(audit.get("fits")) if isinstance(fit.get("fits"), bool)]
    rows = list(_tables(audit.get("distributions")))
    is_weighed = _table(audit.get("environment")).get("kind") == "installed"
    return FleetRow(
        project=values["project"],
        source=values["source"],
        commit=values["commit"],
        outcome=values["outcome"],
        reason=values["reason"],
        machine=(values["processor"], values["libc"]),
        distribution_count=len(rows) if audit else None,
        disk_bytes=_count(disk.get("site_apparent_bytes")) if is_weighed else None,
        startup_bytes=max((found for entry in entries if (found := _startup(entry)) is not None), default=None),
        removable_bytes=_count(audit.get("removable_bytes")) if is_weighed else None,
        limit_bytes=_count(_table(audit.get("limit")).get("memory_bytes")),
        fits=all(fits) if fits else None,
        entry_failure=next(filter(None, map(_failure, entries)), None),
    )


def machines_note(rows: Iterable[FleetRow]) -> Iterator[Note]:
    """Yield what to know where starts were measured on machines that differ."""
    kinds = sorted({" and ".join(filter(None, row.machine)) for row in rows if row.startup_bytes is not None})
    if len(kinds) > 1:
        message = f"measured on machines that differ ({'; '.join(kinds)}): their RSS is not to be compared"
        yield Note("fleet-machines-differ", message)


def _startup(entry: Mapping[str, Any]) -> int | None:
    stages = _table(entry.get("stages"))
    found = (_count(_table(stages.get(name)).get("rss_bytes")) for name in _START_STAGES)
    return None if _failure(entry) else next((each for each in found if each is not None), None)


def _failure(entry: Mapping[str, Any]) -> str | None:
    message = _table(entry.get("failure")).get("message")
    return f"{entry.get('name')}: {message}" if isinstance(message, str) else None


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _tables(value: Any) -> Iterator[Mapping[str, Any]]:
    yield from (each for each in value if isinstance(each, dict)) if isinstance(value, list) else ()


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 63 else None

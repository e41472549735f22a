"""What every human-readable format says of the projects of a fleet; only the layout differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from footprint.model.fleet_report import FleetReport, FleetRow
from footprint.report.languages.messages import count_of
from footprint.report.text.phrases import describe_notes
from footprint.units import mebibytes, size

_COMMIT_SHOWN = 10
_HEADER = ("Project", "Distributions", "Disk MiB", "Startup RSS MiB", "Removable MiB", "Limit", "What")
_ALIGNMENT = "lrrrrrl"


def title(report: FleetReport) -> str:
    """Return whose projects these are."""
    return f"Fleet of {report.title}"


def rows(report: FleetReport) -> tuple[tuple[str, ...], str, list[tuple[str, ...]]]:
    """Return header, alignment and cells; "-" is not measured."""
    return _HEADER, _ALIGNMENT, [_cells(row) for row in report.rows]


def _cells(row: FleetRow) -> tuple[str, ...]:
    return (
        f"{row.project} @ {row.commit[:_COMMIT_SHOWN]}" if row.source == "commit" and row.commit else row.project,
        "-" if row.distribution_count is None else str(row.distribution_count),
        mebibytes(row.disk_bytes),
        mebibytes(row.startup_bytes),
        mebibytes(row.removable_bytes),
        size(row.limit_bytes, missing="none stated") if row.outcome == "done" else "-",
        _what(row),
    )


def _what(row: FleetRow) -> str:
    if row.outcome == "failed":
        return f"FAILED: {row.reason}"
    if row.fits is False:
        return "DOES NOT FIT"
    if row.entry_failure is not None:
        return f"not measured: {row.entry_failure}"
    if row.disk_bytes is None:
        return "no environment: read alone"
    return "fits" if row.fits else ""


def closing(report: FleetReport) -> Iterator[str]:
    """Yield how many came to what, and what to know."""
    outcomes = Counter(row.outcome for row in report.rows)
    lines = f"{count_of(outcomes['done'], 'project')} audited" if not _has_commits(report) else ""
    lines = lines or f"{count_of(outcomes['done'], 'commit')} audited"
    too_large = sum(row.fits is False for row in report.rows)
    yield f"{lines}, {outcomes['failed']} failed, {count_of(too_large, 'limit')} exceeded"
    yield from describe_notes(report.notes)


def _has_commits(report: FleetReport) -> bool:
    return any(row.source == "commit" for row in report.rows)

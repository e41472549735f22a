"""What every human-readable format says of the projects of a fleet; only the layout differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from footprint.model.fleet_report import FleetReport, FleetRow
from footprint.report.languages.messages import count_of
from footprint.report.text.phrases import describe_notes
from footprint.units import mebibytes, size

_COMMIT_SHOWN = 10
UNCALLED = (
    "No request was sent and no task was run: what they take comes on top; `requests` and `calls` of a project's "
    "settings do them"
)


def title(report: FleetReport) -> str:
    """Return whose projects these are."""
    return f"Fleet of {report.title}"


def rows(report: FleetReport) -> tuple[tuple[str, ...], str, list[tuple[str, ...]]]:
    """Return header, alignment and cells; "-" is not measured. Downloads are a column where a lock file has sizes."""
    has_downloads = any(row.download_least_bytes is not None for row in report.rows)
    downloads = ("Download MiB",) if has_downloads else ()
    header = ("Project", "Distributions", "Disk MiB", *downloads, "Startup RSS MiB", "Removable MiB", "Limit", "What")
    cells = [_cells(row, has_downloads=has_downloads) for row in report.rows]
    return header, f"l{'r' * (len(header) - 2)}l", cells


def download(least_bytes: int | None, most_bytes: int | None) -> str:
    """Return what is downloaded by the lock files; where not all sizes are known, that it is more."""
    return mebibytes(least_bytes) if least_bytes in (None, most_bytes) else f"at least {mebibytes(least_bytes)}"


def _cells(row: FleetRow, *, has_downloads: bool) -> tuple[str, ...]:
    return (
        f"{row.project} @ {row.commit[:_COMMIT_SHOWN]}" if row.source == "commit" and row.commit else row.project,
        "-" if row.distribution_count is None else str(row.distribution_count),
        mebibytes(row.disk_bytes),
        *((download(row.download_least_bytes, row.download_most_bytes),) if has_downloads else ()),
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
    done = Counter(row.source for row in report.rows if row.outcome == "done")
    projects, commits = count_of(done["checkout"], "project"), count_of(done["commit"], "commit")
    kinds = [*([projects] if done["checkout"] else []), *([commits] if done["commit"] else [])] or ["none"]
    failed = sum(row.outcome == "failed" for row in report.rows)
    too_large = sum(row.fits is False for row in report.rows)
    yield f"{' and '.join(kinds)} audited, {failed} failed, {count_of(too_large, 'limit')} exceeded"
    if any(row.fits and not row.is_called for row in report.rows):
        yield UNCALLED
    yield from describe_notes(report.notes)

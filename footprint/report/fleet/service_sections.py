"""What every human-readable format says of the services of a host; only the layout differs."""

from __future__ import annotations

from collections.abc import Iterator

from footprint.model.service_plans import ServiceRow, ServicesReport
from footprint.report.languages.messages import count_of
from footprint.report.text.phrases import describe_notes
from footprint.units import MIB, few, mebibytes, size

_PLANS_SHOWN = 6
_FIGURES = (("startup_bytes", "Startup MiB"), ("lazy_bytes", "Lazy imports MiB"), ("calls_bytes", "After calls MiB"),
            ("peak_bytes", "Peak MiB"))  # fmt: skip


def title(report: ServicesReport) -> str:
    """Return whose services these are."""
    return f"Services of {report.title}"


def rows(report: ServicesReport) -> tuple[tuple[str, ...], str, list[tuple[str, ...]]]:
    """Return header, alignment and cells: figures in MiB, with server and workers; "-" is not measured."""
    figures = [each for each in _FIGURES if any(getattr(row.levels, each[0]) is not None for row in report.services)]
    header = ["Service", *(heading for _, heading in figures), "Limit", "Of it"]
    has_before = any(row.before is not None for row in report.services)
    header += ["Before MiB", "Change MiB"] if has_before else []
    header.append("What")
    cells = []
    for row in report.services:
        cell = [row.name, *(mebibytes(getattr(row.levels, name)) for name, _ in figures)]
        cell += [
            size(row.limit_bytes, missing="none stated"),
            "-" if row.limit_ratio is None else f"{row.limit_ratio:.0%}",
        ]
        cell += _change(row) if has_before else []
        cells.append((*cell, _what(row)))
    return tuple(header), f"l{'r' * (len(header) - 2)}l", cells


def _change(row: ServiceRow) -> list[str]:
    before, now = row.before.most_bytes if row.before else None, row.levels.most_bytes
    change = "-" if before is None or now is None else f"{round((now - before) / MIB, 1) + 0:+,.1f}"
    return [mebibytes(before), change]


def _what(row: ServiceRow) -> str:
    if row.reason is not None:
        return f"not measured: {row.reason}"
    words = f"`{row.command}` ({row.source})" if row.command else row.source
    words = f"as {row.same_as}: {words}" if row.same_as else words
    return f"DOES NOT FIT: {words}" if row.fits is False else words


def closing(report: ServicesReport) -> Iterator[str]:
    """Yield what all services need together, which plans hold that, and what is not in it."""
    measured = [row for row in report.services if row.levels.most_bytes is not None]
    stated = [row for row in report.services if row.levels.most_bytes is None and row.limit_bytes is not None]
    if report.total_bytes is not None:
        parts = f"{count_of(len(measured), 'service')} measured, each at its most"
        parts += f"; of {few([row.name for row in stated])} the stated limit" if stated else ""
        unknown = f"; without {few(list(report.unknown))}, of which nothing is known" if report.unknown else ""
        yield f"All of it on one host: {size(report.total_bytes)} ({parts}{unknown})"
        shown = [f"{plan.plan} ({size(plan.memory_bytes)}, checked {plan.checked})" for plan in report.plans]
        yield (
            f"The smallest plans that hold it: {few(shown, _PLANS_SHOWN)}"
            if shown
            else "No plan that is known holds it"
        )
        if not report.calls_done:
            yield "No request was sent and no task was run: what they take comes on top; --request and --call do them"
    yield from describe_notes(report.notes)

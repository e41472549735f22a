"""The columns of the main table and what their headings mean: the same in every human-readable format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from footprint.model.audit import Audit, DistributionRow, Usage
from footprint.report.content import where
from footprint.report.memory_words import PREDICTION_WORDS, predicted
from footprint.units import mebibytes, milliseconds

CLASSES = {
    Usage.STARTUP: "imported when the app starts",
    Usage.LAZY: "imported only when certain functions run",
    Usage.IMPLIED: "needed without an import of yours: a server, a driver, a plugin",
    Usage.UNREACHED: "imported only by modules that nothing imports",
    Usage.TESTS: "used by tests or development only",
    Usage.TYPING: "used for type checking only",
    Usage.TRANSITIVE: "required by another distribution",
    Usage.UNUSED: "declared, and no use was found",
    Usage.ORPHAN: "installed, but neither declared nor required by what is declared",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `dropped` orders what a narrow screen leaves out, 1 first; 0 always stays."""

    heading: str
    right: bool  # numbers stand to the right
    cell: Callable[[DistributionRow], str]
    dropped: int = 0
    memory: bool = False  # says nothing when nothing was measured


USE, NAME, RSS, FIRST_USE = "Use", "Distribution", "RSS MiB", "first use"


def _avoidable(row: DistributionRow) -> str:
    """Return what cutting the project's own imports saves: only of what the project imports at startup."""
    return predicted(row.avoidable_rss_bytes) if row.usage is Usage.STARTUP else ""


def _use(row: DistributionRow) -> str:
    doubt = "?" if row.confidence == "cannot tell" else ""
    return f"{row.usage.value}{doubt}{' (ignored)' if row.ignored else ''}"


_COLUMNS = (
    Column(NAME, False, lambda row: row.name),
    Column("Version", False, lambda row: row.version or "not installed", dropped=1),
    Column("Disk MiB", True, lambda row: mebibytes(row.apparent_bytes)),
    Column("frees MiB", True, lambda row: mebibytes(row.exclusive_bytes) if row.declared else ""),
    Column(RSS, True, lambda row: mebibytes(row.startup_self_rss_bytes), memory=True),
    Column("avoidable", True, _avoidable, dropped=4, memory=True),
    Column(FIRST_USE, True, lambda row: mebibytes(row.first_use_rss_bytes, missing=""), dropped=3, memory=True),
    Column("time ms", True, lambda row: milliseconds(row.import_time_us), dropped=2, memory=True),
    Column(USE, False, _use),
    Column("Where, why", False, where),
)


def list_columns(audit: Audit) -> tuple[Column, ...]:
    """Return the columns that have something to say: those of memory only when something was measured.

    With several measured entries each has a column of its own; on a narrow screen the first one's stays.
    """
    measured = any(row.startup_self_rss_bytes is not None for row in audit.distributions)
    later = any(row.first_use_rss_bytes for row in audit.distributions)
    chosen = tuple(
        column for column in _COLUMNS if (measured or not column.memory) and (later or column.heading != FIRST_USE)
    )
    names = [entry.name for entry in audit.entries if entry.last_stage is not None]
    if len(names) < 2:
        return chosen
    place = next((index for index, column in enumerate(chosen) if column.heading == RSS), len(chosen))
    own = (_entry_column(name, 5 if number else 0) for number, name in enumerate(names))
    return (*chosen[:place], *own, *chosen[place + 1 :]) if measured else chosen


def _entry_column(name: str, dropped: int) -> Column:
    def cell(row: DistributionRow) -> str:
        return mebibytes(dict(row.startup_self_rss_by_entry).get(name))

    return Column(f"RSS {name}", True, cell, dropped, memory=True)


def explain_columns(audit: Audit, columns: tuple[Column, ...]) -> tuple[str, ...]:
    """Return what the headings and signs of these columns mean, a line each."""
    headings = {column.heading for column in columns}
    lines = ["frees: what leaves the disk if this line goes, with the pins that only it needs; only for declared lines"]
    if any(column.memory for column in columns):
        several = RSS not in headings
        words = f"RSS: memory that its own modules added at startup{', MiB, by entry' if several else ''}; "
        if "avoidable" in headings:
            first = " of the first entry that loads it" if several else ""
            words += f"avoidable: what the start{first} saves when no line of yours imports it ({PREDICTION_WORDS}); "
        if FIRST_USE in headings:
            words += "first use: what the process grows by when its lazy import runs; "
        lines.append(words + "-: not loaded, not installed, or not known")
        lines.append("anon: the part of the RSS that the system cannot take back")
    if any(row.ignored for row in audit.distributions):
        lines.append("ignored: the project asks not to be told of it; weighed, and not suggested")
    if any(row.confidence == "cannot tell" for row in audit.distributions):
        lines.append("?: it cannot be told from what was read and measured; the last column says why")
    return tuple(lines)


def explain_classes(audit: Audit) -> tuple[tuple[str, str], ...]:
    """Return the classes that occur in the audit, strongest first, each with its meaning."""
    found = {row.usage for row in audit.distributions}
    return tuple((usage.value, CLASSES[usage]) for usage in Usage if usage in found)

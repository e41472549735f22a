"""The columns of the main table and what their headings mean: the same in every human-readable format."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet

from footprint.model.audit import Audit, DistributionRow, EntryRow, Usage
from footprint.report.audit.memory_sentences import PREDICTION_WORDS, predicted
from footprint.report.audit.row_places import where
from footprint.report.languages.class_words import class_key, class_meaning, class_word
from footprint.report.languages.figures import mebibytes, milliseconds
from footprint.report.languages.messages import message, say
from footprint.report.text.section import CellKind
from footprint.values import dataclass, replace


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `dropped` orders what a narrow screen leaves out, 1 first; 0 always stays."""

    heading: str  # in English, by which a column is known
    kind: CellKind
    cell: Callable[[DistributionRow], str]
    dropped: int = 0
    memory: bool = False  # says nothing when nothing was measured

    @property
    def title(self) -> str:
        """The heading in the language that is spoken."""
        return say(self.heading)


USE, NAME, DISK, RSS = message("Use"), message("Distribution"), message("Disk MiB"), message("RSS MiB")
FIRST_USE, AVOIDABLE = message("lazily"), message("avoidable")
DOWNLOAD = message("download MiB")

_MORE = "+"  # of a start that stopped


def _at_start(row: DistributionRow, shown: str) -> str:
    """Return a figure of the start, marked where that stopped: of what had not begun there is none."""
    return f"{shown}{_MORE}" if row.start_stopped and shown not in ("", "-") else shown


def _avoidable(row: DistributionRow) -> str:
    """Return what cutting the project's own imports saves: only of what the project imports at startup."""
    return _at_start(row, predicted(row.avoidable_rss_bytes)) if row.usage is Usage.STARTUP else ""


def _use(row: DistributionRow) -> str:
    doubt = "?" if row.confidence == "cannot tell" else ""
    return f"{class_word(row.usage)}{doubt}{say(' (ignored)') if row.ignored else ''}"


def _download(row: DistributionRow) -> str:
    """Return the size of what is downloaded, a range where several wheels could be."""
    least, most = (row.download.least_bytes, row.download.most_bytes) if row.download else (None, None)
    shown = mebibytes(least)
    return shown if most is None or mebibytes(most) == shown else f"{shown}-{mebibytes(most)}"


_COLUMNS = (
    Column(NAME, "name", lambda row: row.name),
    Column(message("Version"), "text", lambda row: row.version or say("not installed"), dropped=1),
    Column(DISK, "figure", lambda row: mebibytes(row.apparent_bytes)),
    Column(DOWNLOAD, "figure", _download, dropped=6),
    Column(message("frees MiB"), "figure", lambda row: mebibytes(row.exclusive_bytes) if row.declared else ""),
    Column(RSS, "figure", lambda row: _at_start(row, mebibytes(row.startup_self_rss_bytes)), memory=True),
    Column(AVOIDABLE, "figure", _avoidable, dropped=5, memory=True),
    Column(FIRST_USE, "figure", lambda row: mebibytes(row.first_use_rss_bytes, missing=""), dropped=4, memory=True),
    Column(message("time ms"), "figure", lambda row: _at_start(row, milliseconds(row.import_time_us)), 2, memory=True),
    Column(USE, "use", _use),
    Column(message("Where, why"), "text", where),
)


def list_columns(audit: Audit) -> tuple[Column, ...]:
    """Return the columns that have something to say: those of memory only when something was measured.

    With several measured entries each has a column of its own; on a narrow screen the first one's stays.
    """
    measured = any(row.startup_self_rss_bytes is not None for row in audit.distributions)
    left_out = set() if any(row.first_use_rss_bytes for row in audit.distributions) else {FIRST_USE}
    left_out |= set() if any(row.download and row.download.least_bytes for row in audit.distributions) else {DOWNLOAD}
    chosen = tuple(column for column in _COLUMNS if (measured or not column.memory) and column.heading not in left_out)
    measured_entries = [entry for entry in audit.entries if entry.last_stage is not None]
    if len(measured_entries) < 2:
        return chosen
    place = next((index for index, column in enumerate(chosen) if column.heading == RSS), len(chosen))
    own = (_entry_column(each, 7 if number else 0) for number, each in enumerate(measured_entries))
    return (*chosen[:place], *own, *chosen[place + 1 :]) if measured else chosen


def _entry_column(entry: EntryRow, dropped: int) -> Column:
    def cell(row: DistributionRow) -> str:
        own = replace(row, start_stopped=entry.stopped)
        return _at_start(own, mebibytes(dict(row.startup_self_rss_by_entry).get(entry.name)))

    return Column(f"RSS {entry.name}", "figure", cell, dropped, memory=True)


def explain_columns(audit: Audit, columns: tuple[Column, ...]) -> tuple[str, ...]:
    """Return what the headings and signs of these columns mean, a line each."""
    headings = {column.heading for column in columns}
    lines = [
        say("frees: what leaves the disk if this line goes, with the pins that only it needs; only for declared lines")
    ]
    if DOWNLOAD in headings:
        lines.append(
            say("download: the archive that fits this Python and platform, by the lock file; - where it has no size")
        )
    if any(column.memory for column in columns):
        lines.append(_memory_words(headings))
        if any(row.start_stopped for row in audit.distributions):
            lines.append(say("+: of a start that stopped, so more may follow, and what it had not begun has no figure"))
        lines.append(say("anon: the part of the RSS that the system cannot take back"))
    if any(row.ignored for row in audit.distributions):
        lines.append(say("ignored: the project asks not to be told of it; weighed, and not suggested"))
    if any(row.confidence == "cannot tell" for row in audit.distributions):
        lines.append(say("?: it cannot be told from what was read and measured; the last column says why"))
    return tuple(lines)


def _memory_words(headings: AbstractSet[str]) -> str:
    several = RSS not in headings
    words = [
        say(
            "RSS: memory that its own modules added at startup, MiB, by entry"
            if several
            else "RSS: memory that its own modules added at startup"
        )
    ]
    if AVOIDABLE in headings:
        first = message(
            "avoidable: what the start of the first entry that loads it saves when no line of yours imports it ({sure})"
        )
        only = message("avoidable: what the start saves when no line of yours imports it ({sure})")
        words.append(say(first if several else only, sure=say(PREDICTION_WORDS)))
    if FIRST_USE in headings:
        words.append(say("lazily: what the process grows by when its lazy import runs"))
    words.append(say("-: not loaded, not installed, or not known"))
    return "; ".join(words)


def explain_classes(audit: Audit) -> tuple[tuple[str, str], ...]:
    """Return the classes that occur in the audit, strongest first, each with its meaning."""
    found = {row.usage for row in audit.distributions}
    return tuple((class_key(usage), class_meaning(usage)) for usage in Usage if usage in found)

"""Files of fleet lines: written a line at a time, read a line at a time, whatever their size.

A run that ended in the middle leaves its last line cut off: that is a note, not the end of reading. The audit of a line
stays the plain values that it is stored as: `report.audit.stored` makes an `Audit` of them where one is needed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, get_args

from footprint.documents.json_lines import try_json
from footprint.errors import UsageError
from footprint.files.reader import NotRead, open_regular
from footprint.model.fleet_line import FLEET_FORMAT, FleetLine, LineKey, LineSource, Outcome
from footprint.model.note import Note
from footprint.report.audit.json import plain, to_json
from footprint.values import dataclass

LINE_BYTES = 256 << 20  # an audit alone is held to the same
_FILE_BYTES = 64 << 30
_TEXTS = ("project", "path", "source", "at", "host", "outcome")
_MAYBE_TEXTS = ("commit", "committed_at", "processor", "libc", "python", "reason")


@dataclass(frozen=True, slots=True)
class StoredLine:
    """A line as it is stored: its text without the end of the line, and its values."""

    text: str
    values: Mapping[str, Any]

    @classmethod
    def of(cls, line: FleetLine) -> StoredLine:
        """Return a line as it would be stored."""
        text = line_text(line)
        return cls(text, json.loads(text))

    @property
    def key(self) -> LineKey:
        """What stands once in a merged file: a project as it is, and each commit of it."""
        source = self.values["source"]
        return self.values["project"], source, self.values["commit"] if source == "commit" else None


def line_text(line: FleetLine) -> str:
    """Return a line as JSON, without the end of the line."""
    values = {**plain(line), "audit": None if line.audit is None else to_json(line.audit)}
    return json.dumps(values, ensure_ascii=True, separators=(",", ":"))


def parse_line(text: str) -> StoredLine | None:
    """Return a stored line; None for what is not one of this format."""
    text = text.rstrip("\r\n")
    values = try_json(text)
    if not isinstance(values, dict) or values.get("format") != FLEET_FORMAT or not _is_line(values):
        return None
    return StoredLine(text, values)


def _is_line(values: Mapping[str, Any]) -> bool:
    seconds, audit = values.get("seconds"), values.get("audit")
    return (
        all(isinstance(values.get(name), str) for name in _TEXTS)
        and all(name in values and isinstance(values[name], str | None) for name in _MAYBE_TEXTS)
        and values["source"] in get_args(LineSource)
        and values["outcome"] in get_args(Outcome)
        and isinstance(seconds, int | float)
        and (isinstance(audit, dict) if values["outcome"] == "done" else audit is None)
    )


def read_lines(path: Path, notes: list[Note]) -> Iterator[StoredLine]:
    """Yield the lines of a file, one in memory at a time; what is not a line, or half of one, becomes a note.

    Raises: UsageError for a file that cannot be read, and for one without any line of a fleet.
    """
    try:
        with open_regular(path, bytes_at_most=_FILE_BYTES) as file:
            yield from _lines_of(file, path, notes)
    except NotRead as why:
        raise UsageError(f"cannot read {path}: {why}") from why


def _lines_of(file: IO[bytes], path: Path, notes: list[Note]) -> Iterator[StoredLine]:
    number = count = 0
    while data := file.readline(LINE_BYTES):
        number += 1
        if not data.strip():
            continue
        line = parse_line(data.decode("utf-8", "replace"))
        if line is not None:
            count += 1
            yield line
        elif data.endswith(b"\n"):
            message = f"line {number} of {path} is not a line of `footprint fleet` in format {FLEET_FORMAT}: left out"
            notes.append(Note("fleet-line-unknown", message, str(path), number))
        else:
            message = f"{path} ends in the middle of line {number}, as a run that was cut off leaves it: left out"
            notes.append(Note("fleet-line-cut", message, str(path), number))
    if number and not count and not notes[-1].code.endswith("-cut"):
        raise UsageError(
            f"{path} has no line of `footprint fleet` in format {FLEET_FORMAT}: `-o jsonl:FILE` writes them"
        )

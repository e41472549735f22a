"""RECORD files: which paths a distribution says it installed.

Source: "Recording installed projects" specification: CSV of path, hash, size; paths relative to the
site folder, with forward slashes, `..` allowed, absolute allowed. pip writes CRLF, uv LF.
"""

# ruff: noqa: PTH - names and strings, not Path objects: half the time over thousands of files

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass

# A row that needs no CSV rules. A whole file of them is split in C, five times faster than csv.
_PLAIN_ROW = re.compile(r'^([^",\r\n]+),[^",\r\n]*,[0-9]*\r?$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Record:
    """The paths as written. `damage` says why the list may be incomplete, None if nothing hints at it."""

    paths: list[str]
    damage: str | None


def read_record(path: str) -> Record | None:
    """Return what the RECORD at `path` lists, as far as it is readable; None if there is no such file."""
    text, decoded = _read(path)
    if text is None:
        return None
    paths: list[str] = _PLAIN_ROW.findall(text)
    damage = None if decoded else "is not UTF-8"
    if len(paths) != text.count("\n") + (not text.endswith("\n")) or "\0" in text:
        rows, broken = _parse(text)
        paths, damage = [row[0] for row in rows], broken or damage
    if damage is None and "/RECORD," not in text:
        damage = "does not list itself, so its end may be missing"
    return Record(paths, damage)


def read_evidence(path: str) -> dict[str, tuple[str, int | None]]:
    """Return hash ("sha256=...", "" if none) and size per recorded path, for settling double claims."""
    text, _ = _read(path)
    rows, _ = _parse(text or "")
    return {row[0]: (row[1], int(row[2]) if row[2].isascii() and row[2].isdigit() else None) for row in rows}


def _read(path: str) -> tuple[str | None, bool]:
    """Return the text, None if it cannot be read, and whether it was UTF-8."""
    try:
        with open(path, "rb", buffering=0) as stream:
            data = stream.readall()
    except OSError:
        return None, True
    try:
        return data.decode("utf-8"), True
    except UnicodeDecodeError:
        # File names are bytes: what is no UTF-8 here may still be the exact name on disk.
        return data.decode("utf-8", "surrogateescape"), False


def _parse(text: str) -> tuple[list[tuple[str, str, str]], str | None]:
    """Return path, hash and size of every row that makes sense, and what is wrong with the rest."""
    if "\0" in text:  # a block of zeros is what a crashed file system leaves
        kept = [line for line in text.split("\n") if "\0" not in line]
        return _parse("".join(f"{line}\n" for line in kept))[0], "contains zero bytes"
    rows: list[tuple[str, str, str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    last = 0
    try:
        for row in reader:
            last = len(row)
            if row and row[0]:
                # Old writers did not quote a comma in a path.
                hash_, size = (*row[-2:],) if last > 2 else ("", "")
                rows.append((",".join(row[:-2]) if last > 2 else row[0], hash_, size))
    except csv.Error as error:
        return rows, f"breaks off: {error}"
    if rows and last < 3 and not text.endswith(("\n", "\r")):
        rows.pop()
        return rows, "ends in the middle of a row"
    return rows, None

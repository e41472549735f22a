"""RECORD files: which paths a distribution says it installed.

Source: "Recording installed projects" specification: CSV of path, hash, size; paths relative to the
site folder, with forward slashes, `..` allowed, absolute allowed. pip writes CRLF, uv LF.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator

from footprint.collect.disk.claimed_files import FolderNames
from footprint.files.reader import DISK, FolderView, NotRead
from footprint.late import late_pattern
from footprint.units import MIB
from footprint.values import dataclass

_BYTES_AT_MOST = 64 * MIB  # of half a million files
_ROW_END = late_pattern(r",[^,]*,\d*\r?\n")  # digest and size


@dataclass(frozen=True, slots=True)
class Record:
    """The files by folder, as written; the paths that need resolving apart.

    `odd` holds paths with dots, doubled or leading slashes, and backslashes where they separate.
    `damage` says why the list may be incomplete, None if nothing hints at it.
    """

    groups: list[FolderNames]  # a folder comes again where the list comes back to it
    odd: tuple[str, ...]
    damage: str | None

    def paths(self) -> Iterator[str]:
        """Yield the paths that need no resolving."""
        return (f"{folder}/{name}" if folder else name for folder, names in self.groups for name in names)


def read_record(path: str, view: FolderView = DISK) -> Record | None:
    """Return what the RECORD at `path` lists, as far as it is readable; None where there is no such file."""
    try:
        text, decoded = _read(path, view)
    except NotRead:
        return None
    damage = None if decoded else "is not UTF-8"
    paths = _split_plain(text)
    if paths is None:
        rows, broken = _parse(text)
        paths, damage = [row[0] for row in rows], broken or damage
    if damage is None and "/RECORD," not in text and '/RECORD"' not in text:
        damage = "does not list itself, so its end may be missing"
    return separate(paths, damage)


def separate(paths: list[str], damage: str | None) -> Record:
    """Return `paths` as a Record: the plainly relative ones, which are nearly all, and the odd ones."""
    if os.sep == "\\":
        return Record([], tuple(sorted(set(paths))), damage)
    groups, odd, last, names = list[FolderNames](), set[str](), "", list[str]()
    for path in paths:
        folder, _, name = path.rpartition("/")
        if folder != last or not folder:  # a RECORD lists folder by folder, and what makes a path odd is in its folder
            if "./" in path or "//" in path or path.startswith("/"):
                odd.add(path)
                continue
            last, names = folder, []
            groups.append((folder, names))
        names.append(name)
    return Record(groups, tuple(sorted(odd)), damage)


def read_evidence(path: str, view: FolderView = DISK) -> dict[str, tuple[str, int | None]]:
    """Return hash ("sha256=...", "" if none) and size per recorded path, for settling double claims."""
    try:
        text, _ = _read(path, view)
    except NotRead:
        return {}
    rows, _ = _parse(text)
    return {row[0]: (row[1], int(row[2]) if row[2].isascii() and row[2].isdigit() else None) for row in rows}


def _read(path: str, view: FolderView) -> tuple[str, bool]:
    """Return the text, and whether it was UTF-8. Raises: NotRead."""
    data = view.read(path, bytes_at_most=_BYTES_AT_MOST)
    try:
        return data.decode("utf-8"), True
    except UnicodeDecodeError:
        # File names are bytes: what is not UTF-8 here may still be the exact name on disk.
        return data.decode("utf-8", "surrogateescape"), False


def _split_plain(text: str) -> list[str] | None:
    """Return the paths of a RECORD that needs no CSV rules, None for any other.

    Splitting at the ends of rows takes a tenth of the time of csv. Three columns in every row show by what is left:
    nothing, or else paths without a comma, and as many ends as there are lines.
    """
    paths = _ROW_END.split(text)
    if paths.pop() or text.count("\n") != len(paths):
        return None
    joined = "/".join(paths)
    return paths if all(paths) and not any(mark in joined for mark in (",", '"', "\0", "\r")) else None


def _parse(text: str) -> tuple[list[tuple[str, str, str]], str | None]:
    """Return path, hash and size of every row that makes sense, and what is wrong with the rest."""
    import csv  # few files need its rules

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

"""The headers of METADATA and PKG-INFO, requires.txt and entry_points.txt: of one distribution, as text that was read.

Sources: "Core metadata" (PEP 794 among them) and "Entry points" specifications; requires.txt as setuptools writes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from footprint.files.reader import DISK, FolderView, NotRead
from footprint.late import late_pattern
from footprint.model.installed_environment import EntryPointRecord
from footprint.units import MIB
from footprint.values import dataclass, replace

BYTES_AT_MOST = 16 * MIB  # of one file; those of real ones stay below 1 MiB
_HEADER = late_pattern(
    r"^(Name|Version|Requires-Dist|Provides-Extra|Import-Name|Import-Namespace):[ \t]*(.*(?:\n[ \t].*)*)",
    re.MULTILINE | re.IGNORECASE,
)
_NAME = late_pattern(r"[A-Z0-9]|[A-Z0-9][A-Z0-9._-]*[A-Z0-9]", re.IGNORECASE | re.ASCII)
_NAME_AT_MOST = 255  # as the name of a folder
_FIRST_READ = 16_384


@dataclass(frozen=True, slots=True)
class Headers:
    """What one METADATA or PKG-INFO says."""

    name: str | None
    version: str | None
    requires: tuple[str, ...]
    latin: bool  # not UTF-8: read as Latin-1
    import_names: tuple[str, ...] = ()  # Import-Name and Import-Namespace (PEP 794), as far as it says them


NO_HEADERS = Headers(None, None, (), latin=False)


def read_headers(path: str, view: FolderView = DISK) -> Headers:
    """Read a file up to its first blank line: the description after it can be a hundred kilobytes. Raises: NotRead."""
    data = view.read_start(path, bytes_at_most=_FIRST_READ)
    if len(data) == _FIRST_READ and not _is_whole(data):
        data = view.read_start(path, bytes_at_most=BYTES_AT_MOST)
        if len(data) == BYTES_AT_MOST and not _is_whole(data):
            raise NotRead("too-large", bytes_at_most=BYTES_AT_MOST)
    return parse_headers(data)


def read_text(path: str, view: FolderView = DISK) -> str:
    """Return a file as text, whatever bytes are in it. Raises: NotRead."""
    return view.read(path, bytes_at_most=BYTES_AT_MOST).decode("utf-8", "replace")


def parse_headers(data: bytes) -> Headers:
    """Return what the text says up to its first blank line."""
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
    data = data.partition(b"\n\n")[0]
    latin = False
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text, latin = data.decode("latin-1"), True
    values: dict[str, list[str]] = {}
    for key, value in _HEADER.findall(text):
        values.setdefault(key.lower(), []).append(_unfold(value))
    return Headers(
        name=next(filter(_is_name, values.get("name", ())), None),
        version=next(filter(None, values.get("version", ())), None),
        requires=tuple(values.get("requires-dist", ())),
        latin=latin,
        import_names=tuple(_import_names([*values.get("import-name", ()), *values.get("import-namespace", ())])),
    )


def _import_names(values: list[str]) -> Iterator[str]:
    """Yield the names without their remarks: `pkg._core ; private`."""
    for value in values:
        name = value.partition(";")[0].strip()[:_NAME_AT_MOST]
        if all(map(str.isidentifier, name.split("."))):
            yield name


def with_requires_txt(headers: Headers, text: str) -> Headers:
    """Add the requirements of setuptools' requires.txt, sections turned into markers as in Requires-Dist."""
    extra = marker = ""
    requires: list[str] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith("[") and line.endswith("]"):
            extra, _, marker = line[1:-1].partition(":")
            continue
        clauses = [f"({marker})"] if marker else []
        clauses += [f'extra == "{extra}"'] if extra else []
        gap = " " if "@" in line else ""  # a URL runs on to the next blank
        requires.append(f"{line}{gap}; {' and '.join(clauses)}" if clauses else line)
    return replace(headers, requires=tuple(requires))


def parse_entry_points(text: str) -> tuple[EntryPointRecord, ...]:
    """Read entry_points.txt by hand: configparser takes longer than all else here together."""
    return tuple(_entry_points(text))


def _entry_points(text: str) -> Iterator[EntryPointRecord]:
    group = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            group = line.strip("[] ")
        elif line and line[0] not in "#;" and "=" in line:
            name, _, value = line.partition("=")
            yield EntryPointRecord(group, name.strip(), value.strip())


def _is_whole(data: bytes) -> bool:
    return b"\n\n" in data or b"\n\r\n" in data


def _is_name(text: str) -> bool:
    return len(text) <= _NAME_AT_MOST and _NAME.fullmatch(text) is not None


def _unfold(value: str) -> str:
    """Return a value of several lines on one, in a time that grows with its length."""
    return " ".join(filter(None, map(str.strip, value.split("\n")))) if "\n" in value else value.strip()

"""What a locked distribution requires, as lines of Requires-Dist: each lock file spells extras and markers its own way.

Versions are left out where the lock has pinned them anyway. What cannot be read as a requirement is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement

from footprint.names import DistributionName, normalise

_TOO_LONG = re.compile(r"\d{100}")  # no version of anything; int() refuses some thousand digits


def is_sane(text: str) -> bool:
    """Whether a version, a marker or a requirement has no number that would end the reader."""
    return _TOO_LONG.search(text) is None


def uv_lines(package: Mapping[str, Any]) -> list[str]:
    """Return the lines of a `[[package]]` in uv.lock; its optional ones under the extra that they belong to."""
    lines = [_uv_line(entry) for entry in tables_in(package.get("dependencies"))]
    optional = package.get("optional-dependencies")
    for extra, entries in optional.items() if isinstance(optional, dict) else ():
        lines += for_extras([_uv_line(entry) for entry in tables_in(entries)], [extra])
    return [line for line in lines if line and is_sane(line)]


def _uv_line(entry: Mapping[str, Any]) -> str:
    return _compose(entry.get("name"), entry.get("extra"), entry.get("marker"))


def poetry_lines(name: str, value: Any) -> Iterator[str]:
    """Yield the lines of one key of `[package.dependencies]`. Optional ones without a marker belong to nobody."""
    for entry in value if isinstance(value, list) else [value]:
        if isinstance(entry, str):
            yield normalise(name)
        elif isinstance(entry, dict):
            marker = entry.get("markers")
            if entry.get("optional") is True and "extra" not in str(marker):
                continue
            line = _compose(name, entry.get("extras"), marker)
            if line and is_sane(line):
                yield line


def for_extras(lines: Iterable[str], extras: Iterable[str]) -> list[str]:
    """Return `lines` under a condition for each of `extras`; as they are when there is none."""
    lines, extras = list(lines), list(extras)
    if not extras:
        return [line for line in lines if line and is_sane(line)]
    return [limited for extra in extras for line in lines if (limited := _limit(line, extra))]


def _limit(line: str, extra: str) -> str:
    required, semicolon, marker = line.partition(";")
    if not required.strip() or not is_sane(line):
        return ""
    condition = f'extra == "{normalise(extra)}"'
    return f"{required.strip()} ; {f'({marker.strip()}) and ' if semicolon else ''}{condition}"


def read_markers(package: Mapping[str, Any]) -> tuple[str, ...]:
    """Return where a distribution is locked at all: forks of one resolution have a version each."""
    found = package.get("resolution-markers") or package.get("marker") or package.get("markers")
    if isinstance(found, dict):  # Poetry: one per group
        found = list(found.values())
    found = found if isinstance(found, list) else [found]
    return tuple(marker for marker in found if isinstance(marker, str) and marker and is_sane(marker))


def requirement_name(text: str) -> DistributionName | None:
    """Return the name that a requirement is for, None when it is none."""
    try:
        return normalise(Requirement(text).name)
    except (InvalidRequirement, RecursionError):
        return None


def _compose(name: Any, extras: Any, marker: Any) -> str:
    if not isinstance(name, str):
        return ""
    asked = [extra for extra in extras if isinstance(extra, str)] if isinstance(extras, list) else []
    line = f"{name}[{','.join(asked)}]" if asked else name
    return f"{line} ; {marker}" if isinstance(marker, str) and marker else line


def tables_in(value: Any) -> list[Mapping[str, Any]]:
    """Return the tables in an array."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []

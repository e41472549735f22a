"""Requirements written as tables: `{version = "^1", extras = ["x"], markers = "..."}`.

Poetry, Pipenv and pixi share the shape; what a version means is theirs and comes as `to_specifier`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from footprint.collect.declared.doubts import words_of
from footprint.collect.declared.result import DeclaredPlace, Gathering
from footprint.names import normalise
from footprint.values import dataclass

ToSpecifier = Callable[[str], "str | None"]

_ARCHIVES = (".whl", ".zip", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
_MARKER_KEYS = ("os_name", "sys_platform", "platform_machine", "platform_system", "platform_release",
                "platform_version", "python_version", "python_full_version", "implementation_name",
                "platform_python_implementation")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one tool writes versions, and the marker that its extra keys amount to."""

    to_specifier: ToSpecifier
    markers_of: Callable[[Mapping[str, Any]], list[str]]


def add_entry(name: str, value: Any, folder: Path, into: Gathering, place: DeclaredPlace, dialect: Dialect) -> None:
    """Add the requirement `name = value`: a version, a table, or a list of either for several conditions.

    Paths are relative to `folder`. What cannot be read becomes a note.
    """
    for one in value if isinstance(value, list) else [value]:
        match one:
            case str():
                _add_version(name, {"version": one}, into, place, dialect)
            case {"path": str() as path} | {"file": str() as path} if "://" not in path:
                _add_path(name, path, folder, into, place)
            case dict():
                if isinstance(one.get("source", one.get("index")), str):
                    into.sources[place.path, normalise(name)] = place.line
                _add_version(name, one, into, place, dialect)
            case _:
                doubt_entry(name, one, into, place)


def doubt_entry(name: str, value: Any, into: Gathering, place: DeclaredPlace) -> None:
    """Note that what a name is set to says nothing of a version."""
    message = f'{name}: neither a version nor a table: {str(value)[:80]}: write `{name} = "*"` for any version'
    into.doubt_line(message, place, words_of([name, value]))


def exact_or_given(version: str) -> str | None:
    """Return the specifier of Pipenv and pixi: a bare version is that version."""
    version = version.strip()
    if version in ("", "*"):
        return ""
    return f"=={version}" if version[0].isdigit() else version


def keyword_markers(table: Mapping[str, Any]) -> list[str]:
    """Return the markers that keys of their own say: `sys_platform = "== 'win32'"`. Source: Pipfile specification."""
    found = [f"{key} {table[key]}" for key in _MARKER_KEYS if isinstance(table.get(key), str)]
    return [*found, table["markers"]] if isinstance(table.get("markers"), str) else found


def _add_path(name: str, path: str, folder: Path, into: Gathering, place: DeclaredPlace) -> None:
    if not path.lower().endswith(_ARCHIVES) and into.add_local(folder / path, place):
        into.own_names.add(normalise(name))
    else:  # a folder elsewhere is not ours to read, and its distribution is required all the same
        into.add(name, place, url=path, raw=f"{name} @ {path}")


def _add_version(name: str, table: Mapping[str, Any], into: Gathering, place: DeclaredPlace, dialect: Dialect) -> None:
    version = table.get("version", "*")
    specifier = dialect.to_specifier(version) if isinstance(version, str) else None
    if specifier is None:
        into.doubt_line(f"cannot read the version of {name}: {str(version)[:80]!r}", place, frozenset())
        specifier = ""
    extras = table.get("extras", [])
    asked = ",".join(extra for extra in extras if isinstance(extra, str)) if isinstance(extras, list) else ""
    markers = dialect.markers_of(table)
    condition = " and ".join(f"({marker})" if len(markers) > 1 else marker for marker in markers)
    text = f"{name}[{asked}]{specifier}" if asked else f"{name}{specifier}"
    raw = f"{name} = {_show(table)}"
    into.add(f"{text} ; {condition}" if condition else text, place, url=_url(table), raw=raw)


def _url(table: Mapping[str, Any]) -> str | None:
    for scheme in ("git", "hg", "svn", "bzr"):
        address = table.get(scheme)
        if isinstance(address, str):
            pinned = next((str(table[key]) for key in ("rev", "tag", "branch", "ref") if key in table), "")
            return f"{scheme}+{address}@{pinned}" if pinned else f"{scheme}+{address}"
    return next((str(table[key]) for key in ("url", "file") if isinstance(table.get(key), str)), None)


def _show(table: Mapping[str, Any]) -> str:
    """Return a table as one line of TOML, or the version alone when it says nothing else."""
    if set(table) == {"version"}:
        return f'"{table["version"]}"'
    return "{" + ", ".join(f'{key} = "{value}"' for key, value in table.items()) + "}"

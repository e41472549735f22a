"""[tool.footprint] of a pyproject.toml, and what its settings may name without being asked for: what is the project's.

A project is somebody else's word. What its settings make us start, read, write or send to outside of its git work tree
needs the command line, where the same is said by the user, or --trust-settings, which says that the settings are.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from footprint.config.settings_table import GATE, START, TARGET, Setting
from footprint.errors import UsageError
from footprint.files.paths import find_work_tree
from footprint.files.reader import NotRead, read_regular

_SHOWN_AT_MOST = 80
_LARGEST_BYTES = 5 << 20


def read_pyproject(path: Path) -> str:
    """Return the text of a pyproject.toml, nothing where there is none. Raises: UsageError."""
    try:
        return read_regular(path, bytes_at_most=_LARGEST_BYTES).decode()
    except NotRead as why:
        if why.reason == "absent":
            return ""
        raise UsageError(f"cannot read {path}: {why}") from why
    except UnicodeDecodeError as error:
        raise UsageError(f"cannot read {path}: {error}") from error


def parse_footprint_table(text: str, path: Path) -> dict[str, Any]:
    """Return `[tool.footprint]` of a pyproject's text, empty where it has none.

    Raises: UsageError for text with our name in it that is not TOML.
    """
    if "footprint" not in text:
        return {}  # a broken pyproject without our table is a note of the requirement readers, not our end
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        table = tomllib.loads(text).get("tool", {})
    except (ValueError, RecursionError) as error:  # TOMLDecodeError; an integer with too many digits
        raise UsageError(f"{path} is not valid TOML: {error}") from error
    found = table.get("footprint", {}) if isinstance(table, dict) else {}
    if not isinstance(found, dict):
        raise UsageError(f"{path}: [tool.footprint] must be a table")
    return found


def shown(value: Any) -> str:
    """Return a value as a mistake quotes it, cut where it is long."""
    try:
        text = repr(value)
    except ValueError:  # a whole number of some thousand digits: TOML has them in base 16
        return "a number of too many digits"
    return text if len(text) <= _SHOWN_AT_MOST else f"{text[:_SHOWN_AT_MOST]}..."


_LEADING = tuple(row for row in (*TARGET, *START, *GATE) if row.leads)
_OF_ENVIRONMENTS = ("pyvenv.cfg", "conda-meta")
_THIS_MACHINE = frozenset({"localhost", "0.0.0.0", "::"})


def refuse_foreign(values: Mapping[str, Any], project: Path) -> None:
    """Refuse settings, by key, that lead out of the project's work tree or to another machine.

    Raises: UsageError that says what the setting wants, and the two ways on.
    """
    rows = [row for row in _LEADING if row.key in values]
    if not rows:
        return
    top = find_work_tree(project)
    allowed = Path(os.path.realpath(top or project))
    where = f"outside of the git work tree {shown(os.fspath(top))}" if top else "outside of the project"
    for row in rows:
        value = values[row.key]
        for written in value if isinstance(value, list) else [value]:
            if not isinstance(written, str):
                continue  # whoever reads it says so
            place = _place(row, written, project)
            if place is not None and not place.is_relative_to(allowed):
                _refuse(row, f"{shown(written)} leads to {shown(os.fspath(place))}, {where}")
            if row.leads == "url" and not is_this_machine(_host(written) or "localhost"):
                _refuse(row, f"{shown(written)} leads to another machine")


def is_this_machine(host: str) -> bool:
    """Return whether a host of a URL is this machine, by its name alone."""
    if host in _THIS_MACHINE or host.endswith(".localhost"):
        return True
    import ipaddress  # as the others below: not for everybody who has settings

    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _refuse(row: Setting, what: str) -> None:
    table = "[tool.footprint.check]" if row in GATE else "[tool.footprint]"
    ways = f"give it with {row.flag} yourself, or add --trust-settings if you trust this project"
    raise UsageError(f"{table} {row.key} = {what}: {ways}")


def _place(row: Setting, written: str, project: Path) -> Path | None:
    """Return where a path of a setting leads; None: it names none."""
    match row.leads:
        case "program":
            return _program(written, project)
        case "path":
            return _real(project / written)
        case "url":  # the body of a request: `POST /path @body.json`
            file = next((word[1:] for word in written.split() if word.startswith("@")), None)
            return _real(project / file) if file is not None else None
        case "entry":
            path = written.strip().partition(":")[0]
            return _real(project / path) if "/" in path or path.endswith(".py") else None
    return None


def _host(text: str) -> str | None:
    """Return the host of the URL in a setting."""
    from urllib.parse import urlsplit

    url = next((word for word in text.split() if "://" in word), "")
    try:
        return urlsplit(url).hostname
    except ValueError:  # no URL: whoever reads it says so
        return None


def _program(text: str, project: Path) -> Path:
    """Return where an interpreter leads: in an environment it is a link to the one that made it, as everybody's is."""
    path = project / text
    if Path(text).name == text and not os.path.isfile(path):  # noqa: PTH113 - then it is looked up on PATH
        import shutil

        return _real(Path(shutil.which(text) or path))
    folder = _real(path.parent)
    is_of_environment = any(os.path.exists(folder.parent / mark) for mark in _OF_ENVIRONMENTS)  # noqa: PTH110
    return folder / path.name if is_of_environment else _real(path)


def _real(path: Path) -> Path:
    """Return where a path leads, links followed. `~` is a name, as it is for whoever opens it."""
    try:
        return Path(os.path.realpath(path))
    except ValueError:  # a NUL in it
        return Path(os.sep)

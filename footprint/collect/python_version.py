"""Which Python a project is meant for, as its files say it. For a project without an environment only.

Sources: "Declaring project metadata" specification (requires-python); the documentation of pyenv and uv
(.python-version), uv and PDM (requires-python in the lock), Poetry (`python` among the dependencies), Pipenv.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from footprint.documents.toml import TomlInvalid, parse_tables
from footprint.files.reader import NotRead, read_regular

_LARGEST_BYTES = 4 << 20
_LONGEST = 200  # characters of a specifier: numbers of thousands of digits end in a ValueError
_PINNED = re.compile(r"(?:cpython-|python-?)?(\d{1,3}\.\d{1,3}(?:\.\d{1,3})?)", re.IGNORECASE)
_LOCKED = re.compile(r"^(?:requires-python|requires_python|python-versions) = \"([^\"\n]+)\"", re.MULTILINE)
_PACKAGE = re.compile(r"^\[\[packages?\]\]", re.MULTILINE)
_POETRY = re.compile(r"([\^~])(\d+)\.(\d+)(?:\.\d+)*")


def read_pinned_python(project: Path) -> str | None:
    """Return the version that .python-version names, such as "3.12" or "3.12.4"; None when it names none."""
    for line in _read(project / ".python-version").splitlines():
        match = _PINNED.fullmatch(line.partition("#")[0].strip())
        if match is not None:
            return match[1]
    return None


def read_required_python(project: Path) -> tuple[SpecifierSet, str] | None:
    """Return the versions that the project allows and the file that says so, None when none does."""
    for text, file in _find_specifiers(project):
        if len(text) > _LONGEST:
            continue
        try:
            return SpecifierSet(_plain(text)), file
        except InvalidSpecifier:
            continue
    return None


def _find_specifiers(project: Path) -> Iterator[tuple[str, str]]:
    text = _read(project / "pyproject.toml")
    try:
        document = parse_tables(text)
    except TomlInvalid:
        document = {}
    tool = document.get("tool")
    poetry = tool.get("poetry") if isinstance(tool, dict) else None
    required = poetry.get("dependencies") if isinstance(poetry, dict) else None
    for table, key in ((document.get("project"), "requires-python"), (required, "python")):
        found = table.get(key) if isinstance(table, dict) else None
        if isinstance(found, str):
            yield found, "pyproject.toml"
    for name in ("uv.lock", "pdm.lock", "poetry.lock", "pylock.toml"):
        text = _read(project / name)
        # Its packages say the same of themselves. Poetry writes its metadata last, the others first.
        own = text.rpartition("\n[metadata]")[2] if name == "poetry.lock" else _PACKAGE.split(text, 1)[0]
        match = _LOCKED.search(own)
        if match is not None:
            yield match[1], name
    match = re.search(r'"python_version": "(\d+\.\d+)"', _read(project / "Pipfile.lock"))
    if match is not None:
        yield f"=={match[1]}.*", "Pipfile.lock"


def _plain(text: str) -> str:
    """Return Poetry's `^3.10` and `~3.10` as specifiers; anything else as it is."""
    match = _POETRY.fullmatch(text.strip())
    if match is None:
        return text
    sign, major, minor = match[1], int(match[2]), int(match[3])
    below = f"{major + 1}" if sign == "^" else f"{major}.{minor + 1}"
    return f">={major}.{minor},<{below}"


def _read(path: Path) -> str:
    """Return a text file of the project, empty when there is none, a link, or one too large."""
    try:
        if path.is_symlink():
            return ""
        return read_regular(path, bytes_at_most=_LARGEST_BYTES).decode("utf-8-sig", "replace")
    except (OSError, NotRead):
        return ""

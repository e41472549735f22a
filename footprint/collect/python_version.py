"""Which Python a project is meant for, as its files say it.

Sources: "Declaring project metadata" specification (requires-python); the documentation of pyenv and uv
(.python-version), uv and PDM (requires-python in the lock), Poetry (`python` among the dependencies), Pipenv, conda,
asdf and mise (.tool-versions), Heroku (runtime.txt), Render (PYTHON_VERSION), App Engine, AWS SAM and Serverless
(runtime).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from footprint.documents.toml import try_toml
from footprint.files.reader import try_read
from footprint.late import late_pattern

_LARGEST_BYTES = 4 << 20
_LONGEST = 200  # characters of a specifier: numbers of thousands of digits end in a ValueError
_PINNED = late_pattern(r"(?:cpython-|python-?)?(\d{1,3}\.\d{1,3}(?:\.\d{1,3})?)", re.IGNORECASE)
# Files that state one version, and what stands before it. App Engine writes 3.12 as 312.
_STATED = (
    ("runtime.txt", r"python-"),
    (".tool-versions", r"python[ \t]+"),
    ("environment.yml", r"[ \t]*-[ \t]*python[ \t]*=+[ \t]*"),
    ("environment.yaml", r"[ \t]*-[ \t]*python[ \t]*=+[ \t]*"),
    ("Pipfile", r"python_(?:full_)?version[ \t]*=[ \t]*[\"']"),
    ("app.yaml", r"runtime:[ \t]*[\"']?python"),
    ("render.yaml", r".*PYTHON_VERSION\s+value:[ \t]*[\"']?"),
    ("template.yaml", r"[ \t]*Runtime:[ \t]*[\"']?python"),
    ("serverless.yml", r"[ \t]*runtime:[ \t]*[\"']?python"),
)
_VERSION = r"(3)\.?(\d{1,2})(?![\d])"
_BASE = late_pattern(rf"python[:-]?{_VERSION}")
_LOCKED = late_pattern(r"^(?:requires-python|requires_python|python-versions) = \"([^\"\n]+)\"", re.MULTILINE)
_PACKAGE = late_pattern(r"^\[\[packages?\]\]", re.MULTILINE)
_POETRY = late_pattern(r"([\^~])(\d+)\.(\d+)(?:\.\d+)*")


def read_pinned_python(project: Path) -> str | None:
    """Return the version that .python-version names, such as "3.12" or "3.12.4"; None when it names none."""
    lines = (line.partition("#")[0].strip() for line in _read(project / ".python-version").splitlines())
    return next((match[1] for line in lines if (match := _PINNED.fullmatch(line))), None)


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


def find_others(
    project: Path, version: tuple[int, ...], images: Iterable[tuple[str, str]]
) -> tuple[tuple[str, str], ...]:
    """Return which Python the project wants instead of `version`, as (words, place): ("3.14", ".python-version").

    `images` are (place, base) of the images that it runs in. Classifiers count where nothing else says anything, and
    only for an interpreter older than all of them: what they do not list yet mostly works.
    """
    wanted: list[tuple[str, str, bool]] = []
    if (required := read_required_python(project)) is not None:
        text = ".".join(map(str, version))
        wanted.append((str(required[0]), required[1], required[0].contains(text, prereleases=True)))
    if (pinned := read_pinned_python(project)) is not None:
        wanted.append(_minor(re.match(_VERSION, pinned), ".python-version", version))
    for name, before in _STATED:
        if text := _read(project / name):
            wanted.append(_minor(re.search(rf"^{before}{_VERSION}", text, re.MULTILINE), name, version))
    wanted += (_minor(_BASE.search(base), place, version) for place, base in images)
    known = [each for each in wanted if each[0]]
    if not known:
        listed = re.findall(rf"Programming Language :: Python :: {_VERSION}", _read(project / "pyproject.toml"))
        lowest = min((int(minor) for _, minor in listed), default=0)
        known = [(f"3.{lowest} or newer", "pyproject.toml, classifiers", version[:2] >= (3, lowest))]
    return tuple((words, place) for words, place, allows in known if not allows)


def _minor(found: re.Match[str] | None, place: str, version: tuple[int, ...]) -> tuple[str, str, bool]:
    words = f"{found[1]}.{found[2]}" if found is not None else ""
    return words, place, words == ".".join(map(str, version[:2]))


def _find_specifiers(project: Path) -> Iterator[tuple[str, str]]:
    document = try_toml(_read(project / "pyproject.toml"), "pyproject.toml")
    for keys in (("project", "requires-python"), ("tool", "poetry", "dependencies", "python")):
        found = document.get(*keys)
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
    data = None if os.path.islink(path) else try_read(path, bytes_at_most=_LARGEST_BYTES)  # noqa: PTH114 - never raises
    return (data or b"").decode("utf-8-sig", "replace")

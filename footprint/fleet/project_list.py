"""Which projects a fleet has: folders, and the tables of a file that lists more of them, with what is said of each.

    [[project]]
    path = "services/shop"              # or git = "https://example.com/owner/shop.git", and ref = "main"
    name = "shop"                       # else the last part of its path
    env = "services/shop/.venv"         # else its own
    entry = "main:app"                  # or several: ["main:app", "jobs.py"]

Paths are meant from the folder of the file.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from footprint.collect.git.clones import check_ref, check_url
from footprint.credentials import star_credentials
from footprint.documents.toml import TomlDocument, TomlInvalid, parse_toml
from footprint.errors import UsageError
from footprint.files.reader import NotRead, read_given
from footprint.model.fleet_project import FleetProject
from footprint.names import did_you_mean
from footprint.values import replace

_FILE_BYTES = 1 << 20
_KEYS = ("path", "git", "ref", "name", "env", "entry")
_EXAMPLE = '[[project]] with path = "services/shop" or git = "https://example.com/owner/shop.git"'


def list_projects(places: Sequence[str]) -> tuple[FleetProject, ...]:
    """Return the projects of folders and of files that list some, each by a name of its own, in their order.

    Raises: UsageError for a place that is neither, a mistake in a file, and a name that two projects are given.
    """
    found = [(project, named) for place in places for project, named in _projects_of(place)]
    given = Counter(project.name for project, named in found if named)
    twice = next((name for name, count in given.items() if count > 1), None)
    if twice is not None:
        raise UsageError(f"two projects have the name {twice!r}: give each a name of its own")
    count = Counter(project.name for project, _ in found)
    projects = [project if named else _told_apart(project, count) for project, named in found]
    again = next((name for name, times in Counter(each.name for each in projects).items() if times > 1), None)
    if again is not None:
        raise UsageError(
            f"{again} is there twice: name it once, or give each a name of its own in a file of [[project]]"
        )
    return tuple(projects)


def _told_apart(project: FleetProject, count: Mapping[str, int]) -> FleetProject:
    """Return a project by its whole path where the last part of it is that of another one, too."""
    return project if count[project.name] == 1 else replace(project, name=project.shown)


def _projects_of(place: str) -> Iterator[tuple[FleetProject, bool]]:
    """Yield the projects of one place, each with whether somebody gave it its name."""
    path = Path(place)
    if path.is_dir():
        yield _folder_project(place, Path(), place), False
        return
    if "://" in place:
        yield _url_project(place), False
        return
    if not path.exists():
        raise UsageError(f"{place} is neither a folder nor a file that lists projects: such a file has {_EXAMPLE}")
    document = _read(path)
    for number, _ in enumerate(_tables(document)):
        yield _of_table(document, number, path.parent)


def _read(path: Path) -> TomlDocument:
    try:
        return parse_toml(read_given(path, bytes_at_most=_FILE_BYTES).decode(), str(path))
    except (NotRead, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {path}: {error}") from error
    except TomlInvalid as error:
        raise UsageError(f"{path}: {error}") from error


def _tables(document: TomlDocument) -> list[Any]:
    tables = document.get("project")
    if not isinstance(tables, list) or not tables:
        raise UsageError(f"{document.path} lists no project: write {_EXAMPLE}")
    other = next((key for key in document.tables if key != "project"), None)
    if other is not None:
        raise UsageError(f"{document.path}:{document.line(other)}: unknown key {other!r}; there is [[project]] alone")
    return tables


def _of_table(document: TomlDocument, number: int, base: Path) -> tuple[FleetProject, bool]:
    table, where = document.table("project", number), f"{document.path}:{document.line('project', number)}"
    try:
        return _of_values(table, base)
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from None


def _of_values(table: Mapping[str, Any], base: Path) -> tuple[FleetProject, bool]:
    for key, value in table.items():
        if key not in _KEYS:
            raise UsageError(f"unknown key {key!r}{did_you_mean(key, _KEYS)}; there are {', '.join(_KEYS)}")
        texts = value if key == "entry" and isinstance(value, list) else [value]
        if not texts or not all(isinstance(text, str) and text and "\0" not in text for text in texts):
            raise UsageError(f"{key} must be a text{', or a list of texts' if key == 'entry' else ''}")
    if ("path" in table) == ("git" in table):
        raise UsageError("a project has either a path or a git URL")
    if "ref" in table and "git" not in table:
        raise UsageError("ref goes with git: a folder is audited as it is")
    project = _url_project(table["git"]) if "git" in table else _folder_project(table["path"], base, table["path"])
    entry = table.get("entry", ())
    return replace(
        project,
        name=table.get("name", project.name),
        ref=check_ref(table["ref"]) if "ref" in table else None,
        env=_absolute(base / table["env"]) if "env" in table else None,
        entries=(entry,) if isinstance(entry, str) else tuple(entry),
    ), "name" in table


def _folder_project(place: str, base: Path, shown: str) -> FleetProject:
    path = _absolute(base / place)
    return FleetProject(os.path.basename(path) or path, shown, path)  # noqa: PTH119


def _url_project(url: str) -> FleetProject:
    check_url(url)
    last = url.rstrip("/").rpartition("/")[2].removesuffix(".git")
    return FleetProject(last or star_credentials(url), star_credentials(url), url, is_url=True)


def _absolute(path: Path) -> str:
    return os.path.abspath(path)  # noqa: PTH100 - links stay

"""A TOML file of the project, while the reader of one of its parts takes requirements from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from footprint.collect.declared import requirements_txt
from footprint.collect.declared.bounded_text import is_file
from footprint.collect.declared.doubts import words_of
from footprint.collect.declared.result import DeclaredPlace, Gathering, Kind
from footprint.documents.plain_values import list_of, texts_of
from footprint.documents.toml import TomlDocument, TomlPath
from footprint.knowledge.groups import within
from footprint.late import late_pattern
from footprint.names import normalise
from footprint.values import dataclass, replace


@dataclass(frozen=True, slots=True)
class ProjectToml:
    """One file, its group by its path, and what is gathered."""

    document: TomlDocument
    path: Path
    into: Gathering
    group: str

    def place(self, *where: str | int, of: str = "", name: str = "", kind: Kind = "requirement") -> DeclaredPlace:
        """Return the place of what stands at `where`: in the group `of`, else that of the file, called `name` there."""
        group = within(self.group, of) if of else self.group
        return DeclaredPlace(self.document.path, self.document.line(*where), group, kind, name)

    def table(self, *where: str | int, holds: str = 'name = "version"') -> Mapping[str, Any]:
        """Return the table at `where` as `Gathering.table` does."""
        return self.into.table(self.document, *where, holds=holds)

    def add_array(self, where: TomlPath, place: DeclaredPlace) -> None:
        """Add each string of the array at `where`, with the line on which it stands; anything else becomes a note."""
        for text, here in self.strings(where, place):
            self.into.add(text, here)

    def strings(self, where: TomlPath, place: DeclaredPlace) -> Iterator[tuple[str, DeclaredPlace]]:
        """Yield each string of the array at `where` with its place; anything else becomes a note."""
        for item, here in self.items(where, place):
            if isinstance(item, str):
                yield item, here
            else:
                not_a_string(item, ".".join(map(str, where)), self.into, here)

    def items(self, where: TomlPath, place: DeclaredPlace) -> Iterator[tuple[Any, DeclaredPlace]]:
        """Yield each item of the array at `where` with its place; what is not an array becomes a note."""
        value = self.document.get(*where)
        if not isinstance(value, list):
            self.into.not_array(self.document, where, place)
            return
        for position, item in enumerate(value):
            if (*where, position) not in self.document.lines:
                message = f"{'.'.join(map(str, where))}: the line of item {position + 1} was not found"
                self.into.note("requirement-line-unknown", message, place.path, self.document.line(*where))
            yield item, replace(place, line=self.document.line(*where, position))

    def ignore(self, message: str, *where: str | int) -> None:
        """Note that what stands at `where` declares nothing."""
        line = self.document.line(*where)
        self.into.doubt("requirement-ignored", message, self.document.path, line, words=frozenset())


def not_a_string(item: object, shown: str, into: Gathering, place: DeclaredPlace) -> None:
    """Note that an item of an array of requirements is none."""
    into.doubt_line(f'{shown}: not a string: {str(item)[:80]!r}: write it as "name>=1.0"', place, words_of(item))


def follow_file(value: object, folder: Path, into: Gathering, place: DeclaredPlace) -> None:
    """Read a requirements file that a project file names; one that is outside or missing becomes a note."""
    if not isinstance(value, str):
        into.doubt_line(f"not the name of a file: {str(value)[:80]!r}", place, words_of(value))
    elif into.finds(folder / value, value, place):
        requirements_txt.read(folder / value, into, place.group, place.kind, place.group_name)


def add_text(written: str, into: Gathering, place: DeclaredPlace, marker: str = "") -> None:
    """Add the requirement that stands before a comment, where one does, under `marker` too; "" adds no condition."""
    requirement = _COMMENT.split(written, maxsplit=1)[0].strip()
    text, _, own = requirement.partition(";")
    if requirement and marker:
        requirement = f"{text} ; ({own}) and ({marker})" if own.strip() else f"{text} ; {marker}"
    if requirement:
        into.add(requirement, place)


_COMMENT = late_pattern(r"(?<!\S)#")
# What setup() and setup.cfg call the fields of [project].
FIELDS = {"install_requires": "dependencies", "extras_require": "optional-dependencies"}
# By the first word of `build-backend`. One that is not listed may well hand on to any of these.
_BACKENDS = frozenset({
    "flit", "flit_core", "hatchling", "maturin", "mesonpy", "pdm", "poetry", "poetry_core", "scikit_build_core",
    "setuptools", "uv_build",
})  # fmt: skip


def why_setup_ignored(path: Path, field: str, into: Gathering) -> str | None:
    """Return why nobody reads what a setup.py or setup.cfg at `path` says of a field; None where it is read.

    Beside a [project] table setuptools takes only what that calls dynamic. Source: setuptools 69, "_MissingDynamic".
    """
    beside = path.with_name("pyproject.toml")
    if not is_file(beside) or not into.may_read(beside):
        return None
    document = into.toml(beside)
    if document is None or not document.table("project"):
        return None
    return why_ignored(document, "setuptools", field)


def why_ignored(document: TomlDocument, backend: str, field: str) -> str | None:
    """Return why nobody reads what a table of `backend` says of a `field` of [project]; None where it is read.

    Without a build backend setuptools is the one that is taken; the field has to stand in `project.dynamic`.
    """
    named = document.get("build-system", "build-backend")
    first = named.partition(".")[0].partition(":")[0] if isinstance(named, str) else "setuptools"
    if first in _BACKENDS and first != backend:
        there = f"the build backend is {named}" if isinstance(named, str) else "no build backend is named"
        return f"{there}, which does not read a table of {backend}"
    if field not in list_of(document.get("project", "dynamic")):
        return f'`dynamic = ["{field}"]` is missing in [project] of {document.path}, so {backend} does not read it'
    return None


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
    asked = ",".join(texts_of(table.get("extras")))
    markers = dialect.markers_of(table)
    condition = " and ".join(f"({marker})" if len(markers) > 1 else marker for marker in markers)
    text = f"{name}[{asked}]{specifier}" if asked else f"{name}{specifier}"
    into.add(f"{text} ; {condition}" if condition else text, place, url=_url(table), raw=f"{name} = {_show(table)}")


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

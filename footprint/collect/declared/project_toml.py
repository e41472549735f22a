"""A TOML file of the project, while the reader of one of its parts takes requirements from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from footprint.collect.declared import requirements_txt
from footprint.collect.declared.doubts import words_of
from footprint.collect.declared.result import DeclaredPlace, Gathering, Kind
from footprint.documents.toml import TomlDocument, TomlPath
from footprint.knowledge.groups import within
from footprint.values import dataclass


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


def of_toml(part: str, read: Callable[[ProjectToml], None]) -> Callable[[Path, Gathering, str], None]:
    """Return the reader of one part of a TOML file, which several readers share and each takes once."""

    def begin(path: Path, into: Gathering, group: str) -> None:
        document = into.toml(path) if into.begin(path, part=part) else None
        if document is not None:
            read(ProjectToml(document, path, into, group))

    return begin


def not_a_string(item: object, shown: str, into: Gathering, place: DeclaredPlace) -> None:
    """Note that an item of an array of requirements is none."""
    message = f'{shown}: not a string: {str(item)[:80]!r}: write it as "name>=1.0"'
    into.doubt_line(message, place, words_of(item))


def follow_file(value: object, folder: Path, into: Gathering, place: DeclaredPlace) -> None:
    """Read a requirements file that a project file names; one that is outside or missing becomes a note."""
    if not isinstance(value, str):
        into.doubt_line(f"not the name of a file: {str(value)[:80]!r}", place, words_of(value))
    elif into.finds(folder / value, value, place):
        target = folder / value
        requirements_txt.read(target, into, place.group, place.kind, place.group_name)


def with_marker(requirement: str, marker: str) -> str:
    """Return a requirement that holds only under `marker` too; "" adds no condition."""
    if not marker:
        return requirement
    text, _, own = requirement.partition(";")
    return f"{text} ; ({own}) and ({marker})" if own.strip() else f"{text} ; {marker}"

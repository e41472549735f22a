"""Arrays of requirement strings in TOML, which most kinds of project file have somewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from footprint.collect.declared import requirements_txt
from footprint.collect.declared.doubtful_words import words_of
from footprint.collect.declared.result import DeclaredPlace, Gathering
from footprint.documents.toml import TomlDocument
from footprint.documents.toml_lines import TomlPath


def add_array(document: TomlDocument, where: TomlPath, into: Gathering, place: DeclaredPlace) -> None:
    """Add each string of the array at `where`, with the line on which it stands; anything else becomes a note."""
    for text, here in array_strings(document, where, into, place):
        into.add(text, here)


def array_strings(
    document: TomlDocument, where: TomlPath, into: Gathering, place: DeclaredPlace
) -> Iterator[tuple[str, DeclaredPlace]]:
    """Yield each string of the array at `where` with its place; anything else becomes a note."""
    shown = ".".join(map(str, where))
    for item, here in array_items(document, where, into, place):
        if isinstance(item, str):
            yield item, here
        else:
            not_a_string(item, shown, into, here)


def array_items(
    document: TomlDocument, where: TomlPath, into: Gathering, place: DeclaredPlace
) -> Iterator[tuple[Any, DeclaredPlace]]:
    """Yield each item of the array at `where` with its place; what is no array becomes a note."""
    value = document.get(*where)
    if not isinstance(value, list):
        into.not_array(document, where, place)
        return
    for position, item in enumerate(value):
        if (*where, position) not in document.lines:
            message = f"{'.'.join(map(str, where))}: the line of item {position + 1} was not found"
            into.note("requirement-line-unknown", message, place.path, document.line(*where))
        yield item, replace(place, line=document.line(*where, position))


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

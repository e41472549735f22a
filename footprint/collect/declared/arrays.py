"""Arrays of requirement strings in TOML, which most kinds of project file have somewhere."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from footprint.collect.declared import requirements_txt
from footprint.collect.declared.gathering import Gathering, Place
from footprint.collect.declared.reading import is_file
from footprint.collect.declared.words import words_of
from footprint.documents.toml import TomlDocument
from footprint.documents.toml_lines import TomlPath


def add_array(document: TomlDocument, where: TomlPath, into: Gathering, place: Place) -> None:
    """Add each string of the array at `where`, with the line on which it stands; anything else becomes a note."""
    shown = ".".join(str(part) for part in where)
    value = document.get(*where)
    if not isinstance(value, list):
        into.not_array(document, where, place)
        return
    for position, item in enumerate(value):
        if (*where, position) not in document.lines:
            message = f"{shown}: the line of item {position + 1} was not found"
            into.note("requirement-line-unknown", message, place.path, document.line(*where))
        here = replace(place, line=document.line(*where, position))
        if isinstance(item, str):
            into.add(item, here)
        else:
            not_a_string(item, shown, into, here)


def not_a_string(item: object, shown: str, into: Gathering, place: Place) -> None:
    """Note that an item of an array of requirements is none."""
    message = f'{shown}: not a string: {str(item)[:80]!r}: write it as "name>=1.0"'
    into.doubt_line(message, place, words_of(item))


def follow_file(value: object, folder: Path, into: Gathering, place: Place) -> None:
    """Read a requirements file that a project file names; one that is outside or missing becomes a note."""
    if not isinstance(value, str):
        message = f"not the name of a file: {str(value)[:80]!r}"
        into.doubt_line(message, place, words_of(value))
        return
    target = folder / value
    if not into.may_read(target):
        into.doubt_file("requirements-outside", f"{value} is outside the project and was not read", place)
    elif not is_file(target):
        into.doubt_file("requirements-missing", f"{value} does not exist", place)
    else:
        requirements_txt.read(target, into, place.group, place.kind, place.group_name)


def with_marker(requirement: str, marker: str) -> str:
    """Return a requirement that holds only under `marker` too; "" adds no condition."""
    if not marker:
        return requirement
    text, _, own = requirement.partition(";")
    return f"{text} ; ({own}) and ({marker})" if own.strip() else f"{text} ; {marker}"

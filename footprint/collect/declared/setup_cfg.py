"""Read setup.cfg, line by line. Source: setuptools documentation, "Configuring setuptools using setup.cfg files"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from footprint.collect.declared.arrays import follow_file
from footprint.collect.declared.gathering import Gathering, Place
from footprint.collect.declared.groups import within
from footprint.names import normalise

_SECTION = re.compile(r"\[([^\]]+)\]")
_OPTION = re.compile(r"([^\s=:][^=:]*?)\s*[=:]\s*(.*)")
_COMMENT = re.compile(r"(?<!\S)#")
_LISTS = {"install_requires": "main", "tests_require": "test", "setup_requires": "dev"}


@dataclass(slots=True)
class _Option:
    """One option: its name, and each line of its value with its number."""

    section: str
    name: str
    line: int
    values: list[tuple[int, str]] = field(default_factory=list)


def read(path: Path, into: Gathering, group: str) -> None:
    """Add install_requires and each of extras_require; `file:` names files that are read instead."""
    text = into.text(path) if into.begin(path) else None
    if text is None:
        return
    shown = into.relative(path)
    for option in _options(text):
        match option.section, option.name.lower().replace("-", "_"):
            case "metadata", "name" if option.values:
                into.own_names.add(normalise(option.values[0][1]))
            case "options", name if name in _LISTS:
                title = "" if name == "install_requires" else option.name
                _add(option, path, into, Place(shown, option.line, within(group, _LISTS[name]), "requirement", title))
            case "options.extras_require", _:
                here = within(group, f"optional:{normalise(option.name)}")
                _add(option, path, into, Place(shown, option.line, here, "requirement", option.name))


def _options(text: str) -> Iterator[_Option]:
    """Yield the options as configparser reads them: a line that is indented goes on with the value."""
    section, option = "", None
    for number, line in enumerate(text.split("\n"), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith(("#", ";")):
            continue
        if line[0].isspace() and option is not None:
            option.values.append((number, stripped))
            continue
        if option is not None:
            yield option
            option = None
        found = _SECTION.match(stripped)
        if found:
            section = found[1].strip()
            continue
        named = _OPTION.match(stripped[:2000])
        if named:
            option = _Option(section, named[1].strip(), number)
            if named[2]:
                option.values.append((number, named[2].strip()))
    if option is not None:
        yield option


def _add(option: _Option, path: Path, into: Gathering, place: Place) -> None:
    values = option.values
    if len(values) == 1 and values[0][0] == option.line:
        # setuptools splits a value on the option's own line at semicolons, markers or not
        values = [(option.line, part.strip()) for part in values[0][1].split(";")]
    for number, text in values:
        here = Place(place.path, number, place.group, place.kind, place.group_name)
        if text.startswith("file:"):
            for name in text.removeprefix("file:").split(","):
                follow_file(name.strip(), path.parent, into, here)
            continue
        requirement = _COMMENT.split(text, maxsplit=1)[0].strip()
        if requirement:
            into.add(requirement, here)

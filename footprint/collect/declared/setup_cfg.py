"""Read setup.cfg, line by line. Source: setuptools documentation, "Configuring setuptools using setup.cfg files".

What setuptools could not parse is read as far as it goes, with a note on the first thing that is wrong.
"""

from __future__ import annotations

import re
from dataclasses import field
from pathlib import Path

from footprint.collect.declared.doubts import words_of
from footprint.collect.declared.project_toml import FIELDS, add_text, follow_file, why_setup_ignored
from footprint.collect.declared.result import DeclaredPlace, Gathering
from footprint.knowledge.groups import within
from footprint.names import normalise
from footprint.values import dataclass

_SECTION = re.compile(r"\[([^\]]+)\]")
_OPTION = re.compile(r"([^\s=:][^=:]*?)\s*[=:]\s*(.*)")
_LISTS = {"install_requires": "main", "tests_require": "test", "setup_requires": "dev"}
_PACKAGING = ("option", "metadata", "project", "package", "setup", "install")  # sections that are meant for it
# Declare nothing outside of the sections where setuptools looks for them.
_MISPLACED = frozenset({"install_requires", "extras_require", "tests_require"})


@dataclass(slots=True)
class _Option:
    """One option: its name, and each line of its value with its number."""

    section: str
    name: str
    line: int
    values: list[tuple[int, str]] = field(default_factory=list)

    @property
    def key(self) -> str:
        return self.name.lower().replace("-", "_")


@dataclass(slots=True)
class _Config:
    """The options of a file, and the first thing for which configparser would refuse it."""

    options: list[_Option] = field(default_factory=list)
    fault: tuple[int, str] | None = None
    _seen: set[tuple[str, str]] = field(default_factory=set)

    def refuse(self, line: int, why: str) -> None:
        self.fault = self.fault or (line, why)

    def begin(self, section: str, name: str, line: int) -> None:
        """Remember a section ("" for `name`) or an option, of which there may be one each."""
        if (section, name) in self._seen:
            self.refuse(line, f"{name or section} stands there twice")
        self._seen.add((section, name))


def read(path: Path, into: Gathering, group: str) -> None:
    """Add install_requires and each of extras_require; `file:` names files that are read instead."""
    text = into.text(path) if into.begin(path) else None
    if text is None:
        return
    shown = into.relative(path)
    config = _parse(text)
    if config.fault is not None:
        line, why = config.fault
        into.not_parsed("setup-cfg-unparsable", f"not what setuptools can parse: {why}", shown, line, text)
    ignored = {name: why_setup_ignored(path, field, into) for name, field in FIELDS.items()}
    said: set[str] = set()
    for option in config.options:
        keyword = "extras_require" if option.section == "options.extras_require" else option.key
        reason = ignored.get(keyword) if option.section.startswith("options") else None
        if reason is not None:
            if keyword not in said:
                message = f"{keyword} declares nothing: {reason}"
                into.doubt("requirement-ignored", message, shown, option.line, words=frozenset())
            said.add(keyword)
            continue
        match option.section, option.key:
            case "metadata", "name" if option.values:
                into.add_own(option.values[0][1], path)
            case "options", name if name in _LISTS:
                here, title = within(group, _LISTS[name]), "" if name == "install_requires" else option.name
                _add(option, path, into, DeclaredPlace(shown, option.line, here, "requirement", title))
            case (("options.extras_require" | "extras"), _):  # the second is where pbr looks
                here = within(group, f"optional:{normalise(option.name)}")
                _add(option, path, into, DeclaredPlace(shown, option.line, here, "requirement", option.name))
            case section, name if name in _MISPLACED and section.startswith(_PACKAGING):
                message = f"{option.name} in [{section}] is read by no tool that is known here: it belongs in [options]"
                words = words_of([text for _, text in option.values])
                into.doubt("declaration-unknown", message, shown, option.line, words=words)


def _parse(text: str) -> _Config:
    """Return the options as configparser reads them: a line that is indented goes on with the value."""
    config, section, option = _Config(), "", None
    for number, line in enumerate(text.split("\n"), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith(("#", ";")):
            continue
        if line[0].isspace() and option is not None:
            option.values.append((number, stripped))
            continue
        option = None
        found = _SECTION.match(stripped)
        if found:
            section = found[1].strip()
            config.begin(section, "", number)
            continue
        named = _OPTION.match(stripped[:2000])
        if not section:
            config.refuse(number, f"{stripped[:80]!r} stands in no section")
        if named:
            option = _Option(section, named[1].strip(), number)
            config.begin(section, option.name, number)
            config.options.append(option)
            if named[2]:
                option.values.append((number, named[2].strip()))
        else:
            config.refuse(number, f"{stripped[:80]!r} is neither a section nor an option with a value")
    return config


def _add(option: _Option, path: Path, into: Gathering, place: DeclaredPlace) -> None:
    values = option.values
    if len(values) == 1 and values[0][0] == option.line:
        # setuptools splits a value on the option's own line at semicolons, markers or not
        values = [(option.line, part.strip()) for part in values[0][1].split(";")]
    for number, text in values:
        here = DeclaredPlace(place.path, number, place.group, place.kind, place.group_name)
        if text.startswith("file:"):
            for name in text.removeprefix("file:").split(","):
                follow_file(name.strip(), path.parent, into, here)
            continue
        add_text(text, into, here)

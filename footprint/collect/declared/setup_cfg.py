"""Read setup.cfg, line by line. Source: setuptools documentation, "Configuring setuptools using setup.cfg files".

What setuptools could not parse is read as far as it goes, with a note on the first thing that is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from footprint.collect.declared.doubts import words_of
from footprint.collect.declared.project_toml import FIELDS, add_text, follow_file, why_setup_ignored
from footprint.collect.declared.publication import add_classifiers, classifiers_of_file
from footprint.collect.declared.result import DeclaredPlace, Gathering
from footprint.documents.setup_options import SetupOption, SetupOptions, parse_setup_options
from footprint.knowledge.groups import within
from footprint.names import normalise

_LISTS = {"install_requires": "main", "tests_require": "test", "setup_requires": "dev"}
_PACKAGING = ("option", "metadata", "project", "package", "setup", "install")  # sections that are meant for it
# Declare nothing outside of the sections where setuptools looks for them.
_MISPLACED = frozenset({"install_requires", "extras_require", "tests_require"})


def read(path: Path, into: Gathering, group: str) -> None:
    """Add install_requires and each of extras_require; `file:` names files that are read instead."""
    text = into.text(path) if into.begin(path) else None
    if text is None:
        return
    shown = into.relative(path)
    config = parse_setup_options(text)
    if config.fault is not None:
        line, why = config.fault
        into.not_parsed("setup-cfg-unparsable", f"not what setuptools can parse: {why}", shown, line, text)
    ignored = {name: why_setup_ignored(path, field, into) for name, field in FIELDS.items()}
    said: set[str] = set()
    for option in _options(config, text):
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
            case "metadata", "classifiers" | "classifier":  # the second is what pbr calls them
                add_classifiers(path, option.line, _classifiers(option, path.parent, into), into)
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


def _options(config: SetupOptions, text: str) -> Sequence[SetupOption]:
    if "%(" not in text:
        return config.options
    from footprint.documents.setup_interpolation import interpolated  # few files have a reference

    return interpolated(config.options)


def _classifiers(option: SetupOption, folder: Path, into: Gathering) -> Iterator[str]:
    for _, text in option.values:
        if text.startswith("file:"):
            for name in text.removeprefix("file:").split(","):
                yield from classifiers_of_file(name, folder, into)
        else:
            yield text


def _add(option: SetupOption, path: Path, into: Gathering, place: DeclaredPlace) -> None:
    for number, text in option.items:
        here = DeclaredPlace(place.path, number, place.group, place.kind, place.group_name)
        if text.startswith("file:"):
            for name in text.removeprefix("file:").split(","):
                follow_file(name.strip(), path.parent, into, here)
            continue
        add_text(text, into, here)

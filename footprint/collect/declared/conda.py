"""Read conda's environment.yml, with the requirements that it hands to pip.

Source: conda documentation, "Creating an environment file manually" and "Package match specifications".
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from footprint.collect.declared import requirements_txt
from footprint.collect.declared.conda_specs import add_conda
from footprint.collect.declared.gathering import Gathering, Place
from footprint.documents.yaml_nodes import YamlInvalid, YamlNode, parse_yaml


def read(path: Path, into: Gathering, group: str) -> None:
    """Add the dependencies that are Python distributions, by their name on the package index."""
    text = into.text(path) if into.begin(path) else None
    if text is None:
        return
    shown = into.relative(path)
    try:
        root = parse_yaml(text)
        keys = dict(root.pairs())
    except YamlInvalid as error:
        into.note("yaml-unparsable", str(error), shown, error.line)
        return
    listed = keys.get("dependencies")
    if listed is None:
        return
    place = Place(shown, 1, group, "requirement")
    for item in listed.items():
        here = replace(place, line=item.line)
        if item.text is not None:
            add_conda(item.text, into, here)
        else:
            _read_pip(item, path, into, here)


def _read_pip(item: YamlNode, path: Path, into: Gathering, place: Place) -> None:
    nested = dict(item.pairs())
    if set(nested) != {"pip"}:
        into.note("requirement-unparsable", "neither a specification nor a list for pip", place.path, place.line)
    for line in nested["pip"].items() if "pip" in nested else ():
        here = replace(place, line=line.line, group_name="pip")
        if line.text is None:
            into.note("requirement-unparsable", "not a string in the list for pip", here.path, here.line)
        elif line.text.strip():
            requirements_txt.read_line(line.text.strip(), path, into, here)

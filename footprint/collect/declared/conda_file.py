"""Read conda's environment.yml, with the requirements that it hands to pip.

Source: conda documentation, "Creating an environment file manually" and "Package match specifications".
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from footprint.collect.declared import requirements_txt
from footprint.collect.declared.conda_specs import add_conda
from footprint.collect.declared.doubtful_words import words_of
from footprint.collect.declared.result import DeclaredPlace, Gathering
from footprint.documents.yaml_nodes import YamlInvalid, YamlNode, parse_yaml

_LIST = "a list: `- name=1.0` on a line of its own for each"


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
        into.not_parsed("yaml-unparsable", str(error), shown, error.line, text)
        return
    place = DeclaredPlace(shown, 1, group, "requirement")
    if root.kind not in ("a mapping", "nothing"):
        message = f"{root.kind} where conda reads a mapping: nothing of it was read; write `dependencies:` and {_LIST}"
        into.doubt_line(message, replace(place, line=root.line), words_of(text))
    for item in _list("dependencies", keys.get("dependencies"), text, into, place):
        here = replace(place, line=item.line)
        if item.text is not None:
            add_conda(item.text, into, here)
        else:
            _read_pip(item, path, text, into, here)


def _list(name: str, node: YamlNode | None, text: str, into: Gathering, place: DeclaredPlace) -> tuple[YamlNode, ...]:
    """Return the items of a list; what is none becomes a note, and an empty key is an empty list."""
    if node is not None and node.kind not in ("a list", "nothing"):
        message = f"{name} is {node.kind}: nothing of it was read; write it as {_LIST}"
        into.doubt_line(message, replace(place, line=node.line), words_of(_rest(text, node)))
    return () if node is None else tuple(node.items())


def _rest(text: str, node: YamlNode) -> str:
    """Return a text from a node's line on: its words and some more, which no tree of a stranger's depth has to give."""
    return text.split("\n", node.line - 1)[-1]


def _read_pip(item: YamlNode, path: Path, text: str, into: Gathering, place: DeclaredPlace) -> None:
    nested = dict(item.pairs())
    if set(nested) != {"pip"}:
        message = "neither a specification nor a list for pip: write `- name=1.0`, or `- pip:` and a list below it"
        written = text.split("\n")[place.line - 1]
        into.doubt_line(message, place, words_of([*nested, written]))
    for line in _list("pip", nested.get("pip"), text, into, place):
        here = replace(place, line=line.line, group_name="pip")
        if line.text is None:
            message = "not a string in the list for pip: write `- name==1.0`"
            into.doubt_line(message, here, words_of(_rest(text, line)))
        elif line.text.strip():
            requirements_txt.read_line(line.text.strip(), path, into, here)

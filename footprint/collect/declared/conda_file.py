"""Read conda's environment.yml, with the requirements that it hands to pip.

Source: conda documentation, "Creating an environment file manually" and "Package match specifications".
"""

from __future__ import annotations

import re
from pathlib import Path

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from footprint.collect.declared import requirements_txt
from footprint.collect.declared.doubts import words_of
from footprint.collect.declared.result import DeclaredPlace, Gathering
from footprint.documents.yaml_nodes import YamlInvalid, YamlNode, parse_yaml
from footprint.knowledge.shipped_files import load_data
from footprint.late import late_pattern
from footprint.names import normalise
from footprint.values import replace

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
        into.doubt_line(message, place, words_of([*nested, text.split("\n")[place.line - 1]]))
    for line in _list("pip", nested.get("pip"), text, into, place):
        here = replace(place, line=line.line, group_name="pip")
        if line.text is None:
            message = "not a string in the list for pip: write `- name==1.0`"
            into.doubt_line(message, here, words_of(_rest(text, line)))
        elif line.text.strip():
            requirements_txt.read_line(line.text.strip(), path, into, here)


# channel::name version build, name=version=build, name[version='>=1']
_SPEC = late_pattern(r"(?:[^\s:=<>!~\[]+::)?([A-Za-z0-9_][\w.-]*)\s*(.*)", re.DOTALL)
_KEYS = late_pattern(r"\[(.*)\]\s*$", re.DOTALL)
_VERSION_KEY = late_pattern(r"version\s*=\s*[\"']?([^\"'\]]+)")


def add_conda(text: str, into: Gathering, place: DeclaredPlace) -> None:
    """Add one match specification; what is not a Python distribution is left out."""
    found = _SPEC.fullmatch(text.partition(" #")[0].strip()[:500])
    if found is None:
        message = f"no conda specification: {text[:80]!r}: it begins with the name of a package"
        into.doubt_line(message, place, words_of(text[:500]))
        return
    keys = _KEYS.search(found[2])
    version = _VERSION_KEY.search(keys[1]) if keys else None
    constraint = version[1] if version else _KEYS.sub("", found[2])
    add_conda_name(found[1], constraint, text.strip()[:500], into, place)


def add_conda_name(name: str, constraint: str, raw: str, into: Gathering, place: DeclaredPlace) -> None:
    """Add the distribution that conda calls `name`, with conda's version constraint."""
    known, shown = load_data("conda_names.toml"), name.lower()
    foreign = known["not_python"]  # compilers, libraries, tools
    affixes = shown.startswith(tuple(foreign["prefixes"])) or shown.endswith(tuple(foreign["suffixes"]))
    if affixes or shown in foreign["names"]:
        return
    text = known["index_names"].get(shown, normalise(name)) + to_specifier(constraint)
    into.add(text, place, raw=raw, conda_name=shown)


def to_specifier(constraint: str) -> str:
    """Return a conda version constraint as a PEP 440 specifier; "" where it has no equal.

    `=1.2` is `==1.2.*`, `==1.2` and `=1.2=build` are `==1.2`, `1.2` after a blank is `==1.2`.
    """
    constraint = constraint.strip()
    if not constraint or constraint == "*" or "|" in constraint:
        return ""
    fuzzy = re.fullmatch(r"=([^=<>!~,\s]+)", constraint)
    if fuzzy:
        base = fuzzy[1].removesuffix("*").removesuffix(".")
        return _checked(f"=={base}.*") if base else ""
    exact = re.fullmatch(r"(?:={0,2}\s*)([^=<>!~,\s]+)(?:[\s=]+[^\s=<>,]+)?", constraint)
    if exact:
        return "" if exact[1] == "*" else _checked(f"=={exact[1]}")
    return _checked(re.sub(r"\s+", "", constraint))


def _checked(specifier: str) -> str:
    try:
        SpecifierSet(specifier)
    except InvalidSpecifier:
        return ""
    return specifier

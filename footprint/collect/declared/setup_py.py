"""Read setup.py by its literals. It is parsed and never run. Source: setuptools documentation, "Keywords"."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from footprint.collect.declared.arrays import follow_file, with_marker
from footprint.collect.declared.gathering import Gathering, Place
from footprint.collect.declared.groups import within
from footprint.collect.declared.reading import is_file
from footprint.collect.declared.setup_literals import Item, Literals, NamedFile
from footprint.documents.python_trees import parse_python
from footprint.names import normalise
from footprint.units import MIB

_LISTS = {"install_requires": "main", "requires": "main", "tests_require": "test", "setup_requires": "dev"}
_FOLDERS = ("requirements", "reqs", "deps")
_CHARACTERS_AT_MOST = MIB  # the tree takes hundreds of times as much
_COMMENT = re.compile(r"(?<!\S)#")


@dataclass(frozen=True, slots=True)
class _Setup:
    """One setup.py while it is read."""

    path: Path
    shown: str
    group: str
    literals: Literals
    into: Gathering

    def say_computed(self, name: str, line: int) -> None:
        message = f"{name} is computed: cannot tell what it holds without running the file, which is not done"
        self.into.note("setup-computed", message, self.shown, line)


def read(path: Path, into: Gathering, group: str) -> None:
    """Add what `setup(...)` is given as literals; what is computed becomes a note that says so."""
    text = into.text(path) if into.begin(path) else None
    if text is None:
        return
    shown = into.relative(path)
    if len(text) > _CHARACTERS_AT_MOST:
        into.note("setup-unparsable", f"larger than {_CHARACTERS_AT_MOST // MIB} MiB: not read", shown)
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an escape that the file's author should mend
            tree = parse_python(text)
        setup = _Setup(path, shown, group, Literals(tree), into)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = error.lineno if isinstance(error, SyntaxError) else None
        into.note("setup-unparsable", f"not Python that can be parsed: {error}", shown, line)
        return
    for call in _setup_calls(tree):
        for name, line, value in _keywords(call, setup):
            _read_keyword(name, value, line, setup)


def _setup_calls(tree: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="setup")) | ast.Call(func=ast.Attribute(attr="setup")):
                yield node


def _keywords(call: ast.Call, setup: _Setup) -> Iterator[tuple[str, int, ast.expr]]:
    for keyword in call.keywords:
        if keyword.arg is not None:
            yield keyword.arg, keyword.value.lineno, keyword.value
            continue
        table = setup.literals.table(keyword.value)
        if table is None:
            setup.say_computed("**arguments", keyword.value.lineno)
        yield from table or ()


def _read_keyword(name: str, value: ast.expr, line: int, setup: _Setup) -> None:
    match name, value:
        case "name", ast.Constant(value=str() as own):
            setup.into.own_names.add(normalise(own))
        case "extras_require", _:
            table = setup.literals.table(value)
            if table is None:
                setup.say_computed(name, line)
            for extra, at, items in table or ():
                title, _, marker = extra.partition(":")
                here = within(setup.group, f"optional:{normalise(title)}") if title else setup.group
                place = Place(setup.shown, at, here, "requirement", title)
                _add(f"{name}[{extra!r}]", setup.literals.items(items), setup, place, marker)
        case _ if name in _LISTS:
            title = "" if _LISTS[name] == "main" else name
            place = Place(setup.shown, line, within(setup.group, _LISTS[name]), "requirement", title)
            _add(name, setup.literals.items(value), setup, place)


def _add(name: str, items: tuple[Item, ...] | None, setup: _Setup, place: Place, marker: str = "") -> None:
    if items is None:
        setup.say_computed(name, place.line)
        return
    for item in items:
        here = Place(place.path, item.line, place.group, place.kind, place.group_name)
        if isinstance(item, NamedFile):
            follow_file(_locate(item.name, setup.path.parent), setup.path.parent, setup.into, here)
            continue
        text = _COMMENT.split(item.value, maxsplit=1)[0].strip()
        if text:
            setup.into.add(with_marker(text, marker), here)


def _locate(name: str, folder: Path) -> str:
    """Return where a file stands that a helper looks up in a folder of such files; `name` itself when unclear."""
    if is_file(folder / name):
        return name
    found = [
        path for base in _FOLDERS for path in (f"{base}/{name}", f"{base}/extras/{name}") if is_file(folder / path)
    ]
    return found[0] if len(found) == 1 else name

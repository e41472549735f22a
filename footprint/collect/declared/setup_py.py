"""Read setup.py by its literals. It is parsed and never run. Source: setuptools documentation, "Keywords"."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from footprint.collect.declared.bounded_text import guess_text, is_file
from footprint.collect.declared.project_toml import FIELDS, add_text, follow_file, why_setup_ignored
from footprint.collect.declared.publication import add_classifiers, classifiers_of_file
from footprint.collect.declared.result import DeclaredPlace, Gathering
from footprint.collect.declared.setup_literals import Item, Literals, NamedFile, NotLiteral, TextAt
from footprint.documents.python_trees import last_name, parse_python
from footprint.knowledge.groups import FOR_DEVELOPERS, within
from footprint.names import normalise
from footprint.units import MIB
from footprint.values import dataclass

_LISTS = {"install_requires": "main", "requires": "main", "tests_require": "test", "setup_requires": "dev"}
_UNKNOWN_EXTRA = "computed"
_FOLDERS = ("requirements", "reqs", "deps")
_BYTES_AT_MOST = MIB  # the tree takes hundreds of times as much
_IMPORTS = re.compile(rb"^\s*(?:from|import)\s+(?:setuptools|distutils|skbuild|numpy\.distutils)\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Setup:
    """One setup.py while it is read."""

    path: Path
    shown: str
    group: str
    literals: Literals
    into: Gathering

    def say_computed(self, name: str, line: int, *, matters: bool = True) -> None:
        """Note that something is not known; what is for developers only leaves no doubt about the application."""
        message = (
            f"{name} is computed: cannot tell what it holds without running the file, which is not done; "
            "write it as a list of strings, or in pyproject.toml"
        )
        self.into.doubt("setup-computed", message, self.shown, line, words=None if matters else frozenset())


def read(path: Path, into: Gathering, group: str) -> None:
    """Add what `setup(...)` is given as literals; what is computed becomes a note that says so."""
    data = into.read(path) if into.begin(path) else None
    if data is None:
        return
    shown = into.relative(path)
    into.mark_read(path)
    if len(data) > _BYTES_AT_MOST:
        into.doubt("setup-unparsable", f"larger than {_BYTES_AT_MOST // MIB} MiB: not read", shown)
        return
    try:
        tree = parse_python(data)  # by its bytes: an encoding that the file names counts (PEP 263)
        setup = _Setup(path, shown, group, Literals(tree), into)
    except (SyntaxError, ValueError, RecursionError, MemoryError, LookupError) as error:
        line = error.lineno if isinstance(error, SyntaxError) else None
        said = error.msg if isinstance(error, SyntaxError) else error  # the line stands beside the note
        into.not_parsed("setup-unparsable", f"not Python that can be parsed: {said}", shown, line, guess_text(data))
        return
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and last_name(node.func) == "setup"]
    for call in calls:
        for name, line, value in _keywords(call, setup):
            _read_keyword(name, value, line, setup)
    if not calls and _IMPORTS.search(data):
        message = "no call of setup() was found: cannot tell what the file declares without running it"
        into.doubt("setup-computed", message, shown)


def _keywords(call: ast.Call, setup: _Setup) -> Iterator[tuple[str, int, ast.expr]]:
    for keyword in call.keywords:
        if keyword.arg is not None:
            yield keyword.arg, keyword.value.lineno, keyword.value
            continue
        for name, line, value in setup.literals.table(keyword.value):
            if value is None or name is None:
                setup.say_computed("**arguments", line)
            else:
                yield name, value.lineno, value


def _read_keyword(name: str, value: ast.expr, line: int, setup: _Setup) -> None:
    field = FIELDS.get(name)
    why = why_setup_ignored(setup.path, field, setup.into) if field is not None else None
    if why is not None:
        message = f"{name} declares nothing: {why}"
        setup.into.doubt("requirement-ignored", message, setup.shown, line, words=frozenset())
        return
    if name == "name":
        own = setup.literals.text(value)
        if own is not None:
            setup.into.add_own(own, setup.path)
    elif name == "classifiers":
        add_classifiers(setup.path, line, _classifiers(setup.literals.items(value), setup), setup.into)
    elif name == "extras_require":
        for extra, at, items in setup.literals.table(value):
            if items is None:
                setup.say_computed(name, at)
                continue
            if extra is None:
                setup.say_computed("the name of an extra", at, matters=False)
            title, _, marker = (_UNKNOWN_EXTRA if extra is None else extra).partition(":")
            here = within(setup.group, f"optional:{normalise(title)}") if title else setup.group
            place = DeclaredPlace(setup.shown, at, here, "requirement", title)
            _add(f"{name}[{extra!r}]", setup.literals.items(items), setup, place, marker)
    elif name in _LISTS:
        title = "" if _LISTS[name] == "main" else name
        place = DeclaredPlace(setup.shown, line, within(setup.group, _LISTS[name]), "requirement", title)
        _add(name, setup.literals.items(value), setup, place)


def _classifiers(items: tuple[Item, ...], setup: _Setup) -> Iterator[str]:
    for item in items:
        match item:
            case NotLiteral():
                yield ""
            case NamedFile():
                yield from classifiers_of_file(item.name, setup.path.parent, setup.into)
            case TextAt():
                yield item.value


def _add(name: str, items: tuple[Item, ...], setup: _Setup, place: DeclaredPlace, marker: str = "") -> None:
    for item in items:
        here = DeclaredPlace(place.path, item.line, place.group, place.kind, place.group_name)
        match item:
            case NotLiteral():
                setup.say_computed(name, item.line, matters=place.group not in FOR_DEVELOPERS)
            case NamedFile():
                follow_file(_locate(item.name, setup.path.parent), setup.path.parent, setup.into, here)
            case TextAt():
                add_text(item.value, setup.into, here, marker)


def _locate(name: str, folder: Path) -> str:
    """Return where a file stands that a helper looks up in a folder of such files; `name` itself when unclear."""
    if is_file(folder / name):
        return name
    found = [
        path for base in _FOLDERS for path in (f"{base}/{name}", f"{base}/extras/{name}") if is_file(folder / path)
    ]
    return found[0] if len(found) == 1 else name

"""References to what a file hands on, gathered: a text that arrives at a taker becomes the names that it states."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterable, Iterator

from footprint.collect.imports.flow import Flow
from footprint.collect.imports.name_values import Arrival
from footprint.collect.imports.placed_strings import LONGEST
from footprint.documents.python_trees import dotted_name, last_name, string_of, try_python
from footprint.model.handed_names import MARKS, Kind, Loader, Taker, Taking
from footprint.model.source_modules import Placement, Reference
from footprint.names import ModuleName
from footprint.values import dataclass

_MODULE = re.compile(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)(?::([A-Za-z_]\w*)[\w.]*(?:\(\))?)?")
_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:[\[(<>=!~;].*)?", re.DOTALL)
_BETWEEN = re.compile(r"[\s,;\[\]()'\"]+")
_MOST_CODE = 200_000
_MOST_REFERENCES = 5_000
_HOLE = "_unknown_"

Where = tuple[Placement, "str | None"]


@dataclass(frozen=True, slots=True)
class Handed:
    """What a file hands on: what is named, by which functions of its own, and what it takes from elsewhere."""

    references: tuple[Reference, ...] = ()
    loaders: tuple[Loader, ...] = ()
    takings: tuple[Taking, ...] = ()


class Gathered:
    """What was found in one file so far."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._found: dict[tuple[object, ...], Reference] = {}
        self._loaders: dict[Loader, None] = {}
        self._takings: dict[Taking, None] = {}

    def result(self) -> Handed:
        """Return all of it."""
        return Handed(tuple(self._found.values())[:_MOST_REFERENCES], tuple(self._loaders), tuple(self._takings))

    def add(
        self,
        place: tuple[str, ...],
        named: tuple[ModuleName, tuple[str, ...]],
        line: int,
        where: Where,
        *,
        guarded: bool,
        choice: bool = False,
    ) -> None:
        """Take one name; a `choice`, one of several, has a fallback."""
        module, names = named
        key = (place[0], module, names, line, where)
        before = self._found.get(key)
        if before is None or (before.guarded and not guarded):
            fields = (self._path, line, module, names, 0, *where)
            self._found[key] = Reference(
                *fields, guarded=guarded, form="string", bound=(), fallback=choice, place=place
            )

    def take(self, found: Arrival, taker: Taker, by: tuple[str, ...], where: Where, *, guarded: bool) -> None:
        """Take a text as its taker reads it."""
        choice = found.way.choice and taker.kind != "metadata"  # what is one of several is read in any case
        if taker.kind == "listed":
            for text in _BETWEEN.split(found.text):
                for module, names in named_by(text.strip(), is_object=False):
                    self.add(by, (module, names), found.line, where, guarded=guarded)
            return
        kind: Kind = "loaded" if taker.kind == "code" else taker.kind
        for named in _read(found, taker):
            self.add((MARKS[kind], *by), named, found.line, where, guarded=guarded or choice, choice=choice)

    def export(self, flow: Flow, taker: Taker, by: str, *, late: bool) -> None:
        """Take what other files may give: arguments of this file's functions, and values of theirs."""
        for parameter in flow.parameters:
            position, _ = parameter.function.parameters[parameter.name]
            kind: Kind = "later" if parameter.late and taker.kind == "loaded" else taker.kind
            form = "object" if parameter.split and taker.form == "module" else taker.form
            self._loaders[Loader(parameter.function.name, Taker(kind, form, position, parameter.name), by)] = None
        for source in flow.sources:
            taking = Taking(source.name, source.steps, taker.kind, taker.form, by, late or source.late)
            self._takings[taking] = None


def _read(found: Arrival, taker: Taker) -> Iterable[tuple[ModuleName, tuple[str, ...]]]:
    if taker.kind == "code" or taker.form == "code":
        return imports_of(found.text)
    if taker.form == "requirement":
        name = _REQUIREMENT.fullmatch(found.text) if len(found.text) <= LONGEST else None
        return ((name[1], ()),) if name is not None else ()
    return named_by(found.text, is_object=taker.form == "object" or found.way.split)


def named_by(text: str, *, is_object: bool) -> Iterator[tuple[ModuleName, tuple[str, ...]]]:
    """Yield the module that a text names, and what of it; of "redis.*" the package, which is loaded in any case."""
    if "*" in text:
        known, dot, _ = text.partition("*")[0].rpartition(".")
        if dot and _MODULE.fullmatch(known) and len(known) <= LONGEST:
            yield known, ()
        return
    match = _MODULE.fullmatch(text) if len(text) <= LONGEST else None
    if match is None:
        return
    owner, dot, last = match[1].rpartition(".")
    if match[2]:
        yield match[1], (match[2],)
    elif is_object and dot:
        yield owner, (last,)
    else:
        yield match[1], ()


def imports_of(code: str) -> Iterator[tuple[ModuleName, tuple[str, ...]]]:
    """Yield what a text of Python imports; what is filled in later stays out."""
    if "import" not in code or len(code) > _MOST_CODE:
        return
    tree = try_python(textwrap.dedent(code).strip().replace("*", _HOLE))
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.Import):
            yield from ((alias.name, ()) for alias in node.names if _HOLE not in alias.name)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level and _HOLE not in node.module:
            yield node.module, tuple(alias.name for alias in node.names if _HOLE not in alias.name)
        elif isinstance(node, ast.Call) and last_name(node.func) in ("import_module", "__import__") and node.args:
            name = string_of(node.args[0])
            if name is not None and _HOLE not in name and dotted_name(node.func):
                yield from named_by(name, is_object=False)

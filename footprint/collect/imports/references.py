"""What a file names without importing it, gathered while it is walked: strings, computed names, lazy tables."""

from __future__ import annotations

import ast
import re
import textwrap
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping

from footprint.collect.imports import computed_names
from footprint.collect.imports.computed_names import MOST_LOOPS, NODES_AT_MOST, USEFUL, Knowledge, Loop
from footprint.collect.imports.flow import Flow
from footprint.collect.imports.frames import Surroundings
from footprint.collect.imports.name_values import Arrival
from footprint.collect.imports.placed_strings import LONGEST, Around, attached, lazy_rows, place_of, read_string
from footprint.collect.imports.scopes import Scope, StatedImport, absolute_module
from footprint.documents import python_trees
from footprint.documents.python_trees import argument_of, dotted_name, last_name, string_of
from footprint.knowledge.frameworks import scans_package, takes_plain_names, takes_relative_names
from footprint.late import late_pattern
from footprint.model.handed_names import MARKS, PARTLY, Kind, Loader, Taker, Taking
from footprint.model.source_modules import FileImports, Placement, Reference
from footprint.names import ModuleName
from footprint.values import replace

_LOADERS_OF_FILES = frozenset({"spec_from_file_location", "SourceFileLoader", "run_path"})
_LAZY_CLASSES = frozenset({"_LazyModule", "LazyModule"})
WATCHED = _LOADERS_OF_FILES | _LAZY_CLASSES | {"attach", "scan"}  # calls that are worth a look
_SCAN = ("config.scan()",)
_MOST_NAMES = 10_000  # of one file

Where = tuple[Placement, str | None]  # of the surrounding code, and its function


class References:
    """The references of one file."""

    def __init__(self, path: str, module: ModuleName, *, is_package: bool) -> None:
        self._path, self._module, self._is_package = path, module, is_package
        self._found: list[Reference] = []
        self._values: dict[int, dict[str, ast.expr | None]] = {}  # by scope
        self.imported: dict[str, ModuleName] = {}  # what the names stand for that imports bind
        self._tables: list[ast.Dict] = []
        self._is_lazy = False  # the file fills its tables' names in later
        self._nodes = [NODES_AT_MOST]  # that may still be looked at to find out what is computed
        self._around: Around = None
        self._assigned: str | None = None
        self._place: tuple[str, ...] = ()  # of the string before
        self.loops: list[Loop] = []  # the `for` statements around

    def finished(self, top: Scope) -> tuple[Reference, ...]:
        """Return what was found, in line order."""
        if self._is_lazy or "__getattr__" in top.stores:
            for line, module, names in lazy_rows(self._tables, self._module, is_package=self._is_package):
                self._add(line, module, (), (Placement.MODULE, None), ("__getattr__", *names))
        return tuple(sorted(self._found[:_MOST_NAMES], key=lambda site: site.line))

    # What names stand for

    def learn_import(self, stated: StatedImport) -> None:
        """Take note of the modules that an import binds names to."""
        for index, bound in enumerate(stated.bound):
            if stated.names:
                self.imported[bound] = f"{stated.module}.{stated.names[index]}"
            else:
                self.imported[bound] = stated.module if bound != stated.module.partition(".")[0] else bound

    def learn_value(self, scope: Scope, name: str, value: ast.expr | None) -> None:
        """Take note of what is assigned to a name; one that is given several values may be anything."""
        values = self._values.setdefault(id(scope), {})
        values[name] = None if name in values else value
        if scope.parent is None and isinstance(value, ast.Dict):
            self._tables.append(value)

    def _knowledge(self, scope: Scope, around: Around) -> Knowledge:
        chain: list[dict[str, ast.expr | None]] = []
        inner: Scope | None = scope
        while inner is not None:
            chain += [self._values[id(inner)]] if id(inner) in self._values else []
            inner = inner.parent
        loops = self.loops[-MOST_LOOPS:]
        while around is not None and len(loops) < 2 * MOST_LOOPS:
            node, around = around
            generators: list[ast.comprehension] = getattr(node, "generators", [])[:MOST_LOOPS]
            loops += [Loop(each.target, each.iter) for each in generators]
        values: Mapping[str, ast.expr | None] = ChainMap(*chain) if chain else {}
        return Knowledge(self._module, self._is_package, values, self.imported, loops, self._nodes)

    # What is named

    def string(
        self, node: ast.Constant, text: str, context: Surroundings, around: Around, assigned: str | None
    ) -> None:
        """Take a string that could name a module: one that is WORTH_A_LOOK and no longer than LONGEST."""
        if around is not self._around or assigned != self._assigned:  # the strings of one call stand in one place
            self._around, self._assigned, self._place = around, assigned, place_of(around, assigned)
        place = self._place
        if text.startswith(".") and takes_relative_names(place):
            text = absolute_module(text[1:], 1, self._module, is_package=self._is_package)
        found = read_string(text, place)
        if found is not None:
            self._add(node.lineno, *found, context.where, place)

    def joined(self, node: ast.JoinedStr, scope: Scope, where: Where, around: Around, assigned: str | None) -> None:
        """Take an f-string where a framework expects the name of a module."""
        place = place_of(around, assigned)
        if takes_plain_names(place):
            self._patterns(computed_names.read_patterns(node, self._knowledge(scope, around)), node, where, place)

    def computed_import(self, call: ast.Call, scope: Scope, where: Where, around: Around) -> None:
        """Take an import by call whose name is no literal."""
        known = self._knowledge(scope, around)
        names = computed_names.whole_loop(known)
        place = ("import_module()",)
        patterns = computed_names.read_import_patterns(call, known)
        self._patterns(patterns, call, where, place, names)
        for text in () if patterns else computed_names.read_partly_known(call, known):
            self._add(call.lineno, text, (), where, (PARTLY, f"{dotted_name(call.func)}(...)"))

    def call(self, node: ast.Call, scope: Scope, where: Where, around: Around) -> None:
        """Look at a watched call: lazy_loader's, and those that load the files of a folder, or a whole package."""
        name = dotted_name(node.func) or ""
        last = name.rpartition(".")[2]
        if last == "scan":
            self._scan(node, name, where)
        elif last == "attach":
            for text, names in attached(node):
                self._add(node.lineno, f"{self._module}.{text}", (), where, ("__getattr__", *(names or (text,))))
        elif last in _LAZY_CLASSES:
            self._is_lazy = True
        elif last in _LOADERS_OF_FILES:
            known = self._knowledge(scope, around)
            pattern = computed_names.own_folder(known)
            names = computed_names.whole_loop(known)
            self._patterns((pattern,) if pattern else (), node, where, ("import_module()",), names)

    def _scan(self, node: ast.Call, name: str, where: Where) -> None:
        """Take the package that a scanner is given as an object, or the one that it stands in."""
        given = argument_of(node, 0, "package")
        if given is None and scans_package(name):
            package = absolute_module(None, 1, self._module, is_package=self._is_package)
            self._add(node.lineno, package, (), where, _SCAN)
        first, dot, rest = (dotted_name(given) or "").partition(".") if given is not None else ("", "", "")
        if first in self.imported:
            self._add(node.lineno, f"{self.imported[first]}{dot}{rest}", (), where, _SCAN)

    def exports(self, value: ast.expr, scope: Scope, where: Where) -> None:
        """Take `__all__` when it is made of the modules of the package's own folder."""
        if self._is_package and computed_names.lists_folder(value, self._knowledge(scope, None)):
            self._add(value.lineno, f"{self._module}.*", ("*",), where, ("__all__",))

    def _patterns(
        self, found: tuple[str, ...], node: ast.expr, where: Where, place: tuple[str, ...], names: tuple[str, ...] = ()
    ) -> None:
        for text in found:
            if USEFUL.fullmatch(text):
                self._add(node.lineno, text, names, where, place)

    def _add(self, line: int, module: ModuleName, names: tuple[str, ...], where: Where, place: tuple[str, ...]) -> None:
        placement, function = where
        bound = place[:1] if place and place[0].isidentifier() else ()
        where_it_is = (self._path, line, module, names, 0, placement, function)
        self._found.append(Reference(*where_it_is, guarded=False, form="string", bound=bound, place=place))


_MODULE = re.compile(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)(?::([A-Za-z_]\w*)[\w.]*(?:\(\))?)?")
_REQUIREMENT = late_pattern(r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:[\[(<>=!~;].*)?", re.DOTALL)
_BETWEEN = late_pattern(r"[\s,;\[\]()'\"]+")
_MOST_CODE = 200_000
_MOST_REFERENCES = 5_000
_HOLE = "_unknown_"


class Gathered:
    """What a file hands on, so far: what is named, by which functions of its own, and what it takes from elsewhere."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._found: dict[tuple[object, ...], Reference] = {}
        self._loaders: dict[Loader, None] = {}
        self._takings: dict[Taking, None] = {}

    def added_to(self, found: FileImports) -> FileImports:
        """Return what a file states, and all of this."""
        known = {(each.line, each.module, each.place[:1]) for each in found.references}
        ours = list(self._found.values())[:_MOST_REFERENCES]
        further = [each for each in ours if (each.line, each.module, each.place[:1]) not in known]
        references = tuple(sorted([*found.references, *further], key=lambda each: each.line))
        return replace(found, references=references, loaders=tuple(self._loaders), takings=tuple(self._takings))

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
            self._takings[Taking(source.name, source.steps, taker.kind, taker.form, by, late or source.late)] = None


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
    for node in python_trees.nodes_in(textwrap.dedent(code).strip().replace("*", _HOLE)):
        for module, names in python_trees.imports_of(node):
            if _HOLE not in module:
                yield module, tuple(name for name in names if _HOLE not in name)
        if isinstance(node, ast.Call) and last_name(node.func) in ("import_module", "__import__") and node.args:
            name = string_of(node.args[0])
            if name is not None and _HOLE not in name and dotted_name(node.func):
                yield from named_by(name, is_object=False)

"""The strings of a Python file that may name something to load, and what they name.

Laws: a string counts unless its place says what it is. A message, a label, a key, an attribute, a pattern and an
annotation name nothing; neither does a variable that nobody reads. In a file that imports by a computed name, keys
and comparisons count as well: there a table may be read either way.
"""

from __future__ import annotations

import ast
import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

from footprint.collect.namings.keyed_values import is_contrary, is_label
from footprint.collect.namings.sought_names import FoundName, Sought, at_line
from footprint.documents.import_namesakes import IMPORTERS, Namesakes, find_namesakes
from footprint.documents.python_trees import dotted_name, last_name, nodes_of, running, try_python
from footprint.knowledge.servers import SETTINGS_IN_CODE
from footprint.late import late_pattern
from footprint.names import text_bytes, word_set
from footprint.values import dataclass, field

_COMPUTES = late_pattern(
    rb"\b(?:import_module|__import__|load_object|import_string|import_from_string|EntryPoint|working_set)\b"
)
_OF_SERVERS = "|".join(name.removesuffix(".py").rstrip("*") for name in SETTINGS_IN_CODE)
_SETTINGS_FILE = late_pattern(rf"(?:^|[/_.-])(?:settings?|conf|config|{_OF_SERVERS})[^/]*\.py$|(?:^|/)settings/")
# By the last name of what is called: its texts are for people.
_SPEAKS = word_set("""
    print debug info warning warn error exception critical log echo secho fail getLogger get_logger getChild
    filterwarnings warn_explicit write _ gettext ngettext gettext_lazy deprecated skip xfail TypeVar NewType
    namedtuple set_tag set_attribute
""")
# Methods of texts, and functions of patterns: what they are given is looked for in a text.
_COMPARES = word_set("""
    startswith endswith strip lstrip rstrip removeprefix removesuffix find rfind index rindex count partition
    rpartition replace compile match fullmatch search sub findall finditer fnmatch encode decode add_marker cookies
    url_for reverse redirect
""")
# The argument at this position is a name within something that is there already, or given to something of ours.
_LOOKS_UP = {
    **dict.fromkeys(word_set("""
        get pop getenv setdefault has_option getlist getAttribute add_parser command group add_argument Blueprint
        relationship ForeignKey Column groupby start_as_current_span start_span Counter Gauge Histogram Summary on bind
        emit trigger addEventListener attrgetter itemgetter methodcaller
    """), 0),
    **dict.fromkeys(("getattr", "hasattr", "setattr", "delattr"), 1),
}  # fmt: skip
_RUNS_COMMANDS = word_set("""
    system popen run Popen call check_call check_output getoutput getstatusoutput local create_subprocess_exec
    create_subprocess_shell which sh bash sudo spawn startfile shell
""") | {f"{family}{kind}" for family in ("exec", "spawn") for kind in ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")}
_READS_ITSELF = late_pattern(rb"\bfrom_object\b|\bglobals\(|\bvars\(|\blocals\(|__dict__|\b__getattr__\b")
_LOWEST_PORT = 80
_RUNS_CODE = word_set("exec eval compile Timer timeit repeat run_code runsource runcode")


def python_names(data: bytes, path: str, names: Sought, imported: Collection[str]) -> Iterator[FoundName]:
    """Yield what the strings of a Python file name. `imported` are the last parts of all names that anybody imports."""
    tree = try_python(data)
    if tree is None:
        yield from names.quoted_in(data)
        return
    lines = names.lines_in_code(data)
    stem = path.rpartition("/")[2].removesuffix(".py")
    is_read_elsewhere = stem == "__init__" or stem in imported or _SETTINGS_FILE.search(path) is not None
    places = _Places(
        tree=tree,
        computes=_COMPUTES.search(data) is not None,
        is_read_elsewhere=is_read_elsewhere or _READS_ITSELF.search(data) is not None,
        settled_calls=names.settled.calls,
    )
    nodes = tuple(_nodes_on(lines, tree))
    places.read(nodes)
    for node, _ in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in places.mute:
            yield from _names_in(node, node.value, places, names)
        elif isinstance(node, ast.Attribute):
            yield from at_line(node.lineno, names.expression(dotted_name(node) or ""))


def _names_in(node: ast.Constant, text: str, places: _Places, names: Sought) -> Iterator[FoundName]:
    if id(node) in places.parts:
        found = list(_names_of_part(text, names))
    else:
        words = text.split() if id(node) in places.lists else [text]
        found = [each for word in words for each in names.in_text(word, plugins=False)]
    if not found and id(node) not in places.unread:
        is_run = id(node) in places.run or _has_options(text)
        found = (_names_of_command(text, names) if is_run else []) or list(names.in_code(text))
    yield from at_line(node.lineno, found)


def _names_of_command(text: str, names: Sought) -> list[FoundName]:
    from footprint.collect.namings.command_words import command_names  # few strings are commands

    return list(command_names(text, names))


def _has_options(text: str) -> bool:
    """Whether a text looks like a command: "gunicorn -w 4 app:app"."""
    return " -" in text and "\n" not in text


def _names_of_part(text: str, names: Sought) -> Iterator[FoundName]:
    """Yield what the fixed part of an f-string names: a scheme, or the beginning of a dotted name."""
    if "://" in text:
        yield from names.in_text(text)
    elif text.endswith(".") and " " not in text:
        name = names.owner_of(text[:-1])
        if name is not None:
            yield FoundName(name, text, 1)


@dataclass(slots=True)
class _Places:
    """What the place of a constant says about it, by the id of its node."""

    tree: ast.Module
    computes: bool  # the file imports by computed names
    is_read_elsewhere: bool  # other files, or a framework, read its variables
    settled_calls: frozenset[tuple[str, str]]
    mute: set[int] = field(default_factory=set)  # names nothing
    unread: set[int] = field(default_factory=set)  # the value of a variable that the file does not read
    run: set[int] = field(default_factory=set)  # may be a command
    parts: set[int] = field(default_factory=set)  # of an f-string
    lists: set[int] = field(default_factory=set)  # taken apart into words
    names_read: frozenset[str] | None = None  # by any part of the file; None: not asked for yet
    namesakes: Namesakes | None = None  # of the functions that import

    def read(self, nodes: Iterable[tuple[ast.AST, str]]) -> None:
        """Read the places of the constants among `nodes`, which come with the kind of block around them."""
        for node, scope in nodes:
            self._read_statement(node, scope)
            match node:
                case ast.JoinedStr(values=[_, _, *_]):
                    self.parts.update(id(part) for part in node.values)
                case ast.Dict():
                    self._read_dict(node)
                case ast.Tuple(elts=elements):
                    self._read_machine(elements)
                case ast.Subscript(slice=ast.Constant() as key):
                    self.mute.add(id(key))
                case ast.Compare() if not self.computes:
                    self._silence(*node.comparators, node.left)
                case ast.Call():
                    self._read_call(node)
                case ast.keyword(arg=str() as name) if is_label(name) or is_contrary(name):
                    self._silence(node.value)
                case ast.arg(annotation=ast.expr() as annotation):
                    self._silence_annotation(annotation)

    def _read_statement(self, node: ast.AST, scope: str) -> None:
        match node:
            case ast.Expr(value=ast.Constant() | ast.JoinedStr()) | ast.Raise() | ast.Assert():
                self._silence(node)
            case ast.MatchValue() if not self.computes:
                self._silence(node)
            case ast.Assign(targets=targets, value=value):
                self._read_assignment(targets, value, scope)
            case ast.AnnAssign(annotation=annotation, target=target, value=value):
                self._silence_annotation(annotation)
                if value is not None:
                    self._read_assignment([target], value, scope)
            case (
                ast.For(target=ast.Name() as target, iter=items)
                | ast.comprehension(target=ast.Name() as target, iter=items)
            ):
                self._read_assignment([target], items, "loop")
            case (
                ast.FunctionDef(returns=ast.expr() as annotation)
                | ast.AsyncFunctionDef(returns=ast.expr() as annotation)
            ):
                self._silence(annotation)

    def _silence_annotation(self, annotation: ast.expr) -> None:
        """Pass over a type, unless it lists the values of a name that is imported: Literal["duckdb", "polars"]."""
        if not (self.computes and isinstance(annotation, ast.Subscript) and last_name(annotation.value) == "Literal"):
            self._silence(annotation)

    def _silence(self, *nodes: ast.AST) -> None:
        for node in nodes:
            self.mute.update(id(part) for part in nodes_of(node) if isinstance(part, ast.Constant))

    def _read_dict(self, node: ast.Dict) -> None:
        for key, value in zip(node.keys, node.values, strict=True):
            if not isinstance(key, ast.Constant):
                continue
            if not self.computes:
                self.mute.add(id(key))
            if isinstance(key.value, str) and (is_label(key.value) or is_contrary(key.value)):
                self._silence(value)

    def _read_call(self, node: ast.Call) -> None:
        name = last_name(node.func)
        if name == "split" and isinstance(node.func, ast.Attribute):
            self.lists.add(id(node.func.value))
        arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
        for each in arguments:
            if isinstance(each, ast.Constant) and (name, each.value) in self.settled_calls:
                self.mute.add(id(each))
        self._read_machine(arguments)
        if name in _SPEAKS or name in _COMPARES or is_contrary(name):
            self._silence(*(each for each in arguments if isinstance(each, ast.Constant | ast.JoinedStr | ast.BinOp)))
        elif name in IMPORTERS and not self._is_own(node.func, name):  # the rules of imports have decided
            self._silence(*(each for each in arguments if isinstance(each, ast.Constant)))
        elif name in _LOOKS_UP:
            self._silence(*node.args[_LOOKS_UP[name] : _LOOKS_UP[name] + 1])
        elif name in _RUNS_COMMANDS or name in _RUNS_CODE:
            parts = (part for each in arguments for part in (each, *_items(each)))
            self.run.update(id(part) for part in parts)

    def _is_own(self, function: ast.expr, name: str) -> bool:
        """Whether a call by the name of an importer goes to a function of the file, which does something with names."""
        if self.namesakes is None:
            self.namesakes = find_namesakes(self.tree)
        return isinstance(function, ast.Name) and name in self.namesakes.anywhere - self.namesakes.idle

    def _read_machine(self, arguments: Sequence[ast.expr]) -> None:
        """Pass over what names a machine: ("redis", 6379), get("REDIS_HOST", "redis")."""
        match arguments:
            case [ast.Constant(value=str()) as host, ast.Constant(value=int() as port), *_] if port >= _LOWEST_PORT:
                self.mute.add(id(host))
            case [ast.Constant(value=str() as key), *others] if is_label(key) or is_contrary(key):
                self.mute.update(id(each) for each in others if isinstance(each, ast.Constant))

    def _read_assignment(self, targets: list[ast.expr], value: ast.expr, scope: str) -> None:
        variables = [target.id for target in targets if isinstance(target, ast.Name)]
        if any(name.startswith("__") or is_contrary(name) or is_label(name) for name in variables):
            self._silence(value)
        if scope == "class" or len(variables) != len(targets) or any(map(self._is_read, variables)):
            return
        # What is given to a call is read by it, whoever reads the result: Environment(loader=PackageLoader("x")).
        constants = [id(part) for part in running([value], (ast.Call,)) if isinstance(part, ast.Constant)]
        self.unread.update(constants)
        if scope != "module" or not self.is_read_elsewhere:
            self.mute.update(constants)

    def _is_read(self, name: str) -> bool:
        if self.names_read is None:
            self.names_read = _names_read(self.tree)
        return name in self.names_read


def _nodes_on(lines: Sequence[int], tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """Yield the nodes that reach over any of the sorted `lines`, with the kind of block around them."""
    pending: list[tuple[ast.AST, str]] = [(tree, "module")]
    while pending:
        node, scope = pending.pop()
        first = getattr(node, "lineno", None)
        if first is not None and not getattr(node, "decorator_list", None):  # these stand above the line of `def`
            at = bisect_left(lines, first)
            if at == len(lines) or lines[at] > (getattr(node, "end_lineno", None) or first):
                continue
        yield node, scope
        match node:
            case ast.ClassDef():
                scope = "class"
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                scope = "function"
        pending.extend((child, scope) for child in ast.iter_child_nodes(node))


def _names_read(tree: ast.Module) -> frozenset[str]:
    """Return the variables that are read for anything but to be told of."""
    read: Counter[str] = Counter()
    for node in nodes_of(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            read[node.id] += 1
        elif isinstance(node, ast.Call) and last_name(node.func) in _SPEAKS:
            told = (*node.args, *(keyword.value for keyword in node.keywords))
            read.subtract(each.id for each in told if isinstance(each, ast.Name))
    return frozenset(name for name, count in read.items() if count > 0)


def _items(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.List | ast.Tuple) else []


def notebook_names(data: bytes, names: Sought) -> Iterator[FoundName]:
    """Yield what code cells name, at the first line of the file that holds the name within quotes."""
    try:
        cells = json.loads(data)["cells"]
        sources = [cell["source"] for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return
    for source in sources:
        text = "".join(map(str, source)) if isinstance(source, list) else str(source)
        plain = "\n".join("" if line.lstrip()[:1] in ("%", "!", "?") else line for line in text.split("\n"))
        code = plain.encode("utf-8", "replace")
        if names.stands_in(code):
            for found in python_names(code, "cell", names, frozenset()):
                position = data.find(text_bytes(found.text))
                yield FoundName(found.distribution, found.text, data.count(b"\n", 0, max(0, position)) + 1)

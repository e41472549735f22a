"""Folders of the project that a file puts on the import path: `sys.path.insert(0, os.path.dirname(__file__))`.

Nothing is run. A folder is told when it follows from `__file__`, from the folder where the program stands and from
literals; what the environment says, or what leads out of the project from there, is not told.
"""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence

from footprint.documents.python_trees import assigned, last_name, nodes_in
from footprint.late import late_pattern

_MARKS = (b"sys.path", b"addsitedir", b"import path")
# Of `import path` only that from sys: most others are of `django.urls`, in the largest files of tests.
_CHANGE = late_pattern(
    rb"sys(?:\.path\s*(?:\.\s*(?:insert|append|extend)\b|\[|\+?=(?!=)|\)?\s*\+)|[ \t]+import path\b)|addsitedir"
)
_LARGEST_BYTES = 500_000
_DEPTH_AT_MOST = 30
_STEPS_AT_MOST = 5_000  # in one file: `x = x + x` would take for ever
_VALUES_AT_MOST = 8  # of one expression: a loop over folders gives several
_NAMES_AT_MOST = 200
_SAME = frozenset(
    {"abspath", "realpath", "normpath", "expanduser", "resolve", "absolute", "as_posix", "fspath", "str"}
    | {"Path", "PurePath", "PosixPath", "getfile", "getsourcefile", "__str__"}
)
_HERE = frozenset({"getcwd", "cwd", "currentframe"})
_CHANGING = frozenset({ast.Call, ast.Assign, ast.AugAssign})
_ADDING = {"append": 0, "insert": 1, "extend": 0, "addsitedir": 0}

# A path is a tuple of parts below the project; a text is one that stands for itself. None is not known.
_Parts = tuple[str, ...]
_Value = _Parts | str


def find_path_changes(data: bytes, path: str) -> tuple[str, ...]:
    """Return the folders that the code in `data`, the file at `path`, puts on the path; relative, "." for the project.

    A folder that is named by its whole path is told as it is written.
    A relative literal counts from the project and from the file's own folder: where the program stands is not known.
    """
    if not any(mark in data for mark in _MARKS) or len(data) > _LARGEST_BYTES or not _CHANGE.search(data):
        return ()
    nodes = nodes_in(data)
    expressions = [added for node in nodes if type(node) in _CHANGING for added in _added(node)]
    if not expressions:  # of most that speak of a path
        return ()
    reader = _FolderReader(path, _assigned(nodes))
    found = (value for expression in expressions for value in reader.read(expression))
    return tuple(dict.fromkeys(folder for value in found for folder in reader.folders(value)))


def _added(node: ast.AST) -> Iterator[ast.expr]:
    """Yield the expressions that a node puts on the path."""
    match node:
        case ast.Call(func=ast.Attribute(value=owner, attr=attr), args=args) if attr in _ADDING:
            if (attr == "addsitedir" or _is_path(owner)) and len(args) > _ADDING[attr]:
                yield args[_ADDING[attr]]
        case ast.Call(func=ast.Name(id="addsitedir"), args=[first, *_]):
            yield first
        case ast.AugAssign(target=target, value=value) if _is_path(target):
            yield value
        case ast.Assign(targets=[target], value=value) if _is_path(target) or (
            isinstance(target, ast.Subscript) and _is_path(target.value)
        ):
            yield value


def _is_path(node: ast.expr) -> bool:
    """Whether an expression is sys.path, however sys was imported."""
    match node:
        case ast.Attribute(value=ast.Name(id="sys" | "_sys"), attr="path") | ast.Name(id="path" | "sys_path"):
            return True
    return False


def _assigned(nodes: Sequence[ast.AST]) -> Mapping[str, list[ast.expr]]:
    """Return what names are bound to anywhere in the file; of a loop what it goes through."""
    found: dict[str, list[ast.expr]] = {}
    for node in nodes:
        for target, value in [(node.target, node.iter)] if isinstance(node, ast.For) else assigned(node):
            if isinstance(target, ast.Name) and (len(found) < _NAMES_AT_MOST or target.id in found):
                found.setdefault(target.id, []).append(value)
    return found


class _FolderReader:
    """Reads expressions of one file as folders."""

    def __init__(self, path: str, assigned: Mapping[str, list[ast.expr]]) -> None:
        self._file: _Parts = tuple(path.split("/"))
        self._assigned = assigned
        self._steps = 0

    def folders(self, value: _Value) -> Iterator[str]:
        """Yield the folders that a value may mean, none outside the project."""
        if isinstance(value, tuple):
            yield "/".join(value) or "."
        elif value.startswith("/"):
            yield posixpath.normpath(value)
        elif not value.startswith("~"):
            for base in ((), self._file[:-1]):
                parts = _joined(base, value)
                if parts is not None:
                    yield "/".join(parts) or "."

    def read(self, node: ast.expr, depth: int = 0) -> tuple[_Value, ...]:
        """Return the values that an expression may have, as far as they are known."""
        self._steps += 1
        if depth > _DEPTH_AT_MOST or self._steps > _STEPS_AT_MOST:
            return ()
        match node:
            case ast.Constant(value=str() as text):
                return (text,)
            case ast.Name(id="__file__"):
                return (self._file,)
            case ast.Name(id="__path__"):
                return (self._file[:-1],)
            case ast.Name(id=name):
                return self._each(self._assigned.get(name, ())[:_VALUES_AT_MOST], depth)
            case ast.List(elts=items) | ast.Tuple(elts=items):
                return self._each(items[:_VALUES_AT_MOST], depth)
            case ast.JoinedStr(values=values):
                return self._formatted(values, depth)
            case ast.BinOp(left=left, op=operator, right=right):
                return _summed(self.read(left, depth + 1), self.read(right, depth + 1), operator)
            case ast.Call():
                return self._called(node, depth)
        return self._part(node, depth)

    def _part(self, node: ast.expr, depth: int) -> tuple[_Value, ...]:
        """Return what an attribute or an item is: a folder above, the first of some."""
        match node:
            case ast.Attribute(value=inner, attr="parent"):
                return self._above(self.read(inner, depth + 1), 1)
            case ast.Attribute(attr="pardir" | "curdir" as name):
                return (".." if name == "pardir" else ".",)
            case ast.Subscript(value=ast.Attribute(value=inner, attr="parents"), slice=ast.Constant(value=int() as up)):
                return self._above(self.read(inner, depth + 1), up + 1) if 0 <= up < len(self._file) else ()
            case ast.Subscript(value=ast.Attribute(attr="path") | ast.Name(id="__path__"), slice=ast.Constant(value=0)):
                return (self._file[:-1],)  # sys.path[0], __path__[0]
            case ast.Subscript(value=ast.Attribute(attr="argv"), slice=ast.Constant(value=0)):
                return (self._file,)
            case ast.Subscript(
                value=ast.Call(func=ast.Attribute(attr="split"), args=[inner]), slice=ast.Constant(value=0)
            ):
                return self._above(self.read(inner, depth + 1), 1)  # the first part of os.path.split(x)
        return ()

    def _each(self, nodes: Iterable[ast.expr], depth: int) -> tuple[_Value, ...]:
        return tuple(value for node in nodes for value in self.read(node, depth + 1))[:_VALUES_AT_MOST]

    def _called(self, node: ast.Call, depth: int) -> tuple[_Value, ...]:
        name, arguments = last_name(node.func), node.args[:_VALUES_AT_MOST]
        if name in _HERE:
            return (self._file,) if name == "currentframe" else (".",)
        if name == "dirname" and arguments:
            return self._above(self.read(arguments[0], depth + 1), 1)
        if name in ("join", "joinpath", "Path", "PurePath", "PosixPath") and (len(arguments) > 1 or name == "joinpath"):
            owner = [node.func.value] if name == "joinpath" and isinstance(node.func, ast.Attribute) else []
            return _all_joined([self.read(part, depth + 1) for part in (*owner, *arguments)])
        if name in _SAME:
            if arguments:
                return self.read(arguments[0], depth + 1)
            return self.read(node.func.value, depth + 1) if isinstance(node.func, ast.Attribute) else ()
        return ()

    def _above(self, values: Iterable[_Value], count: int) -> tuple[_Value, ...]:
        """Return the folders `count` levels above, none outside the project."""
        paths = (value if isinstance(value, tuple) else _joined((), value) for value in values)
        return tuple(parts[: len(parts) - count] for parts in paths if parts is not None and len(parts) >= count)

    def _formatted(self, values: Sequence[ast.expr], depth: int) -> tuple[_Value, ...]:
        parts = [each.value if isinstance(each, ast.FormattedValue) else each for each in values]
        return _all_joined([self.read(part, depth + 1) for part in parts])


def _summed(left: tuple[_Value, ...], right: tuple[_Value, ...], operator: ast.operator) -> tuple[_Value, ...]:
    """Return what `here / "lib"`, `here + "/lib"` and `[here] + sys.path` come to."""
    if isinstance(operator, ast.Add) and not (left and right):
        return left or right
    return _all_joined([left, right]) if isinstance(operator, (ast.Add, ast.Div)) else ()


def _all_joined(choices: Sequence[tuple[_Value, ...]]) -> tuple[_Value, ...]:
    """Return the paths that the first value of each part makes, and of the part with several all of them."""
    found: list[_Value] = []
    if not all(choices):
        return ()
    for number in range(max(map(len, choices), default=0)):
        value: _Value | None = choices[0][min(number, len(choices[0]) - 1)]
        for options in choices[1:]:
            following = options[min(number, len(options) - 1)]
            if value is not None:
                value = following if isinstance(following, tuple) else _under(value, following)
        if value is not None:
            found.append(value)
    return tuple(found)


def _under(value: _Value, text: str) -> _Value | None:
    if isinstance(value, tuple):
        return _joined(value, text.lstrip("/"))
    return posixpath.join(value, text.lstrip("/")) if value else text


def _joined(base: _Parts, text: str) -> _Parts | None:
    """Return the folder that `text` names from `base`, None for one outside the project."""
    parts = list(base)
    for part in text.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return tuple(parts)

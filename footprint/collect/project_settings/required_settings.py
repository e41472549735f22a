"""The settings that code asks for and cannot do without: variables of the environment that it reads without a default.

Laws: a file is parsed only where a plain search finds a reader of settings in it; of the files nothing is kept but
names and places. What stands under a condition on the same variable, or where its absence is caught, is not needed.

Sources: the documentation of os.environ, pydantic-settings, django-environ, environs, python-decouple, starlette.config
and Dynaconf.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from footprint.collect.project_settings.classes import needed_fields
from footprint.documents.python_trees import assigned, catches, last_name, text_of, try_python
from footprint.files.reader import try_read
from footprint.model.runtime import NeededSetting
from footprint.values import dataclass, field, replace

_LARGEST_BYTES = 2_000_000
_MOST_AROUND = 50
_READS = re.compile(rb"\benviron\b|\bgetenv\b|BaseSettings|\bdecouple\b|starlette\.config|[Dd]ynaconf|\bEnv\b")
_CATCHES = frozenset({"KeyError", "LookupError", "Exception", "BaseException"})
_LEAVES = frozenset({"exit", "_exit", "quit", "abort"})
# Libraries whose object reads a variable by name: what makes the object, and whether a second argument is a default.
_MAKERS: Mapping[str, bool] = {"Env": False, "FileAwareEnv": False, "Config": False, "AutoConfig": True, "config": True}
_MODULES = ("environ", "environs", "decouple", "starlette.config")
_UNNAMED = {"db": "DATABASE_URL", "db_url": "DATABASE_URL", "cache": "CACHE_URL", "cache_url": "CACHE_URL"}


@dataclass(frozen=True, slots=True)
class Need:
    """A variable that the code of a file cannot do without. `function` is "" where importing the file asks for it."""

    setting: NeededSetting
    function: str
    last_line: int  # of what fails without it
    field: str = ""  # of a class of settings: what its error names
    sure: bool = True  # False: under a condition that was not followed


@dataclass(slots=True)
class _SettingsFile:
    path: str
    tree: ast.Module
    texts: dict[str, tuple[str, ...]] = field(default_factory=dict)  # constants of the module: names, or lists of them
    read: dict[str, tuple[str, int]] = field(default_factory=dict)  # name in the code -> variable, line
    scopes: dict[int, str] = field(default_factory=dict)  # by node: the function around it
    parents: dict[int, ast.AST] = field(default_factory=dict)


def find_needed(project: Path, paths: Iterable[str]) -> tuple[Need, ...]:
    """Return what the files at `paths` need, each variable once, in the order of the files."""
    files = [file for path in paths if (file := _open(project, path)) is not None]
    helpers = {name: place for file in files for name, place in _helpers(file)}
    readers = {name: default for file in files for name, default in _readers(file)}
    given = {name for file in files for name in _scheme_defaults(file)}
    found: dict[tuple[str, str], Need] = {}
    for file in files:
        needs = [*_of_reads(file), *_of_checks(file), *_of_calls(file, helpers, readers)]
        for need in sorted(needs, key=lambda each: each.setting.line or 0):
            if need.setting.name not in given:
                found.setdefault((need.setting.name, need.function), need)
    for name, each, path, line in needed_fields([(file.path, file.tree) for file in files]):
        found.setdefault((name, ""), Need(NeededSetting(name, path, line), "", line, each))
    return tuple(found.values())


def _open(project: Path, path: str) -> _SettingsFile | None:
    data = try_read(project / path, bytes_at_most=_LARGEST_BYTES)
    tree = try_python(data) if data and _READS.search(data) else None
    if tree is None:
        return None
    file = _SettingsFile(path, tree)
    nodes: list[tuple[ast.AST, str]] = [(tree, "")]
    for node, scope in nodes:  # grows
        file.scopes[id(node)] = scope
        inner = f"{scope}.{node.name}".strip(".") if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else scope
        if isinstance(node, ast.ClassDef) and scope:
            inner = f"{scope}.{node.name}"
        for child in ast.iter_child_nodes(node):
            file.parents[id(child)] = node
            nodes.append((child, inner))
        _learn(file, node)
    return file


def _learn(file: _SettingsFile, node: ast.AST) -> None:
    for target, value in assigned(node):
        if variable := _variable(value, file):
            file.read[last_name(target)] = (variable, target.lineno)
        elif texts := _texts(value, file):
            file.texts[last_name(target)] = texts


def _texts(node: ast.AST, file: _SettingsFile) -> tuple[str, ...]:
    """Return the texts that an expression is, as far as it says so: of a list all of them."""
    match node:
        case ast.Constant(value=str(text)):
            return (text,)
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
            return tuple(text for part in parts if (text := text_of(part)))
        case ast.Dict(keys=keys):
            return tuple(text for key in keys if (text := text_of(key)))
        case ast.Name() | ast.Attribute():
            return file.texts.get(last_name(node), ())
    return ()


def _is_environ(node: ast.AST) -> bool:
    return last_name(node) == "environ"


def _variable(node: ast.AST, file: _SettingsFile, *, of: Callable[[ast.AST], str] | None = None) -> str:
    """Return the variable that a call reads and may not find: os.getenv("X"), os.environ.get("X", None)."""
    named = of or (lambda key: next(iter(_texts(key, file)), ""))
    match node:
        case ast.Call(func=function, args=[key, *rest], keywords=[]):
            is_get = isinstance(function, ast.Attribute) and function.attr == "get" and _is_environ(function.value)
            default = rest[0] if rest else None
            empty = isinstance(default, ast.Constant) and default.value in (None, "")
            if (is_get or last_name(function) == "getenv") and (default is None or empty or of is not None):
                return named(key)
    return ""


def _subscripted(node: ast.AST) -> ast.expr | None:
    """Return the key of os.environ[key] where it is read."""
    match node:
        case ast.Subscript(value=value, slice=key, ctx=ast.Load()) if _is_environ(value):
            return key
    return None


def _of_reads(file: _SettingsFile) -> Iterator[Need]:
    """Yield os.environ["X"], also for each of a list of names."""
    for node in ast.walk(file.tree):
        key = _subscripted(node)
        if key is not None:
            for name in _texts(key, file) or _looped(key, node, file):
                yield from _need(name, node, file)


def _looped(key: ast.AST, node: ast.AST, file: _SettingsFile) -> tuple[str, ...]:
    """Return the names that a loop or a comprehension around a node gives to its key."""
    if not isinstance(key, ast.Name):
        return ()
    for around in _around(node, file):
        loops: Sequence[ast.For | ast.AsyncFor | ast.comprehension] = getattr(around, "generators", ())
        for loop in (around,) if isinstance(around, ast.For) else loops:
            if last_name(loop.target) == key.id:
                return _texts(loop.iter, file)
    return ()


def _around(node: ast.AST, file: _SettingsFile) -> Iterator[ast.AST]:
    for _ in range(_MOST_AROUND):
        parent = file.parents.get(id(node))
        if parent is None:
            return
        yield parent
        node = parent


def _need(name: str, node: ast.AST, file: _SettingsFile, last_line: int | None = None) -> Iterator[Need]:
    """Yield the need, unless its absence is caught or asked for before."""
    sure, inner = True, node
    for around in _around(node, file):
        match around:
            case ast.Try(body=body, handlers=handlers) if inner in body and _catches(handlers):
                return
            case ast.If(test=test) | ast.IfExp(test=test) if inner is not test:
                if name in {text_of(part) for part in ast.walk(test)}:
                    return
                names = {last_name(part) for part in ast.walk(test)}
                if any(file.read.get(each, ("",))[0] == name for each in names):
                    return
                sure = False
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                break
        inner = around
    line = getattr(node, "lineno", 1)
    place = NeededSetting(name, file.path, line)
    yield Need(place, file.scopes[id(node)], last_line or getattr(node, "end_lineno", None) or line, sure=sure)


def _catches(handlers: Sequence[ast.ExceptHandler]) -> bool:
    """Return whether handlers go on where a variable is missing: not those that raise in turn."""
    for handler in handlers:
        if catches(handler.type, _CATCHES):
            return not _ends(handler.body)
    return False


def _ends(body: Sequence[ast.stmt]) -> bool:
    """Return whether a body raises or leaves the process."""
    calls = (each.value for each in body if isinstance(each, ast.Expr) and isinstance(each.value, ast.Call))
    return any(isinstance(each, ast.Raise) for each in body) or any(last_name(call.func) in _LEAVES for call in calls)


def _of_checks(file: _SettingsFile) -> Iterator[Need]:
    """Yield what is looked at, and ends the start where it is missing: `if not X: raise`, `assert X`, lists."""
    for node in ast.walk(file.tree):
        match node:
            case ast.If(test=test, body=body) if _ends(body):
                wanted = _missing_in(test, file)
            case ast.Assert(test=test):
                wanted = _present_in(test, file)
            case ast.ListComp(generators=[ast.comprehension(ifs=[test])]):
                wanted = _missing_in(test, file)
            case _:
                continue
        last = getattr(node, "end_lineno", None)
        for name, line in wanted.items():
            for need in _need(name, node, file, last):
                yield Need(NeededSetting(name, file.path, line or need.setting.line), need.function, need.last_line)


def _missing_in(test: ast.expr, file: _SettingsFile, depth: int = 0) -> dict[str, int]:
    """Return the variables of which a test says that one is missing: `not X`, `X is None`, `"X" not in os.environ`."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _present_in(operand, file)
        case ast.BoolOp(values=values) if depth < _MOST_AROUND:
            return {name: line for value in values for name, line in _missing_in(value, file, depth + 1).items()}
        case ast.Compare(left=left, ops=[ast.Is() | ast.Eq()], comparators=[ast.Constant(value=None | "")]):
            return _present_in(left, file)
        case ast.Compare(left=left, ops=[ast.NotIn()], comparators=[where]) if _is_environ(where):
            return dict.fromkeys(_texts(left, file) or _looped(left, test, file), 0)
    return {}


def _present_in(test: ast.expr, file: _SettingsFile) -> dict[str, int]:
    """Return the variables of which a test says that all are there."""
    found: dict[str, int] = {}
    for node in ast.walk(test):
        if isinstance(node, ast.Compare) and _is_environ(node.comparators[-1]):
            found |= dict.fromkeys(_texts(node.left, file), 0)
        name = _variable(node, file, of=lambda key: "\n".join(_texts(key, file) or _looped(key, test, file)))
        found |= dict.fromkeys(filter(None, name.split("\n")), 0)
        if isinstance(node, ast.Name | ast.Attribute) and last_name(node) in file.read:
            variable, line = file.read[last_name(node)]
            found[variable] = line
    return found


def _helpers(file: _SettingsFile) -> Iterator[tuple[str, int]]:
    """Yield functions that need the variable that they are given the name of, with the place of the argument."""
    for node in ast.walk(file.tree):
        if not isinstance(node, ast.FunctionDef):
            continue
        places = [argument.arg for argument in node.args.args]
        parts = list(ast.walk(node))
        keys = [last_name(key) for part in parts if (key := _subscripted(part)) is not None]
        if any(isinstance(part, ast.Raise) for part in parts) or any(
            isinstance(part, ast.Call) and last_name(part.func) in _LEAVES for part in parts
        ):
            keys += [_variable(part, file, of=last_name) for part in parts]
        yield from ((node.name, places.index(key)) for key in keys if key in places)


def _readers(file: _SettingsFile) -> Iterator[tuple[str, bool]]:
    """Yield the objects that read a variable by its name, and whether a second argument of theirs is a default."""
    known: set[str] = set()
    for node in ast.walk(file.tree):
        match node:
            case ast.ImportFrom(module=str(module)) if module in _MODULES:
                known |= {each.asname or each.name for each in node.names}
                second = module in ("environs", "decouple")
                yield from ((each.asname or each.name, second) for each in node.names if each.name == "config")
            case ast.Assign(targets=[target], value=ast.Call(func=function)):
                is_ours = last_name(function) in known or (
                    isinstance(function, ast.Attribute) and last_name(function.value) in _MODULES
                )
                if is_ours and last_name(function) in _MAKERS:
                    yield last_name(target), _MAKERS[last_name(function)]


def _scheme_defaults(file: _SettingsFile) -> Iterator[str]:
    """Yield the variables for which an object of django-environ has a default: Env(DEBUG=(bool, False))."""
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Call) and last_name(node.func) in ("Env", "FileAwareEnv"):
            yield from (each.arg for each in node.keywords if each.arg and isinstance(each.value, ast.Tuple))


def _of_calls(file: _SettingsFile, helpers: Mapping[str, int], readers: Mapping[str, bool]) -> Iterator[Need]:
    """Yield the variables named in calls of helpers, of readers, and of Dynaconf's validators."""
    calls = [node for node in ast.walk(file.tree) if isinstance(node, ast.Call)]
    prefixes = (text_of(each.value) for node in calls for each in node.keywords if each.arg == "envvar_prefix")
    prefix = next(prefixes, "DYNACONF")
    for node in calls:
        name, names = last_name(node.func), [text_of(argument) for argument in node.args]
        owner = last_name(node.func.value) if isinstance(node.func, ast.Attribute) else ""
        keywords = {each.arg for each in node.keywords}
        if "default" in keywords:
            continue
        if name == "Validator" and "must_exist" in keywords:
            for need in (need for each in names if each for need in _need(each, node, file)):
                prefixed = replace(need.setting, name=f"{prefix}_{need.setting.name}")
                yield replace(need, setting=prefixed, field=need.setting.name)
        elif name in helpers and len(names) == helpers[name] + 1 and names[helpers[name]]:
            yield from _need(names[helpers[name]], node, file)
        elif name in readers and not owner and names and names[0]:
            if len(names) == 1 or (len(names) == 2 and not readers[name]):
                yield from _need(names[0], node, file)
        elif owner in readers and len(names) < 2 and name not in ("read_env", "read_envfile", "prefixed", "get_value"):
            variable = names[0] if names else _UNNAMED.get(name, "")
            yield from _need(variable, node, file) if variable else ()

"""What runs in the site folders whenever Python starts, read as text: lines of .pth and .start files, sitecustomize.

Sources: Lib/site.py (a line that begins with `import` is a program; sitecustomize, usercustomize); PEP 829 (.start).
"""

from __future__ import annotations

import ast
import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

from footprint.documents.python_trees import imports_of, last_name, running, text_of, try_python
from footprint.files.reader import list_names, try_read
from footprint.late import late_pattern
from footprint.model.installed_environment import Numbers, StartHook
from footprint.names import ModuleName, top_level
from footprint.values import dataclass

_BYTES_AT_MOST = 1 << 20
_FILES_AT_MOST = 1_000
_HOOKS_AT_MOST = 1_000
_TEXT_SHOWN = 120
_DEPTH_AT_MOST = 2  # of texts given to exec in one another
_START_FILES_SINCE = (3, 15)
_CUSTOM = ("sitecustomize.py", "usercustomize.py")
_ENTRY = late_pattern(r"([\w.]+)\s*(?::\s*[\w.]+)?\s*(?:#.*)?")
_IMPORTERS = frozenset({"__import__", "import_module"})
# Finders of editable installs, and what makers of environments put there: no use of anybody.
_OF_TOOLS = late_pattern(r"__editable__|_editable_impl_|_virtualenv$|_distutils_hack$|_\w+_editable(?:_loader)?$")


def read_hooks(site_dirs: Sequence[Path], stdlib_names: Collection[str], version: Numbers) -> tuple[StartHook, ...]:
    """Return each program line that imports something beside the standard library, in the order of the files."""
    hooks: list[StartHook] = []
    for site in site_dirs:
        names = [name for name in list_names(site) if name.endswith((".pth", ".start")) or name in _CUSTOM]
        for name in names[:_FILES_AT_MOST]:
            hooks += _read_file(f"{site}/{name}", name, stdlib_names, version)
    return tuple(hooks[:_HOOKS_AT_MOST])


def read_custom_modules(folders: Iterable[Path], stdlib_names: Collection[str]) -> tuple[StartHook, ...]:
    """Return what the first sitecustomize and usercustomize of folders on the path import."""
    hooks: list[StartHook] = []
    for name in _CUSTOM:
        place = next((f"{folder}/{name}" for folder in folders if os.path.isfile(f"{folder}/{name}")), None)  # noqa: PTH113
        if place is not None:
            hooks += _read_file(place, name, stdlib_names, _START_FILES_SINCE)
    return tuple(hooks)


def _read_file(path: str, name: str, stdlib_names: Collection[str], version: tuple[int, ...]) -> Iterator[StartHook]:
    text = (try_read(path, bytes_at_most=_BYTES_AT_MOST) or b"").decode("utf-8-sig", "replace")
    if name.endswith(".start"):
        programs: Iterable[tuple[int, str, _Found]] = _start_lines(text)
    elif name.endswith(".pth"):
        programs = _program_lines(text)
    else:
        programs = _statements(text)
    dormant = f"Python runs {name} from 3.15 on" if name.endswith(".start") and version < _START_FILES_SINCE else ""
    for number, line, found in programs:
        modules = tuple(module for module in found.modules if top_level(module) not in stdlib_names)
        if modules and not all(map(_OF_TOOLS.match, modules)):
            yield StartHook(path, name, number, line.strip()[:_TEXT_SHOWN], modules, found.variables, dormant)


@dataclass(frozen=True, slots=True)
class _Found:
    """What a program imports, and the variables of which one has to be set for it."""

    modules: tuple[ModuleName, ...] = ()
    variables: tuple[str, ...] = ()


def _program_lines(text: str) -> Iterator[tuple[int, str, _Found]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith(("import ", "import\t")):
            yield number, line, _read_program(line)


def _start_lines(text: str) -> Iterator[tuple[int, str, _Found]]:
    for number, line in enumerate(text.splitlines(), start=1):
        match = _ENTRY.fullmatch(line.strip())
        if match is not None and all(map(str.isidentifier, match[1].split("."))):
            yield number, line, _Found((match[1],))


def _statements(text: str) -> Iterator[tuple[int, str, _Found]]:
    """Yield every line of a module that imports something when it is loaded."""
    tree = try_python(text)
    lines = text.splitlines()
    switched = _switches(tree) if tree is not None else ()
    for node in running([tree]) if tree is not None else ():
        modules = tuple(_imported(node))
        if modules:
            number = node.lineno if isinstance(node, (ast.stmt, ast.expr)) else 1
            yield number, lines[number - 1] if number <= len(lines) else "", _Found(modules, switched)


def _read_program(text: str, depth: int = 0) -> _Found:
    """Return what a program imports, also by what it gives to exec as a text."""
    tree = try_python(text.strip())
    if tree is None:
        return _Found()
    modules: dict[ModuleName, None] = {}
    variables = dict.fromkeys(_switches(tree))
    for node in running([tree]):
        modules |= dict.fromkeys(_imported(node))
        if isinstance(node, ast.Call) and last_name(node.func) == "exec" and node.args and depth < _DEPTH_AT_MOST:
            inner = _read_program(text_of(node.args[0]), depth + 1)
            modules |= dict.fromkeys(inner.modules)
            variables |= dict.fromkeys(inner.variables)
    return _Found(tuple(modules), tuple(variables))


def _imported(node: ast.AST) -> Iterator[ModuleName]:
    yield from (module for module, _ in imports_of(node))
    if isinstance(node, ast.Call) and last_name(node.func) in _IMPORTERS and node.args and text_of(node.args[0]):
        yield text_of(node.args[0])


def _switches(tree: ast.AST) -> tuple[str, ...]:
    """Return the variables that a condition asks for. One with a default is none: it is on by itself."""
    tests: list[ast.expr] = []
    for node in running([tree]):
        if isinstance(node, (ast.If, ast.IfExp)):
            tests.append(node.test)
        elif isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
            tests += node.values[:-1]
    return tuple(dict.fromkeys(name for test in tests for node in ast.walk(test) for name in _asked_variable(node)))


def _asked_variable(node: ast.AST) -> Iterator[str]:
    """Yield X of os.environ.get("X"), os.getenv("X"), os.environ["X"] and "X" in os.environ."""
    match node:
        case ast.Call(func=ast.Attribute(attr="get" | "getenv" as how, value=owner), args=[name]):
            if how == "getenv" or last_name(owner) == "environ":
                yield from filter(None, [text_of(name)])
        case ast.Subscript(value=owner, slice=name) if last_name(owner) == "environ":
            yield from filter(None, [text_of(name)])
        case ast.Compare(left=name, ops=[ast.In()], comparators=[owner]) if last_name(owner) == "environ":
            yield from filter(None, [text_of(name)])

"""Commands in code that start Python: `[sys.executable, "-m", "x"]`, `os.system("python -m x")`, `python -c "..."`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from footprint.collect.imports.name_values import Values
from footprint.collect.imports.value_index import is_option
from footprint.documents.python_trees import dotted_name, last_name, string_of
from footprint.late import late_pattern

_PYTHON = late_pattern(r"(?:.*/)?(?:python[\d.]*w?|pypy[\d.]*|py)(?:\.exe)?")
_INTERPRETER = late_pattern(r"(?:^|_|\b)(?:python\w*|py|executable|interpreter|exe|interp)\b", re.IGNORECASE)
_STARTED = r"(?:^|[\s;&|(\"'/*])(?:python[\d.]*w?|pypy[\d.]*|py|\*)(?:\s+-(?!m|c)[\w=]+)*\s+"
_BY_MODULE = late_pattern(_STARTED + r"-m\s*([A-Za-z_][\w.]*)")
_BY_CODE = late_pattern(_STARTED + r"-c\s*(['\"])(.*?)\1", re.DOTALL)
_FIRST_WORD = late_pattern(
    r"(?:^|&&|\|\||[;|\n(])\s*(?:(?:[A-Z_]+=\S*|exec|nohup|sudo|env|time|nice)\s+)*(?:\S*/)?([A-Za-z][\w.-]*)"
)
_LONGEST = 20_000
# Calls that run a command line, by their last word; what is a list of words there is found wherever it stands.
RUNNERS = frozenset({
    "run", "Popen", "call", "check_call", "check_output", "system", "popen", "getoutput", "getstatusoutput", "local",
    "create_subprocess_shell", "create_subprocess_exec", "run_command", "run_cmd", "exec_command", "sh", "shell",
    "execute", "spawn", "startfile",
})  # fmt: skip
_KEYWORDS = ("args", "cmd", "command")


def options_of(values: Values) -> Iterator[tuple[ast.expr, list[tuple[str, ast.expr]]]]:
    """Yield the lists and calls that hold `-m` or `-c` for an interpreter of Python, each with what follows these."""
    mains = (*values.calls.get("main", ()), *values.calls.get("invoke", ()))
    of_main = {id(given) for call, _ in mains for given in call.args}
    for node in values.options_in:
        items = node.args if isinstance(node, ast.Call) else node.elts
        found: list[tuple[str, ast.expr]] = []
        is_free = not isinstance(node, ast.Call) and id(node) not in of_main
        for index, item in enumerate(items):
            option = item.value if isinstance(item, ast.Constant) and is_option(item.value) else None
            if option is not None and _starts_python(items[:index], is_free=is_free):
                if len(str(option)) > 2:
                    found.append(("-m", ast.copy_location(ast.Constant(str(option)[2:]), item)))
                else:
                    found += [(str(option), following) for following in items[index + 1 : index + 2]]
                break  # what follows are the arguments of that program
        if found:
            yield node, found


def _starts_python(before: list[ast.expr], *, is_free: bool) -> bool:
    """Whether what stands before an option is an interpreter; ["-m", "x"] is put behind one, unless it is not free."""
    return any(map(_is_interpreter, before)) if before else is_free


def _is_interpreter(item: ast.expr) -> bool:
    if isinstance(item, ast.Starred):
        item = item.value
    if isinstance(item, ast.Call):
        item = item.args[0] if item.args else item.func
    if isinstance(item, ast.Constant):
        return _PYTHON.fullmatch(string_of(item) or "") is not None
    name = dotted_name(item) or last_name(item) or ""
    if isinstance(item, (ast.BinOp, ast.BoolOp, ast.IfExp, ast.JoinedStr, ast.Subscript)):
        name = " ".join(_names_in(item))
    return _INTERPRETER.search(name) is not None


def _names_in(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute):
            yield part.attr
        elif isinstance(part, ast.Name):
            yield part.id
        elif (text := string_of(part)) is not None:
            yield text.rpartition("/")[2]


def command_lines(call: ast.Call) -> Iterator[ast.expr]:
    """Yield the arguments of a call that may be a command line in one text."""
    if last_name(call.func) not in RUNNERS:
        return
    for line in [*call.args[:1], *(keyword.value for keyword in call.keywords if keyword.arg in _KEYWORDS)]:
        if isinstance(line, ast.Call) and last_name(line.func) == "split":  # "python -m x".split(), shlex.split(...)
            yield from line.args[:1]
            yield line.func.value if isinstance(line.func, ast.Attribute) else line.func
        else:
            yield line


def modules_run(line: str) -> Iterator[tuple[str, str]]:
    """Yield what a command line runs: ("-m", module), ("-c", code), ("command", first word)."""
    if len(line) > _LONGEST or " " not in line.strip():
        return
    yield from (("-m", found[1]) for found in _BY_MODULE.finditer(line))
    yield from (("-c", found[2]) for found in _BY_CODE.finditer(line))
    yield from (("command", found[1]) for found in _FIRST_WORD.finditer(line))

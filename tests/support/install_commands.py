"""Finds the commands that install something: in the text of a Python program, and in lines of make and shell."""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

TOOLS = frozenset({"pip", "pip3", "uv", "uvx", "npm", "npx", "pipx", "pre-commit", "virtualenv", "poetry", "pdm"})
_VERBS = frozenset({"install", "i", "ci", "pack", "exec", "sync", "lock", "add", "run", "wheel", "download", "compile"})
_MODULES = TOOLS | {"build"}
# What takes the name of a program and tells where it is, or runs a module.
_LOOKUPS = frozenset({"which", "tool", "with_name", "run_module", "import_module", "joinpath"})
_STARTS = frozenset({"run", "Popen", "call", "check_call", "check_output", "system", "write_program"})
_ROOM = frozenset({"uv", "pip"})  # the functions of tests/support/installer.py

_SHELL = re.compile(
    r"""(?<![\w.-])(?:
        (?P<program>pip3?|uvx?|pipx|npm|npx|pre-commit|poetry|pdm|apt-get|apt|virtualenv)["']?\s+(?:-{1,2}\S+\s+)*
            (?:install|i|ci|pack|exec|sync|lock|add|run|wheel|download|compile|pip|tool|try-repo|[\w-]*@\S+)(?![\w-])
        | -m\s+(?P<module>pip|uv|pipx|pre_commit|build|virtualenv)(?![\w-])
        | (?P<variable>\$[({]PIP_INSTALL[)}])
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Found:
    """One place that installs, or may: its line, or its text."""

    tool: str
    where: str


def in_python(text: str) -> tuple[Found, ...]:
    """Return the commands that a program may give: words with a tool and a verb, `-m` and a tool, a lookup of a tool.

    Words alone are a command only if they start with the tool: a table of names is none.
    """
    found = {one for node in ast.walk(ast.parse(text)) for one in _of_node(node)}
    return tuple(sorted(found, key=lambda one: (int(one.where), one.tool)))


def in_lines(text: str) -> tuple[Found, ...]:
    """Return the commands of a shell script, a Makefile or a recipe; comments and what is printed are none."""
    rows = re.sub(r"\\\n", " ", text).splitlines()
    bare = (re.sub(r"(^|\s)#.*|(^|\{|;)\s*@?echo .*", "", row).strip() for row in rows)
    return tuple(
        Found(match["program"] or match["module"] or "pip", row) for row in bare for match in _SHELL.finditer(row)
    )


def _of_node(node: ast.AST) -> Iterator[Found]:
    if isinstance(node, ast.Call):
        yield from _of_call(node)
    elif isinstance(node, ast.List | ast.Tuple):
        yield from _of_words(node.lineno, node.elts)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        yield from _named(node.lineno, [node.right])


def _of_call(node: ast.Call) -> Iterator[Found]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in _LOOKUPS:
        yield from _named(node.lineno, node.args)
    elif name not in _ROOM:
        yield from _of_words(node.lineno, node.args)
    if name in _STARTS:
        for argument in node.args:
            text = "".join(_texts(argument))
            yield from (Found(one.tool, str(node.lineno)) for one in in_lines(text))


def _named(line: int, nodes: Sequence[ast.expr]) -> Iterator[Found]:
    for node in nodes:
        if (word := "".join(_texts(node)).rpartition("/")[2]) in TOOLS:
            yield Found(word, str(line))


def _of_words(line: int, nodes: Sequence[ast.expr]) -> Iterator[Found]:
    words = ["".join(_texts(node)).rpartition("/")[2].replace("_", "-") for node in nodes]
    for before, word in zip(["", *words], words, strict=False):
        if word in _MODULES and before == "-m":
            yield Found(word, str(line))
    if words and words[0] in TOOLS and _VERBS.intersection(words[1:]):
        yield Found(words[0], str(line))


def _texts(node: ast.expr) -> Iterator[str]:
    """Yield the text of a string; a value that is filled in counts as a word of its own."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        for part in node.values:
            yield part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else "/"

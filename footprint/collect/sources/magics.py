"""What IPython adds to Python in a cell, taken out, so that as many lines are left as there were.

A line of another language becomes `pass` and its continuation empty. Imports that a magic makes stay: `%time import x`,
`%load_ext x`, `%matplotlib`. What `%pip install` installs is neither an import nor a declaration.
Source: IPython's documentation of its syntax, and inputtransformer2.py.
"""

from __future__ import annotations

import re

from footprint.documents.python_trees import parse_python

# Cells of these are Python still; any other `%%name` is another language or another file.
_PYTHON_CELLS = frozenset(
    {"capture", "debug", "heat", "ipytest", "memit", "mprun", "prun", "px", "pypy", "python", "python3"}
    | {"scalene", "snakeviz", "time", "timeit", "wandb"}
)
_PYTHON_LINES = frozenset({"memit", "mprun", "prun", "time", "timeit"})
_BUILT_IN_EXTENSIONS = frozenset({"autoreload", "storemagic"})
_LOADS = {"matplotlib": "import matplotlib", "pylab": "import matplotlib, numpy"}

_UNCLOSED_AT_MOST = 20  # each was looked for to the end of the cell

_CELL_MAGIC = re.compile(r"%%(\w[\w.]*)")
_LINE_MAGIC = re.compile(r"[ \t]*%{1,2}(\w[\w.]*)[ \t]*(.*)", re.DOTALL)
_ESCAPED = re.compile(r"[ \t]*(?:[%!?,;/]|(?![ \t]).*[\w\])'\"*]\?{1,2}[ \t]*(?:#.*)?$)")
_ASSIGNED = re.compile(r"([ \t]*[A-Za-z_][\w.,\[\] \t'\"]*=)[ \t]*[%!](?=[A-Za-z_!./({$\"'~])")
# Typed without a sign, as IPython allows where no variable has that name.
_BARE = re.compile(r"(?:pip3?|conda|mamba|cd|ls|cat|mkdir|rm|cp|mv)[ \t]+[\w./~*-]")
_MARGIN = re.compile(r"[ \t]*")
_TOKEN = re.compile(
    r"(?P<long>'''|\"\"\")"
    # a string goes on over 40 lines at most: one that never closes is tried from every line
    r"|'[^'\\\n]*(?:\\[^\n][^'\\\n]*)*(?:\\\n[^'\\\n]*(?:\\[^\n][^'\\\n]*)*){0,40}'"
    r"|\"[^\"\\\n]*(?:\\[^\n][^\"\\\n]*)*(?:\\\n[^\"\\\n]*(?:\\[^\n][^\"\\\n]*)*){0,40}\"|['\"][^\n]*|#[^\n]*"
    r"|(?P<open>[(\[{])|(?P<close>[)\]}])|\\\n|(?P<end>\n)"
)


def to_python(lines: list[str], *, check: bool) -> tuple[list[str], SyntaxError | ValueError | None]:
    """Return the lines of a cell as Python, as many as there were, and why they are none, when they are not.

    Without `check` nothing is parsed: magics are found by their looks, and what is wrong stays unknown.
    """
    first = next((number for number, line in enumerate(lines) if line.strip()), None)
    if first is None:
        return lines, None
    magic = _CELL_MAGIC.match(lines[first])
    if magic is not None:
        if magic[1] not in _PYTHON_CELLS:
            return [""] * len(lines), None
        lines = [*lines[:first], "", *lines[first + 1 :]]
    if not check:
        return _without_magics(lines), None
    trouble = find_trouble("\n".join(lines))
    if trouble is not None:
        lines = _without_magics(lines)
        trouble = find_trouble("\n".join(lines))
    return lines, trouble


def find_trouble(text: str) -> SyntaxError | ValueError | None:
    """Return why a text is not Python, None when it is. `await` at the top level is."""
    try:
        parse_python(text)
    except (SyntaxError, ValueError) as error:
        return error
    except (RecursionError, MemoryError) as error:
        return ValueError(type(error).__name__)
    return None


def _without_magics(lines: list[str]) -> list[str]:
    """Replace the lines that no Python statement can begin with, where a statement would begin."""
    result = list(lines)
    text = "\n".join(lines)
    number = position = unclosed = 0
    while number < len(lines):
        line, end = lines[number], number
        if _ESCAPED.match(line) or _ASSIGNED.match(line) or _BARE.match(line):
            while lines[end].endswith("\\") and end + 1 < len(lines):
                end += 1
            whole = "\n".join(lines[number : end + 1]).replace("\\\n", " ")
            result[number : end + 1] = [_stand_in(whole), *[""] * (end - number)]
        elif unclosed < _UNCLOSED_AT_MOST:
            found = _statement_end(text, position)
            if found is None:  # something is never closed: only this line is known to be a statement's
                unclosed += 1
            else:
                end += text.count("\n", position, found)
        position += sum(map(len, lines[number : end + 1])) + end + 1 - number
        number = end + 1
    return result


def _stand_in(line: str) -> str:
    """Return the Python that stands for a line with a magic: what it imports, or nothing."""
    margin = _MARGIN.match(line)
    indent = margin[0] if margin else ""
    assigned = _ASSIGNED.match(line)
    if assigned is not None:
        return f"{assigned[1]} None"
    magic = _LINE_MAGIC.match(line)
    if magic is None:
        return f"{indent}pass"
    name, rest = magic[1], magic[2].strip()
    if name in _PYTHON_LINES and rest and "\n" not in rest and find_trouble(rest) is None:
        return indent + rest
    if name == "load_ext" and rest not in _BUILT_IN_EXTENSIONS and all(map(str.isidentifier, rest.split("."))):
        return f"{indent}import {rest}"
    return indent + _LOADS.get(name, "pass")


def _statement_end(text: str, position: int) -> int | None:
    """Return where the statement at `position` ends, before its line feed: brackets, long strings, backslashes."""
    depth = 0
    while (found := _TOKEN.search(text, position)) is not None:
        position = found.end()
        if found["long"]:
            closing = text.find(found["long"], position)
            if closing < 0:
                return None
            position = closing + 3
        elif found["open"]:
            depth += 1
        elif found["close"]:
            depth = max(depth - 1, 0)
        elif found["end"] and depth == 0:
            return found.start()
    return len(text) if depth == 0 else None

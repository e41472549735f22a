"""Strings that could name a module, and the place that each stands in: `Celery("x", include=["jobs"])`.

Laws: a string alone proves nothing. What is said here is only what it is and what stands around it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from footprint.collect.imports.scopes import absolute_module
from footprint.documents.python_trees import dotted_name, string_of, strings_in
from footprint.knowledge.frameworks import takes_files, takes_plain_names
from footprint.late import late_pattern
from footprint.names import ModuleName

_MODULE_STRING = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*(?::[A-Za-z_][\w.]*(?:\(\))?)?")
_FILE_STRING = late_pattern(r"(?:\./)?[\w][\w./-]*\.py")
_RELATIVE = late_pattern(r"(\.*)([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)(?::(\w+))?")
LONGEST = 200
WORTH_A_LOOK = re.compile(r"\.?[A-Za-z_][\w./:-]*(?:\(\))?|[\w./-]+\.py")
_MOST_ROWS = 5_000
_MOST_AROUND = 32  # things around a string, the nearest: of a().b().c() each call stands around all before it

# What stands around an expression, from the inside out: a call, a keyword, the key of a dictionary, a comprehension.
Around = tuple[ast.AST, "Around"] | None


def place_of(around: Around, assigned: str | None) -> tuple[str, ...]:
    """Return the words around a string, outermost first: "app.conf.beat", "dict()", "include", "[key]"."""
    words: list[str] = []
    for _ in range(_MOST_AROUND):
        if around is None:
            break
        node, around = around
        if isinstance(node, ast.Call):
            first = node.args[0] if len(node.args) > 1 else None  # os.environ.setdefault("FLASK_APP", "web")
            if not words and (text := string_of(first)) is not None:
                words.append(text)
            words.append(f"{dotted_name(node.func) or ''}()")
        elif isinstance(node, ast.keyword):
            words.append(node.arg or "")
        elif isinstance(node, ast.Constant):
            words.append(f"[{node.value}]" if isinstance(node.value, str) else "[]")
    if assigned:
        words.append(assigned)
    return tuple(reversed(words))


def target_word(target: ast.expr) -> str | None:
    """Return what an assignment is made to: `a`, `app.conf.include`, the key of `os.environ["X"]`."""
    if isinstance(target, ast.Subscript):
        return string_of(target.slice)
    return dotted_name(target)


def read_string(text: str, place: tuple[str, ...]) -> tuple[ModuleName, tuple[str, ...]] | None:
    """Return the module that a string could name and the attribute after its colon; for a file its path.

    For texts worth a look, no longer than LONGEST.
    """
    if text.endswith(".py"):
        return (text.removeprefix("./"), ()) if _FILE_STRING.fullmatch(text) and takes_files(place) else None
    if not _MODULE_STRING.fullmatch(text):
        return None
    module, colon, attribute = text.partition(":")
    if "." not in module and not colon and not takes_plain_names(place):
        return None
    return module, (attribute.removesuffix("()"),) if colon else ()


def lazy_rows(
    tables: list[ast.Dict], module: ModuleName, *, is_package: bool
) -> Iterator[tuple[int, ModuleName, tuple[str, ...]]]:
    """Yield (line, module, names it offers) for the rows of tables behind a module's `__getattr__`.

    Both ways round occur: {"Name": ".mod"} or {"Name": (".mod", "Name")}, and {"mod": ["Name", ...]}.
    """
    count = 0
    for table in tables:
        for key, value in zip(table.keys, table.values, strict=True):
            count += 1
            if count > _MOST_ROWS:
                return
            name = string_of(key)
            texts = strings_in(value)
            if name is None:
                continue
            for text, names in [(text, (name,)) for text in texts[:2]] + [(name, tuple(texts))]:
                for found in _meant_by(text, module, is_package=is_package):
                    yield value.lineno, found, names


def _meant_by(text: str, module: ModuleName, *, is_package: bool) -> Iterator[ModuleName]:
    match = _RELATIVE.fullmatch(text) if len(text) <= LONGEST else None
    if match is None:
        return
    if "." in match[2] and not match[1]:
        yield match[2]
    yield absolute_module(match[2], len(match[1]) or 1, module, is_package=is_package)


def attached(call: ast.Call) -> list[tuple[str, tuple[str, ...]]]:
    """Return (submodule, names it offers) of `lazy_loader.attach(__name__, submodules=..., submod_attrs=...)`."""
    name = (dotted_name(call.func) or "").rpartition(".")[2]
    first = call.args[0] if call.args else None
    if name != "attach" or not isinstance(first, ast.Name) or first.id != "__name__":
        return []
    given = dict(zip(("", "submodules", "submod_attrs"), call.args, strict=False))
    given |= {keyword.arg or "": keyword.value for keyword in call.keywords}
    found: list[tuple[str, tuple[str, ...]]] = [(text, ()) for text in strings_in(given.get("submodules"))]
    table = given.get("submod_attrs")
    if isinstance(table, ast.Dict):
        for key, value in zip(table.keys, table.values, strict=True):
            if (text := string_of(key)) is not None:
                found.append((text, tuple(strings_in(value))))
    return found

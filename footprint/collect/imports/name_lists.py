"""Lists of names that frameworks read, however they are put together: INSTALLED_APPS, MIDDLEWARE, Celery's include."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from footprint.collect.imports.flow import Flow
from footprint.collect.imports.name_values import NameValue, Values
from footprint.documents.python_trees import last_name
from footprint.knowledge.frameworks import PLACES, installs

_BLOCKS_AT_MOST = 20_000
_LISTS = frozenset(key for key in PLACES if key.isidentifier() and key.isupper()) | {"lazy_subcommands"}
_FILE = re.compile(r"(?:\./)?[\w][\w./*-]*\.py")
_CALLS = {"Celery": ("include", "Celery() include"), "update": ("imports", "imports")}


def _is_list(name: str) -> bool:
    return name in _LISTS or name.endswith("MIDDLEWARE") or installs((name,))


def listed_values(values: Values, flow: Flow) -> Iterator[tuple[str, NameValue]]:
    """Yield the names of such lists with what they are given: assigned, added, returned by a property of that name."""
    pending, left = [values.top], _BLOCKS_AT_MOST
    while pending and left:
        left -= 1
        block = pending.pop()
        for name, found in block.values.items():
            if _is_list(name):
                yield from ((name, value) for value in (*found, *flow.changes_of(name, block)))
        for name, blocks in block.inner.items():
            pending += blocks
            if _is_list(name):
                yield from ((name, NameValue(given, each)) for each in blocks for given in each.returns)
    for name, found in values.attributes.items():
        if _is_list(name) or name in ("imports", "include"):
            place = name if _is_list(name) else f"conf.{name}"
            yield from ((place, value) for value in found if value.block.kind != "class")
    for name, found in values.changes.items():
        if _is_list(name):  # of what another file assigned: INSTALLED_APPS.append("x") after `import *`
            yield from ((name, value) for value in found if flow.home_of(name, value.block) is None)


def list_words(call: ast.Call, keyword: str) -> str | None:
    """Return the place of a keyword that takes such a list: `Celery(include=A)`, `configure(INSTALLED_APPS=B)`."""
    wanted, words = _CALLS.get(last_name(call.func) or "", ("", ""))
    if keyword and keyword == wanted:
        return words
    return keyword if keyword and _is_list(keyword) else None


def paths_in(call: ast.Call) -> Iterator[tuple[str, int]]:
    """Yield the paths of Python files that stand in the arguments of a call."""
    for node in ast.walk(ast.Tuple([*call.args, *(keyword.value for keyword in call.keywords)], ast.Load())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _FILE.fullmatch(node.value):
            yield node.value, node.lineno

"""Names of modules in strings, by a look without a tree."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

_APPS_ASSIGNED = re.compile(rb"_APPS[ \t]*(?::[^\n=]*)?\+?=(?!=)")
# "shop.models", "shop:app", and the same as a part of an f-string.
_MODULE_STRING = re.compile(rb"['\"}]([A-Za-z_\x80-\xff][\w\x80-\xff]*(?:\.[\w\x80-\xff]+)*)[:'\"{]")


def find_module_strings(project: Path, paths: Iterable[str]) -> dict[str, frozenset[str] | None]:
    """Return by path the dotted names that stand in strings, as far as a look without a tree can tell.

    Errs on the side of more: a string in a comment counts. None for a file that may list applications by plain
    names, as INSTALLED_APPS does: whoever wants to know has to read it in full.
    """
    found: dict[str, frozenset[str] | None] = {}
    for path in paths:
        try:
            data = (project / path).read_bytes()
        except OSError:
            continue
        if _APPS_ASSIGNED.search(data):
            found[path] = None
        else:
            found[path] = frozenset(name.decode("utf-8", "replace") for name in set(_MODULE_STRING.findall(data)))
    return found

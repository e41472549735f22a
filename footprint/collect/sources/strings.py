"""Names of modules in strings, by a look without a tree."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from footprint.model.frameworks import PLACES

# Places of names without a dot, of names that are computed, and of those that are relative to a package.
_ROWS = "|".join(re.escape(word.removesuffix("()").rpartition(".")[2]) for word in PLACES)
_UNUSUAL = re.compile(
    rb"_APPS\b|\b(?:%s)\b(?:['\"]\]?[ \t]*[:=,]|[ \t]*[:=(])"
    rb"|\bautodiscover_tasks\b|\bimport_module\b|\b__import__\b|\bspec_from_file_location\b|\bSourceFileLoader\b"
    rb"|\bdef __getattr__\b|\battach(?:_stub)?\b|\b_?LazyModule\b" % _ROWS.encode()
)
# "shop.models", "shop:app", and the same as a part of an f-string.
_MODULE_STRING = re.compile(rb"['\"}]([A-Za-z_\x80-\xff][\w\x80-\xff]*(?:\.[\w\x80-\xff]+)*)[:'\"{]")


def find_module_strings(project: Path, paths: Iterable[str]) -> dict[str, frozenset[str] | None]:
    """Return by path the dotted names that stand in strings, as far as a look without a tree can tell.

    Errs on the side of more: a string in a comment counts. None for a file that may name modules in another way, as
    INSTALLED_APPS does by plain names: whoever wants to know has to read it in full.
    """
    found: dict[str, frozenset[str] | None] = {}
    for path in paths:
        try:
            data = (project / path).read_bytes()
        except OSError:
            continue
        if _UNUSUAL.search(data):
            found[path] = None
        else:
            found[path] = frozenset(name.decode("utf-8", "replace") for name in set(_MODULE_STRING.findall(data)))
    return found

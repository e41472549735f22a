"""Names of modules in strings, by a look without a tree."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from footprint.files.reader import try_read
from footprint.knowledge.frameworks import PLACES

# What stands behind a word that is a place: a key, an assignment, a keyword, a call. Of the calls that take one dotted
# name, as most do by a variable, only those with a literal.
_PLACED = rb"\b(?:['\"]\]?[ \t]*[:=,]|[ \t]*[:=(])"
_WITH_LITERAL = rb"\b(?:['\"]\]?[ \t]*[:=,]|[ \t]*[:=]|[ \t]*\(\s*[fFrR]{0,2}['\"])"
_CALLED = rb"[ \t]*(?:\(|as\b)"
_LISTED = rb"(?:['\"]\]?[ \t]*[:=,.+]|[ \t]*(?::[^\n=]*)?\+?=(?!=)|\.(?:append|extend|insert)\b|[ \t]*\+|\[)"
_OF_ONE_NAME = frozenset({"import_string", "import_from_string"})
# Names without a dot, names that are computed, and those that are relative to a package; by what begins the pattern.
_UNUSUAL = {
    **dict.fromkeys((row.removesuffix("()").rpartition(".")[2] for row in PLACES), _PLACED),
    **dict.fromkeys(_OF_ONE_NAME, _WITH_LITERAL),
    **dict.fromkeys(("LazyModule", "_LazyModule", "attach", "attach_stub", "autodiscover_tasks"), _CALLED),
    "_APPS": _LISTED,
    **dict.fromkeys(("import_module", "__import__", "spec_from_file_location", "SourceFileLoader"), rb"\b"),
    "def __getattr__": rb"\b",
}
_LARGEST_BYTES = 64 << 20  # as the reader of sources takes them
_WORDS = tuple((word.encode(), word) for word in _UNUSUAL)
_WORD = re.compile(rb"\w")
_ENDING = ("_APPS",)  # the only one that may be the end of a word
# "shop.models", "shop:app", and the same as a part of an f-string.
_MODULE_STRING = re.compile(rb"['\"}]([A-Za-z_\x80-\xff][\w\x80-\xff]*(?:\.[\w\x80-\xff]+)*)[:'\"{]")


def find_module_strings(project: Path, paths: Iterable[str]) -> dict[str, frozenset[str] | None]:
    """Return by path the dotted names that stand in strings, as far as a look without a tree can tell.

    Errs on the side of more: a string in a comment counts. None for a file that may name modules in another way, as
    INSTALLED_APPS does by plain names: whoever wants to know has to read it in full.
    """
    found: dict[str, frozenset[str] | None] = {}
    for path in paths:
        data = try_read(f"{project}/{path}", bytes_at_most=_LARGEST_BYTES)
        if data is None:
            continue
        if _is_unusual(data):
            found[path] = None
        else:
            found[path] = frozenset(name.decode("utf-8", "replace") for name in set(_MODULE_STRING.findall(data)))
    return found


def _is_unusual(data: bytes) -> bool:
    """Whether modules may be named other than by a dotted name in quotes."""
    # A plain search for each word is ten times as fast as one pattern for all; most files hold none.
    return any(text in data and _stands_in(data, word) for text, word in _WORDS)


def _stands_in(data: bytes, word: str) -> bool:
    found = _pattern_of(word).finditer(data)
    return any(word in _ENDING or not _WORD.match(data, max(each.start() - 1, 0), each.start()) for each in found)


@cache
def _pattern_of(word: str) -> re.Pattern[bytes]:
    return re.compile(re.escape(word.encode()) + _UNUSUAL[word])

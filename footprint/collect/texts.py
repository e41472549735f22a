"""What a plain search tells of a file of ours, which spares reading it in full.

Errs on the side of more: what stands in a comment or a string counts.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from footprint.documents.text_notebooks import is_text_notebook
from footprint.files.reader import try_read
from footprint.knowledge.frameworks import FILE_PLACES, PLACES
from footprint.knowledge.name_takers import taker_by_name
from footprint.late import late_pattern
from footprint.model.handed_names import ModuleStrings
from footprint.names import text_bytes
from footprint.values import dataclass, field

_LARGEST_BYTES = 64 << 20  # as the reader of sources takes them


@dataclass(slots=True)
class TextAnswers:
    """Answers about the files of one project, each given once."""

    project: Path
    _held: dict[tuple[str, frozenset[str]], bool] = field(default_factory=dict)
    _bound: dict[tuple[str, str], bool | None] = field(default_factory=dict)
    _tops: dict[str, frozenset[bytes]] = field(default_factory=dict)  # what is defined or assigned at the top of files

    def holds_any(self, path: str, words: frozenset[str]) -> bool:
        """Whether a file holds one of `words`; a file that cannot be read may, and whoever reads it notes why."""
        if (path, words) not in self._held:
            data = self._read(path)
            self._held[path, words] = data is None or any(_stands_in(data, word) for word in words)
        return self._held[path, words]

    def binds(self, path: str, names: Collection[str]) -> frozenset[str] | None:
        """Return which of `names` the top level of a file defines or assigns; None when only a tree can tell."""
        asked = [name for name in names if (path, name) not in self._bound]
        data = self._read(path) if asked else None
        self._bound.update(((path, name), None if data is None else self._is_bound(path, name, data)) for name in asked)
        answers = {name: self._bound[path, name] for name in names}
        return None if None in answers.values() else frozenset(name for name, answer in answers.items() if answer)

    def _is_bound(self, path: str, name: str, data: bytes) -> bool | None:
        if not _stands_in(data, name):
            return False
        if path not in self._tops:
            self._tops[path] = frozenset(defined or assigned for defined, assigned in _TOP.findall(data))
        return True if text_bytes(name) in self._tops[path] else None

    def _read(self, path: str) -> bytes | None:
        return try_read(f"{self.project}/{path}", bytes_at_most=_LARGEST_BYTES)


_TOP = late_pattern(rb"^(?:(?:class|def|async[ \t]+def)[ \t]+(\w+)|(\w+)[ \t]*(?::[^=\n]*)?=(?!=))", re.MULTILINE)
_OF_WORDS = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_BEFORE_WORDS = _OF_WORDS | {ord(".")}


def _stands_in(data: bytes, word: str) -> bool:
    """Whether a word stands in `data`, and not as a part of another or as an attribute."""
    found = text_bytes(word)
    if not word.isidentifier():
        return found in data
    place = data.find(found)
    while place >= 0:
        end = place + len(found)
        if (not place or data[place - 1] not in _BEFORE_WORDS) and (end == len(data) or data[end] not in _OF_WORDS):
            return True
        place = data.find(found, place + 1)
    return False


_LARGEST_SCANNED_BYTES = 2_000_000
_LONGEST = 200  # of a dotted name


def find_taken_names(
    project: Path, files: Mapping[str, Mapping[str, str]], names: Collection[str], modules: Collection[str]
) -> frozenset[tuple[str, str]]:
    """Return which of `names` are taken from which of `modules`, as pairs of both.

    `files` are the sources to look at, each with what the names that it imports stand for: "store" -> "app.store".
    """
    if not names or not modules:
        return frozenset()
    usual = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    search = re.compile(rf"[.'\"]({usual})\b")  # begins with a character: found many times faster than a name before it
    found: set[tuple[str, str]] = set()
    for path, stands_for in files.items():
        text = (try_read(project / path, bytes_at_most=_LARGEST_SCANNED_BYTES) or b"").decode("utf-8", "replace")
        for match in search.finditer(text):
            owner = _before(text, match.start())
            found.update((module, match[1]) for module in _meant(owner, stands_for) if module in modules)
    return frozenset(found)


def _before(text: str, end: int) -> str:
    """Return the dotted name that ends at `end`: `app.store` before ".requests", and before `, "requests"`."""
    if text[end] != ".":
        before = text[max(0, end - _LONGEST) : end].rstrip()
        if not before.endswith(","):
            return ""
        end -= len(text[max(0, end - _LONGEST) : end]) - len(before[:-1].rstrip())
    start = end
    while start > max(0, end - _LONGEST) and (text[start - 1].isalnum() or text[start - 1] in "_."):
        start -= 1
    return text[start:end]


def _meant(owner: str, stands_for: Mapping[str, str]) -> Iterator[str]:
    """Yield what a dotted name may mean: itself, and what its first part stands for."""
    yield owner
    head, dot, rest = owner.partition(".")
    if head in stands_for:
        yield f"{stands_for[head]}{dot}{rest}"


_GUARD = late_pattern(
    rb"""^if[ \t(]+(?:__name__[ \t]*==[ \t]*['"]__main__['"]|['"]__main__['"][ \t]*==[ \t]*__name__)""", re.MULTILINE
)


def is_runnable(path: str, data: bytes) -> bool:
    """Whether a file has a `__main__` guard, a shebang or the name `__main__.py`, or is a notebook, run by hand."""
    if path.rpartition("/")[2] == "__main__.py" or path.endswith(".ipynb"):
        return True
    is_guarded = b"__main__" in data and _GUARD.search(data) is not None
    return is_guarded or data.startswith(b"#!") or is_text_notebook(data)


# What stands behind a word that is a place: a key, an assignment, a keyword, a call. A call with one dotted name is
# none: that is found as such. Of calls that take one dotted name, as most do by a variable, only those with a literal.
_PLACED = rb"\b(?:['\"]\]?[ \t]*[:=,]|[ \t]*[:=])"
_CALL = rb"\b[ \t]*\("
_NOT_DOTTED = rb"(?!\s*['\"]\w+(?:\.\w+)+['\"]\s*\))"
_WITH_LITERAL = rb"\b[ \t]*\(\s*[fFrR]{0,2}['\"]"
_CALLED = rb"[ \t]*(?:\(|as\b)"
_ATTACHED = rb"[ \t]*(?:\(\s*(?:__name__|#)|as\b)"
_LISTED = rb"(?:['\"]\]?[ \t]*[:=,.+]|[ \t]*(?::[^\n=]*)?\+?=(?!=)|\.(?:append|extend|insert)\b|[ \t]*\+|\[)"
_OF_ONE_NAME = frozenset({"import_string", "import_from_string"})


def _pattern_of_row(row: str) -> tuple[str, bytes]:
    """Return how a pattern for a row of PLACES begins, and its rest: a call, an attribute of `conf`, or a word."""
    if row.endswith("()"):
        word = row.removesuffix("()").rpartition(".")[2]
        is_more = row in FILE_PLACES or word in _WITH_MORE
        return word, _CALL if is_more else _CALL + _NOT_DOTTED
    return row, rb"\b" if "." in row else _PLACED


# Calls that load more than the file which they name.
_WITH_MORE = {row.removesuffix("()").rpartition(".")[2] for row, when in PLACES.items() if when in ("whole", "below")}
# Names without a dot, names that are computed, and those that are relative to a package; by what begins the pattern.
_UNUSUAL = {
    **dict(map(_pattern_of_row, PLACES)),
    **dict.fromkeys(_OF_ONE_NAME, _WITH_LITERAL),
    **dict.fromkeys(("LazyModule", "_LazyModule", "attach_stub", "autodiscover_tasks", "Celery"), _CALLED),
    "attach": _ATTACHED,
    "_APPS": _LISTED,
    **dict.fromkeys(("import_module", "__import__", "spec_from_file_location", "SourceFileLoader"), rb"\b"),
    "def __getattr__": rb"\b",
}
_WORDS = tuple((word.encode(), word) for word in _UNUSUAL)
_QUOTES = frozenset(b"'\"")
_ENDING = ("_APPS",)  # the only one that may be the end of a word
# "shop.models", "shop:app", and the same as a part of an f-string.
_MODULE_STRING = re.compile(rb"['\"}]([A-Za-z_\x80-\xff][\w\x80-\xff]*(?:\.[\w\x80-\xff]+)*)([:'\"{])")
# What takes names of any kind, without a word of _UNUSUAL: code that is put together, other interpreters, functions
# that are named after what they import.
_RUNS_CODE = late_pattern(rb"(?<![\w.])(?<!def )(?:exec|eval|compile|execfile)\s*\(")
_RUNS_PYTHON = late_pattern(rb"['\"\s]-[mc]")
_SAYS_IMPORT = late_pattern(rb"(?:mport|azy)\w*(?=\s*[(),])")


def find_module_strings(project: Path, paths: Iterable[str]) -> dict[str, ModuleStrings | None]:
    """Return by path the names that stand in strings, as far as a look without a tree can tell.

    Errs on the side of more: a string in a comment counts. None for a file that may name modules in another way, as
    INSTALLED_APPS does by plain names: whoever wants to know has to read it in full.
    """
    found: dict[str, ModuleStrings | None] = {}
    for path in paths:
        data = try_read(f"{project}/{path}", bytes_at_most=_LARGEST_BYTES)
        if data is None:
            continue
        if _is_unusual(data):
            found[path] = None
        else:
            found[path] = _names_in(data)
    return found


def _names_in(data: bytes) -> ModuleStrings:
    full, plain = set[str](), set[str]()
    for name, end in set(_MODULE_STRING.findall(data)):
        (full if b"." in name or end == b":" else plain).add(name.decode("utf-8", "replace"))
    return ModuleStrings(frozenset(full), frozenset(plain - full), takes_plain=_may_take_plain(data))


def _may_take_plain(data: bytes) -> bool:
    """Whether something in a file may take a name without a dot, as far as its imports do not say that."""
    if b".conf." in data and b".include" in data:  # of an object that is app.conf: any other list is _UNUSUAL
        return True
    if _RUNS_CODE.search(data) or _RUNS_PYTHON.search(data):
        return True
    return any(taker_by_name(word) is not None for word in _words_of_import(data) if word != "import")


def _words_of_import(data: bytes) -> set[str]:
    """Return the names that are called, or given to a call, and say that they import."""
    words = set[str]()
    for found in _SAYS_IMPORT.finditer(data):
        start = found.start()
        while start and data[start - 1] in _OF_WORDS:
            start -= 1
        words.add(data[start : found.end()].decode("utf-8", "replace"))
    return words


def _is_unusual(data: bytes) -> bool:
    """Whether modules may be named other than by a dotted name in quotes."""
    # A plain search for each word is ten times as fast as one pattern for all; most files hold none.
    return any(text in data and _is_placed(data, word) for text, word in _WORDS)


def _is_placed(data: bytes, word: str) -> bool:
    found = _pattern_of(word).finditer(data)
    return any(_is_whole(data, each.start(), is_end=word in _ENDING) for each in found)


def _is_whole(data: bytes, start: int, *, is_end: bool) -> bool:
    """Whether what begins at `start` is a whole word, or the end of one, and no text that something is given."""
    while is_end and start and data[start - 1] in _OF_WORDS:
        start -= 1
    if start and data[start - 1] in _OF_WORDS:
        return False
    return not (start and data[start - 1] in _QUOTES and data[max(start - 9, 0) : start - 1].rstrip().endswith(b"="))


@cache
def _pattern_of(word: str) -> re.Pattern[bytes]:
    return re.compile(re.escape(word.encode()) + _UNUSUAL[word])

"""What was read in files, kept from one run to the next: answers that follow from the content of one file alone.

Laws: facts only, never a verdict or a figure. An answer is believed where size, both times and inode of its
file are what they were, or else where its content has the same digest: a file that was copied, unpacked again or
restored in CI is read once and not sorted again. Times too close to the reading prove nothing. What is kept is values
of JSON, so nothing in it can run; it is of one version of our own code and of the Python that runs it.
"""

# Names and strings, not Path objects: thousands of files are looked at.
# ruff: noqa: PTH116

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from footprint import __version__
from footprint.files.cache_folder import CacheFolder
from footprint.files.digests import blake2b

_T = TypeVar("_T")
Read = Callable[[str], bytes | None]

_FORMAT = 2
TOO_CLOSE_NS = 2_000_000_000  # coarse clocks of file systems: FAT has 2 s
_QUESTIONS_KEPT = 12  # the last ones that were asked of a folder
_NO_TIMES = [-1, -1, -1]
_MAKERS = (
    *("analysis/conventions", "analysis/names", "analysis/reach", "audit", "collect", "collect/choices"),
    *("collect/disk", "collect/entries", "collect/imports", "collect/imports/scan", "collect/sources"),
    "collect/third_party",
    *("documents", "knowledge", "model", "data", "."),
)


def digest_of(*parts: object) -> str:
    """Return a short text that differs where one of `parts` does."""
    return blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


class FileFacts:
    """All that is kept; a shelf for each folder of files that change together: a distribution."""

    def __init__(self, folder: CacheFolder | None) -> None:
        """Take where it is kept; None: nothing is, from one run to the next."""
        self._folder = folder
        self._shelves: dict[str, Shelf] = {}

    @property
    def is_kept(self) -> bool:
        """Whether anything is kept: where not, there is no use in asking through here."""
        return self._folder is not None

    def shelf(self, key: str) -> Shelf:
        """Return the facts of the files of one folder, by a key that no other has."""
        if key not in self._shelves:
            self._shelves[key] = Shelf(_load(self._folder, key))
        return self._shelves[key]

    def keep(self) -> None:
        """Write what is new."""
        changed = {key: shelf for key, shelf in self._shelves.items() if shelf.is_changed}
        if self._folder is None or not changed:
            return
        for key, shelf in changed.items():
            self._folder.write(stored_key(key), json.dumps(shelf.values(), separators=(",", ":")).encode())
            shelf.is_changed = False
        self._folder.trim()


class Shelf:
    """The facts of the files of one folder.

    Of each file: size, time of change, time of the inode, inode, digest of the content, answers by question. Of several
    files together, by question: what they hold and the answer.
    """

    def __init__(self, stored: dict[str, Any]) -> None:
        self.is_changed = False
        self._stored: dict[str, list[Any]] = stored.get("files", {})
        self._questions: dict[str, None] = dict.fromkeys(stored.get("questions", ()))
        self._together: dict[str, list[Any]] = stored.get("together", {})
        self._checked: dict[str, list[Any] | None] = {}
        self._verified = set[str]()  # files whose content was compared with the digest in this run

    def ask(self, file: str, question: str, read: Read, answer: Callable[[bytes], _T]) -> _T | None:
        """Return the answer to a question about a file: what is kept, else what `answer` says of its content.

        An answer is a value of JSON; it may come back as a list where it was a tuple. None for a file that cannot be
        read.
        """
        record = self._checked[file] if file in self._checked else self._check(file, read)
        if record is None:
            data = read(file)
            return None if data is None else answer(data)
        answers: dict[str, Any] = record[5]
        if question in answers:
            return answers[question]  # type: ignore[no-any-return]
        data = read(file)
        if data is None:
            return None
        if file not in self._verified:
            self._verified.add(file)
            if (digest := _digest(data)) != record[4]:
                answers.clear()
                record[4] = digest
        answers[question] = found = answer(data)
        self._questions.pop(question, None)
        self._questions[question] = None  # the last one that was asked anew
        self.is_changed = True
        return found

    def content_of(self, file: str, read: Read) -> str:
        """Return a text that differs where the content of a file does, "" for one that cannot be read."""
        record = self._checked[file] if file in self._checked else self._check(file, read)
        if record is None:
            return ""
        if not record[4]:
            data = read(file)
            record[4] = "" if data is None else _digest(data)
            self._verified.add(file)
            self.is_changed = True
        return str(record[4])

    def ask_once(self, question: str, content: str, answer: Callable[[], _T]) -> _T:
        """Return the answer to a question about several files: what is kept while `content`, told of all, is the same.

        An answer is a value of JSON, as that of `ask`.
        """
        kept = self._together.pop(question, None)
        if kept is None or kept[0] != content:
            kept = [content, answer()]
            self.is_changed = True
        self._together[question] = kept
        found: _T = kept[1]
        return found

    def values(self) -> dict[str, Any]:
        """Return what is to be kept: of files that are still there, the questions of the last runs."""
        questions = list(self._questions)[-_QUESTIONS_KEPT:]
        kept = frozenset(questions)
        files: dict[str, list[Any]] = {}
        for file, record in (self._stored | self._checked).items():
            if record is not None and record[4] and (file in self._checked or os.path.isfile(file)):  # noqa: PTH113
                answers = {question: found for question, found in record[5].items() if question in kept}
                files[file] = [*record[:5], answers]
        together = dict(list(self._together.items())[-_QUESTIONS_KEPT:])
        return {"questions": questions, "files": files, "together": together}

    def _check(self, file: str, read: Read) -> list[Any] | None:
        """Return the record of a file as it is now, with the answers that still hold; None where it has no status."""
        try:
            status = os.stat(file)
        except (OSError, ValueError):
            self._checked[file] = None
            return None
        now = [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]
        if max(now[1], now[2]) > time.time_ns() - TOO_CLOSE_NS:
            now[1:] = _NO_TIMES
        stored = self._stored.get(file)
        if stored is None or stored[0] != now[0]:
            record = [*now, "", {}]
        elif stored[1:4] == now[1:] != _NO_TIMES:
            record = stored
        else:
            data = read(file)
            same = data is not None and _digest(data) == stored[4]
            self._verified.add(file)
            record = [*now, stored[4] if same else "" if data is None else _digest(data), stored[5] if same else {}]
            self.is_changed |= not same or now[1:] != _NO_TIMES
        self._checked[file] = record
        return record


def _load(folder: CacheFolder | None, key: str) -> dict[str, Any]:
    """Return what is kept of a folder of files; nothing where it does not look as we write it."""
    content = folder.read(stored_key(key)) if folder is not None else None
    if content is None:
        return {}
    try:
        found = json.loads(content)
        is_whole = isinstance(found["questions"], list) and all(map(_is_record, found["files"].values()))
        is_whole = is_whole and all(isinstance(each, list) and len(each) == 2 for each in found["together"].values())
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        return {}
    return found if is_whole else {}


def _is_record(record: object) -> bool:
    return isinstance(record, list) and len(record) == 6 and isinstance(record[4], str) and isinstance(record[5], dict)


def stored_key(key: str) -> str:
    """Return the key by which something is kept: another one where our own code may answer otherwise."""
    return f"{_maker()} {key}"


@cache
def _maker() -> str:
    """Return a text that differs where our own code may answer otherwise: version, Python, the files that answer."""
    package = Path(__file__).parents[1]
    own = [(path.name, *_times(path)) for folder in _MAKERS for path in sorted((package / folder).glob("*.*"))]
    return digest_of(_FORMAT, __version__, sys.version_info[:3], sys.implementation.name, own)


def _times(path: Path) -> Iterable[int]:
    try:
        status = path.stat()
    except OSError:
        return (0,)
    return status.st_size, status.st_mtime_ns


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()

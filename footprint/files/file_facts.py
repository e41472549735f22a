"""What was read in files, kept from one run to the next: answers that follow from the content of one file alone.

Laws: facts only, never a verdict or a figure. An answer is believed where size, both times and inode of its
file are what they were, or else where its content has the same digest: a file that was copied, unpacked again or
restored in CI is read once and not sorted again. Times too close to the reading prove nothing. Nothing is kept of a
file that is another one when it is read than when it was looked at: an installer may rename a folder and, where it
fails, rename it back. What is kept is values of JSON, so nothing in it can run; it is of one version of our own code
and of the Python that runs it.
"""

# Names and strings, not Path objects: thousands of files are looked at.
# ruff: noqa: PTH100, PTH116, PTH120

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from typing import Any, TypeVar

from footprint import __version__
from footprint.files.cache_folder import CacheFolder
from footprint.files.digests import blake2b
from footprint.files.reader import StatedContent, list_entries

_T = TypeVar("_T")
Read = Callable[[str], StatedContent | None]

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
        self._looks: dict[str, list[int]] = {}  # of each file that was checked: size, both times, inode
        self._verified = set[str]()  # files whose content was compared with the digest in this run

    def ask(self, file: str, question: str, read: Read, answer: Callable[[bytes], _T]) -> _T | None:
        """Return the answer to a question about a file: what is kept, else what `answer` says of its content.

        An answer is a value of JSON; it may come back as a list where it was a tuple. None for a file that cannot be
        read.
        """
        record = self._checked[file] if file in self._checked else self._check(file, read)
        answers: dict[str, Any] = record[5] if record is not None else {}
        if question in answers:
            return answers[question]  # type: ignore[no-any-return]
        content = self._read(file, read)
        if content is None:
            return None
        found = answer(content.data)
        if (record := self._checked[file]) is not None:
            record[5][question] = found
            self._questions.pop(question, None)
            self._questions[question] = None  # the last one that was asked anew
            self.is_changed = True
        return found

    def content_of(self, file: str, read: Read) -> str:
        """Return a text that differs where the content of a file does, "" for one that cannot be read."""
        record = self._checked[file] if file in self._checked else self._check(file, read)
        if record is not None and not record[4]:
            self._read(file, read)
            self.is_changed = True
        return str(record[4]) if record is not None else ""

    def is_as_checked(self, file: str) -> bool:
        """Whether a file looks as it did when it was asked about first; also one that was not there is not there."""
        return _look_at(file) == self._looks.get(file)

    def ask_once(self, question: str, files: Sequence[str], read: Read, answer: Callable[[], _T]) -> _T:
        """Return the answer to a question about several files: what is kept while the content of each is the same.

        An answer is a value of JSON, as that of `ask`.
        """
        content = digest_of(files, [self.content_of(file, read) for file in files])
        kept = self._together.pop(question, None)
        if kept is None or kept[0] != content:
            kept = [content, answer()]
            self.is_changed = True
            if not all(map(self.is_as_checked, files)):  # it may be of a content that is there no more
                return kept[1]  # type: ignore[no-any-return]
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
        look = _look_at(file)
        if look is None:
            self._checked[file] = None
            return None
        self._looks[file] = look
        is_settled = max(look[1], look[2]) <= time.time_ns() - TOO_CLOSE_NS
        now = look if is_settled else [look[0], *_NO_TIMES]
        stored = self._stored.get(file)
        if stored is None or stored[0] != now[0]:
            self._checked[file] = [*now, "", {}]
        elif is_settled and stored[:4] == now:
            self._checked[file] = stored
        else:
            self._checked[file] = [*now, *stored[4:]]
            self.is_changed |= is_settled
            self._read(file, read)
        return self._checked[file]

    def _read(self, file: str, read: Read) -> StatedContent | None:
        """Return the content of a file that was checked; what the record says is of this content, or there is none."""
        content, record = read(file), self._checked[file]
        if record is None:
            return content
        if content is not None and _look_of(content.status) != self._looks[file]:
            self._checked[file] = None
            self.is_changed = True
        elif file not in self._verified or record[1:4] == _NO_TIMES:
            self._verified.add(file)
            digest = "" if content is None else _digest(content.data)
            if digest != record[4]:
                record[4:] = digest, {}
                self.is_changed = True
        return content


def _look_at(file: str) -> list[int] | None:
    """Return what a file looks like, None where it has no status."""
    try:
        return _look_of(os.stat(file))
    except (OSError, ValueError):
        return None


def _look_of(status: os.stat_result) -> list[int]:
    return [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]


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
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    own = [row for folder in _MAKERS for row in sorted(_list_files(f"{package}/{folder}"))]
    return digest_of(_FORMAT, __version__, sys.version_info[:3], sys.implementation.name, own)


def _list_files(folder: str) -> Iterator[tuple[str, int, int]]:
    """Yield name, size and time of change of each file of our own in a folder."""
    for entry in list_entries(folder) or ():
        if "." in entry.name:  # no folder
            with suppress(OSError):
                status = entry.stat()
                yield entry.name, status.st_size, status.st_mtime_ns


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()

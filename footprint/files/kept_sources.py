"""The modules of one project as a whole, kept from one run to the next while nothing that they follow from differs.

Laws: what is kept is what a reading gave, and believed only where each file is the one that was read: size, both times,
inode and device are what they were, or the content has the same digest. The time of the inode is the kernel's: no
editor, git or build can give it back. Times too close to the reading prove nothing. A reading takes a while and opens
some files twice: it is kept where each looks the same when all is read as it did before.
"""

# Names and strings, not Path objects: thousands of files are looked at.
# ruff: noqa: PTH116

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from footprint.files.cache_folder import CacheFolder
from footprint.files.file_facts import TOO_CLOSE_NS, digest_of, stored_key
from footprint.files.file_values import BROKEN, content_digest, dump_values, load_values
from footprint.files.reader import try_read
from footprint.model.note import Note
from footprint.model.source_modules import EntryPoint, ProjectSources, Reach, SourceModule
from footprint.values import dataclass, field, replace

_LARGEST_BYTES = 64 << 20
_UNSURE = (0, 0, 0, 0, 0)
_NO_ENTRY = EntryPoint("", "")

_Status = tuple[int, int, int, int, int]
Digests = Mapping[str, bytes | None]  # b"": it was not read; None: it had several contents
_Reached = tuple[str, dict[int, SourceModule], tuple[Note, ...], tuple[Reach, ...]]


@dataclass(frozen=True, slots=True)
class ReadingInputs:
    """All that a reading of modules follows from beside the content of the files."""

    files: Sequence[str]
    target: str  # a digest of what is known of the target, and of what was asked for: another one, another reading
    others: str  # a digest of the rest, which changes with the project
    known_names: Callable[[], str]  # a digest of what is worked out only where the reading asked for it


@dataclass(slots=True)
class _KeptReading:
    """One reading, and what the entries then reach."""

    others: str
    statuses: dict[str, tuple[_Status, bytes]]
    known_names: str | None  # None: it was not asked for
    sources: ProjectSources
    reached: _Reached | None = None


@dataclass(slots=True)
class KeptSources:
    """The readings of one project."""

    folder: CacheFolder
    project: Path
    _key: str = ""
    _kept: _KeptReading | None = None
    _statuses: Mapping[str, tuple[_Status, bytes]] = field(default_factory=dict)
    _is_changed: bool = False
    _looks: dict[str, _Status] = field(default_factory=dict)  # of the files before they were read, by absolute path
    _early: dict[str, _Status] = field(default_factory=dict)  # of those that somebody asked about before, by path
    _early_ns: int | None = None
    _digests: Digests = field(default_factory=dict)
    _waiting: list[tuple[str, _KeptReading]] = field(default_factory=list)

    def look_early(self, paths: Collection[str]) -> dict[str, _Status] | None:
        """Return what tells one state of each file from another, None where one may change unseen.

        `find` takes the same look for its own.
        """
        top = os.path.realpath(self.project)
        self._early_ns = self._early_ns or time.time_ns()
        found = {path: _look_at(f"{top}/{path}") for path in paths}
        self._early |= found
        settled_ns = self._early_ns - TOO_CLOSE_NS
        return found if all(0 < max(look[1], look[2]) <= settled_ns for look in found.values()) else None

    def find(
        self,
        inputs: ReadingInputs,
        read: Callable[[], tuple[ProjectSources, bool]],
        digests: Digests,
    ) -> tuple[ProjectSources, bool]:
        """Return the modules, and whether they were kept. `read` tells them, and whether it asked for `known_names`.

        `digests` are those of the contents that were read, and grow with what is read.
        """
        self._set_aside()
        top = os.path.realpath(self.project)
        self._key = stored_key(f"sources {top} {inputs.target}")
        kept = _load(self.folder.read(self._key))
        settled_ns = (self._early_ns or time.time_ns()) - TOO_CLOSE_NS
        early, self._early, self._early_ns = self._early, {}, None
        looks = {path: early.get(path) or _look_at(f"{top}/{path}") for path in inputs.files}
        statuses = {path: look if max(look[1], look[2]) <= settled_ns else _UNSURE for path, look in looks.items()}
        self._looks, self._digests = {f"{top}/{path}": look for path, look in looks.items()}, digests
        if kept is not None and self._holds(kept, inputs, statuses, top):
            self._kept, self._statuses = kept, kept.statuses
            return kept.sources, True
        sources, asked = read()
        stated = {path: (status, digests.get(path) or b"") for path, status in statuses.items()}
        self._statuses = stated
        self._kept = _KeptReading(inputs.others, stated, inputs.known_names() if asked else None, sources)
        self._is_changed = True
        return sources, False

    def find_reached(
        self, sources: ProjectSources, question: str, read: Callable[[], tuple[ProjectSources, tuple[Reach, ...]]]
    ) -> tuple[ProjectSources, tuple[Reach, ...]]:
        """Return the modules with what was read further for some entries, which `question` tells, and their reaches.

        Kept reaches are without their entries; there are none where one of them leads nowhere.
        """
        kept, question = self._kept, digest_of(question)  # a start command may hold secrets
        if kept is None or kept.sources is not sources:
            return read()
        if kept.reached is not None and kept.reached[0] == question:
            _, further, notes, reaches = kept.reached
            modules = tuple(further.get(place, module) for place, module in enumerate(sources.modules))
            return replace(sources, modules=modules, notes=notes), reaches
        found, reaches = read()
        pairs = enumerate(zip(sources.modules, found.modules, strict=True))
        further = {place: new for place, (old, new) in pairs if new is not old}
        kept.reached = question, further, found.notes, _without_entries(reaches)
        self._is_changed = True
        return found, reaches

    def contents_of(self, paths: Collection[str]) -> dict[str, bytes]:
        """Return the digests of files that were found, by path, of those that were read: stubs are not."""
        known = self._statuses
        return {path: known[path][1] for path in paths if path in known and known[path][1]}

    def keep(self) -> None:
        """Write what is new."""
        self._set_aside()
        waiting, self._waiting = self._waiting, []
        for key, kept in waiting:
            content = dump_values((kept.others, kept.statuses, kept.known_names, kept.sources, kept.reached))
            if content is not None:
                self.folder.write(key, content)

    def _set_aside(self) -> None:
        if self._kept is not None and self._is_changed and self._is_steady(self._kept):
            self._waiting.append((self._key, self._kept))
        self._kept, self._is_changed = None, False

    def _is_steady(self, kept: _KeptReading) -> bool:
        """Whether no file changed while it was read."""
        is_read_once = all(self._digests.get(path, b"") in (b"", digest) for path, (_, digest) in kept.statuses.items())
        return is_read_once and all(_look_at(file) == look for file, look in self._looks.items())

    def _holds(self, kept: _KeptReading, inputs: ReadingInputs, statuses: Mapping[str, _Status], top: str) -> bool:
        if kept.others != inputs.others or kept.statuses.keys() != statuses.keys():
            return False
        for path, now in statuses.items():
            before, digest = kept.statuses[path]
            if before == now != _UNSURE:
                continue
            data = try_read(f"{top}/{path}", bytes_at_most=_LARGEST_BYTES) if digest else None
            if data is None or content_digest(data) != digest:
                return False
            kept.statuses[path] = now, digest
            self._is_changed |= now != _UNSURE
        self._statuses = kept.statuses  # the files are the same: who works out names may ask what is known of them
        return kept.known_names is None or kept.known_names == inputs.known_names()


def _without_entries(reaches: tuple[Reach, ...]) -> tuple[Reach, ...]:
    """Return reaches that tell nothing of a start command, which may hold secrets: whoever asks has the entries.

    What leads nowhere says so in the words of its entry.
    """
    if not all(each.modules for each in reaches):
        return ()
    return tuple(replace(each, entry=_NO_ENTRY) for each in reaches)


def _look_at(file: str) -> _Status:
    """Return what tells one state of a file from another; _UNSURE where nothing does."""
    try:
        found = os.stat(file)
    except (OSError, ValueError):
        return _UNSURE
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_dev


def _load(content: bytes | None) -> _KeptReading | None:
    if content is None:
        return None
    try:
        kept = _KeptReading(*load_values(content))
        is_whole = type(kept.sources) is ProjectSources and all(len(each) == 2 for each in kept.statuses.values())
    except BROKEN:
        return None
    return kept if is_whole else None

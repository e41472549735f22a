"""What was read in the files of one project, kept from one run to the next: their imports, by their content.

Laws: what is kept of a file is what its content says under its name, whoever wrote it and whenever; it is believed
where the content has the same digest. Where no file differs, `kept_sources` has the whole and nothing is asked here.
Of what is kept only the values are made that a file is read into: any other name in it is refused.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from footprint.files.cache_folder import CacheFolder
from footprint.files.file_facts import digest_of, stored_key
from footprint.files.file_values import BROKEN, content_digest, dump_values, load_values
from footprint.files.kept_sources import KeptSources, ReadingInputs
from footprint.model.source_modules import FileImports, ProjectSources, Reach

_T = TypeVar("_T")

_READINGS_KEPT = 6  # of one file: by a scan, in full, with what other files ask of it

ReadContent = Callable[[str], bytes | None]
_Asked = tuple[str, Sequence[str], ReadContent, Callable[[str, bytes], object]]
Reading = tuple[str, str, bool]  # how it was read, the name of the module, whether it is a package


class ProjectFacts:
    """The imports of the files of one project."""

    def __init__(self, folder: CacheFolder, project: Path) -> None:
        """Take where they are kept."""
        self._folder, self._key = folder, stored_key(f"project {os.path.realpath(project)}")
        self._known: dict[str, dict[Reading, tuple[bytes, FileImports]]] | None = None
        self._met: dict[str, bytes | None] = {}  # what was read, by path: as Digests
        self._is_changed = False
        self._along: dict[str, tuple[Callable[[str, bytes], object], dict[str, tuple[bytes, object]]]] = {}
        self._waiting: list[_Asked] = []  # what was asked too early to be kept
        self._sources = KeptSources(folder, project)
        self._project = project

    def ask_along(self, question: str, say: Callable[[str, bytes], object]) -> None:
        """Have `say` answer a question of each file once it is read for its imports: nobody need read it again."""
        self._along.setdefault(question, (say, {}))

    def find(self, path: str, reading: Reading, data: bytes, read: Callable[[], FileImports]) -> FileImports:
        """Return what a file says: what is kept of the same content, else what `read` says."""
        if self._known is None:
            self._known = self._load()
        digest = content_digest(data)
        self._met[path] = digest if self._met.get(path, b"") in (b"", digest) else None
        for say, said in self._along.values():
            if path not in said or said[path][0] != digest:
                said[path] = digest, say(path, data)
        readings = self._known.setdefault(path, {})
        kept = readings.get(reading)
        if kept is not None and kept[0] == digest:
            return kept[1]
        found = read()
        readings.pop(reading, None)
        readings[reading] = digest, found
        self._is_changed = True
        return found

    def find_sources(self, inputs: ReadingInputs, read: Callable[[], tuple[ProjectSources, bool]]) -> ProjectSources:
        """Return all modules, as `KeptSources.find`."""
        found, is_kept = self._sources.find(inputs, read, self._met)
        if is_kept:
            self._met.update((path, b"") for path in inputs.files if path not in self._met)  # they are there
        waiting, self._waiting = self._waiting, []
        for asked in waiting:
            self.ask_of_known(*asked)
        return found

    def find_reached(
        self, sources: ProjectSources, question: str, read: Callable[[], tuple[ProjectSources, tuple[Reach, ...]]]
    ) -> tuple[ProjectSources, tuple[Reach, ...]]:
        """Return them with what was read further, and what entries reach then, as `KeptSources.find_reached`."""
        return self._sources.find_reached(sources, question, read)

    def ask_of_all(
        self, question: str, paths: Sequence[str], read: ReadContent, say: Callable[[str, bytes], _T | None]
    ) -> dict[str, _T]:
        """Return what a plain look says of files by path, in their order: what is kept of the same contents.

        Else what `say` tells of path and content, None for nothing; `read` reads a path. What it tells is a value of
        JSON; its tuples may come back as lists. Files that were not read for their imports are looked at each time.
        """
        said, others = self.ask_of_known(question, paths, read, say)
        for path in others:
            if (answer := say(path, read(path) or b"")) is not None:
                said[path] = answer
        return {path: said[path] for path in paths if path in said}

    def ask_of_known(
        self, question: str, paths: Sequence[str], read: ReadContent, say: Callable[[str, bytes], _T | None]
    ) -> tuple[dict[str, _T], list[str]]:
        """Return the answers as `ask_of_all` for the files that were read for their imports, and the other files."""
        contents = self._sources.contents_of(paths)
        said = self._ask_known(question, contents, read, say) if contents else {}
        others = [path for path in paths if path not in contents]
        told: Mapping[str, tuple[bytes, Any]] = self._along[question][1] if question in self._along else {}
        if told and not contents:  # while they are read
            self._waiting.append((question, paths, read, say))
        said |= {path: told[path][1] for path in others if path in told and told[path][1] is not None}
        return said, [path for path in others if path not in told]

    def find_early(self, question: str, paths: Sequence[str], find: Callable[[], list[str]]) -> list[str]:
        """Return which of `paths` `find` tells by their contents, before any file is read for its imports.

        What is kept while all of them look the same.
        """
        looks = self._sources.look_early(paths)
        if looks is None:
            return find()
        state = digest_of(looks)
        key = stored_key(f"{question} among {os.path.realpath(self._project)}")
        kept = _answer_in(self._folder.read(key), state)
        if kept is not None:
            return [path for path in paths if path in kept]
        found = find()
        if self._sources.look_early(paths) == looks:
            self._folder.write(key, json.dumps([state, dict.fromkeys(found, True)]).encode())
        return found

    def _ask_known(
        self, question: str, contents: Mapping[str, bytes], read: ReadContent, say: Callable[[str, bytes], _T | None]
    ) -> dict[str, _T]:
        """Return what is said of files by path, where they are what was read; keep it."""
        state = digest_of(contents)
        key = stored_key(f"{question} of {os.path.realpath(self._project)}")
        kept = _answer_in(self._folder.read(key), state)
        if kept is not None:
            return kept
        found: dict[str, _T] = {}
        is_same = True
        told: Mapping[str, tuple[bytes, Any]] = self._along[question][1] if question in self._along else {}
        for path, digest in contents.items():
            if path in told and told[path][0] == digest:
                answer: _T | None = told[path][1]
            else:
                data = read(path)
                is_same = is_same and data is not None and content_digest(data) == digest
                answer = say(path, data or b"")
            if answer is not None:
                found[path] = answer
        if is_same:  # else one of them has changed since it was read for its imports
            self._folder.write(key, json.dumps([state, found]).encode())
        return found

    def keep(self) -> None:
        """Write what is new, of the files that were met."""
        self._sources.keep()
        if self._is_changed and self._known is not None:
            self._is_changed = False
            met = {path: readings for path, readings in self._known.items() if path in self._met}
            last = {path: dict(list(readings.items())[-_READINGS_KEPT:]) for path, readings in met.items()}
            content = dump_values(last)
            if content is not None:
                self._folder.write(self._key, content)

    def _load(self) -> dict[str, dict[Reading, tuple[bytes, FileImports]]]:
        content = self._folder.read(self._key)
        if content is None:
            return {}
        try:
            found = load_values(content)
            is_whole = all(
                type(said) is FileImports and type(digest) is bytes
                for readings in found.values()
                for digest, said in readings.values()
            )
        except BROKEN:
            return {}
        return found if is_whole else {}


def _answer_in(content: bytes | None, state: str) -> dict[str, Any] | None:
    """Return what is kept by path, None where it is of other files."""
    if content is None:
        return None
    try:
        of_state, found = json.loads(content)
    except (ValueError, TypeError, RecursionError):
        return None
    return found if of_state == state and isinstance(found, dict) else None

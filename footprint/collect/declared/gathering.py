"""What the readers of requirement files share: the growing result, safe paths and text without secrets."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from packaging.requirements import InvalidRequirement, Requirement

from footprint.collect.declared.reading import Skipped, read_file
from footprint.documents.toml import TomlDocument, TomlInvalid, parse_toml
from footprint.files.paths import real
from footprint.model.note import Note
from footprint.model.requirements import DeclaredRequirement, OutsideFolder
from footprint.names import normalise

Kind = Literal["requirement", "constraint"]

# `//user:secret@host`, `//token@host`; the `git` of git+ssh://git@host is an account name that everybody uses.
_USER_INFO = re.compile(r"(?<=://)(?!git@)[^/?#\s]*@")
_QUERY = re.compile(r"(://(?:(?!://)[^\s?#])*)\?[^\s#]+")
_LONGEST_SHOWN = 300  # a hostile line may have megabytes
_PROJECT_FILES = ("pyproject.toml", "setup.cfg", "setup.py")
_SECRET_OPTION = re.compile(r"(?i)\b(token|password|secret|apikey|api_key)=[^\s&]+")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a requirement stands and as what it counts."""

    path: str  # relative to the project, posix
    line: int
    group: str
    kind: Kind
    group_name: str = ""  # as the file spells it


@dataclass(slots=True)
class Gathering:
    """The result while it grows. Readers add to it in the order in which they meet things."""

    project: Path  # resolved
    allowed: tuple[Path, ...]  # resolved folders that may be read: the project, folders of files named by the user
    requirements: list[DeclaredRequirement] = field(default_factory=list)
    local_paths: dict[str, None] = field(default_factory=dict)
    files: dict[str, None] = field(default_factory=dict)  # in the order read
    notes: list[Note] = field(default_factory=list)
    outside: list[OutsideFolder] = field(default_factory=list)
    own_names: set[str] = field(default_factory=set)  # normalised names of the projects read
    pending: list[Path] = field(default_factory=list)  # project files of local folders, to be read later
    pins: frozenset[Path] = frozenset()  # resolved: compiled files whose input is read, so that they only constrain
    _begun: set[tuple[Path, Kind, str]] = field(default_factory=set)
    _documents: dict[Path, TomlDocument | None] = field(default_factory=dict)

    def begin(self, path: Path, kind: Kind = "requirement", part: str = "") -> bool:
        """Return whether `path` is to be read now, and remember it: each file is read once as each kind.

        `part` names what the reader takes from a file that several readers share.
        """
        key = (real(path), kind, part)
        if key in self._begun:
            return False
        self._begun.add(key)
        return True

    def mark_read(self, path: Path) -> None:
        """Record that `path` was read."""
        self.files[self.relative(path)] = None

    def read(self, path: Path) -> bytes | None:
        """Return the bytes of a requirement file; None with a note when it is too large, binary or unreadable."""
        try:
            return read_file(path)
        except Skipped as why:
            self.note(why.code, why.message, self.relative(path))
            return None

    def text(self, path: Path) -> str | None:
        """Return the text of a file that has to be UTF-8; None with a note when it cannot be read."""
        data = self.read(path)
        if data is None:
            return None
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            self.note("requirements-encoding", "not UTF-8: not read", self.relative(path), line)
            return None
        self.mark_read(path)
        return text

    def toml(self, path: Path) -> TomlDocument | None:
        """Return a TOML file with the lines of its values, parsed once for all readers; None with one note."""
        key = real(path)
        if key not in self._documents:
            text = self.text(path)
            try:
                self._documents[key] = None if text is None else parse_toml(text, self.relative(path))
            except TomlInvalid as error:
                self.note("toml-unparsable", str(error), self.relative(path), error.line)
                self._documents[key] = None
        return self._documents[key]

    def relative(self, path: Path) -> str:
        """Return `path` as the reader would name it: from the project folder, posix."""
        return Path(os.path.relpath(path, self.project)).as_posix()

    def may_read(self, path: Path) -> bool:
        """Return whether `path`, links followed, stays within the folders that may be read."""
        try:
            place = path.resolve()
        except (OSError, RuntimeError, ValueError):  # a loop of links, a name with a NUL in it
            return False
        return any(place.is_relative_to(folder) for folder in self.allowed)

    def note(self, code: str, message: str, path: str, line: int | None = None) -> None:
        """Add a note; secrets in URLs are taken out of its message."""
        self.notes.append(Note(code, redact(message), path, line))

    def add(self, text: str, place: Place, *, url: str | None = None, raw: str | None = None) -> None:
        """Parse one requirement (PEP 508) and keep it, or note that it cannot be read.

        `url` and `raw` say where a named direct reference points and how it was written.
        """
        shown = " ".join((raw or text).split())[:_LONGEST_SHOWN]
        try:
            requirement = Requirement(text)
        except (InvalidRequirement, RecursionError) as error:
            why = str(error).splitlines()[0][:_LONGEST_SHOWN]
            self.note("requirement-unparsable", f"cannot read {shown!r}: {why}", place.path, place.line)
            return
        url = url or requirement.url
        self.requirements.append(
            DeclaredRequirement(
                name=normalise(requirement.name),
                extras=tuple(sorted({normalise(extra) for extra in requirement.extras})),
                specifier=str(requirement.specifier),
                marker=str(requirement.marker) if requirement.marker else None,
                url=redact(url) if url else None,
                group=place.group,
                kind=place.kind,
                path=place.path,
                line=place.line,
                raw=redact(shown),
                group_name=place.group_name,
            )
        )

    def add_local(self, path: Path, place: Place) -> bool:
        """Keep a folder that the project installs from source, and queue its own project files.

        Folders outside the project are noted and left alone: False then, and where there is none.
        """
        if not self.may_read(path):
            why = "a local requirement outside the project folder: its files are not read"
            self.note("local-path-outside", why, place.path, place.line)
            folder = real(path).as_posix()
            self.outside.append(OutsideFolder(folder, self.relative(path), place.group, place.path, place.line))
            return False
        if not os.path.isdir(path):  # noqa: PTH112  unlike Path.is_dir it is False, not an error, for a name too long
            self.note("local-path-missing", f"no folder {self.relative(path)}", place.path, place.line)
            return False
        self.local_paths[self.relative(path)] = None
        self.pending += [path / file for file in _PROJECT_FILES]
        return True


def redact(text: str) -> str:
    """Return `text` without user names, passwords, tokens and query strings in its URLs.

    Index and direct URLs carry credentials; reports are pasted into public places.
    """
    text = _QUERY.sub(r"\1?****", _USER_INFO.sub("****@", text))
    return _SECRET_OPTION.sub(r"\1=****", text)

"""What the readers of requirement files share: the growing result, safe paths and text without secrets."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote

from footprint.collect.declared.bounded_text import Skipped, guess_text, is_file, read_file
from footprint.collect.declared.doubts import Doubts, conflict_line, redact, words_of
from footprint.documents.plain_requirements import RequirementInvalid, read_requirement
from footprint.documents.toml import TomlDocument, TomlInvalid, parse_toml
from footprint.files.paths import real
from footprint.knowledge.groups import FOR_DEVELOPERS
from footprint.late import late_pattern
from footprint.model.note import Note
from footprint.model.requirements import DeclaredRequirement, OutsideFolder
from footprint.names import normalise
from footprint.values import dataclass, field, replace

Kind = Literal["requirement", "constraint"]
Words = frozenset[str] | None  # that a doubt is about; None: anything

_LONGEST_SHOWN = 300  # a hostile line may have megabytes
_FILE_URL = late_pattern(r"(?i)^file:(?://(?:localhost(?=/))?)?")
_KINDS = {
    str: "a string", bool: "true or false", list: "an array", dict: "a table", int: "a number", float: "a number"
}  # fmt: skip
_PROJECT_FILES = ("pyproject.toml", "setup.cfg", "setup.py")


@dataclass(frozen=True, slots=True)
class DeclaredPlace:
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
    doubts: Doubts = field(default_factory=Doubts)
    own_names: set[str] = field(default_factory=set)  # normalised names of the projects read
    projects: dict[str, str] = field(default_factory=dict)  # folders that hold one, each with its name; relative
    asked: list[tuple[DeclaredPlace, str]] = field(default_factory=list)  # folders that lines ask for
    needs_nothing: dict[str, None] = field(default_factory=dict)  # files with an empty list of requirements
    pending: list[Path] = field(default_factory=list)  # project files of local folders, to be read later
    via: dict[tuple[str, int], tuple[str, ...]] = field(default_factory=dict)  # what annotations say, by path and line
    compiled: dict[str, str] = field(default_factory=dict)  # files that a tool wrote, each with its source; relative
    sources: dict[tuple[str, str], int] = field(default_factory=dict)  # lines that say where from, by path and name
    published: dict[str, int] = field(default_factory=dict)  # project files with classifiers for an index, and where
    private: set[str] = field(default_factory=set)  # folders of projects that no index accepts; relative
    pins: frozenset[Path] = frozenset()  # resolved: compiled files whose input is read, so that they only constrain
    _misshapen: set[tuple[str, tuple[str | int, ...]]] = field(default_factory=set)  # said to be no tables
    _begun: set[tuple[Path, Kind, str]] = field(default_factory=set)
    _documents: dict[Path, TomlDocument | None] = field(default_factory=dict)

    def begin(self, path: Path, kind: Kind = "requirement", part: str = "") -> bool:
        """Return whether `path` is to be read now, and remember it: each file is read once as each kind.

        `part` names what the reader takes from a file that several readers share.
        """
        key = (real(path), kind, part)
        is_new = key not in self._begun
        self._begun.add(key)
        return is_new

    def mark_read(self, path: Path) -> None:
        """Record that `path` was read."""
        self.files[self.relative(path)] = None

    def read(self, path: Path) -> bytes | None:
        """Return the bytes of a requirement file; None with a note when it is too large, binary or unreadable."""
        try:
            return read_file(path)
        except Skipped as why:
            self.doubt(why.code, why.message, self.relative(path))
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
            message = "not UTF-8: not read; its tool does not read it either: save it as UTF-8"
            self.doubt("requirements-encoding", message, self.relative(path), line, words=words_of(guess_text(data)))
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
                self.not_parsed("toml-unparsable", str(error), self.relative(path), error.line, text or "")
                self._documents[key] = None
        return self._documents[key]

    def table(self, document: TomlDocument, *where: str | int, holds: str = 'name = "version"') -> Mapping[str, Any]:
        """Return the table at `where`, an empty one where there is none.

        Anything else there becomes a note; `holds` shows the reader what a line of such a table looks like.
        """
        for count in range(1, len(where) + 1):
            found = document.get(*where[:count])
            if found is None:
                return {}
            if not isinstance(found, dict):
                if (document.path, where[:count]) in self._misshapen:
                    return {}  # other readers look for something below it, too
                self._misshapen.add((document.path, where[:count]))
                shown = _dotted(where[:count])
                wanted = f"lines like `{holds}` below `[{_dotted(where)}]`"
                message = f"{shown} is {_kind_of(found)}, not a table: nothing of it was read; write {wanted}"
                line = document.line(*where[:count])
                self.doubt("requirement-unparsable", message, document.path, line, words=words_of(found))
                return {}
        return document.table(*where)

    def not_array(self, document: TomlDocument, where: tuple[str | int, ...], place: DeclaredPlace) -> None:
        """Note that what should be an array of requirements is something else, and what to write instead."""
        found = document.get(*where)
        message = (
            f"{_dotted(where)} is {_kind_of(found)}, not an array: nothing of it was read; "
            f'write `{where[-1]} = ["name>=1.0"]`'
        )
        self.doubt_line(message, replace(place, line=document.line(*where)), words_of(found))

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

    def published_files(self) -> Iterator[tuple[str, int]]:
        """Yield the project files with classifiers, each with its line, those of private projects left out."""
        for path, line in self.published.items():
            if self.relative((self.project / path).parent) not in self.private:
                yield path, line

    def note(self, code: str, message: str, path: str, line: int | None = None) -> None:
        """Add a note; secrets in URLs are taken out of its message."""
        self.notes.append(Note(code, redact(message), path, line))

    def doubt(self, code: str, message: str, path: str, line: int | None = None, *, words: Words = None) -> None:
        """Add a note on something that was not understood and may declare what its `words` name; None: anything."""
        self.doubts.add(Note(code, redact(message), path, line), words)

    def doubt_at(self, code: str, message: str, place: DeclaredPlace, words: Words = frozenset()) -> None:
        """Add such a note on a place; without `words` it declares nothing for certain."""
        self.doubts.add(Note(code, redact(message), place.path, place.line), words, place.group)

    def doubt_line(self, message: str, place: DeclaredPlace, words: frozenset[str]) -> None:
        """Note that what stands in a place cannot be read as a requirement."""
        self.doubt_at("requirement-unparsable", message, place, words)

    def doubt_file(self, code: str, message: str, place: DeclaredPlace) -> None:
        """Note that a file which a line includes was not read; one of developers leaves the application's own alone."""
        self.doubt_at(code, message, place, frozenset() if place.group in FOR_DEVELOPERS else None)

    def finds(self, target: Path, written: str, place: DeclaredPlace) -> bool:
        """Return whether a file that a line includes is there to be read; else a note says why not."""
        if not self.may_read(target):
            self.doubt_file("requirements-outside", f"{written} is outside the project and was not read", place)
        elif not is_file(target):
            self.doubt_file("requirements-missing", f"{written} does not exist", place)
        else:
            return True
        return False

    def not_parsed(self, code: str, message: str, path: str, line: int | None, text: str) -> None:
        """Note that a whole file is not what its name says. An unfinished merge is named as the cause."""
        conflict = conflict_line(text)
        if conflict is not None:
            code, line = "merge-conflict", conflict
            message = f"a merge was left unfinished here: nothing was read, settle it; {message}"
        else:
            message = f"{message}; nothing of the file was read: mend this line" if line else f"{message}; not read"
        self.doubt(code, message, path, line, words=words_of(text))

    def add(
        self, text: str, place: DeclaredPlace, *, url: str | None = None, raw: str | None = None, conda_name: str = ""
    ) -> None:
        """Parse one requirement (PEP 508) and keep it, or note that it cannot be read.

        `url` and `raw` say where a named direct reference points and how it was written, `conda_name` what conda
        calls it.
        """
        shown = " ".join((raw or text).split())[:_LONGEST_SHOWN]
        try:
            requirement = read_requirement(text)
        except RequirementInvalid as error:
            why = str(error).splitlines()[0][:_LONGEST_SHOWN]
            self.doubt_line(f"cannot read {shown!r}: {why}", place, words_of(shown))
            return
        url = url or requirement.url
        if url and url.lower().startswith("file:"):
            self._add_local_url(requirement.name, url, place)
        self.requirements.append(
            DeclaredRequirement(
                name=normalise(requirement.name),
                extras=tuple(sorted({normalise(extra) for extra in requirement.extras})),
                specifier=str(requirement.specifier),
                marker=requirement.marker,
                url=redact(url) if url else None,
                group=place.group,
                kind=place.kind,
                path=place.path,
                line=place.line,
                raw=redact(shown),
                group_name=place.group_name,
                conda_name=conda_name,
                via=self.via.get((place.path, place.line), ()),
            )
        )

    def add_own(self, name: str, path: Path) -> None:
        """Remember that a project file at `path` is that of a distribution called `name`."""
        self.own_names.add(normalise(name))
        self.projects.setdefault(self.relative(path.parent), normalise(name))

    def add_local(self, path: Path, place: DeclaredPlace, *, asked: bool = True) -> bool:
        """Keep a folder that the project installs from source, and queue its own project files.

        `asked`: a line requires it; members of a workspace are there whether anything requires them or not.
        Folders outside the project are noted and left alone: False then, and where there is none.
        """
        if not self.may_read(path):
            why = "a local requirement outside the project folder: its files are not read"
            folder = real(path).as_posix()
            self.outside.append(OutsideFolder(folder, self.relative(path), place.group, place.path, place.line))
            self.doubt_at("local-path-outside", why, place, words_of(path.name))
            return False
        if not os.path.isdir(path):  # noqa: PTH112  unlike Path.is_dir it is False, not an error, for a name too long
            self.doubt_at("local-path-missing", f"no folder {self.relative(path)}", place, words_of(path.name))
            return False
        self.local_paths[self.relative(path)] = None
        if asked:
            self.asked.append((place, self.relative(path)))
        self.pending += [path / file for file in _PROJECT_FILES]
        return True

    def _add_local_url(self, name: str, url: str, place: DeclaredPlace) -> None:
        """Keep the folder that `name @ file:...` means, relative to the project or to the file that says so."""
        found = _FILE_URL.sub("", url).partition("#")[0]
        folder = unquote(found.replace("${PROJECT_ROOT}", "").lstrip("/") if "${" in found else found)
        for base in (self.project, self.project / Path(place.path).parent):
            if self.may_read(base / folder) and os.path.isdir(base / folder):  # noqa: PTH112  as above
                self.add_local(base / folder, place)
                self.own_names.add(normalise(name))
                return


def _dotted(where: tuple[str | int, ...]) -> str:
    return ".".join(str(part) for part in where)


def _kind_of(value: Any) -> str:
    """Return what a value is in the words of a TOML file."""
    return _KINDS.get(type(value), "a date")

"""Where the project's text names a distribution: in code as strings, in settings as values, in scripts as commands.

Laws: a file is looked into only if a plain search finds a name in it. What describes does not name: comments,
docstrings, documentation, messages, keys that are looked up. What declares does not use: requirement and lock files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from operator import attrgetter
from pathlib import Path

from footprint.collect.namings.own_files import OwnFiles
from footprint.collect.namings.python_strings import notebook_names, python_names
from footprint.collect.namings.sought_names import NOTHING_SETTLED, FoundName, Resolve, Settled, Sought
from footprint.collect.namings.text_kinds import LIST, TextKind, find_reading, is_inventory, is_list
from footprint.files.reader import try_read
from footprint.model.namings import Naming, NamingRole, SoughtName
from footprint.names import text_bytes
from footprint.values import dataclass

_LARGEST_CODE_BYTES = 2_000_000
_LARGEST_TEXT_BYTES = 256 * 1024  # more is data, not settings
_ALL_BYTES_AT_MOST = 512 << 20
_NAMINGS_AT_MOST = 3  # of one distribution in one role: they show that it is named
_FOUND_AT_MOST = 500  # in one file
_READ_IN_FULL_AT_MOST = 8 << 20  # bytes of Python that are parsed; of more, a quoted name counts as it stands


@dataclass(frozen=True, slots=True)
class NamingPlaces:
    """Where to look. Paths are relative to the project and posix."""

    code: Mapping[str, NamingRole]  # Python files and notebooks
    texts: tuple[str, ...]  # all other files
    imported: frozenset[str]  # last parts of the modules and names that any file of the project imports
    settled: Settled = NOTHING_SETTLED
    computes: bool = False  # code that runs imports by a computed name: it may read the names from a file


def find_namings(
    project: Path, sought: Iterable[SoughtName], places: NamingPlaces, resolve: Resolve, own: OwnFiles | None = None
) -> tuple[Naming, ...]:
    """Return where `places` name what is sought, the application's files first; a few places for each name.

    `resolve` says whether a dotted name leads to something that is installed. `own` looks for files of the project in
    the same texts.
    """
    search = _NamingSearch(project, Sought(sought, resolve, places.settled), places, own or OwnFiles(()))
    for role in ("app", "tests", "dead"):
        search.look_through(role)
    return tuple(search.found)


class _NamingSearch:
    """One look through the files; a distribution that is named by the application is not sought in tests."""

    def __init__(self, project: Path, sought: Sought, places: NamingPlaces, own: OwnFiles) -> None:
        self._project, self._sought, self._places, self._own = project, sought, places, own
        self._texts: dict[NamingRole, list[tuple[str, TextKind]]] = {}
        for path in places.texts:
            reading = find_reading(path)
            if reading is not None:
                self._texts.setdefault(reading.role, []).append((path, reading))
            elif places.computes and is_list(path):
                self._texts.setdefault("app", []).append((path, LIST))
        self._bytes_left, self._tree_bytes_left = _ALL_BYTES_AT_MOST, _READ_IN_FULL_AT_MOST
        self._code: bytes | None = None  # all of the application's, once it is asked for
        self.found: list[Naming] = []

    def look_through(self, role: NamingRole) -> None:
        """Look through the files of one role for what is not named yet."""
        open_names = self._sought.without({naming.distribution for naming in self.found})
        counts: dict[str, int] = {}
        for path, reading in self._files(role):
            if not open_names.distributions:
                return
            data = self._read(path, _LARGEST_CODE_BYTES if reading is None else _LARGEST_TEXT_BYTES)
            if data is not None and role == "app":
                self._own.look(path, data, reading)
            if data is None or not open_names.stands_in(data):
                continue
            seen: set[tuple[str, int]] = set()
            some = islice(self._names_in(path, data, reading, open_names), _FOUND_AT_MOST)
            for found in sorted(some, key=attrgetter("line")):
                if (found.distribution, found.line) in seen:
                    continue
                seen.add((found.distribution, found.line))
                counts[found.distribution] = counts.get(found.distribution, 0) + 1
                if counts[found.distribution] <= _NAMINGS_AT_MOST:
                    self.found.append(Naming(found.distribution, found.text, path, found.line, role))
            done = {name for name, count in counts.items() if count >= _NAMINGS_AT_MOST}
            if done & open_names.distributions:
                open_names = open_names.without(done)

    def _files(self, role: NamingRole) -> Iterator[tuple[str, TextKind | None]]:
        yield from ((path, None) for path, each in self._places.code.items() if each == role)
        yield from self._texts.get(role, ())

    def _names_in(self, path: str, data: bytes, reading: TextKind | None, names: Sought) -> Iterable[FoundName]:
        if reading is not None and reading.kind in ("json", "xml") and is_inventory(data):
            return ()
        if reading is not None:
            from footprint.collect.namings.settings_values import names_in_table, settings_names

            text = data.decode("utf-8", "replace")
            found = list(islice(settings_names(text, reading, path, names), _FOUND_AT_MOST))
            if not found and self._places.computes and self._is_read_by_code(path):
                return names_in_table(text, reading, path, names)
            return found
        if path.endswith(".ipynb"):
            return notebook_names(data, names)
        if not names.lines_in_code(data):
            return ()
        self._tree_bytes_left -= len(data)
        is_read = self._tree_bytes_left > 0
        return python_names(data, path, names, self._places.imported) if is_read else names.quoted_in(data)

    def _is_read_by_code(self, path: str) -> bool:
        """Whether the code of the application names a file, or its folder and all files of its kind."""
        if self._code is None:
            app = (each for each, role in self._places.code.items() if role == "app")
            self._code = b"\n".join(data for each in app if (data := self._read(each, _LARGEST_CODE_BYTES)))
        folder, _, file = path.rpartition("/")
        kind, above = f"*.{file.rpartition('.')[2]}", folder.rpartition("/")[2]
        return text_bytes(file) in self._code or (text_bytes(kind) in self._code and text_bytes(above) in self._code)

    def _read(self, path: str, largest_bytes: int) -> bytes | None:
        data = try_read(f"{self._project}/{path}", bytes_at_most=min(largest_bytes, self._bytes_left))
        self._bytes_left -= len(data or b"")
        return data

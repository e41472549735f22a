"""Requirements in TOML: strings of arrays, and keys of tables, in all dialects.

Which arrays and tables hold them is one table of patterns here, so that no other list is ever taken for one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

from footprint.documents.plain_values import list_of, table_of
from footprint.documents.toml import (
    TomlDocument,
    TomlInvalid,
    TomlPath,
    TomlSpans,
    parse_tables,
    parse_toml,
    value_spans,
)
from footprint.edit.requirement_files.line_changes import (
    DropExtras,
    LeaveOut,
    LeftAlone,
    LineChange,
    LinePlan,
    WhyLeft,
)
from footprint.edit.requirement_files.toml_insertions import (
    array_for,
    can_hold,
    insert_items,
    insert_keys,
    put_in,
    table_for,
)
from footprint.edit.requirement_files.toml_regions import Pieces
from footprint.edit.requirement_files.written_names import names_in, without_extras
from footprint.edit.text_edits import Edit, replaced
from footprint.knowledge.shipped_files import load_data
from footprint.names import DistributionName, normalise
from footprint.pairs import group_pairs
from footprint.values import dataclass

_Pattern = tuple[str, ...]  # keys of a path; "*" is any key


@dataclass(frozen=True, slots=True)
class TomlLists:
    """Where a kind of file keeps requirements: arrays of strings, tables with a key for each, and who names them."""

    arrays: tuple[_Pattern, ...] = ()
    tables: tuple[_Pattern, ...] = ()
    beside: tuple[_Pattern, ...] = ()  # tables that say more of what stands elsewhere: it goes when that goes
    naming: tuple[_Pattern, ...] = ()  # arrays of names of what stands in `tables`


_HATCH = (("*", "dependencies"), ("*", "extra-dependencies"))
_PIXI = (
    ("dependencies",),
    ("pypi-dependencies",),
    ("target", "*", "dependencies"),
    ("target", "*", "pypi-dependencies"),
)
_FEATURES = (*_PIXI, *(("feature", "*", *path) for path in _PIXI))
PYPROJECT_LISTS = TomlLists(
    arrays=(
        ("project", "dependencies"),
        ("project", "optional-dependencies", "*"),
        ("dependency-groups", "*"),
        ("tool", "setuptools", "dynamic", "dependencies"),
        ("tool", "setuptools", "dynamic", "optional-dependencies", "*"),
        ("tool", "pdm", "dev-dependencies", "*"),
        ("tool", "uv", "dev-dependencies"),
        ("tool", "uv", "constraint-dependencies"),
        ("tool", "uv", "override-dependencies"),
        ("tool", "rye", "dev-dependencies"),
        ("tool", "flit", "metadata", "requires"),
        ("tool", "flit", "metadata", "dev-requires"),
        ("tool", "flit", "metadata", "requires-extra", "*"),
        *(("tool", "hatch", "envs", *path) for path in _HATCH),
        *(("envs", *path) for path in _HATCH),  # hatch.toml
    ),
    tables=(
        ("tool", "poetry", "dependencies"),
        ("tool", "poetry", "dev-dependencies"),
        ("tool", "poetry", "group", "*", "dependencies"),
        *(("tool", "pixi", *path) for path in _FEATURES),
        *_FEATURES,  # pixi.toml
    ),
    beside=(("tool", "uv", "sources"), ("tool", "poetry", "dependencies")),
    naming=(("tool", "poetry", "extras", "*"),),
)
PIPFILE_LISTS = TomlLists(tables=(("*",),))
SCRIPT_LISTS = TomlLists(arrays=(("dependencies",),), beside=(("tool", "uv", "sources"),))


@dataclass(frozen=True, slots=True)
class TomlEntry:
    """One requirement: an item of an array, or a key of a table."""

    path: TomlPath
    names: frozenset[DistributionName]  # that it may be for
    line: int
    in_array: bool


def plan_toml(text: str, changes: tuple[LineChange, ...], lists: TomlLists) -> LinePlan:
    """Return how requirements of a TOML file change."""
    try:
        document, spans = parse_toml(text, ""), value_spans(text)
    except (TomlInvalid, ValueError, RecursionError):
        return LinePlan((), tuple(LeftAlone(change, WhyLeft.UNREADABLE) for change in changes), lambda _: True)
    edit = _TomlEdit(text, document, spans, lists)
    for change in changes:
        edit.take(change)
    return edit.plan()


class _TomlEdit:
    """The changes of one file while they are gathered."""

    def __init__(self, text: str, document: TomlDocument, spans: TomlSpans, lists: TomlLists) -> None:
        self._text, self._document, self._spans, self._lists = text, document, spans, lists
        self._entries = list(_find_entries(document, lists))
        self._by_line = group_pairs((entry.line, entry) for entry in self._entries)
        self._gone: dict[TomlPath, None] = {}
        self._moved: dict[TomlPath, list[TomlPath]] = {}  # by the array or table that they move to
        self._cuts: list[Edit] = []
        self._left: list[LeftAlone] = []
        self._after = deepcopy(dict(document.tables))

    def take(self, change: LineChange) -> None:
        meant = [entry for entry in self._by_line.get(change.line, ()) if change.name in entry.names]
        if not meant:
            self._left.append(LeftAlone(change, WhyLeft.NOT_THERE))
        elif len({entry.path[:-1] for entry in meant}) > 1:
            self._left.append(LeftAlone(change, WhyLeft.AMBIGUOUS))
        elif isinstance(change, LeaveOut):
            self._gone |= dict.fromkeys(entry.path for entry in meant)
        elif isinstance(change, DropExtras):
            self._narrow(change, meant)
        elif not all(map(self._move, meant)):
            self._left.append(LeftAlone(change, WhyLeft.NO_GROUP))

    def plan(self) -> LinePlan:
        gone = [*self._gone, *self._orphans()]
        pieces = Pieces(self._text, self._spans, gone)
        cuts = [*self._cuts, *pieces.cuts()]
        for path in sorted(gone, key=_from_the_end):
            _delete(self._after, path)
        for target, paths in self._moved.items():
            cuts += self._put(target, paths)
        expected = self._after
        return LinePlan(tuple(cuts), tuple(self._left), lambda new: _reads_as(new, expected))

    def _narrow(self, change: DropExtras, meant: Sequence[TomlEntry]) -> None:
        before = len(self._gone), len(self._cuts)
        for entry in meant:
            if not entry.in_array:
                self._gone |= dict.fromkeys(_asked_extras(self._document, entry.path, change.extras))
            elif "\\" in self._written(entry.path):
                self._left.append(LeftAlone(change, WhyLeft.ESCAPED))
                return
            else:
                self._narrow_text(entry.path, change.extras)
        if before == (len(self._gone), len(self._cuts)):
            self._left.append(LeftAlone(change, WhyLeft.NO_EXTRA))

    def _move(self, entry: TomlEntry) -> bool:
        """Note that an entry moves; return whether there is a place for it."""
        path, find = entry.path, array_for if entry.in_array else table_for
        target = find(self._document, path)
        holder = None if target is None else target[:-1] if entry.in_array else target
        is_there = target is not None and target in self._spans.values and entry.in_array
        if target is None or holder is None or not (is_there or can_hold(self._document, self._spans, holder)):
            return False
        if path not in self._spans.values or (not entry.in_array and path[-1] in self._document.table(*target)):
            return False  # a table of its own, or there already
        self._gone[path] = None
        self._moved.setdefault(target, []).append(path)
        return True

    def _put(self, target: TomlPath, paths: Sequence[TomlPath]) -> Iterator[Edit]:
        """Yield what puts entries into their array or table, and put them into the expected document."""
        values = [self._document.get(*path) for path in paths]
        if all(isinstance(path[-1], int) for path in paths):
            put_in(self._after, target[:-1], str(target[-1]), [*list_of(self._document.get(*target)), *values])
            yield from insert_items(self._text, self._spans, target, [self._written(path) for path in paths])
            return
        for path, value in zip(paths, values, strict=True):
            put_in(self._after, target, str(path[-1]), value)
        spans = [self._spans.values[path] for path in paths]
        yield from insert_keys(self._text, self._spans, target, [self._text[span.key : span.end] for span in spans])

    def _written(self, path: TomlPath) -> str:
        span = self._spans.values[path]
        return self._text[span.start : span.end]

    def _narrow_text(self, path: TomlPath, extras: frozenset[str]) -> None:
        written, value = self._written(path).lstrip("\"'"), self._document.get(*path)
        here, there = without_extras(written, extras), without_extras(value, extras)
        if here is not None and there is not None:
            start = self._spans.values[path].end - len(written)
            self._cuts.append(Edit(start + here.start, start + here.end, here.text))
            _put(self._after, path, replaced(value, [there]))

    def _orphans(self) -> Iterator[TomlPath]:
        """Yield what only says more of a requirement that is gone: where it comes from, the extra it belongs to."""
        moved = {path for paths in self._moved.values() for path in paths}
        going = self._gone.keys() - moved
        gone = {name for entry in self._entries if entry.path in going for name in entry.names}
        for pattern in self._lists.beside:
            stays = gone - self._names_that_stay(pattern)
            for key in self._document.table(*pattern):
                if normalise(key) in stays and (*pattern, key) not in self._gone:
                    yield (*pattern, key)
        main = self._names_that_stay(("tool", "poetry", "dependencies"))
        for where in (path for pattern in self._lists.naming for path in _matching(self._document, pattern)):
            for position, item in enumerate(list_of(self._document.get(*where))):
                names = names_in(item) if isinstance(item, str) else frozenset()
                if names & gone and not names & main:
                    yield (*where, position)

    def _names_that_stay(self, beside: TomlPath) -> set[DistributionName]:
        """Return the names that are still asked for, so that what a table says of them stays, too.

        A table that declares requirements itself only says more of those of [project], where that has them.
        """
        is_poetry = beside[:2] == ("tool", "poetry")
        says_more = "dependencies" in self._document.table("project")
        return {
            name
            for entry in self._entries
            if entry.path not in self._gone
            and (not is_poetry or (entry.in_array if says_more else entry.path[:-1] == beside))
            for name in entry.names
        }


def _find_entries(document: TomlDocument, lists: TomlLists) -> Iterator[TomlEntry]:
    for pattern in lists.arrays:
        for path in _matching(document, pattern):
            for position, item in enumerate(list_of(document.get(*path))):
                if isinstance(item, str):
                    here = (*path, position)
                    yield TomlEntry(here, names_in(item), document.line(*here), in_array=True)
    known: Mapping[str, str] = load_data("conda_names.toml")["index_names"]
    for pattern in lists.tables:
        for path in _matching(document, pattern):
            for key in document.table(*path):
                names = {normalise(key)} | ({normalise(known[key.lower()])} if key.lower() in known else set())
                yield TomlEntry((*path, key), frozenset(names), document.line(*path, key), in_array=False)


def _matching(document: TomlDocument, pattern: _Pattern) -> list[TomlPath]:
    """Return the paths of a document that a pattern means."""
    found: list[TomlPath] = [()]
    for part in pattern:
        found = [(*path, key) for path in found for key in document.table(*path) if part in ("*", key)]
    return found


def _asked_extras(document: TomlDocument, path: TomlPath, extras: frozenset[str]) -> Iterator[TomlPath]:
    """Yield the items of `extras = [...]` that go, in each table that a name is set to."""
    value = document.get(*path)
    for where in [(*path, number) for number in range(len(value))] if isinstance(value, list) else [path]:
        for position, item in enumerate(list_of(table_of(document.get(*where)).get("extras"))):
            if isinstance(item, str) and normalise(item) in extras:
                yield (*where, "extras", position)


def _from_the_end(path: TomlPath) -> tuple[tuple[int, str], ...]:
    """Return a key that sorts the later items of an array first, so that the places of the others stay true."""
    return tuple((-part, "") if isinstance(part, int) else (0, part) for part in path)


def _delete(tables: Any, path: TomlPath) -> None:
    for key in path[:-1]:
        tables = tables[key]
    del tables[path[-1]]


def _put(tables: Any, path: TomlPath, value: Any) -> None:
    for key in path[:-1]:
        tables = tables[key]
    tables[path[-1]] = value


def _reads_as(text: str, expected: Mapping[str, Any]) -> bool:
    try:
        return _without_empty(parse_tables(text)) == _without_empty(expected)
    except TomlInvalid:
        return False


def _without_empty(tables: Mapping[str, Any]) -> dict[TomlPath, Any]:
    """Return the values by path: a table that was only there for what stood in it leaves nothing behind."""
    found: dict[TomlPath, Any] = {}
    waiting: list[tuple[TomlPath, Any]] = [((), dict(tables))]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict):
            waiting += [((*path, key), inner) for key, inner in value.items()]
        elif isinstance(value, list):
            found[path] = len(value)
            waiting += [((*path, position), inner) for position, inner in enumerate(value)]
        else:
            found[path] = (type(value), str(value))
    return found

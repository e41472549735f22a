"""Where a requirement goes that moves to the group for development, and the text that puts it there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from footprint.documents.plain_values import table_of
from footprint.documents.toml import TomlDocument, TomlPath, TomlSpans
from footprint.edit.requirement_files.cuts import line_end, line_start, next_line
from footprint.edit.text_edits import Edit

GROUP = "dev"
_OWN_ARRAYS: tuple[TomlPath, ...] = (("tool", "uv", "dev-dependencies"), ("tool", "pdm", "dev-dependencies", GROUP))
_PEP_735: TomlPath = ("dependency-groups", GROUP)


def array_for(document: TomlDocument, path: TomlPath) -> TomlPath | None:
    """Return the array for what developers need, for an item of one that production installs; None: there is none."""
    if path[:1] != ("project",):
        return None
    if "dependency-groups" not in document.tables:
        for array in _OWN_ARRAYS:
            if isinstance(document.get(*array), list):
                return array
    return _PEP_735


def table_for(document: TomlDocument, path: TomlPath) -> TomlPath | None:
    """Return the table for what developers need, for a key of one that production installs; None: there is none."""
    if path[:3] == ("tool", "poetry", "dependencies"):
        old: TomlPath = ("tool", "poetry", "dev-dependencies")
        return old if document.table(*old) else ("tool", "poetry", "group", GROUP, "dependencies")
    return ("dev-packages",) if path[:1] == ("packages",) else None


def insert_items(text: str, spans: TomlSpans, array: TomlPath, items: Sequence[str]) -> Iterator[Edit]:
    """Yield what puts items, as they are written, at the end of an array, which may not be there yet."""
    newline = newline_of(text)
    span = spans.values.get(array)
    if span is None:
        yield _new_line(text, spans, array[:-1], f"{array[-1]} = [{', '.join(items)}]", newline)
        return
    count = 0
    while (*array, count) in spans.values:
        count += 1
    if not count:
        yield Edit(span.start + 1, span.start + 1, ", ".join(items))
        return
    place: TomlPath = (*array, count - 1)
    last = spans.values[place]
    comma = text.find(",", last.end, span.end) if _is_comma_next(text, last.end, span.end) else None
    first = line_start(text, last.start)
    if text[first : last.start].strip():  # on the line of something else
        at = last.end if comma is None else comma + 1
        lead = ", " if comma is None else " "
        yield Edit(at, at, lead + ", ".join(items) + ("" if comma is None else ","))
        return
    indent = text[first : last.start]
    if comma is None:
        yield Edit(last.end, last.end, ",")
    end = line_end(text, last.end if comma is None else comma)
    bracket = span.end - 1
    at = min(end, bracket)
    lines = [f"{newline}{indent}{item}," for item in items]
    whole = "".join(lines)
    yield Edit(at, at, whole if comma is not None else whole[:-1])


def insert_keys(text: str, spans: TomlSpans, table: TomlPath, lines: Sequence[str]) -> Iterator[Edit]:
    """Yield what puts assignments at the end of a table, which may not be there yet."""
    yield _new_line(text, spans, table, newline_of(text).join(lines), newline_of(text))


def put_in(tables: dict[str, Any], table: TomlPath, key: str, value: Any) -> None:
    """Set a key of a table of the parsed document, made where it is not there."""
    for part in table:
        tables = tables.setdefault(str(part), {})
    tables[key] = value


def newline_of(text: str) -> str:
    """Return how the first line of a text ends."""
    at = text.find("\n")
    return "\r\n" if at > 0 and text[at - 1] == "\r" else "\n"


def can_hold(document: TomlDocument, spans: TomlSpans, table: TomlPath) -> bool:
    """Whether lines can be added to a table: it has a header of its own, or is not there at all."""
    has_header = any(path == table for path, _, _ in spans.headers)
    found: Mapping[str, Any] | None = document.tables
    for part in table:
        found = table_of(found).get(str(part)) if found is not None else None
    return has_header or found is None


def _is_comma_next(text: str, start: int, end: int) -> bool:
    """Whether a comma follows an item before its line or the array ends."""
    return text[start : min(end, line_end(text, start))].lstrip(" \t").startswith(",")


def _new_line(text: str, spans: TomlSpans, table: TomlPath, lines: str, newline: str) -> Edit:
    for number, (path, start, end) in enumerate(spans.headers):
        if path == table:
            until = spans.headers[number + 1][1] if number + 1 < len(spans.headers) else len(text)
            inside = [span.end for span in spans.values.values() if start < span.start < until]
            last = max([end, *inside])
            at = next_line(text, last)
            gap = "" if text[:at].endswith("\n") else newline
            return Edit(at, at, f"{gap}{lines}{newline}")
    gap = newline if text.endswith("\n") or not text else newline * 2
    header = ".".join(map(str, table))
    return Edit(len(text), len(text), f"{gap}[{header}]{newline}{lines}{newline}")

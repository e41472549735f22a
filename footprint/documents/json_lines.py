"""JSON documents parsed strictly, with the lines of their values where something is wrong with them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, TypeAlias

JsonPath: TypeAlias = tuple[str | int, ...]

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],]|\n|[^\s{}\[\],:"]+', re.DOTALL)
_MARKER = re.compile(r"^(?:<{7}|\|{7}|={7}|>{7})(?=\s|$)", re.MULTILINE)  # of git's, also of half a resolution


class JsonInvalid(Exception):
    """A text that is not JSON, or JSON that would be read differently by others; the line where it is known."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line, self.column = line, column


class MergeUnresolved(JsonInvalid):
    """A text with the markers that a merge left."""


class _Repeated(Exception):
    """A key that its object has already; no ValueError, which the parser raises itself."""


def parse_json(text: str) -> Any:
    """Return the values of a JSON text.

    NaN and Infinity pass, as 1e999 does: whoever wants a number has to look.
    Raises: JsonInvalid, also for a key that is there twice, and for nesting and integers that the parser cannot bear.
        MergeUnresolved for markers of a merge: no line of JSON begins with them.
    """
    try:
        return json.loads(text, object_pairs_hook=_build_object)
    except json.JSONDecodeError as error:
        raise _explain(text, error) from None
    except RecursionError:
        raise JsonInvalid("nested too deeply: not read") from None
    except _Repeated as error:
        raise JsonInvalid(f"the key {str(error)[:80]!r} is there twice", _find_repetition(text)) from None
    except ValueError:
        raise JsonInvalid("an integer of thousands of digits: not read") from None


def try_json(text: str | bytes) -> Any:
    """Return the values of a JSON text, None for what is not one."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def find_line(text: str, path: JsonPath) -> int | None:
    """Return the line on which the value at `path` begins, in a text that is JSON. None: there is nothing there."""
    wanted = list(path)
    return next((line for place, line in _walk(text) if place == wanted), None)


def _explain(text: str, error: json.JSONDecodeError) -> JsonInvalid:
    marker = _MARKER.search(text)
    if marker is not None:
        return MergeUnresolved("it holds the markers of an unresolved merge", text.count("\n", 0, marker.start()) + 1)
    if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
        return JsonInvalid("not valid JSON: it ends in the middle", error.lineno, error.colno)
    return JsonInvalid(f"not valid JSON: {error.msg[:1].lower()}{error.msg[1:]}", error.lineno, error.colno)


def _build_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    built: dict[str, Any] = {}
    for key, value in pairs:
        if key in built:
            raise _Repeated(key)
        built[key] = value
    return built


def _find_repetition(text: str) -> int | None:
    """Return the line of the first key that its object has already."""
    seen: list[set[str | int | None]] = []  # one for each open object or array
    for place, line in _walk(text):
        del seen[len(place) :]
        if len(seen) < len(place):
            seen.append(set())
        if place[-1] in seen[-1]:
            return line
        seen[-1].add(place[-1])
    return None


def _walk(text: str) -> Iterator[tuple[list[str | int | None], int]]:
    """Yield the place and the line of every key and every item. The list is one and the same: compare, do not keep."""
    place: list[str | int | None] = []  # one step for each open object or array; None: its key comes next
    line = 1
    is_item_next = False
    for token in _TOKEN.finditer(text):
        first = token[0][0]
        if first == "\n":
            line += 1
            continue
        if is_item_next and first != "]":
            yield place, line
        is_item_next = False
        if first in "{[":
            place.append(None if first == "{" else 0)
            is_item_next = first == "["
        elif first in "}]":
            place.pop()
        elif first == ",":
            step = place[-1]
            is_item_next = isinstance(step, int)
            place[-1] = step + 1 if isinstance(step, int) else None
        elif place and place[-1] is None:
            place[-1] = json.loads(token[0])
            yield place, line

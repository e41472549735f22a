"""JSON documents parsed strictly, and where in a text the keys and values stand, also of one that is broken."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from footprint.documents import DocumentInvalid
from footprint.late import late_pattern

JsonPath: TypeAlias = tuple[str | int, ...]

_STRING = rb'"[^"\\\n]*(?:\\[^\n][^"\\\n]*)*"'
_COLON = late_pattern(rb"[ \t\r\n]*:")
# Which parts of a text are passed: strings and brackets; those of JSON5, with its comments; all with a place.
STRUCTURE = late_pattern(_STRING + rb'|["{}\[\]]')
LENIENT = late_pattern(_STRING + rb"|'[^'\\\n]*'|//[^\n]*|[{}\[\]]")
_WHOLE = late_pattern(_STRING + rb'|[{}\[\],]|[^\s{}\[\],:"]+')
_MARKER = late_pattern(r"^(?:<{7}|\|{7}|={7}|>{7})(?=\s|$)", re.MULTILINE)  # of git's, also of half a resolution


class JsonInvalid(DocumentInvalid):
    """A text that is not JSON, or JSON that would be read differently by others."""


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


class JsonPlaces:
    """One pass over a JSON text, also over one that is broken.

    `path` has a step for each open object, its last key, and for each open array, the number of the item. The first
    step is that of the text itself. `trouble` is the first thing that is wrong.
    """

    def __init__(self, data: bytes, parts: re.Pattern[bytes]) -> None:
        """Read nothing yet. `parts` are STRUCTURE or LENIENT."""
        self._data, self._parts = data, parts
        self.path: list[str | int] = [""]
        self.trouble: str | None = None
        self.line, self._counted = 1, 0  # that was asked for last

    def __iter__(self) -> Iterator[tuple[str, re.Match[bytes]]]:
        """Yield each part with its kind: "key", "value", a bracket; its `path` is that of the object or array."""
        path = self.path
        for found in self._parts.finditer(self._data):
            sign = found[0][:1]
            if sign in b"{[":
                yield sign.decode(), found
                path.append("" if sign == b"{" else 0)
            elif sign in b"}]":
                if len(path) == 1 or isinstance(path[-1], int) is (sign == b"}"):
                    self.trouble = self.trouble or "not valid JSON: brackets do not match"
                del path[max(len(path) - 1, 1) :]
                yield sign.decode(), found
            elif sign == b",":
                path[-1] = path[-1] + 1 if isinstance(path[-1], int) else path[-1]
            elif found[0] == b'"':
                self.trouble = self.trouble or "not valid JSON: a string does not end"
                yield "", found
            elif sign != b"/":
                is_key = sign in b"\"'" and not isinstance(path[-1], int) and _COLON.match(self._data, found.end())
                if is_key:
                    path[-1] = string_in(found)
                yield "key" if is_key else "value", found

    def line_of(self, found: re.Match[bytes]) -> int:
        """Return the line of a part; asked in the order of the text."""
        self.line += self._data.count(b"\n", self._counted, found.start())
        self._counted = found.start()
        return self.line


def string_in(found: re.Match[bytes]) -> str:
    """Return the text of a string; of one with an escape that is none, as it is written."""
    raw = found[0].decode("utf-8", "replace")
    if "\\" not in raw:
        return raw[1:-1]
    try:
        return str(json.loads(raw, strict=False))
    except ValueError:
        return raw[1:-1]


def find_line(text: str, path: JsonPath) -> int | None:
    """Return the line on which the value at `path` begins, in a text that is JSON. None: there is nothing there."""
    places, wanted = JsonPlaces(text.encode("utf-8", "replace"), _WHOLE), ["", *path]
    return next((places.line_of(found) for _, found in places if places.path == wanted), None)


def key_lines(text: str) -> dict[JsonPath, int]:
    """Return the line of every key by its path."""
    places = JsonPlaces(text.encode("utf-8", "replace"), STRUCTURE)
    return {tuple(places.path[1:]): places.line_of(found) for kind, found in places if kind == "key"}


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
    places = JsonPlaces(text.encode("utf-8", "replace"), STRUCTURE)
    seen: list[set[str | int]] = []  # one for each open object
    for kind, found in places:
        if kind == "{":
            seen.append(set())
        elif kind == "}":
            seen.pop()
        elif kind == "key":
            if places.path[-1] in seen[-1]:
                return places.line_of(found)
            seen[-1].add(places.path[-1])
    return None

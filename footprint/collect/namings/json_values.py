"""The texts of a JSON file with the keys that lead to them and their lines; comments and stray commas do no harm."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from footprint.collect.namings.keyed_value import Concerns, KeyedValue

_TOKEN = re.compile(r'"[^"\\\n]*(?:\\.[^"\\\n]*)*"|\'[^\'\\\n]*\'|//[^\n]*|[{}\[\],:\n]', re.DOTALL)
_DEPTH_AT_MOST = 100


def json_values(text: str, concerns: Concerns) -> Iterator[KeyedValue]:
    """Yield the strings that hold a name, keys among them."""
    keys: list[str] = [""]  # the key under which each open object or array stands; last: the key that was read
    line = 1
    word: str | None = None
    for token in _TOKEN.finditer(text):
        sign = token[0]
        if sign == "\n":
            line += 1
        elif sign[0] == "/":
            continue
        elif sign[0] in "\"'":
            word = _text_of(sign)
            is_key = _KEY.match(text, token.end()) is not None
            if concerns(word) and not (is_key and _OFF.match(text, token.end())):
                above = keys[:-1] if is_key else keys
                yield KeyedValue(tuple(filter(None, above)), word, line, is_key=is_key)
        elif sign == ":" and word is not None:
            keys[-1] = word
        elif sign in "{[":
            if len(keys) > _DEPTH_AT_MOST:
                return
            keys.append("")
        elif sign in "}]" and len(keys) > 1:
            keys.pop()


_KEY = re.compile(r"\s*:")
_OFF = re.compile(  # "redis": false, "redis": {"enabled": false}
    r"""\s*:\s*(?:false|null|\{[^{}]{0,400}["'](?:enabled?|active)["']\s*:\s*false)\b"""
)


def _text_of(token: str) -> str:
    try:
        return str(json.loads(token))
    except ValueError:
        return token[1:-1]

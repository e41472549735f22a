"""Trees written as TOML, hostile values included: what cannot be written becomes something near it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from random import Random
from typing import Any

from benchmarks.fuzz.hostile import chance, damaged, encoded


def toml_bytes(random: Random, document: Mapping[str, Any], *, damage: float = 0.1) -> bytes:
    """Return a document; now and then damaged."""
    written = encoded(render(document))
    return damaged(random, written) if chance(random, damage) else written


def render(document: Mapping[str, Any]) -> str:
    """Return tables as `[headers]`, lists of tables as `[[headers]]`, all else inline."""
    lines: list[str] = []
    waiting: list[tuple[tuple[str, ...], Mapping[str, Any], bool]] = [((), document, False)]
    while waiting:
        path, table, is_item = waiting.pop(0)
        header = ".".join(_key(part) for part in path)
        if path:
            lines.append(f"[[{header}]]" if is_item else f"[{header}]")
        for key, value in table.items():
            if isinstance(value, dict) and not is_item:
                waiting.append(((*path, key), value, False))
            elif isinstance(value, list) and value and all(isinstance(item, dict) for item in value) and not is_item:
                waiting.extend(((*path, key), item, True) for item in value)
            else:
                lines.append(f"{_key(key)} = {inline(value)}")
    return "\n".join(lines) + "\n"


def inline(value: Any) -> str:
    """Return one value as TOML has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return "nan" if math.isnan(value) else repr(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(inline(item) for item in value)}]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(key)} = {inline(item)}" for key, item in value.items()) + "}"
    if value is None:
        return '""'
    return _quoted(str(value))


def _key(key: str) -> str:
    return (
        key
        if key and all(letter.isascii() and (letter.isalnum() or letter in "-_") for letter in key)
        else _quoted(key)
    )


def _quoted(value: str) -> str:
    quoted = json.dumps(value, ensure_ascii=False)
    return "".join(f"\\u{ord(letter):04x}" if letter == "\x7f" else letter for letter in quoted)

"""One value of a settings file, with the keys that lead to it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Value:
    """A text of a settings file. `is_key`: it is itself a key, below `keys`; `is_command`: a line of a script."""

    keys: tuple[str, ...]  # outermost first
    text: str
    line: int
    is_key: bool = False
    is_command: bool = False

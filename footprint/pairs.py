"""Pairs sorted by what they begin with, and all that something leads to."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")


def group_pairs(pairs: Iterable[tuple[_Key, _Value]]) -> dict[_Key, tuple[_Value, ...]]:
    """Return the second parts by the first, both in the order in which they came."""
    found: dict[_Key, list[_Value]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in found.items()}


def follow(starts: Iterable[_Key], following: Callable[[_Key], Iterable[_Key]]) -> set[_Key]:
    """Return `starts` and all that they lead to, one step after the other."""
    seen = set(starts)
    waiting = list(seen)
    while waiting:
        fresh = set(following(waiting.pop())) - seen
        seen |= fresh
        waiting += fresh
    return seen

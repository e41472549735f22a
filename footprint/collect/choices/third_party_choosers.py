"""Third-party code that makes the choice, too: a library of the project may ask the taker for what we do not."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable

from footprint.model.third_party_needs import Chooser, InstalledModule
from footprint.names import DistributionName


def find_other_choices(
    modules: Iterable[InstalledModule],
    choosers: Iterable[Chooser],
    wanted: Collection[DistributionName],
    read: Callable[[str], bytes | None],
) -> frozenset[tuple[DistributionName, str]]:
    """Return which of `wanted` other code than the taker's may choose, with the name of the chooser.

    That is: a module calls what takes the choice, and a value that needs the distribution stands in it.
    """
    searches = [_DistributionSearch(chooser, name) for chooser in choosers for name in chooser.needs & set(wanted)]
    found: set[tuple[DistributionName, str]] = set()
    for module in modules if searches else ():
        asked = [each for each in searches if each.key not in found and module.distribution not in each.no_others]
        data = read(module.file) if asked else None
        if data:
            there = _WordsThere(data)  # several distributions are a value of one chooser, and choosers share words
            found.update(each.key for each in asked if there.has_any(each.words) and each.fits(data))
    return frozenset(found)


class _WordsThere:
    """Which words stand in one file, each looked for once."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._known: dict[bytes, bool] = {}

    def has_any(self, words: Iterable[bytes]) -> bool:
        """Whether one of `words` stands in it."""
        return any(map(self._has, words))

    def _has(self, word: bytes) -> bool:
        known = self._known.get(word)
        if known is None:
            known = self._known[word] = word in self._data
        return known


class _DistributionSearch:
    """One chooser and one distribution, compiled once."""

    def __init__(self, chooser: Chooser, name: DistributionName) -> None:
        self.key, self.no_others = (name, chooser.name), (*chooser.takers, name)
        self._calls, self._values = _patterns(chooser, name)
        # A plain search answers for nearly every file, and is many times faster than a pattern.
        calls = [call.partition(".")[0] for call in chooser.calls]
        self.words = tuple(dict.fromkeys(word.encode() for word in (*calls, *chooser.settings)))
        self._needing = tuple(value.encode() for value, needs in chooser.values.items() if name in needs)

    def fits(self, data: bytes) -> bool:
        """Whether a file that has one of `words` makes the choice and states a value that needs the distribution."""
        if not any(value in data for value in self._needing):
            return False
        return self._values.search(data) is not None and self._calls.search(data) is not None


def _patterns(chooser: Chooser, name: DistributionName) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """Return what tells that a file makes the choice, and that it takes a value which needs `name`."""
    words = [_called(call) for call in chooser.calls] + [rf"\b{re.escape(word)}\b" for word in chooser.settings]
    usual = "|".join(re.escape(value) for value, needs in sorted(chooser.values.items()) if name in needs)
    given = "|".join(map(re.escape, (*chooser.keywords, *chooser.settings))) or r"(?!)"
    stated = rf"""['"](?:{usual})(?:['"]|://)|\b(?:{given})['"]?\s*[=:]\s*(?:{usual})\b"""
    return re.compile("|".join(words or [r"(?!)"]).encode()), re.compile(stated.encode())


def _called(call: str) -> str:
    """Return a pattern for a call: of a function of a module by its import, since the name may be another there."""
    owner, _, word = call.rpartition(".")
    if owner and owner.islower():
        return rf"\b(?:import|from)[ \t]+{re.escape(owner.partition('.')[0])}\b"
    return rf"\b{re.escape(call)}\b" if owner else rf"\b{re.escape(word)}\b"

"""Third-party code that makes the choice, too: a library of the project may ask the taker for what we do not."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable

from footprint.model.third_party_needs import Chooser, InstalledModule
from footprint.names import DistributionName

AskModule = Callable[[InstalledModule, str, Callable[[bytes], list[int]]], Iterable[int] | None]


def find_other_choices(
    modules: Iterable[InstalledModule],
    choosers: Iterable[Chooser],
    wanted: Collection[DistributionName],
    ask: AskModule,
    name_question: Callable[..., str] = lambda kind, *_: kind,
) -> frozenset[tuple[DistributionName, str]]:
    """Return which of `wanted` other code than the taker's may choose, with the name of the chooser.

    That is: a module calls what takes the choice, and a value that needs the distribution stands in it.
    `ask` asks a question of a module, by the name that it gets for what is asked for.
    """
    pairs = [(chooser, name) for chooser in choosers for name in sorted(chooser.needs & set(wanted))]
    searches = [_DistributionSearch(chooser, name) for chooser, name in pairs]
    question = name_question("choosers", *(search.patterns for search in searches))

    def read_choices(data: bytes) -> list[int]:
        there = _WordsThere(data)  # several distributions are a value of one chooser, and choosers share words
        return [at for at, each in enumerate(searches) if there.has_any(each.words) and each.fits(data)]

    found: set[tuple[DistributionName, str]] = set()
    for module in modules if searches else ():
        open_searches = any(each.key not in found and module.distribution not in each.no_others for each in searches)
        for at in (ask(module, question, read_choices) if open_searches else None) or ():
            if module.distribution not in searches[at].no_others:
                found.add(searches[at].key)
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

    @property
    def patterns(self) -> tuple[object, ...]:
        """All that decides whether a file fits."""
        return (self.words, self._needing, self._calls.pattern, self._values.pattern)

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

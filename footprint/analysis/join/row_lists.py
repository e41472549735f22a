"""The lists of names in the rows: whole, unless all of them together would grow by the square.

Laws: pure. In a chain of n distributions the closures hold n * n / 2 names, whoever reads them. The counts and the
bytes are those of the whole lists; where a list is cut, the row says how long it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from footprint.analysis.graph.name_sets import NameSets
from footprint.model.audit import Shortened
from footprint.names import DistributionName

NAMES_AT_MOST = 100_000  # of all rows together, for each list; 600 distributions of one measured environment: 31,000


def longest_length(counts: Iterable[int], at_most: int = NAMES_AT_MOST) -> int | None:
    """Return the length to cut lists at so that all hold `at_most` items together; None: they fit as they are."""
    left = sorted(counts)
    if sum(left) <= at_most:
        return None
    for place, count in enumerate(left):
        share = at_most // (len(left) - place)
        if count > share:
            return max(share, 1)
        at_most -= count
    return None


class RowLists:
    """The sets of every row under the name of their field, cut alike."""

    def __init__(self, sets: NameSets, by_name: Mapping[DistributionName, int]) -> None:
        self._sets, self._by_name = sets, by_name
        self._most = longest_length(bits.bit_count() for bits in by_name.values())

    def names(self, name: DistributionName) -> tuple[DistributionName, ...]:
        """Return the names that the row of `name` lists, sorted."""
        return self._sets.list(self._by_name.get(name, 0), self._most)

    def count(self, name: DistributionName) -> int:
        """Return how many there are."""
        return self._by_name.get(name, 0).bit_count()


def list_shortened(lengths: Mapping[str, tuple[Sequence[object], int]]) -> tuple[Shortened, ...]:
    """Return what is cut of lists, given with the number of items that they should have."""
    return tuple(Shortened(name, count) for name, (shown, count) in lengths.items() if count > len(shown))

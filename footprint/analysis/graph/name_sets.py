"""Sets of names as integers, one bit per name: a union over hundreds of distributions is one operation then.

Laws: bits go by the order of the names, so the lowest bits of a set are its first names. The lists of names in rows are
whole, unless all of them together would grow by the square: in a chain of n distributions the closures hold n * n / 2
names, whoever reads them. Counts and bytes are those of the whole lists; where one is cut, the row says how long it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from footprint.model.audit import Shortened
from footprint.names import ByName, DistributionName


class NameSets:
    """The names that sets are made of, sorted."""

    def __init__(self, names: Iterable[DistributionName]) -> None:
        self.names: Sequence[DistributionName] = sorted(set(names))
        self.bits: ByName[int] = {name: 1 << place for place, name in enumerate(self.names)}

    def list(self, bits: int, most: int | None = None) -> tuple[DistributionName, ...]:
        """Return the names of a set, sorted; the first `most` of them where that is given."""
        # The digits are searched as text: taking bit after bit off a long integer copies it every time.
        return tuple(islice(self._found(f"{bits:b}"[::-1]), most))

    def _found(self, digits: str) -> Iterable[DistributionName]:
        place = digits.find("1")
        while place >= 0:
            yield self.names[place]
            place = digits.find("1", place + 1)


class NameSums:
    """A figure for each name, to be added up over sets: digit by digit of the figures, not name by name."""

    def __init__(self, sets: NameSets, figures: ByName[int]) -> None:
        width = max((figure.bit_length() for figure in figures.values()), default=0)
        found = [figures.get(name, 0) for name in reversed(sets.names)]
        digits = ("".join("1" if figure >> place & 1 else "0" for figure in found) for place in range(width))
        self._masks = [int(each or "0", 2) for each in digits]

    def of(self, bits: int) -> int:
        """Return the sum of the figures of a set."""
        return sum((bits & mask).bit_count() << place for place, mask in enumerate(self._masks))


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

    def __init__(self, sets: NameSets, by_name: ByName[int]) -> None:
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

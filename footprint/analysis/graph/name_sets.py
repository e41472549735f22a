"""Sets of names as integers, one bit per name: a union over hundreds of distributions is one operation then.

Laws: bits go by the order of the names, so the lowest bits of a set are its first names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from footprint.names import DistributionName


class NameSets:
    """The names that sets are made of, sorted."""

    def __init__(self, names: Iterable[DistributionName]) -> None:
        self.names: Sequence[DistributionName] = sorted(set(names))
        self.bits: Mapping[DistributionName, int] = {name: 1 << place for place, name in enumerate(self.names)}

    def list(self, bits: int, most: int | None = None) -> tuple[DistributionName, ...]:
        """Return the names of a set, sorted; the first `most` of them where that is given."""
        # The digits are searched as text: taking bit after bit off a long integer copies it every time.
        digits = f"{bits:b}"[::-1]
        return tuple(islice(self._found(digits), most))

    def _found(self, digits: str) -> Iterable[DistributionName]:
        place = digits.find("1")
        while place >= 0:
            yield self.names[place]
            place = digits.find("1", place + 1)


class NameSums:
    """A figure for each name, to be added up over sets: digit by digit of the figures, not name by name."""

    def __init__(self, sets: NameSets, figures: Mapping[DistributionName, int]) -> None:
        self._masks: dict[int, int] = {}
        digits: dict[int, list[str]] = {}
        width = max((figure.bit_length() for figure in figures.values()), default=0)
        for place in range(width):
            digits[place] = ["1" if figures.get(name, 0) >> place & 1 else "0" for name in reversed(sets.names)]
        self._masks = {place: int("".join(found) or "0", 2) for place, found in digits.items()}

    def of(self, bits: int) -> int:
        """Return the sum of the figures of a set."""
        return sum((bits & mask).bit_count() << place for place, mask in self._masks.items())

"""What distributions weigh folder by folder, kept as bytes beside their sums: a table where somebody asks for one."""

from __future__ import annotations

import os
from array import array
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import accumulate, chain

from footprint.late import LateTable
from footprint.model.installed_environment import DiskUse


class FolderWeights:
    """Paths, each with a NUL after it, and numbers; so many of each distribution, one after the other."""

    def __init__(self, paths: bytes, weights: bytes, counts: Sequence[int]) -> None:
        """Take what is kept. Raises: ValueError, TypeError where the parts are not of the same folders."""
        self._ends = list(accumulate(counts, initial=0))
        if not paths.count(b"\0") == self._ends[-1] == len(weights) / 8:
            raise ValueError("not the weights of these folders")
        self._paths, self._weights = paths, weights
        self._rows: list[tuple[str, int]] = []

    def of(self, number: int) -> Mapping[str, int]:
        """Return what a distribution weighs by folder or file. Raises: IndexError where nothing is kept of it."""
        return LateTable(partial(self._table, self._ends[number], self._ends[number + 1]))

    def _table(self, start: int, end: int) -> dict[str, int]:
        if not self._rows:
            weights = array("Q")
            weights.frombytes(self._weights)
            self._rows = list(zip(os.fsdecode(self._paths).split("\0"), weights, strict=False))
        return dict(self._rows[start:end])


def weights_of(uses: Sequence[DiskUse]) -> tuple[bytes, bytes, list[int]]:
    """Return what `FolderWeights` takes. Raises: OverflowError."""
    folders = [use.folders for use in uses]
    paths = os.fsencode("".join(f"{path}\0" for path in chain.from_iterable(folders)))
    return paths, array("Q", chain.from_iterable(each.values() for each in folders)).tobytes(), list(map(len, folders))

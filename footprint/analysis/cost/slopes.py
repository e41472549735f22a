"""The slope of a series and how sure it is, without any assumption of how its noise is spread. Pure.

Source: Sen, "Estimates of the regression coefficient based on Kendall's tau", JASA 63 (1968).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from math import sqrt
from statistics import median
from typing import NamedTuple

FEWEST = 5  # points: of fewer the interval would be all that there is
_Z = 1.96  # 95 %


class Slope(NamedTuple):
    """The median of all slopes between two points, and where the true one lies in 95 of 100 cases."""

    value: float
    low: float
    high: float


def fit_slope(points: Iterable[tuple[int, int]]) -> Slope | None:
    """Return the slope of (x, y) points, each x once; None of fewer than five."""
    known = sorted(points)
    if len(known) < FEWEST:
        return None
    slopes = sorted((later[1] - one[1]) / (later[0] - one[0]) for one, later in combinations(known, 2))
    return Slope(median(slopes), *_interval(slopes, len(known)))


def _interval(slopes: Sequence[float], count: int) -> tuple[float, float]:
    width = _Z * sqrt(count * (count - 1) * (2 * count + 5) / 18)
    outside = max(int((len(slopes) - width) / 2), 0)  # on either side, rounded so that the interval is not too narrow
    return slopes[outside], slopes[-1 - outside]

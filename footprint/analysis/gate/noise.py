"""How far runs of one entry differ, and whether that is too much to judge by. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Sequence

from footprint.config.options import Tolerance

_TRIMMED_FROM = 5  # so many runs bear to lose their lowest and highest: one hiccup is no noise


def middle(values: Sequence[int]) -> int | None:
    """Return the median, one that was really measured; None of nothing."""
    return sorted(values)[(len(values) - 1) // 2] if values else None  # `statistics` takes 10 ms to import


def noise(values: Sequence[int]) -> int | None:
    """Return the largest minus the smallest run, of five and more without one at each end; None with fewer than two."""
    if len(values) < 2:
        return None
    ordered = sorted(values)
    if len(ordered) >= _TRIMMED_FROM:
        ordered = ordered[1:-1]
    return ordered[-1] - ordered[0]


def allowed_growth(reference_bytes: int, tolerance: Tolerance, reference_noise_bytes: int = 0) -> int:
    """Return by how much a figure may grow: more than this is more than both parts of the tolerance.

    An application that was that restless when its baseline was measured is allowed twice its noise.
    """
    relative = int(reference_bytes * tolerance.relative)
    return max(relative, tolerance.absolute_bytes, 2 * reference_noise_bytes)


def is_noisy(values: Sequence[int], growth_bytes: int) -> bool:
    """Whether runs differ by more than half of what is tolerated: a growth of that size could be chance."""
    found = noise(values)
    return found is not None and found > growth_bytes / 2

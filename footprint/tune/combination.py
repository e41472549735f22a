"""The greedy best of the settings that help alone: added one after the other, each kept only where it saves more."""

from __future__ import annotations

from collections.abc import Sequence

from footprint.analysis.tuning import choice
from footprint.model.tuning import Factor, TunedRow
from footprint.tune.tuning_bench import TuningBench


def combine(bench: TuningBench, alone: Sequence[TunedRow]) -> tuple[tuple[TunedRow, ...], TunedRow | None]:
    """Return the rows of what was tried together, and the best of all; None: nothing helps.

    The best is started once more: what does not save a second time is not proposed.
    """
    eligible = choice.best_of_axes(alone, bench.noise_bytes)
    if not eligible:
        return (), None
    best, rows = eligible[0], list[TunedRow]()
    tried = set[Factor](best.factors)
    while (factor := _next(best, eligible, tried)) is not None:
        tried.add(factor)
        row = bench.try_factors((*best.factors, factor))
        rows.append(row)
        if row.effect == "saves" and (row.saved_bytes or 0) > (best.saved_bytes or 0) + bench.noise_bytes:
            best = row
    again = bench.try_factors(best.factors, again=True)
    return tuple(rows), _both(bench, best, again)


def _next(best: TunedRow, eligible: Sequence[TunedRow], tried: set[Factor]) -> Factor | None:
    """Return what is still to be added."""
    wanted = choice.next_factors(best.factors, eligible)
    return next((factor for factor in wanted if factor not in tried), None)


def _both(bench: TuningBench, first: TunedRow, again: TunedRow) -> TunedRow | None:
    """Return the row of two starts; None where the second does not save, or answers otherwise."""
    if again.reading is None or first.reading is None or again.effect != "saves":
        return None
    totals = (first.reading.after.total_bytes, again.reading.after.total_bytes)
    saved = bench.base_bytes - sum(totals) // 2
    count = first.start_count + again.start_count
    higher = first if totals[0] >= totals[1] else again  # the worse of both is shown, the mean is what it saves
    spread = max(abs(totals[0] - totals[1]), first.spread_bytes or 0)
    return TunedRow(first.name, first.factors, "saves", count, higher.reading, spread, saved, first.cpu)

"""Which of the settings that were tried are worth it: what is told apart from noise, and what to add next. Pure.

Laws: a difference below 1 % or within the spread of repeats is no effect. Nothing is proposed that costs more than a
tenth of the processor time of a request, that answers otherwise, or that saves nothing beyond what is there already.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence

from footprint.analysis.tuning.axes import ARENAS
from footprint.model.tuning import CpuRatio, Effect, Factor, FittingPlan, StartReading, TunedRow
from footprint.values import dataclass

NO_EFFECT_RATIO = 0.01
MOST_CPU_RATIO = 1.10
_OTHER_ALLOCATOR = "LD_PRELOAD"
_LEAST_ROUNDS = 6  # below that the order of the rounds says nothing with 95 %


@dataclass(frozen=True, slots=True)
class PlatformPlan:
    """One plan of a platform, with a memory that is known."""

    platform: str
    name: str
    memory_bytes: int
    checked: str


def noise_of(readings: Sequence[StartReading]) -> int:
    """Return what a difference has to pass: 1 % of the tree, and the spread between its starts."""
    totals = [each.after.total_bytes for each in readings]
    return max(int(NO_EFFECT_RATIO * statistics.median(totals)), max(totals) - min(totals))


def effect_of(saved_bytes: int, noise_bytes: int) -> Effect:
    """Return whether a setting saves, takes more, or neither."""
    if abs(saved_bytes) <= noise_bytes:
        return "none"
    return "saves" if saved_bytes > 0 else "worse"


def is_doubtful(saved_bytes: int, noise_bytes: int) -> bool:
    """Say whether one start does not decide it: it is hardly above the noise."""
    return noise_bytes < saved_bytes <= 2 * noise_bytes


def compare_cpu(rounds: Sequence[tuple[float, float]], request_count: int) -> CpuRatio:
    """Return what rounds of (processor time before, after) per request in microseconds come to.

    The interval is that of the median by the order of the rounds (the sign test), with at least 95 %.
    """
    ratios = sorted(after / before for before, after in rounds if before > 0)
    assert ratios
    rank = _rank(len(ratios))
    low, high = (ratios[rank], ratios[-1 - rank]) if len(ratios) >= _LEAST_ROUNDS else (0.0, float(1 << 20))
    return CpuRatio(
        before_us=round(statistics.median(before for before, _ in rounds)),
        after_us=round(statistics.median(after for _, after in rounds)),
        ratio=statistics.median(ratios),
        low=low,
        high=high,
        request_count=request_count,
        told_apart=not low <= 1 <= high,
    )


def _rank(count: int) -> int:
    """Return how many of the smallest and of the largest ratios the interval of the median leaves out."""
    left, chance, term = 0, 0.0, 0.5**count
    while True:
        chance += term
        if 2 * chance > 0.05:
            return max(left - 1, 0)
        term = term * (count - left) / (left + 1)
        left += 1


def is_undecided(cpu: CpuRatio | None) -> bool:
    """Say whether more rounds are needed to know that it costs no tenth."""
    return cpu is not None and cpu.low <= MOST_CPU_RATIO < cpu.high


def costs_too_much(cpu: CpuRatio | None) -> bool:
    """Say whether a setting takes more than a tenth of the processor time of a request."""
    return cpu is not None and cpu.ratio > MOST_CPU_RATIO


def best_of_axes(rows: Iterable[TunedRow], noise_bytes: int) -> tuple[TunedRow, ...]:
    """Return the row of each axis that saves most, the largest first; of two alike the one that was tried first.

    A later row of the sharing axis asks for more, so that it has to save more than noise beyond the earlier one.
    """
    best: dict[str, TunedRow] = {}
    for row in rows:
        if row.effect != "saves":
            continue
        axis = "sharing" if row.factors[0].axis == "server" else row.factors[0].axis
        known = best.get(axis)
        if known is None or (row.saved_bytes or 0) > (known.saved_bytes or 0) + noise_bytes:
            best[axis] = row
    return tuple(sorted(best.values(), key=lambda row: -(row.saved_bytes or 0)))


def next_factors(kept: Sequence[Factor], tried: Sequence[TunedRow]) -> tuple[Factor, ...]:
    """Return what is to be added to what is kept, one after the other.

    Where threads take the place of processes, arenas may matter that did not before.
    """
    has_other = any(_OTHER_ALLOCATOR in dict(factor.environment) for factor in kept)
    added = [factor for row in tried for factor in row.factors if factor not in kept]
    added = [factor for factor in added if not (has_other and factor.axis == "trimming")]  # glibc's own
    gets_threads = any(factor.axis == "processes" and "threads" in dict(factor.settings) for factor in kept)
    if gets_threads and not any(factor.axis == "allocator" for factor in (*kept, *added)):
        added.append(ARENAS)
    return tuple(added)


def fitting_plans(plans: Iterable[PlatformPlan], before_bytes: int, after_bytes: int) -> tuple[FittingPlan, ...]:
    """Return the smallest plan of each platform for both figures, where what is needed changes or there is one."""
    by_platform: dict[str, list[PlatformPlan]] = {}
    for plan in plans:
        by_platform.setdefault(plan.platform, []).append(plan)
    found = []
    for platform, known in by_platform.items():
        ordered = sorted(known, key=lambda plan: plan.memory_bytes)
        holds = [
            next((plan.name for plan in ordered if plan.memory_bytes >= wanted), None)
            for wanted in (before_bytes, after_bytes)
        ]
        found.append(FittingPlan(platform, holds[0], holds[1], ordered[0].checked))
    return tuple(found)

"""What a call kept that was done many times: a cache that fills, growth of Python objects or in C, or nothing. Pure.

Judged are floors: the memory with what malloc keeps given back and the garbage collected. A temporary buffer makes RSS
itself rise and stay; a rule on that was wrong in 5 of 13 known cases.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median

from footprint.analysis.cost.slopes import Slope, fit_slope
from footprint.model.memory_rows import RepeatedCall, RepeatKind
from footprint.model.runtime import CacheGrowth, FloorReading, RepeatRun
from footprint.values import replace

ENOUGH_CALLS = 50  # with fewer a cache that fills looks like growth: one of 20 entries did in 20 calls
_LEAST_BYTES = 200 << 10  # in the second half: 8 KiB a call of 50
_FILLED_BYTES = 512 << 10
_FILLED_RATIO = 0.95
_STOPPED_RATIO = 0.25  # of what the slope gives for the last quarter
_NOISE_BYTES, _NOISE_RATIO = 1 << 20, 0.02  # by which a flat one may go up and down in its second half
_LEVEL_BYTES, _LEVEL_RATIO = 128 << 10, 0.05  # in the last quarter
_MOST_OF, _LITTLE_OF = 0.5, 0.2


def judge_repeat(run: RepeatRun) -> RepeatedCall:
    """Return what a call came to that was done many times."""
    place = run.places[0] if run.places else (None, None, 0)
    failed_at = run.end == "failed"
    found = RepeatedCall(
        asked_count=run.asked_count,
        done_count=run.done_count,
        end=run.end,
        message=run.message,
        kind="not-told",
        floor_bytes=run.floors[-1].floor_bytes if run.floors else None,
        grown_bytes=run.floors[-1].floor_bytes - run.floors[0].floor_bytes if len(run.floors) > 1 else None,
        filled_count=None,
        slope_bytes=None,
        slope_low_bytes=None,
        slope_high_bytes=None,
        kept_by_allocator_bytes=_kept(run, lambda each: _less(each.rss_bytes, each.trimmed_bytes)),
        waiting_for_collector_bytes=_most_waiting(run),
        traced_percent=None,
        caches=run.caches,
        path=run.path if failed_at else place[0],
        line=run.line if failed_at else place[1],
        time_us=run.time_us // run.done_count if run.time_us is not None and run.done_count else None,
    )
    slope = _slope(run, lambda each: each.floor_bytes)
    return found if slope is None else _with_slope(found, run, slope)


def _less(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else max(one - other, 0)


def _second_half(run: RepeatRun) -> list[FloorReading]:
    return [each for each in run.floors if 2 * each.number >= run.floors[-1].number]


def _last_quarter(run: RepeatRun) -> list[FloorReading]:
    return [each for each in run.floors if 4 * each.number >= 3 * run.floors[-1].number]


def _kept(run: RepeatRun, read: Callable[[FloorReading], int | None]) -> int | None:
    known = [value for each in _last_quarter(run) if (value := read(each)) is not None]
    return int(median(known)) if known else None


def _most_waiting(run: RepeatRun) -> int | None:
    """Return the most garbage at one reading: the collector may have run just before the last of them."""
    known = [value for each in run.floors if (value := _less(each.trimmed_bytes, each.floor_bytes)) is not None]
    return max(known, default=None)


def _slope(run: RepeatRun, read: Callable[[FloorReading], int | None]) -> Slope | None:
    points = ((each.number, read(each)) for each in _second_half(run))
    return fit_slope((number, value) for number, value in points if value is not None)


def _with_slope(found: RepeatedCall, run: RepeatRun, slope: Slope) -> RepeatedCall:
    later = _second_half(run)
    span = later[-1].number - later[0].number
    ratio = None
    if run.traced_bytes is not None and run.traced_count and slope.value > 0:
        ratio = run.traced_bytes / run.traced_count / slope.value
    is_rising = slope.low > 0 and slope.value * span >= _LEAST_BYTES
    grown = found.grown_bytes or 0
    kind: RepeatKind = "flat"
    if is_rising and not _has_stopped(_last_quarter(run), slope):
        kind = _cause(run, slope, ratio)
    elif _is_restless(later, slope, span) and not _is_level(_last_quarter(run), grown):
        kind = "not-told"
    elif grown >= _FILLED_BYTES:
        kind = "fills"
    return replace(
        found,
        kind=kind,
        filled_count=_filled(run.floors) if kind == "fills" else None,
        slope_bytes=round(slope.value),
        slope_low_bytes=round(slope.low),
        slope_high_bytes=round(slope.high),
        traced_percent=round(100 * ratio) if is_rising and ratio is not None else None,
    )


def _has_stopped(last: Sequence[FloorReading], slope: Slope) -> bool:
    """Return whether what rose in the second half did not go on in its last quarter."""
    expected = slope.value * (last[-1].number - last[0].number)
    return last[-1].floor_bytes - last[0].floor_bytes < _STOPPED_RATIO * expected


def _is_level(last: Sequence[FloorReading], grown: int) -> bool:
    levels = [each.floor_bytes for each in last]
    return max(levels) - min(levels) <= max(_LEVEL_BYTES, _LEVEL_RATIO * grown)


def _is_restless(later: Sequence[FloorReading], slope: Slope, span: int) -> bool:
    """Return whether a growth may hide in what goes up and down."""
    return slope.high * span > max(_NOISE_BYTES, _NOISE_RATIO * later[-1].floor_bytes)


def _filled(floors: Sequence[FloorReading]) -> int:
    """Return after how many calls nearly all was there."""
    first, last = floors[0].floor_bytes, floors[-1].floor_bytes
    return next(each.number for each in floors if each.floor_bytes - first >= _FILLED_RATIO * (last - first))


def _is_filling(cache: CacheGrowth, run: RepeatRun) -> bool:
    """Return whether a cache that has a limit, and has not come to it, took in something with every few calls."""
    grown = cache.after_count - cache.before_count
    return cache.most_count is not None and cache.after_count < cache.most_count and 4 * grown >= run.done_count


def _cause(run: RepeatRun, slope: Slope, traced_ratio: float | None) -> RepeatKind:
    """Return by what it rises: what Python followed, and what malloc says that it gave out and took."""
    used, taken = (_slope(run, read) for read in (lambda each: each.used_bytes, lambda each: each.system_bytes))
    is_little = traced_ratio is not None and traced_ratio < _LITTLE_OF
    used_ratio, taken_ratio = (each.value / slope.value if each is not None else None for each in (used, taken))
    # thread arenas: more and more of them are made, and what is free at their ends cannot be given back
    if is_little and used_ratio is not None and used_ratio < _LITTLE_OF and (taken_ratio or 0) >= _MOST_OF:
        return "allocator"
    if run.done_count < ENOUGH_CALLS or any(_is_filling(each, run) for each in run.caches):
        return "still-rising"
    if traced_ratio is not None and traced_ratio > _MOST_OF:
        return "rising-python"
    return "rising-c" if is_little and (used_ratio or 0) > _MOST_OF else "rising"

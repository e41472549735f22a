"""What many calls in one process come to: slopes and their intervals, and the kind that is said."""

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.analysis.cost.repetitions import judge_repeat
from footprint.analysis.cost.slopes import fit_slope
from footprint.model.runtime import CacheGrowth, FloorReading, RepeatRun
from footprint.units import MIB

KIB = 1 << 10
GROWTH = {"still-rising", "rising-python", "rising-c", "rising"}


def numbers(count: int) -> list[int]:
    """Return after which of so many calls the memory is read."""
    return [each for each in range(1, count + 1) if each == 1 or each * 16 // count > (each - 1) * 16 // count]


def run(floor: Callable[[int], float], count: int = 50, **changes: Any) -> RepeatRun:
    """Return a run whose floor after call n is 20 MiB and floor(n) KiB."""
    floors = []
    for number in numbers(count):
        level = 20 * MIB + int(floor(number) * KIB)
        floors.append(FloorReading(number, level + 2 * MIB, level + MIB, level, level // 2, level))
    whole = RepeatRun(count, count, "done", None, count * 2000, tuple(floors))
    return replace(whole, **changes)


def rise(each: int, count: int = 50, python: float = 0, used: float = 0, taken: float = 0, **changes: Any) -> RepeatRun:
    """Return a run that rises by `each` KiB a call, with the shares that are traced, given out and taken by malloc."""
    found = run(lambda number: each * number, count, traced_count=16, traced_bytes=int(16 * each * KIB * python))
    floors = tuple(
        replace(
            floor,
            used_bytes=int(floor.number * each * used * KIB),
            system_bytes=int(floor.number * each * taken * KIB),
        )
        for floor in found.floors
    )
    return replace(found, floors=floors, **changes)


def steps(number: int, each: int) -> int:
    return number // each * each


RANDOM = random.Random(5)
UP_AND_DOWN = {number: RANDOM.randint(0, 30_000) for number in range(1, 51)}
NOISE = {number: RANDOM.randint(0, 40) for number in range(1, 201)}
KINDS: dict[str, tuple[RepeatRun, str]] = {
    "nothing": (run(lambda number: 0), "flat"),
    "noise": (run(lambda number: NOISE[number]), "flat"),
    "less than 8 KiB a call": (rise(7, python=1), "flat"),
    "a little more": (rise(9, python=1), "rising-python"),
    "less, of many calls": (rise(2, 1000, python=1), "rising-python"),
    "falls": (rise(-50), "flat"),
    "once, early": (run(lambda number: 300 if number > 3 else 0), "flat"),
    "a cache of 20": (run(lambda number: 100 * min(number, 20)), "fills"),
    "a cache of 35": (run(lambda number: 100 * min(number, 35)), "fills"),
    "a cache of 50": (rise(100, python=1), "rising-python"),  # nothing tells it from growth
    "a cache that gives back": (run(lambda number: 100 * min(number, 20) - max(number - 20, 0) * 5), "fills"),
    "python": (rise(100, python=1, used=1, taken=1), "rising-python"),
    "python, noisy": (
        run(lambda number: 100 * number + NOISE[number], traced_count=16, traced_bytes=1600 * KIB),
        "rising-python",
    ),
    "python, in steps of ten calls": (
        run(lambda number: 100 * steps(number, 10), traced_count=16, traced_bytes=1600 * KIB),
        "rising-python",
    ),
    "in C": (rise(100, used=1, taken=1), "rising-c"),
    "both": (rise(100, python=0.4, used=0.6, taken=0.6), "rising"),
    "neither": (rise(100), "rising"),
    "not followed": (rise(100, used=1, traced_bytes=None, traced_count=0), "rising"),
    "arenas are made": (rise(100, used=0.1, taken=1), "allocator"),
    "arenas are made, few calls": (rise(100, 20, used=0.1, taken=1), "allocator"),
    "a cache of functools fills": (rise(100, python=1, caches=(CacheGrowth("a", 1, 50, 128),)), "still-rising"),
    "one without a limit": (rise(100, python=1, caches=(CacheGrowth("a", 1, 50, None),)), "rising-python"),
    "one that is full": (rise(100, python=1, caches=(CacheGrowth("a", 1, 20, 20),)), "rising-python"),
    "one that hardly fills": (rise(100, python=1, caches=(CacheGrowth("a", 1, 5, 128),)), "rising-python"),
    "few calls": (rise(100, 20, python=1), "still-rising"),
    "few calls, a cache": (run(lambda number: 120 * min(number, 6), 20), "fills"),
    "few calls, nothing": (run(lambda number: 0, 10), "flat"),
    "too few": (run(lambda number: 100 * number, 50, done_count=4, floors=run(lambda number: 0, 4).floors), "not-told"),
    "nothing read": (run(lambda number: 0, floors=()), "not-told"),
    "up and down": (run(lambda number: UP_AND_DOWN[number]), "not-told"),
    "stopped by its time": (rise(100, 50, python=1, end="time", asked_count=500), "rising-python"),
}


@pytest.mark.parametrize("name", KINDS)
def test_kinds(name: str) -> None:
    given_run, kind = KINDS[name]
    assert judge_repeat(given_run).kind == kind


def test_nobody_tells_what_malloc_gave_out() -> None:
    found = rise(100)
    floors = tuple(
        replace(floor, used_bytes=None, system_bytes=None, trimmed_bytes=None, rss_bytes=floor.floor_bytes)
        for floor in found.floors
    )
    said = judge_repeat(replace(found, floors=floors))
    assert (said.kind, said.traced_percent, said.kept_by_allocator_bytes) == ("rising", 0, None)
    assert said.waiting_for_collector_bytes is None


def test_figures() -> None:
    said = judge_repeat(rise(100, python=0.9, places=(("app.py", 3, 9), ("lib.py", 1, 2))))
    assert (said.slope_bytes, said.slope_low_bytes, said.slope_high_bytes) == (100 * KIB,) * 3
    assert said.traced_percent == 90
    assert (said.path, said.line, said.time_us) == ("app.py", 3, 2000)
    assert (said.kept_by_allocator_bytes, said.waiting_for_collector_bytes) == (MIB, MIB)
    assert (said.grown_bytes, said.floor_bytes) == (4900 * KIB, 20 * MIB + 5000 * KIB)
    assert judge_repeat(run(lambda number: 100 * min(number, 20))).filled_count == 22


def test_garbage_is_told_that_the_collector_took_before_the_end() -> None:
    found = run(lambda number: 0)
    floors = tuple(
        replace(each, trimmed_bytes=each.floor_bytes + each.number % 40 * 300 * KIB) for each in found.floors
    )
    said = judge_repeat(replace(found, floors=floors))
    assert said.kind == "flat" and said.waiting_for_collector_bytes == 38 * 300 * KIB


def test_where_it_failed_stands_instead_of_what_was_made() -> None:
    failed = rise(100, end="failed", message="no", path="app.py", line=7, places=(("lib.py", 1, 2),), done_count=30)
    said = judge_repeat(failed)
    assert (said.path, said.line, said.message) == ("app.py", 7, "no")


FLOORS = st.lists(st.integers(0, 1 << 40), min_size=0, max_size=20)


@given(FLOORS, st.integers(0, 200), st.integers(0, 1 << 40), st.integers(0, 30))
def test_any_figures_are_judged(levels: list[int], done: int, traced: int, count: int) -> None:
    floors = tuple(FloorReading(number, level, level, level, level, 0) for number, level in enumerate(levels, 1))
    said = judge_repeat(RepeatRun(200, done, "time", None, 5, floors, count, traced))
    if said.slope_bytes is not None:
        assert said.slope_low_bytes is not None and said.slope_high_bytes is not None
        assert said.slope_low_bytes <= said.slope_bytes <= said.slope_high_bytes


@given(st.lists(st.integers(0, 100_000), min_size=8, max_size=8), st.integers(0, 1 << 30))
def test_what_does_not_rise_in_its_second_half_is_never_growth(levels: list[int], rest: int) -> None:
    early = dict(zip([number for number in numbers(50) if number < 25], levels, strict=False))
    assert judge_repeat(run(lambda number: early.get(number, rest % 50_000))).kind not in GROWTH


POINTS = st.lists(
    st.tuples(st.integers(0, 1000), st.integers(-1000, 1000)), min_size=5, max_size=17, unique_by=lambda p: p[0]
)


@given(POINTS, st.integers(-5, 5), st.integers(-9, 9))
def test_a_slope_turns_with_its_line(points: list[tuple[int, int]], slope: int, level: int) -> None:
    found, turned = fit_slope(points), fit_slope([(x, y + slope * x + level) for x, y in points])
    assert found is not None and turned is not None
    assert found.low <= found.value <= found.high
    assert turned == pytest.approx([each + slope for each in found])


@given(st.integers(-1000, 1000), st.integers(0, 10), st.integers(-(10**6), 10**6))
def test_a_point_that_is_far_off_moves_a_slope_little(slope: int, place: int, off: int) -> None:
    points = [(x, slope * x) for x in range(11)]
    points[place] = (place, off)
    assert fit_slope(points) == (slope, slope, slope)


def test_of_few_points_there_is_no_slope() -> None:
    assert fit_slope([(1, 1), (2, 2), (3, 3), (4, 4)]) is None


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    chance, held, times = random.Random(11), 0, 1000
    for _ in range(times):
        found = fit_slope([(x, 3 * x + round(chance.gauss(0, 40))) for x in range(0, 24, 3)])
        assert found is not None
        held += found.low <= 3 <= found.high
    assert 0.93 * times <= held <= 0.99 * times

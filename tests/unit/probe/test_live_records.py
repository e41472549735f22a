"""What is kept of the lines that grew: no more than the process grew by, and never less than nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.audit.real_commands import lines_within
from footprint.model.runtime import GrowthLine
from footprint.probe.live_records import read_growth
from footprint.units import MIB

Steps = list[tuple[int, str]]  # MiB, line; one step a nanosecond


def replay(*processes: Steps, moments: tuple[int, ...] = (1000,)) -> list[dict[str, int]]:
    data = (
        b"".join(
            b"\x1ed %d %d 0 data\tmain.py:%d\n" % (at, mib << 10, ord(line)) for at, (mib, line) in enumerate(steps)
        )
        for steps in processes
    )
    return [
        {chr(line.line or 0): line.rss_bytes >> 20 for line in found if line.rss_bytes}
        for found in read_growth(data, moments)
    ]


# MiB and line of each step, and what is kept of each line
CASES: dict[str, tuple[Steps, dict[str, int]]] = {
    "nothing": ([], {}),
    "kept": ([(30, "a"), (5, "b"), (2, "a")], {"a": 32, "b": 5}),
    "made and freed again and again": ([(40, "a"), (-40, "a")] * 60, {}),
    "freed in two steps": ([(40, "a"), (-15, "b"), (-25, "b")], {}),
    "freed by another line": ([(10, "a"), (40, "b"), (-40, "c")], {"a": 10}),
    "a part of two": ([(10, "a"), (40, "b"), (-45, "c")], {"a": 5}),
    "what was there before is freed first": ([(-30, "a"), (40, "b")], {"b": 10}),
    "only freed": ([(-30, "a"), (10, "b"), (-5, "b")], {}),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_given_back_is_taken_off_the_line_that_grew_last(name: str) -> None:
    steps, kept = CASES[name]
    assert replay(steps) == [kept]


def test_each_reading_has_what_grew_since_the_one_before() -> None:
    steps: Steps = [(30, "a"), (20, "b"), (-10, "c"), (15, "d"), (7, "e")]
    assert replay(steps, moments=(1, 3)) == [{"a": 30, "b": 20}, {"d": 5}]


def test_what_one_process_gives_back_is_not_taken_off_another() -> None:
    assert replay([(30, "a")], [(-30, "a"), (10, "b")]) == [{"a": 30}]


steps = st.lists(st.tuples(st.integers(-50, 50), st.sampled_from("abcd")), max_size=40)


@given(steps, st.integers(0, 40))
def test_lines_sum_up_to_what_the_process_grew_by(found: Steps, cut: int) -> None:
    parts = found[: cut + 1], found[cut + 1 :]
    lines = replay(found, moments=(cut, 1000))
    for part, kept in zip(parts, lines, strict=True):
        assert sum(kept.values()) == max(0, sum(mib for mib, _ in part))
        assert min(kept.values(), default=0) >= 0


# MiB kept and at the peak of each line, MiB that the tree has, and what is told
WITHIN: dict[str, tuple[list[tuple[int, int]], int, list[int]]] = {
    "all of it": ([(30, 30), (5, 9)], 40, [30, 5]),
    "two processes count what they share": ([(30, 30), (30, 30)], 40, [30, 10]),
    "the tree has shrunk": ([(30, 30)], -5, [0]),
    "too small for a word": ([(30, 30), (0, 0)], 40, [30]),
    "no room, and too small at the peak": ([(30, 30), (5, 0)], 30, [30]),
}


@pytest.mark.parametrize("name", WITHIN)
def test_lines_have_no_more_than_the_tree(name: str) -> None:
    lines, total, told = WITHIN[name]
    found = lines_within(
        (GrowthLine("data", "main.py", 1, kept * MIB, peak * MIB) for kept, peak in lines), total * MIB
    )
    assert [line.rss_bytes // MIB for line in found] == told

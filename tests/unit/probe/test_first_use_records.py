"""The records of forks, cut out of those of the child: whatever the bytes are, nothing is lost and nothing raises."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.model.runtime import CallRun, ForkMemory, ProbeRun, StageReading, Statement, TreeReading
from footprint.probe.first_use_records import doubt_first_uses, join_calls, read_first_uses, read_worker
from footprint.probe.readings import OutsideReading
from footprint.probe.records import Fork, cut_forks, is_trying

HEAD = b"\x1eh find_and_load 4096 77\n"


def fork(index: int, data: bytes, status: bytes = b"0") -> bytes:
    return b"\x1eu %d %s %d\n" % (index, status, len(data)) + data


def imported(name: str, pages: int) -> bytes:
    """What a fork writes that loads one module of so many pages."""
    return (
        b"\x1eb 5 77 1000000 <first-use>\t900 100 50 1 0 1 0\n"
        b"\x1eb 6 77 2000000 %s\t900 110 50 1 0 1 0\n"
        b"\x1ee 6 3000000 1\t900 %d 50 1 0 1 0\n"
        b"\x1ee 5 4000000 1\t900 %d 50 1 0 1 0\n"
        b"\x1es first_use 4000000 9 -1\t900 %d 50 1 0 1 0\n" % (name.encode(), 110 + pages, 110 + pages, 110 + pages)
    )


@given(st.lists(st.tuples(st.binary(max_size=40), st.integers(0, 9), st.binary(max_size=60))), st.binary(max_size=40))
def test_what_is_cut_out_is_whole_and_the_rest_too(parts: list[tuple[bytes, int, bytes]], end: bytes) -> None:
    clean = [(text.replace(b"\x1e", b"-"), index, data) for text, index, data in parts]
    end = end.replace(b"\x1e", b"-")
    whole = b"".join(text + fork(index, data) for text, index, data in clean) + end
    rest, forks = cut_forks(whole)
    assert rest == b"".join(text for text, _, _ in clean) + end
    assert forks == tuple(Fork(index, "0", data) for _, index, data in clean)


@given(st.binary(max_size=300))
def test_any_bytes_are_read(data: bytes) -> None:
    rest, forks = cut_forks(HEAD + data)
    read_first_uses(rest, forks, [Statement("a"), Statement("b", ("c",))])


def seen(pid: int, own: int | None) -> OutsideReading:
    return OutsideReading(1, pid, 9, 3, None, own_bytes=own)


ENDED = HEAD + b"\x1ej 8 0\n"
# the records, what was read from outside, what the worker is known to have written to
WORKERS = {
    "twice": (ENDED, [seen(8, 1), seen(8, 5)], ForkMemory(1, 5)),
    "less after it": (ENDED, [seen(8, 5), seen(8, 1)], ForkMemory(5, 5)),
    "with others": (ENDED, [seen(9, 4), seen(8, 1), seen(9, 4), seen(8, 5), seen(9, 4)], ForkMemory(1, 5)),
    "noop: once": (ENDED, [seen(8, 1)], None),
    "noop: not told": (ENDED, [seen(8, 1), seen(8, None)], None),
    "noop: it crashed": (HEAD + b"\x1ej 8 -11\n", [seen(8, 1), seen(8, 5)], None),
    "noop: it hung": (HEAD + b"\x1ej 8 timeout\n", [seen(8, 1), seen(8, 5)], None),
    "noop: nobody asked": (HEAD, [seen(8, 1), seen(8, 5)], None),
    "noop: nobody looked": (ENDED, None, None),
}


@pytest.mark.parametrize("case", WORKERS)
def test_a_fork_that_was_a_worker(case: str) -> None:
    data, readings, expected = WORKERS[case]
    assert read_worker(data, readings) == expected


def test_alone_and_together() -> None:
    statements = [Statement("one"), Statement("there"), Statement("two")]
    data = HEAD + b"\x1en 3\n" + fork(0, imported("one", 10)) + b"\x1ek 1\n" + fork(2, imported("two", 20))
    rest, forks = cut_forks(data + fork(3, imported("both", 30)) + b"\x1ez\n")
    assert is_trying(rest) and rest.endswith(b"\x1ez\n")
    alone, together, _ = read_first_uses(rest, forks, statements)
    assert [(use.outcome, use.rss_bytes, use.time_us) for use in alone] == [
        ("imported", 20 * 4096, 3000),
        ("loaded", 0, 0),
        ("imported", 30 * 4096, 3000),
    ]
    assert together is not None and together.rss_bytes == 40 * 4096


def test_together_is_what_one_did_alone_and_the_others_after_it() -> None:
    statements = [Statement("one"), Statement("two"), Statement("three")]
    data = HEAD + b"\x1en 3\n" + fork(1, imported("two", 20)) + fork(2, imported("three", 7))
    rest, forks = cut_forks(data + fork(0, imported("one", 10)) + fork(4, imported("more", 25)) + b"\x1ez\n")
    alone, together, recordings = read_first_uses(rest, forks, statements)
    assert [use.rss_bytes for use in alone] == [20 * 4096, 30 * 4096, 17 * 4096]
    assert together is not None and len(recordings) == 4
    assert (together.rss_bytes, together.time_us) == (55 * 4096, 6000)
    assert [(cost.module, cost.order, cost.parent) for cost in together.costs] == [
        ("<first-use>", 0, None),
        ("one", 1, 0),
        ("more", 2, 0),
    ]
    assert together.costs[0].cumulative_rss_bytes == 55 * 4096
    assert together.costs[0].self_rss_bytes == 20 * 4096


@pytest.mark.parametrize(
    ("indices", "tried", "is_doubted"),
    [
        ((), 0, False),
        ((), 3, False),
        ((0,), 1, False),
        ((1, 2), 3, False),  # the time was over before the last
        ((1, 2, 0), 3, False),
        ((0, 2, 1, 4), 3, False),
        ((1, 2, 0, 3), 3, False),
        ((0,), 0, True),
        ((2, 1, 0), 3, True),
        ((1, 1, 0), 3, True),
        ((1, 0, 0), 3, True),
        ((1, 0, 3, 4), 3, True),
        ((1, 0, 5), 3, True),
        ((3, 1, 0), 3, True),
    ],
)
def test_forks_that_nobody_asked_for(indices: tuple[int, ...], tried: int, is_doubted: bool) -> None:
    forks = [Fork(index, "0", b"") for index in indices]
    assert (doubt_first_uses(forks, tried) is not None) == is_doubted


def test_what_raised_and_was_read_afterwards_has_figures() -> None:
    data = HEAD + b"\x1en 2\n" + fork(0, b"\x1ef ImportError: no\n" + imported("one", 10), b"1")
    rest, forks = cut_forks(data + fork(1, imported("two", 20)) + fork(2, imported("both", 30), b"1") + b"\x1ez\n")
    alone, together, _ = read_first_uses(rest, forks, [Statement("one"), Statement("two")])
    assert [(use.outcome, use.message, use.rss_bytes) for use in alone] == [
        ("failed", "ImportError: no", 20 * 4096),
        ("imported", None, 30 * 4096),
    ]
    assert together is not None and together.rss_bytes == 40 * 4096


def test_what_was_not_read_has_no_figures() -> None:
    begun = b"\x1eb 5 77 1000000 <first-use>\t900 100 50 1 0 1 0\n\x1eb 6 77 2000000 deep\t900 110 50 1 0 1 0\n"
    rest, forks = cut_forks(
        HEAD
        + fork(0, begun + b"\x1ef ImportError: no\n", b"1")
        + fork(1, begun, b"-11")
        + fork(2, begun, b"timeout")
        + fork(3, begun, b"7")
    )
    alone, *_ = read_first_uses(rest, forks, [Statement(name) for name in "abcd"])
    assert [(use.outcome, use.message, use.rss_bytes) for use in alone] == [
        ("failed", "ImportError: no", None),
        ("crashed", "killed by SIGSEGV", None),
        ("hung", "it did not come to an end", None),
        ("crashed", "exited with status 7", None),
    ]
    assert {use.under_way for use in alone} == {("deep",)}


def called(rss: int, peak: int, *, was_apart: bool = False) -> CallRun:
    return CallRun("x", "done", None, rss, rss, peak, 1, was_apart=was_apart)


LOST = CallRun("x", "hung", None, None, None, None, None)


@pytest.mark.parametrize(
    ("calls", "together", "expected"),
    [
        ([], None, None),
        ([LOST], None, None),
        ([called(5, 9)], None, (105, 109)),
        ([called(5, 9), LOST], None, (105, 109)),
        ([called(5, 9), called(6, 50)], called(10, 55), (110, 155)),
        ([called(5, 9), called(6, 50)], called(10, 40), (110, 150)),  # another order finds less that is free
        ([called(5, 9), called(6, 50)], None, (111, 155)),  # in a row they came to no end: each takes what it takes
        ([called(5, 9), called(6, 50, was_apart=True)], None, (111, 155)),
        ([called(5, 9), called(6, 50, was_apart=True)], called(10, 60, was_apart=True), (110, 160)),
    ],
)
def test_the_stage_of_calls(calls: list[CallRun], together: CallRun | None, expected: tuple[int, int] | None) -> None:
    ready = StageReading("ready", 100, 50, 100, 1, 3, TreeReading(1, 100, 100, 100, "alone"))
    joined = join_calls(ProbeRun((ready,), (), frozenset(), (), (), 0, 0, calls=tuple(calls), calls_together=together))
    last = joined.stages[-1]
    assert (None if last is ready else (last.rss_bytes, last.highest_bytes)) == expected

"""The records of a call that was done many times: whatever the bytes are, they are read."""

import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.model.runtime import CacheGrowth, FloorReading, RepeatRun
from footprint.probe.records import Fork, cut_forks, untag
from footprint.probe.repeat_records import read_repeats
from tests.support.probing import inspect

HEAD = b"\x1eh find_and_load 4096 77\n"
FLOOR = b"\x1eG 4 9000 8000 7000 -1 -1\n"
HERE = Path(__file__)
PROJECT = HERE.parents[3]
CALLS = b"".join(b"\x1eB %d\n" % number for number in range(1, 7))
SAID: dict[str, tuple[bytes, str, dict[str, Any]]] = {
    "done": (CALLS + FLOOR + b"\x1eD done 6 900\n", "0", {"end": "done", "done_count": 6, "time_us": 900}),
    "its time was over": (CALLS + b"\x1eD time 6 900\n", "0", {"end": "time", "done_count": 6}),
    "ended while it was followed": (
        CALLS + b"\x1eD done 6 900\n\x1eB 7\n\x1eB 8\n", "timeout", {"end": "done", "done_count": 6},
    ),
    "hung": (CALLS, "timeout", {"end": "hung", "done_count": 5, "time_us": None}),
    "crashed": (CALLS, "-11", {"end": "crashed", "done_count": 5, "message": "killed by SIGSEGV"}),
    "before the first": (b"", "-9", {"end": "crashed", "done_count": 0}),
    "an unknown end": (CALLS + b"\x1eD magic 6 900\n", "0", {"end": "crashed", "done_count": 6}),
    "failed": (
        CALLS + b"\x1eA 200 -1 0\n\x1ex exception\t5\tKeyError: 'a'\t%s:3\n\x1eD failed 5 900\n" % str(HERE).encode(),
        "0",
        {"end": "failed", "done_count": 5, "message": "KeyError: 'a'", "line": 3,
         "path": HERE.relative_to(PROJECT).as_posix()},
    ),
    "another status": (
        CALLS + b"\x1eA 429 -1 0\n\x1eD failed 5 900\n", "0",
        {"end": "failed", "message": "it answered 429", "path": None},
    ),
    "caches": (
        b"\x1eU 1 1 20 app.a\n\x1eU 1 2 -1 app.b\n\x1eU 50 20 20 app.a\n\x1eU 50 9 -1 app.b\n\x1eU 50 4 8 c d\n"
        b"\x1eU 1 7 7 full\n\x1eU 50 7 7 full\n\x1eU 50 2 20 app.a\n\x1eD done 50 9\n", "0",
        {"caches": (CacheGrowth("app.a", 1, 22, 20), CacheGrowth("app.b", 2, 9, None), CacheGrowth("c d", 0, 4, 8))},
    ),
    "one reading of caches": (b"\x1eU 1 1 20 app.a\n\x1eD done 1 9\n", "0", {"caches": ()}),
    "followed": (
        b"\x1eD done 6 9\n\x1eT 16 3200\n\x1eL 3000 app.py:4\n\x1eL 200 /usr/lib/python3.11/logging/__init__.py:9\n"
        b"\x1eL 1 \n\x1eL 5 /a/lib/python3.11/site-packages/lib/x.py:2\n", "0",
        {"traced_count": 16, "traced_bytes": 3200,
         "places": (("app.py", 4, 3000), ("logging/__init__.py", 9, 200), ("lib/x.py", 2, 5))},
    ),
}  # fmt: skip


def read(data: bytes, status: str = "0") -> RepeatRun:
    (found,) = read_repeats(
        HEAD, [Fork(3, status, data, "repeat")], 50, PROJECT, inspect(Path(sys.executable))
    ).values()
    return found


@pytest.mark.parametrize("name", SAID)
def test_what_is_read(name: str) -> None:
    data, status, told = SAID[name]
    found = read(data, status)
    assert {key: getattr(found, key) for key in told} == told
    assert found.asked_count == 50


def test_floors_come_in_their_order() -> None:
    data = (
        FLOOR
        + b"\x1eG 3 1 1 1 1 1\n"
        + b"\x1eG 9 9000 -1 7000 20 30\n"
        + b"\x1eG 9 1 1 1 1 1\n\x1eG x\n\x1eD done 9 1\n"
    )
    assert read(data).floors == (
        FloorReading(4, 9000 << 10, 8000 << 10, 7000 << 10, None, None),
        FloorReading(9, 9000 << 10, None, 7000 << 10, 20 << 10, 30 << 10),
    )


@given(st.binary(max_size=200), st.sampled_from(["0", "1", "-9", "timeout"]))
def test_any_bytes_are_read(data: bytes, status: str) -> None:
    read(data, status)


@given(
    st.lists(
        st.sampled_from([FLOOR, CALLS, b"\x1eD done 1 1\n", b"\x1eT 1 -5\n", b"\x1eL 5 a:1\n", b"\x1eD", b"B 1\n"])
    )
)
def test_any_order_is_read(pieces: list[bytes]) -> None:
    read(b"".join(pieces))


def test_a_fork_of_many_calls_is_told_from_one_of_a_call() -> None:
    inside = b"\x1eTAGB 1\n"
    whole = b"".join(b"\x1eTAG%s 0 0 %d\n%s" % (letter, len(inside), inside) for letter in (b"u", b"a", b"O"))
    _, forks = cut_forks(untag(whole, "TAG"))
    assert [(fork.kind, fork.data) for fork in forks] == [(kind, b"\x1eB 1\n") for kind in ("import", "call", "repeat")]

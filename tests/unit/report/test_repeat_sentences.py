"""What reports say of a call that was done many times."""

from dataclasses import replace
from typing import Any

import pytest

from footprint.model.memory_rows import RepeatedCall
from footprint.model.runtime import CacheGrowth
from footprint.report.audit.call_sentences import call_lines
from footprint.report.audit.repeat_sentences import repeat_words
from footprint.units import MIB
from tests.support.builders import audit, call

PLAIN = RepeatedCall(
    50, 50, "done", None, "flat", 40 * MIB, 0, None, 102_400, 100_352, 104_448, 0, 0, None, (), None, None, 9000
)  # fmt: skip
SLOPE = "by 100.0 KiB a call (95 %: 98.0 to 102.0)"
SAID: dict[str, tuple[dict[str, Any], str]] = {
    "flat": ({}, "50 times in a row: flat"),
    "fills": (
        {"kind": "fills", "grown_bytes": 2 * MIB, "filled_count": 19},
        "50 times in a row: fills, 2.0 MiB until call 19, then flat",
    ),
    "python": (
        {"kind": "rising-python", "traced_percent": 99, "path": "app.py", "line": 3},
        f"50 times in a row: rises {SLOPE}: Python objects, most of them made at app.py:3",
    ),
    "python, nobody knows where": (
        {"kind": "rising-python", "traced_percent": 99},
        f"50 times in a row: rises {SLOPE}: Python objects",
    ),
    "in C": (
        {"kind": "rising-c", "traced_percent": 0},
        f"50 times in a row: rises {SLOPE}: taken in C, not by Python objects",
    ),
    "in part": (
        {"kind": "rising", "traced_percent": 35},
        f"50 times in a row: rises {SLOPE}: 35 % by Python objects; what the rest is cannot be told",
    ),
    "not followed": ({"kind": "rising"}, f"50 times in a row: rises {SLOPE}: by what was not followed"),
    "arenas": (
        {"kind": "allocator"},
        f"50 times in a row: rises {SLOPE} in what malloc takes and does not give out; what is in use does not",
    ),
    "few": (
        {"kind": "still-rising", "done_count": 20},
        f"20 times in a row: still rising {SLOPE}; a cache that fills looks the same",
    ),
    "a cache of functools that fills": (
        {"kind": "still-rising", "caches": (CacheGrowth("app.find", 1, 50, 128),)},
        f"50 times in a row: still rising {SLOPE}; the cache app.find went from 1 to 50 of its 128 entries",
    ),
    "a cache without a limit": (
        {"kind": "rising-python", "caches": (CacheGrowth("app.find", 1, 1050, None), CacheGrowth("b", 0, 9, 10))},
        f"50 times in a row: rises {SLOPE}: Python objects; the cache app.find, which has no limit, went from "
        "1 to 1,050 entries; the cache b went from 0 to 9 of its 10 entries",
    ),
    "noop: a cache that takes nothing worth a word": (
        {"caches": (CacheGrowth("app.find", 1, 50, 128),)},
        "50 times in a row: flat",
    ),
    "up and down": (
        {"kind": "not-told"},
        "50 times in a row: goes up and down, 98.0 to 102.0 KiB a call: not told",
    ),
    "too few": (
        {"kind": "not-told", "slope_bytes": None, "end": "time", "done_count": 4, "time_us": 3_100_000},
        "4 times in a row: too few to tell anything; the time was over (3.1 s a call): --timeout gives more",
    ),
    "failed": (
        {"end": "failed", "done_count": 1, "message": "KeyError: 'a'", "path": "app.py", "line": 3, "slope_bytes": None,
         "kind": "not-told"},
        "1 time in a row: too few to tell anything; call 2 failed: KeyError: 'a' at app.py:3",
    ),
    "failed after growth": (
        {"end": "failed", "message": "no", "kind": "rising-python", "path": "app.py", "line": 3},
        f"50 times in a row: rises {SLOPE}: Python objects; call 51 failed: no at app.py:3",
    ),
    "hung": ({"end": "hung", "done_count": 29}, "29 times in a row: flat; call 30 did not come to an end"),
    "crashed": (
        {"end": "crashed", "message": "killed by SIGSEGV", "done_count": 29},
        "29 times in a row: flat; call 30 crashed: killed by SIGSEGV",
    ),
    "unread": ({"end": "unread"}, "50 times in a row: flat; its memory could not be read any more"),
    "kept, and garbage": (
        {"kept_by_allocator_bytes": 26 * MIB, "waiting_for_collector_bytes": 15 * MIB},
        "50 times in a row: flat; malloc keeps 26.0 MiB that is free; up to 15.0 MiB of garbage wait for the collector",
    ),
    "noop: little is kept": (
        {"kept_by_allocator_bytes": 5 * MIB, "waiting_for_collector_bytes": 2 * MIB},
        "50 times in a row: flat",
    ),
    "noop: nobody tells": (
        {"kept_by_allocator_bytes": None, "waiting_for_collector_bytes": None, "floor_bytes": None},
        "50 times in a row: flat",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SAID)
def test_many_calls(name: str) -> None:
    changes, said = SAID[name]
    assert repeat_words(replace(PLAIN, **changes)) == said


def test_it_stands_behind_what_one_call_took() -> None:
    row = call(lines=(), repeated=PLAIN)
    assert call_lines(audit(calls=(row,))) == (
        "+40.0 MiB RSS (peak +60.0), 900 ms: GET /x -> 200: 50 times in a row: flat",
    )


def test_no_report_speaks_of_a_leak() -> None:
    assert not any("leak" in said for _, said in SAID.values())

"""A tuning in its formats: what is said of effects, of what was not measured, and of hostile text."""

import json
from dataclasses import replace

import pytest

from footprint.model.tuning import (
    CpuRatio,
    Factor,
    FittingPlan,
    OptimisedUse,
    ProposedFile,
    StartReading,
    TreeShares,
    TunedRow,
    Tuning,
    UntriedFactor,
)
from footprint.report import formats

MIB = 1 << 20
FREEZE = Factor("sharing", "preload + freeze", caveat="threads do not work after a fork")
OPTIMISED = Factor("optimise", "-OO")


def reading(ready: float, after: float, collected: int = 4) -> StartReading:
    trees = [TreeShares(int(each * MIB), int((each - 10) * MIB), None, 5) for each in (ready, after)]
    return StartReading(trees[0], trees[1], int((after + 20) * MIB), 4, 3, collected, (("GET /", (200,)),))


def cpu(ratio: float, *, apart: bool) -> CpuRatio:
    return CpuRatio(2000, int(2000 * ratio), ratio, ratio - 0.05, ratio + 0.05, 200, apart)


BASE = TunedRow("as it is", (), "base", 2, reading(500, 700), 2 * MIB)
SAVES = TunedRow("preload + freeze", (FREEZE,), "saves", 1, reading(200, 400), None, 300 * MIB, cpu(0.98, apart=False))
ROWS = (
    BASE,
    SAVES,
    TunedRow("MALLOC_ARENA_MAX=2", (), "none", 1, reading(500, 698), None, 2 * MIB),
    TunedRow("jemalloc", (), "worse", 1, reading(500, 720), None, -20 * MIB),
    TunedRow("-OO", (OPTIMISED,), "relies", 1, reading(480, 650), None, 50 * MIB, cpu(1.04, apart=True),
             "a.py:3 relies on it"),
    TunedRow("slow", (), "costs", 1, reading(480, 650), None, 50 * MIB, cpu(1.3, apart=True), "it takes more"),
    TunedRow("broken", (), "failed", 1, None, why="GET / answered 500, 200 as it is"),
)  # fmt: skip


def tuning(best: TunedRow | None = SAVES, **values: object) -> Tuning:
    chosen: dict[str, object] = {
        "command": "gunicorn -w 4 a:a", "source": "Procfile", "capacity": 4, "requests": ("GET /",), "rows": ROWS,
        "noise_bytes": 7 * MIB, "start_count": 9, "best": best, "untried": (UntriedFactor("mimalloc", "not here"),),
        "files": (ProposedFile("gunicorn.conf.py", "preload_app = True\n"),),
        "plans": (FittingPlan("render", "render:standard", "render:free", "2026-08"),),
        "optimised_uses": (OptimisedUse("assert", "a.py", 3),), "assert_count": 5, "tool_version": "1",
    }  # fmt: skip
    return Tuning(**{**chosen, **values})  # type: ignore[arg-type]


SAID = [
    "A difference below 7.0 MiB (1 %, or the spread of repeats) is no effect.",
    "Every worker got GET / and collected its garbage",
    "It saves 300.0 of 700.0 MiB (43%), in 1 starts",
    "preload + freeze: threads do not work after a fork.",
    "x 0.98 (95 %: 0.93 to 1.03, 200 requests each)",
    "mimalloc: not tried, not here.",
    "-OO: 5 asserts of the project would no longer check.",
    "-OO: a.py:3: the test of an assert does something.",
    "Only 3 of 4 workers could be given the requests.",
    "preload_app = True",
    "render: render:standard -> render:free (2026-08)",
]
CELLS = [
    ("MALLOC_ARENA_MAX=2", ("0.0", "no effect here")),  # 2 MiB are noise
    ("jemalloc", ("-20.0", "takes more")),
    ("-OO", ("50.0", "2.1 ms, x 1.04", "relies: a.py:3 relies on it")),
    ("slow", ("2.6 ms, x 1.30", "costs: it takes more")),
    ("broken", ("failed: GET / answered 500, 200 as it is",)),
    ("again: preload + freeze", ("400.0", "300.0", "2.0 ms, not told apart")),
]


@pytest.mark.parametrize("words", SAID)
def test_a_table_says_it(words: str) -> None:
    assert words in formats.render("table", tuning())


@pytest.mark.parametrize(("name", "cells"), CELLS)
@pytest.mark.parametrize("kind", ["table", "markdown"])
def test_a_row_says_what_came_of_it(kind: str, name: str, cells: tuple[str, ...]) -> None:
    text = formats.render(kind, tuning()).replace("\\", "")
    row = next(line for line in text.splitlines() if line.lstrip("| ").startswith(name))
    assert all(cell in row for cell in cells), row


def test_nothing_that_helps_is_an_answer() -> None:
    text = formats.render("table", tuning(None, files=()))
    assert "Nothing of it is worth a change: the command stays as it is." in text
    assert "Proposed" not in text
    assert "(720 MiB as it is)" in text


def test_without_requests_it_says_what_that_hides() -> None:
    text = formats.render("table", tuning(requests=()))
    assert "No request was given" in text
    assert "Every worker got" not in text


def test_a_request_that_fails_as_it_is_tells_nothing() -> None:
    failing = replace(reading(500, 700), answers=(("GET /", (404,)),))
    text = formats.render("table", tuning(rows=(replace(BASE, reading=failing), *ROWS[1:])))
    assert "GET / answered 404 as it is: nothing is known of what it takes." in text
    assert "answered" not in formats.render("table", tuning(rows=ROWS[:4]))


def test_workers_that_did_not_collect_are_told() -> None:
    base = TunedRow("as it is", (), "base", 1, reading(500, 700, collected=1))
    assert "3 of 4 workers did not collect" in formats.render("table", tuning(rows=(base, *ROWS[1:])))


def test_json_has_every_field() -> None:
    told = json.loads(formats.render("json", tuning()))
    assert told["tool"] == {"name": "footprint", "version": "1"}
    assert told["rows"][2]["saved_bytes"] == 2 * MIB  # the figure itself, whatever it is called
    assert told["rows"][2]["cpu"] is None


@pytest.mark.parametrize("kind", ["table", "markdown"])
def test_hostile_text_is_harmless(kind: str) -> None:
    evil = "\x1b[2J<b>@me</b> ```"
    row = TunedRow("broken", (), "failed", 1, None, why=evil)
    text = formats.render(
        kind, tuning(command=evil, rows=(BASE, row), files=(ProposedFile(evil, f"x = 1\n```\n{evil}\n"),))
    )
    assert "\x1b" not in text
    if kind == "markdown":
        assert "\n````\nx = 1\n```\n" in text
        assert "failed: <b>" not in text

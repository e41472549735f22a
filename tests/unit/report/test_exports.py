"""One start in the formats of other tools, and as a tree. The fixed start is compared with tests/golden/:

UPDATE_GOLDEN=1 python -m pytest tests/unit/report/test_exports.py && git diff tests/golden
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.model.runtime import ProbeRun
from footprint.probe.recording import parse
from footprint.report.start import folded, importtime, speedscope
from footprint.report.start.start_tree import StartTree, given_back
from footprint.report.start.table_tree import tree_rows
from footprint.report.text.text_table import render_rows
from footprint.report.text.view import View

MIB = 1 << 20
GOLDEN = Path(__file__).parents[2] / "golden"


@dataclass
class Records:
    """Writes the records of a child: a page is 1 MiB, so that figures in MiB are exact."""

    data: list[str] = field(default_factory=lambda: [f"h find_and_load {MIB} 1"])
    pages: int = 10
    ns: int = 0
    count: int = 0
    stacks: dict[int, list[int]] = field(default_factory=lambda: {1: [], 2: []})

    def grow(self, pages: int, time_us: int) -> Records:
        self.pages, self.ns = max(self.pages + pages, 1), self.ns + time_us * 1000
        return self

    def reading(self) -> str:
        return f"{self.pages} {self.pages} 0 0 0 0 0"

    def begin(self, name: str, thread: int = 1) -> Records:
        self.data.append(f"b {self.count} {thread} {self.ns} {name}\t{self.reading()}")
        self.stacks[thread].append(self.count)
        self.count += 1
        return self

    def end(self, thread: int = 1, ok: int = 1) -> Records:
        self.data.append(f"e {self.stacks[thread].pop()} {self.ns} {ok}\t{self.reading()}")
        return self

    def stage(self, name: str) -> Records:
        self.data.append(f"s {name} {self.ns} 30 0\t{self.reading()}")
        return self

    def run(self) -> ProbeRun:
        run = parse("".join(f"\x1e{line}\n" for line in self.data).encode()).run
        assert run is not None
        return run


def fixed_start() -> StartTree:
    """A start with everything that a format may trip over."""
    records = Records().stage("interpreter").begin("<entry>").grow(1, 100).begin("main").grow(1, 50)
    records.begin("pandas").grow(2, 1000).begin("numpy").grow(12, 20_000).end().grow(20, 5000)
    records.begin("pandas.core").grow(10, 7000).end().end()
    records.begin("odd name;with\x1b[31m marks|é").grow(1, 10).end()
    records.begin("gives back").grow(-3, 10).end()
    records.begin("missing").grow(0, 30).end(ok=7).begin("same").begin("same").grow(1, 5).end().end()
    for number in range(5):
        records.begin(f"small{number}").grow(0, 3).end()
    records.end().grow(0, 40).end().stage("import")
    records.begin("<lifespan>").begin("late").grow(4, 900).end().end().stage("ready")
    distributions = {"pandas": "pandas", "pandas.core": "pandas", "numpy": "numpy"}
    return StartTree("web", "main:app", records.run(), distributions, {"main": "main.py", "numpy": "numpy/__init__.py"})


RENDERED: dict[str, Callable[[StartTree], str]] = {
    "start.folded": folded.render,
    "start.folded_time": partial(folded.render, unit="microseconds"),
    "start.importtime": importtime.render,
    "start.speedscope.json": lambda start: json.dumps(json.loads(speedscope.render([start])), indent=1) + "\n",
    "start_tree.txt": lambda start: render_rows(tree_rows(start, top=0, least_bytes=None), View()),
    "start_tree_4.txt": lambda start: render_rows(tree_rows(start, top=4, least_bytes=None), View()),
    "start_tree_2_mib.txt": lambda start: render_rows(tree_rows(start, top=0, least_bytes=2 * MIB), View()),
}


@pytest.mark.parametrize("name", RENDERED)
def test_golden(name: str) -> None:
    text = RENDERED[name](fixed_start())
    path = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert path.is_file(), "no golden file: run with UPDATE_GOLDEN=1"
    assert text == path.read_text(encoding="utf-8")


# Any start

NAME = st.sampled_from(["a", "a.b", "b", "c d", "e;f", "g|h", "i\tj", "x\x1by", "ü", "\\x3b"])
GROWTH = st.tuples(st.integers(0, 5), st.integers(0, 4000))
SIGNED = st.tuples(st.integers(-5, 9), st.integers(0, 4000))


@st.composite
def starts(draw: st.DrawFn, growth: st.SearchStrategy[tuple[int, int]] = GROWTH, threads: int = 1) -> StartTree:
    """Return a start with an import and a lifespan, whatever is loaded in them."""
    records = Records().stage("interpreter")
    for span, stage in (("<entry>", "import"), ("<lifespan>", "ready")):
        records.begin(span)
        for thread, begins in draw(st.lists(st.tuples(st.integers(1, threads), st.booleans()), max_size=25)):
            records.grow(*draw(growth))
            if begins:
                records.begin(draw(NAME), thread)
            elif len(records.stacks[thread]) > (thread == 1):
                records.end(thread, ok=draw(st.integers(0, 1)))
        while len(records.stacks[1]) > 1:
            records.grow(*draw(growth)).end()
        records.grow(*draw(growth)).end().stage(stage)
    return StartTree("web", "main:app", records.run(), {"a": "alpha", "a.b": "alpha"}, {"a": "a.py"})


def profiles(start: StartTree) -> tuple[dict[str, Any], dict[str, Any]]:
    memory, time = json.loads(speedscope.render([start]))["profiles"]
    return memory, time


def widths(profile: dict[str, Any]) -> list[int]:
    """Return the width of every frame in the order in which they open; a viewer refuses what fails here."""
    found, open_, last = [0] * (len(profile["events"]) // 2), [], profile["startValue"]
    number = 0
    for event in profile["events"]:
        assert event["at"] >= last
        last = event["at"]
        if event["type"] == "O":
            open_.append((number, event["frame"], last))
            number += 1
        else:
            place, frame, began = open_.pop()
            assert frame == event["frame"], "it closes another frame than the innermost"
            found[place] = last - began
    assert (open_, last) == ([], profile["endValue"])
    return found


def total(start: StartTree) -> int:
    return start.run.stages[-1].rss_bytes - start.run.baseline_rss_bytes


@given(starts())
def test_frames_are_as_wide_as_what_the_loads_cost(start: StartTree) -> None:
    memory, time = profiles(start)
    assert widths(memory) == [cost.cumulative_rss_bytes for cost in start.run.costs]
    assert widths(time) == [cost.cumulative_time_us for cost in start.run.costs]
    bare, imported, ready = start.run.stages
    spans = [cost.order for cost in start.run.costs if cost.module.startswith("<")]
    assert [widths(memory)[order] for order in spans] == [
        imported.rss_bytes - bare.rss_bytes,
        ready.rss_bytes - imported.rss_bytes,
    ]
    assert [widths(time)[order] for order in spans] == [imported.time_us, ready.time_us - imported.time_us]


@given(starts(SIGNED, threads=2))
def test_what_is_given_back_is_left_out_and_told(start: StartTree) -> None:
    memory, time = profiles(start)
    widths(memory), widths(time)
    lost = given_back(start.run.costs)
    assert memory["endValue"] == total(start) + lost
    assert time["endValue"] == start.run.stages[-1].time_us
    assert ("given back" in memory["name"]) == (lost > 0)
    frames = json.loads(speedscope.render([start]))["shared"]["frames"]
    opened = [frames[event["frame"]]["name"] for event in memory["events"] if event["type"] == "O"]
    assert sorted(opened) == sorted(cost.module for cost in start.run.costs)


def weights(text: str) -> list[tuple[list[str], int]]:
    """Read folded stacks as flamegraph.pl does: the weight is what stands behind the last space."""
    found = []
    for line in text.splitlines():
        match = re.fullmatch(r"(.*?)\s+?(\d+)", line)
        assert match is not None
        found.append((match[1].split(";"), int(match[2])))
    return found


@given(starts(SIGNED, threads=2))
def test_folded_weights_add_up(start: StartTree) -> None:
    memory, time = weights(folded.render(start)), weights(folded.render(start, "microseconds"))
    assert sum(weight for _, weight in memory) == total(start) + given_back(start.run.costs)
    assert sum(weight for _, weight in time) == start.run.stages[-1].time_us
    assert all(weight > 0 for _, weight in memory + time)
    depth = {cost.order: 1 for cost in start.run.costs}
    for cost in start.run.costs:
        depth[cost.order] += depth[cost.parent] if cost.parent is not None else 0
    assert {len(stack) for stack, _ in time} <= set(depth.values())


def read_importtime(text: str) -> list[tuple[int, str, int, int]]:
    """Read as tuna and importtime-waterfall do; return (depth, name, self, cumulative) in the order of the lines."""
    header, *lines = text.splitlines()
    assert header == "import time: self [us] | cumulative | imported package"
    found = []
    for line in lines:
        self_, cumulative, last = line.removeprefix("import time: ").split(" | ")
        name = last.lstrip()
        spaces = len(last) - len(name)
        assert spaces % 2 == 0
        assert name.split() == [name]
        found.append((spaces // 2, name, int(self_), int(cumulative)))
    return found


@given(starts(SIGNED, threads=2))
def test_importtime_adds_up(start: StartTree) -> None:
    lines = read_importtime(importtime.render(start))
    inner: dict[int, int] = {}  # by depth: the sum of what waits for the load around it
    for depth, _, self_, cumulative in lines:
        assert cumulative == self_ + inner.pop(depth + 1, 0)
        inner[depth] = inner.get(depth, 0) + cumulative
    assert set(inner) <= {0}
    spans = sum(cost.self_time_us for cost in start.run.costs if cost.module.startswith("<"))
    assert sum(self_ for _, _, self_, _ in lines) == start.run.stages[-1].time_us - spans


@given(starts(SIGNED, threads=2), st.integers(0, 6), st.none() | st.integers(-3, 9).map(lambda mib: mib * MIB))
def test_no_row_of_the_tree_is_lost(start: StartTree, top: int, least_bytes: int | None) -> None:
    _, _, rows = tree_rows(start, top=top, least_bytes=least_bytes)
    left_out = [row for row in rows if row[1] == ""]
    shown = [row for row in rows if row[1] != ""]
    counts = [int(re.fullmatch(r" *(?:\+\d+ )?and (\d+) smaller", row[3])[1]) for row in left_out]  # type: ignore[index]
    assert len(shown) + sum(counts) == len(start.run.costs)
    memory = sum(float(row[1]) for row in shown) + sum(float(row[0]) for row in left_out)
    assert memory == total(start) / MIB
    assert sum("[alpha]" in row[3] for row in rows) <= 1
    if top == 0 and least_bytes is None:
        assert left_out == []


def test_a_chain_of_imports_does_not_use_up_the_rows() -> None:
    records = Records().stage("interpreter").begin("<entry>").begin("main")
    for name in "abcdefgh":
        records.begin(name)
    records.grow(50, 1)
    for _ in "abcdefgh":
        records.end()
    records.begin("other").grow(20, 1).end().begin("third").grow(10, 1).end().end().end().stage("import")
    rows = tree_rows(StartTree("web", "main:app", records.run(), {}, {}), top=3, least_bytes=None)[2]
    assert [row[3].strip() for row in rows] == ["(import of the entry)", "main", *"abcdefgh", "other", "and 1 smaller"]


def test_a_chain_longer_than_pythons_stack() -> None:
    records = Records().stage("interpreter")
    for number in range(5000):
        records.begin(f"m{number}").grow(0, 1)
    for _ in range(5000):
        records.end()
    start = StartTree("web", "main:app", records.stage("import").run(), {}, {})
    assert len(widths(profiles(start)[1])) == 5000
    assert len(read_importtime(importtime.render(start))) == 5000
    assert len(weights(folded.render(start, "microseconds"))) == 5000
    rows = tree_rows(start, top=0, least_bytes=None)[2]
    assert (len(rows), rows[24][3], rows[25][3]) == (5000, 48 * " " + "m24", 48 * " " + "+1 m25")


def test_several_starts_share_their_frames() -> None:
    start = fixed_start()
    document = json.loads(speedscope.render([start, StartTree("worker", "work:go", start.run, {}, start.files)]))
    alone = json.loads(speedscope.render([start]))
    assert document["shared"] == alone["shared"]
    names = [profile["name"].partition(" (")[0] for profile in document["profiles"]]
    assert names == ["main:app: RSS", "main:app: time", "work:go: RSS", "work:go: time"]

"""The memory of an entry by part: every column adds up, whatever an audit holds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.model.audit import Audit
from footprint.model.memory_rows import Fit, FitPart, MemoryPart
from footprint.model.runtime import TreeReading
from footprint.report.audit.memory_grid import memory_blocks, memory_columns, memory_grid
from footprint.units import MIB
from tests.support.builders import audit, call, entry, first_use, stage

START = (
    MemoryPart("scipy", "distribution", 60 * MIB),
    MemoryPart("fastapi", "distribution", 30 * MIB),
    MemoryPart("interpreter", "interpreter", 10 * MIB),
    MemoryPart("own code", "first-party", 8 * MIB),
    MemoryPart("standard library", "stdlib", 1 * MIB),
    MemoryPart("rest", "rest", 2 * MIB),
)
STAGES = (stage("interpreter", 10 * MIB), stage("ready", 111 * MIB), stage("first_use", 150 * MIB))


def fit(stage_: Any = "ready", rss_mib: int = 111, limit_mib: int = 512, **changes: Any) -> Fit:
    parts = (FitPart("process", rss_mib * MIB, measured=True),)
    found = Fit(
        *("web", stage_, limit_mib * MIB, rss_mib * MIB, None, (limit_mib - rss_mib) * MIB),
        *(rss_mib <= limit_mib, None, None, None),
        resting_bytes=rss_mib * MIB,
        parts=parts,
    )
    return replace(found, **changes)


def measured(*fits: Fit, **changes: Any) -> Audit:
    return audit(entries=(entry(stages=STAGES, stacks=START, memory=START),), fits=fits, **changes)


def cells(found: Audit) -> dict[str, tuple[str, ...]]:
    grid = memory_grid(found, found.entries[0])
    assert grid is not None
    return {row[0]: row[1:] for row in grid.rows}


def test_parts_of_the_start_and_what_came_later() -> None:
    found = cells(measured(fit(), fit("first_use", 150)))
    assert found["interpreter"] == ("10.0", "10.0")
    assert found["web framework: fastapi, with all it brings"] == ("30.0", "30.0")
    assert found["scipy, with all it brings"] == ("60.0", "60.0")
    assert found["what lazy imports add"] == ("-", "39.0")
    assert found["all together"] == ("111.0", "150.0")
    assert found["part of the limit"] == ("22 % of 512.0", "29 % of 512.0")
    assert found["headroom"] == ("401.0", "362.0")
    assert "rest" not in found


def test_the_web_framework_stands_before_what_weighs_more() -> None:
    assert list(cells(measured(fit())))[:5] == [
        "interpreter",
        "standard library",
        "web framework: fastapi, with all it brings",
        "scipy, with all it brings",
        "own code and its data",
    ]


def test_without_a_limit_stages_are_told_and_no_headroom() -> None:
    found = cells(measured())
    assert found["all together"] == ("111.0", "150.0")
    assert "headroom" not in found and "part of the limit" not in found


def test_children_count_without_a_limit_too() -> None:
    tree = TreeReading(2, 140 * MIB, 131 * MIB, None, "pss")
    row = entry(stages=(stage("ready", 111 * MIB, tree=tree),), stacks=START)
    found = cells(audit(entries=(row,)))
    assert (found["its child processes"], found["all together"]) == (("20.0",), ("131.0",))


@pytest.mark.parametrize(
    ("parts", "rows"),
    [
        ((FitPart("server", 3 * MIB, measured=True),), {"the server around it": "3.0"}),
        ((FitPart("workers", 90 * MIB, measured=False),), {"further workers": "~90.0"}),
        ((FitPart("children", 9 * MIB, measured=True),), {"its child processes": "9.0"}),
    ],
)
def test_what_stands_beside_the_process(parts: tuple[FitPart, ...], rows: dict[str, str]) -> None:
    more = sum(part.bytes for part in parts)
    whole = fit(resting_bytes=111 * MIB + more, headroom_bytes=401 * MIB - more)
    found = cells(measured(replace(whole, parts=(*whole.parts, *parts))))
    assert {name: found[name] for name in rows} == {name: (cell,) for name, cell in rows.items()}
    assert found["all together"][0].startswith("~") == (not parts[0].measured)


def test_a_peak_is_a_part_of_its_own() -> None:
    found = cells(measured(fit(headroom_bytes=-8 * MIB, fits=False, peak_bytes=520 * MIB, decides="peak")))
    assert found["more for a moment, at the peak"] == ("409.0",)
    assert (found["all together"], found["headroom"]) == (("520.0",), ("-8.0",))


def test_one_call_tells_modules_from_data_and_several_do_not() -> None:
    one = call(rss_bytes=60 * MIB, import_rss_bytes=20 * MIB)
    found = cells(measured(fit("calls", 171), calls=(one,)))
    assert found["modules that the call loads"] == ("20.0",)
    assert found["data and models that the call keeps"] == ("40.0",)
    found = cells(measured(fit("calls", 171), calls=(one, replace(one, name="GET /b"))))
    assert found["what the calls add"] == ("60.0",)
    assert "modules that the call loads" not in found


def test_lazy_imports_are_named_and_a_row_of_nothing_is_left_out() -> None:
    use = first_use(distributions=("chromadb",), rss_bytes=30 * MIB)
    told = fit("first_use", 150, headroom_bytes=362 * MIB - 9, decides="peak")
    found = cells(measured(told, first_uses=(use, replace(use, distributions=("boto3",), rss_bytes=31 * MIB))))
    assert found["what lazy imports add: boto3, chromadb"] == ("39.0",)
    assert "more for a moment, at the peak" not in found


def test_nothing_measured_is_no_grid() -> None:
    assert memory_grid(audit(), entry(stages=(), stacks=(), memory=())) is None
    assert memory_blocks(audit(entries=(entry(stages=(), memory=()),))) == ()


def test_several_entries_have_their_names() -> None:
    blocks = memory_blocks(audit(entries=(entry(), entry("worker"))))
    assert [getattr(block, "heading", None) for block in blocks] == ["web", None, "worker", None]


SIZES = st.integers(-(1 << 20), 1 << 32)
KINDS = st.sampled_from(["process", "children", "server", "workers", "tree", "growth", "requests"])


@given(
    starts=st.lists(
        st.tuples(st.sampled_from(["interpreter", "stdlib", "first-party", "distribution", "rest"]), SIZES)
    ),
    parts=st.lists(st.tuples(KINDS, SIZES, st.booleans())),
    total=SIZES,
    resting=st.none() | SIZES,
    stage_=st.sampled_from(["import", "ready", "first_use", "calls"]),
    live=st.booleans(),
)
def test_every_column_adds_up_to_the_byte(
    starts: Any, parts: Any, total: int, resting: int | None, stage_: Any, *, live: bool
) -> None:
    memory = tuple(MemoryPart(f"part-{number}", kind, size) for number, (kind, size) in enumerate(starts))
    told = fit(
        stage_,
        headroom_bytes=512 * MIB - total,
        resting_bytes=resting,
        live=live,
        parts=tuple(FitPart(kind, size, measured=measured_) for kind, size, measured_ in parts),
    )
    row = entry(stages=STAGES, stacks=memory, memory=memory)
    for fits in ((told,), ()):
        for column in memory_columns(audit(entries=(row,), fits=fits), row):
            assert sum(share.count_bytes for share in column.shares) == column.total_bytes
    (column,) = memory_columns(audit(entries=(row,), fits=(told,)), row)
    assert column.total_bytes == total

"""Which distributions have a row, and that the lines below hold all others."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.model.audit import Usage
from footprint.report.audit.weight_rows import rest_lines, split_rows
from footprint.report.text.view import View
from footprint.units import MIB
from tests.support.builders import audit, declared_at, distribution, suggestion

MANY = tuple(distribution(f"other-{number:02}", Usage.TRANSITIVE, apparent_bytes=MIB // 4) for number in range(30))
LINE = {"declared": (declared_at(),)}
HEAVY = distribution("heavy", Usage.TRANSITIVE, apparent_bytes=60 * MIB)

SHOWN = {
    "a heavy one of any class": (distribution("x", Usage.TRANSITIVE, apparent_bytes=20 * MIB), True),
    "a light one": (distribution("x", Usage.TRANSITIVE), False),
    "a light one in memory": (distribution("x", Usage.TRANSITIVE, startup_self_rss_bytes=9 * MIB), True),
    "one whose line frees much": (distribution("x", Usage.LAZY, exclusive_bytes=30 * MIB, **LINE), True),
    "one that would, without a line": (distribution("x", Usage.LAZY, exclusive_bytes=30 * MIB), False),
    "what comes late and is large": (distribution("x", Usage.LAZY, first_use_rss_bytes=30 * MIB, **LINE), True),
    "an unused line, however light": (distribution("x", Usage.UNUSED, apparent_bytes=1, **LINE), True),
    "an unreached line": (distribution("x", Usage.UNREACHED, apparent_bytes=1, **LINE), True),
    "a light line in order": (distribution("x", Usage.STARTUP, **LINE), False),
    "a heavy orphan": (distribution("x", Usage.ORPHAN, apparent_bytes=90 * MIB), False),
    "a heavy pip": (distribution("pip", Usage.TRANSITIVE, apparent_bytes=90 * MIB), False),
    "a heavy pip that is declared": (distribution("pip", Usage.STARTUP, apparent_bytes=90 * MIB, **LINE), True),
}


@pytest.mark.parametrize("case", SHOWN)
def test_who_has_a_row(case: str) -> None:
    row, has_row = SHOWN[case]
    memory = distribution("started", Usage.STARTUP, apparent_bytes=60 * MIB, startup_self_rss_bytes=90 * MIB)
    shown, rest = split_rows(audit(row, memory, HEAVY, *MANY), View())
    assert (row in shown, row in rest) == (has_row, not has_row)


def test_advice_is_about_a_row_that_is_seen() -> None:
    orphan = distribution("x", Usage.ORPHAN)
    value = audit(orphan, HEAVY, *MANY, suggestions=(suggestion("x", action="uninstall"),))
    assert orphan in split_rows(value, View())[0]


def test_in_a_small_environment_each_has_a_row() -> None:
    shown, rest = split_rows(audit(HEAVY, *MANY[:8], distribution("pip", Usage.ORPHAN)), View())
    assert len(shown) == 9 and [row.name for row in rest] == ["pip"]


def test_the_lines_say_kind_count_and_weight() -> None:
    rest = (
        *MANY[:2],
        distribution("uvicorn", Usage.IMPLIED, confidence="cannot tell", startup_self_rss_bytes=MIB, **LINE),
        distribution("left", Usage.ORPHAN),
        distribution("pip", Usage.ORPHAN),
        distribution("unweighed", Usage.LAZY, apparent_bytes=None, **LINE),
    )
    assert rest_lines(rest) == (
        "and 2 declared that weigh little: uvicorn (implied?), unweighed (lazy): 1.0 MiB on disk, 1.0 MiB RSS in 1 of "
        "them",
        "and 2 smaller that others require: 512.0 KiB on disk",
        "and 1 installed, neither declared nor required: left: 1.0 MiB on disk",
        "and what the environment was made with: pip: 1.0 MiB on disk",
    )
    assert rest_lines(rest[-1:]) == ("and 1 declared that weigh little: unweighed (lazy): not weighed",)


ROW = st.builds(
    lambda number, usage, size, rss, declared: distribution(
        f"d{number}",
        usage,
        apparent_bytes=size,
        startup_self_rss_bytes=rss,
        declared=(declared_at(),) if declared else (),
    ),
    st.integers(0, 10_000),
    st.sampled_from(Usage),
    st.none() | st.integers(0, 1 << 30),
    st.none() | st.integers(-MIB, 1 << 28),
    st.booleans(),
)


@given(st.lists(ROW, max_size=40, unique_by=lambda row: row.name), st.sampled_from([None, 0, 1, 7, 100]))
def test_none_is_left_out(rows: list, top: int | None) -> None:  # type: ignore[type-arg]
    shown, rest = split_rows(audit(*rows), View(top=top))
    assert sorted(row.name for row in (*shown, *rest)) == sorted(row.name for row in rows)
    counted = sum(int(found) for line in rest_lines(rest) for found in re.findall(r"^and (\d+) ", line))
    assert counted == len(rest)
    assert len(shown) == (len(rows) if top == 0 else min(top, len(rows)) if top else len(shown)) <= max(20, top or 40)

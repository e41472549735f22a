"""What requirements would cost, in its formats: what two starts cannot tell, what shrinks, and hostile text."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from footprint.model.addition import (
    AddedDistribution,
    AdditionRefusal,
    AdditionReport,
    BranchAddition,
    CandidateCost,
    ImportGrowth,
)
from footprint.model.note import Note
from footprint.report import formats
from footprint.report.text.view import View
from tests.support.alive import PARSER, alive_in
from tests.support.gate_reports import HOSTILE_NAME, HOSTILE_PATH, HOSTILE_WORDS

MIB = 1 << 20
CANDIDATE = CandidateCost(
    "heavy", "heavy", (), "new", "1.0", download_bytes=MIB, installed_bytes=5 * MIB, installed_count=2,
    new_bytes=3 * MIB, new_count=2, imports=("heavy",),
    alone=ImportGrowth(9 * MIB, None, 40_000), marginal=ImportGrowth(4 * MIB, None, 30_000),
    added=(AddedDistribution("heavy", "1.0", None, 3 * MIB, 0, MIB, "heavy-1.0-py3-none-any.whl", "00"),),
)  # fmt: skip
REPORT = AdditionReport(
    1, "1", ".venv in the project", "3.12.1", "linux-x86_64", "uv",
    with_bytecode=True, entry="app:app", ready_rss_bytes=40 * MIB, ready_time_us=1, candidates=(CANDIDATE,),
)  # fmt: skip
BRANCH = BranchAddition("main", ("requirements.txt:2 heavy",), (), 40 * MIB, 44 * MIB)


def started(growth_mib: float) -> AdditionReport:
    """Return a report in which the start grows by so much."""
    growth = ImportGrowth(int(growth_mib * MIB), None, 30_000)
    return replace(REPORT, candidates=(replace(CANDIDATE, marginal=growth),))


def changed(disk_mib: float, start_mib: float | None, **values: Any) -> AdditionReport:
    """Return the report of a branch by which disk and start grow by so much."""
    after = None if start_mib is None else int((40 + start_mib) * MIB)
    row = replace(CANDIDATE, new_bytes=int(disk_mib * MIB), **values)
    return replace(REPORT, candidates=(row,), branch=replace(BRANCH, rss_after_bytes=after))


# what the start grows by, in MiB -> the cell
CELLS: Mapping[float, str] = {4.0: "4.0", 1.0: "1.0", 0.9: "<1", 0: "<1", -0.6: "<1", -0.9: "<1", -1.0: "-1.0"}
# what disk and start grow by -> the sentence of a branch, and the badge
BRANCHES = [
    (changed(3, 4), "adds 3.0 MiB and 2 distributions; 4.0 MiB at startup", "adds 3.0 MiB, 4.0 MiB at startup"),
    (changed(3, 0.5, new_count=1), "adds 3.0 MiB and 1 distribution; less than 1 MiB at startup",
     "adds 3.0 MiB, less than 1 MiB at startup"),
    (changed(3, -0.5), "adds 3.0 MiB and 2 distributions; less than 1 MiB at startup",
     "adds 3.0 MiB, less than 1 MiB at startup"),
    (changed(-3, -8, new_count=0), "frees 3.0 MiB and adds 0 distributions; 8.0 MiB less at startup",
     "frees 3.0 MiB, 8.0 MiB less at startup"),
    (changed(0, None), "adds 0 B and 2 distributions; its start was not measured", "adds 0 B"),
]  # fmt: skip


@pytest.mark.parametrize("growth_mib", CELLS)
def test_what_two_starts_differ_by_anyhow_is_no_figure(growth_mib: float) -> None:
    told = formats.render("markdown", started(growth_mib))
    row = next(line for line in told.splitlines() if line.startswith("| heavy |"))
    assert row.replace("\\", "").split(" | ")[8] == CELLS[growth_mib]
    assert CELLS[growth_mib] in formats.render("table", started(growth_mib))


@pytest.mark.parametrize(("report", "sentence", "badge"), BRANCHES)
def test_a_branch_is_told_in_one_sentence(report: AdditionReport, sentence: str, badge: str) -> None:
    assert formats.render("table", report).startswith(f"This change {sentence}.\n")
    assert formats.render("markdown", report).startswith(f"### This change {sentence}.\n")
    assert f"this change: {badge}" in formats.render("badge", report)


def test_a_figure_that_is_not_known_is_never_zero() -> None:
    row = CandidateCost("odd", "odd", (), "refused", refusal=AdditionRefusal("conflict", "it cannot be met", "do that"))
    told = formats.render("markdown", replace(REPORT, candidates=(row,)))
    assert "| odd | - | - | - | - | - | - | - | - | - | it cannot be met |" in told.replace("\\", "")


def test_what_was_not_imported_was_not_measured_by_an_import() -> None:
    row = replace(CANDIDATE, alone=None, marginal=None, why_not_alone="nothing is started")
    sentence = "heavy: measured by `import heavy`"
    assert sentence in formats.render("table", REPORT)
    assert sentence not in formats.render("table", replace(REPORT, candidates=(row,)))


def test_several_lines_have_neither_one_version_nor_one_wheel() -> None:
    told = formats.render("table", changed(3, 4, version=None, requirement="heavy, light"))
    assert "heavy, light brings heavy 1.0 3.0 MiB" in told
    assert "wheel heavy-1.0" not in told
    assert "wheel heavy-1.0" in formats.render("table", changed(3, 4))


def hostile(text: str, *, side_by_side: bool) -> AdditionReport:
    """Return a branch in which every text that comes from outside is this one."""
    refusal = AdditionRefusal("failed", text, text, (text,))
    odd = AddedDistribution(text, text, text, 1, 1, 1, text, None)
    priced = replace(
        CANDIDATE, requirement=text, name=text, version=text, added=(odd, replace(odd, before=None)), imports=(text,),
        why_not_marginal=text, notes=(Note("yanked", text),),
    )  # fmt: skip
    row = CandidateCost(text, text, (text,), "refused", refusal=refusal)
    return replace(
        REPORT, environment=text, entry=text, candidates=(priced, row), side_by_side=side_by_side,
        branch=replace(BRANCH, against=text, added=(text,), removed=(text,), why_not=text), notes=(Note("x", text),),
    )  # fmt: skip


@pytest.mark.parametrize("side_by_side", [False, True])
@pytest.mark.parametrize("text", [HOSTILE_NAME, HOSTILE_PATH, HOSTILE_WORDS])
def test_hostile_text_stays_text(text: str, side_by_side: bool) -> None:
    whole = hostile(text, side_by_side=side_by_side)
    for report in (whole, replace(whole, branch=None)):
        told = {name: formats.render(name, report, View()) for name in ("table", "markdown", "badge")}
        for shown in told.values():
            assert not [sign for sign in shown if (sign < " " and sign != "\n") or sign in "\u202e\udce9\x7f"]
        assert alive_in(PARSER.render(told["markdown"])) == []
        assert "<script" not in told["badge"]

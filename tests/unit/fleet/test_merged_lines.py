"""Files of lines as one: each project once, and rows of lines that somebody else may have written."""

import json
import weakref
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footprint.fleet.line_files import StoredLine, line_text, parse_line
from footprint.fleet.line_rows import machines_note, row_of
from footprint.fleet.merged_lines import merge_files, newest_rows
from footprint.model.fleet_line import FleetLine
from footprint.model.note import Note
from tests.unit.fleet.test_line_files import DONE, FAILED

SMALL = replace(FAILED, project="a")


def merged(folder: Path, *files: list[FleetLine], cut: bool = False) -> tuple[list[tuple[Any, ...]], list[Note]]:
    paths = []
    for number, lines in enumerate(files):
        text = "".join(f"{line_text(line)}\n" for line in lines)
        paths.append(folder / f"{number}.jsonl")
        paths[-1].write_text(text[:-9] if cut and number == len(files) - 1 else text)
    notes: list[Note] = []
    found = [(*line.key, line.values["reason"]) for line in merge_files(paths, notes)]
    return found, notes


def line(project: str, at: str = "1", reason: str = "", commit: str | None = None) -> FleetLine:
    return replace(SMALL, project=project, at=at, reason=reason, commit=commit)


def test_the_newest_line_of_each_project_is_kept_in_the_order_of_the_files(tmp_path: Path) -> None:
    found, notes = merged(
        tmp_path,
        [line("a", "2", "new"), line("b", "1", "old"), line("c")],
        [line("a", "1", "old"), line("b", "1", "later"), line("d", commit="x"), line("d", "2", "y", commit="y")],
    )
    assert [(name, reason) for name, _, _, reason in found] == [("a", "new"), ("c", ""), ("b", "later"), ("d", "y")]
    assert [(note.code, note.message) for note in notes] == [
        ("fleet-line-again", "in several lines, of which the newest counts: a (2 lines), b (2 lines), d (2 lines)")
    ]


def test_each_commit_is_kept_and_a_history_that_failed_once_is_answered(tmp_path: Path) -> None:
    def of(commit: str | None, at: str) -> FleetLine:
        return replace(line("a", at, commit=commit), source="commit")

    found, notes = merged(tmp_path, [of(None, "1"), line("a")], [of("x", "2"), of("y", "2")])
    assert [(source, commit) for _, source, commit, _ in found] == [
        ("checkout", None), ("commit", "x"), ("commit", "y"),
    ]  # fmt: skip
    assert notes == []


def test_a_line_that_is_cut_off_is_a_note_once(tmp_path: Path) -> None:
    found, notes = merged(tmp_path, [line("a")], [line("b"), line("c")], cut=True)
    assert [name for name, *_ in found] == ["a", "b"]
    assert [note.code for note in notes] == ["fleet-line-cut"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("123")), max_size=6), min_size=1, max_size=4)
)
def test_whatever_the_files_hold_each_project_is_there_once_with_its_newest_time(
    tmp_path_factory: pytest.TempPathFactory, files: list[list[tuple[str, str]]]
) -> None:
    lines = [[line(name, at, f"{number}") for name, at in file] for number, file in enumerate(files)]
    folder = tmp_path_factory.mktemp("merge")
    found, _ = merged(folder, *lines)
    times: dict[str, str] = {}
    for name, at in (pair for file in files for pair in file):
        times[name] = max(at, times.get(name, ""))
    assert sorted(name for name, *_ in found) == sorted(times)
    for name, _, _, reason in found:
        assert (name, times[name]) in files[int(reason or 0)]


def test_the_last_line_that_was_added_counts() -> None:
    lines = (StoredLine.of(each) for each in (line("a", "2", "x"), line("b"), line("a", "1", "y")))
    assert [(number, row.reason) for number, row in newest_rows(lines).items()] == [(2, "y"), (1, "")]


# commits in the order in which their lines were added, "-" a failure of all; and what is kept
FAILURES = {
    "once, then listed": ("-xy", "xy"),
    "only that": ("-", "-"),
    "in the middle, as where the audit was killed": ("xy-", "xy-"),
    "in the middle, then read once more": ("xy-xyz", "xyz"),
    "twice": ("x-xy-", "xy-"),
}


@pytest.mark.parametrize(("added", "kept"), FAILURES.values(), ids=FAILURES)
def test_a_failure_of_a_history_stands_until_its_commits_are_read_again(added: str, kept: str, tmp_path: Path) -> None:
    commits = [None if each == "-" else each for each in added]
    lines = [replace(line("a", commit=each), source="commit") for each in commits]
    expected = {None if each == "-" else each for each in kept}
    assert {row.commit for row in newest_rows(map(StoredLine.of, lines)).values()} == expected
    found, _ = merged(tmp_path, lines)
    assert {commit for _, _, commit, _ in found} == expected


def test_one_line_is_held_at_a_time() -> None:
    """A run that is resumed reads the file of the one before, however large that is."""
    held: weakref.WeakSet[Held] = weakref.WeakSet()
    most = 0

    def lines() -> Iterator[StoredLine]:
        nonlocal most
        for number in range(50):
            stored = StoredLine.of(line(f"p{number}"))
            held.add(values := Held(stored.values))
            yield StoredLine(stored.text, values)
            del stored, values
            most = max(most, len(held))

    assert len(newest_rows(lines())) == 50
    assert most <= 2


class Held(dict[str, Any]):
    """Values that tell while they are held."""

    __hash__ = object.__hash__  # type: ignore[assignment]


def test_a_row_has_the_figures_of_the_audit() -> None:
    row = row_of(StoredLine.of(DONE))
    assert DONE.audit is not None
    stages = {stage.reading.stage: stage.reading for entry in DONE.audit.entries for stage in entry.stages}
    assert row.startup_bytes == stages["ready"].rss_bytes
    assert row.disk_bytes == DONE.audit.disk.site_apparent_bytes
    assert (row.distribution_count, row.removable_bytes) == (len(DONE.audit.distributions), DONE.audit.removable_bytes)
    assert row.fits is all(fit.fits for fit in DONE.audit.fits)


STRANGE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["disk", "entries", "fits", "stages", "ready", "rss_bytes", "limit", "memory_bytes", "failure", "message",
         "kind"]), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["disk", "entries", "fits", "limit", "environment", "distributions"]), STRANGE),
    st.sampled_from([1.5, -1, 10**400, float("nan"), float("inf"), True]),
)
def test_a_line_of_a_stranger_has_a_row(audit: dict[str, Any], seconds: float) -> None:
    text = json.dumps({**json.loads(line_text(FAILED)), "outcome": "done", "audit": audit, "seconds": seconds})
    found = parse_line(text)
    assert found is not None
    row = row_of(found)
    assert row.disk_bytes is None or isinstance(row.disk_bytes, int)


def test_machines_that_differ_are_told_where_something_was_measured_on_them() -> None:
    rows = [row_of(StoredLine.of(replace(DONE, libc=libc))) for libc in ("glibc 2.36", "musl", "musl")]
    assert [note.code for note in machines_note(rows)] == ["fleet-machines-differ"]
    assert not [*machines_note(rows[1:])]
    assert not [*machines_note(replace(row, startup_bytes=None) for row in rows)]

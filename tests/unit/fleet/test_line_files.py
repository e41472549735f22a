"""Lines of a fleet: written and read back, hold to the schema, and what is none of them is a note."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from footprint.errors import UsageError
from footprint.fleet.line_files import line_text, parse_line, read_lines
from footprint.model.fleet_line import FLEET_FORMAT, FleetLine
from footprint.model.note import Note
from footprint.report.audit import stored
from footprint.report.audit.schema import make_schema

STORED = Path(__file__).parents[3] / "examples/reports/audit.json"
AUDIT = stored.parse(STORED.read_text(encoding="utf-8"))
DONE = FleetLine(
    FLEET_FORMAT, "shop", "services/shop", "checkout", "a" * 40, "2026-11-30T08:00:00Z", "2026-11-30T08:20:00Z",
    "ci-1", "AMD EPYC", "glibc 2.36", "3.11.2", "done", None, 1.25, AUDIT,
)  # fmt: skip
FAILED = replace(DONE, project="mail\udcff", outcome="failed", reason="no interpreter", audit=None, python=None)


@pytest.mark.parametrize("line", [DONE, FAILED, replace(DONE, source="commit")])
def test_a_line_comes_back_as_it_was_and_holds_to_the_schema(line: FleetLine) -> None:
    text = line_text(line)
    found = parse_line(text)
    assert "\n" not in text and text.isascii()
    assert found is not None and found.text == text
    jsonschema.Draft202012Validator(make_schema("fleet")).validate(found.values)
    assert found.key[1:] == (line.source, line.commit if line.source == "commit" else None)
    audit = found.values["audit"]
    assert (audit is not None) is (found.values["outcome"] == "done")
    assert (None if audit is None else stored.parse(json.dumps(audit))) == line.audit


def changed(**values: Any) -> str:
    return json.dumps({**json.loads(line_text(FAILED)), **values})


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "null", "{}", STORED.read_text(encoding="utf-8"),
        changed(format=2), changed(project=None), changed(project=1), changed(outcome="lost"), changed(source="disk"),
        changed(outcome="done"), changed(audit={}), changed(seconds="1"), changed(commit=7), changed(host=[]),
        "[" * 100_000, '{"format": 1' + "0" * 10_000 + "}",
    ],
)  # fmt: skip
def test_what_is_not_a_line_is_none(text: str) -> None:
    assert parse_line(text) is None


def test_a_later_field_is_passed_over() -> None:
    assert parse_line(changed(later=[1])) is not None


def read(path: Path, *pieces: str) -> tuple[list[str], list[Note]]:
    path.write_text("".join(pieces), encoding="utf-8")
    notes: list[Note] = []
    return [line.values["project"] for line in read_lines(path, notes)], notes


def test_a_line_that_is_cut_off_is_a_note_and_loses_nothing_else(tmp_path: Path) -> None:
    done, failed = line_text(DONE), line_text(FAILED)
    names, notes = read(tmp_path / "a.jsonl", done, "\n\n", "{}\n", failed, "\n", done[:500])
    assert names == ["shop", "mail\\xff"]
    assert [(note.code, note.line) for note in notes] == [("fleet-line-unknown", 3), ("fleet-line-cut", 5)]
    assert read(tmp_path / "b.jsonl", done)[0] == ["shop"]  # whole, though no end of the line follows
    names, notes = read(tmp_path / "c.jsonl", done[:9])
    assert (names, [(note.code, note.line) for note in notes]) == ([], [("fleet-line-cut", 1)])
    assert read(tmp_path / "d.jsonl") == ([], [])


def test_a_file_without_any_line_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no line of `footprint fleet`"):
        read(tmp_path / "a.jsonl", "{}\n")
    with pytest.raises(UsageError, match="no such file"):
        list(read_lines(tmp_path / "none.jsonl", []))
    with pytest.raises(UsageError, match="not a regular file"):
        list(read_lines(tmp_path, []))

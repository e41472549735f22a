"""examples/reports: every format of one stored audit of the example, made again byte for byte."""

import json
import os
import re
from collections.abc import Mapping

import jsonschema
import pytest

from footprint.report.audit.schema import make_schema
from footprint.report.formats import AUDIT
from tests.support.example_reports import (
    FOLDER,
    MEASURED_BY,
    README,
    REPORTS,
    STORED,
    TERMINALS,
    readme_with_sample,
    reports,
)

LARGEST_BYTES = 1_000_000  # of all together: whoever clones takes them along


@pytest.fixture(scope="module")
def made() -> Mapping[str, str]:
    return reports()


def test_every_format_is_there_and_nothing_else() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {*REPORTS, *TERMINALS, "README.md"}
    asked = {words[words.index("-f") + 1] for words in REPORTS.values() if "-f" in words}
    assert asked | {"table", "summary"} == set(AUDIT)
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < LARGEST_BYTES


@pytest.mark.parametrize("name", [*REPORTS, *TERMINALS])
def test_a_report_is_what_its_audit_gives(made: Mapping[str, str], name: str) -> None:
    """`python -m tests.support.example_reports` makes them again."""
    assert (FOLDER / name).read_text(encoding="utf-8") == made[name]


def test_the_readme_shows_the_beginning_of_the_same_report(made: Mapping[str, str]) -> None:
    text = README.read_text(encoding="utf-8")
    assert readme_with_sample(text, made["terminal.txt"]) == text


def test_the_audit_keeps_to_its_schema_and_tells_nobody_where_it_was_made() -> None:
    text = STORED.read_text(encoding="utf-8")
    audit = json.loads(text)
    jsonschema.Draft202012Validator(make_schema("audit")).validate(audit)
    assert audit["measured"] is not None
    begun = re.findall(r"(?<![\w./-])/([\w.-]+)/", text)
    assert not set(begun) & set(os.listdir("/"))  # noqa: PTH208 -- no path of a machine, whatever its folders are


def test_the_page_says_how_it_was_measured() -> None:
    assert f"footprint audit {' '.join(MEASURED_BY)} " in (FOLDER / "README.md").read_text(encoding="utf-8")
    audit = json.loads(STORED.read_text(encoding="utf-8"))
    assert audit["trial"] and audit["calls"] and audit["workers"]

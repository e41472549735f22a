"""One fixed difference in every format, compared with tests/golden/ (UPDATE_GOLDEN=1 writes them anew)."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from footprint.analysis.difference.audit_pairs import compare_audits
from footprint.model.audit import Audit, Finding, Usage
from footprint.model.audit_difference import AuditDifference
from footprint.model.memory_rows import LoadStep
from footprint.report import formats
from footprint.report.text.view import View
from footprint.units import MIB
from tests.support.builders import audit, declared_at, disk, distribution, entry, failure, stage
from tests.unit.report.test_report_golden import HOSTILE_NAME, HOSTILE_PATH

GOLDEN = Path(__file__).parents[2] / "golden"
NAMES = {"table": "diff.txt", "markdown": "diff.md", "json": "diff.json"}


def made() -> AuditDifference:
    """Return a difference in which every part and some hostile text occurs."""
    chain = (
        LoadStep("app", None, None),
        LoadStep("pandas", HOSTILE_PATH, 3),
        *(LoadStep(f"p.{n}", None, None) for n in range(5)),
    )
    heavy = distribution(
        HOSTILE_NAME,
        Usage.STARTUP,
        loaded_at_stage="import",
        loaded_by_entries=("web",),
        load_chain=chain,
        startup_self_rss_bytes=31 * MIB,
        apparent_bytes=70 * MIB,
        declared=(declared_at("x", file=HOSTILE_PATH, line=3),),
    )
    left = distribution("left", Usage.STARTUP, loaded_at_stage="ready", loaded_by_entries=("web",))
    ready = (*entry().stages, stage("ready", 62 * MIB, distributions=3))
    before = audit(
        left,
        distribution("same"),
        distribution("newer"),
        entries=(entry(), entry("job"), entry("gone")),
        findings=(Finding("FP105", "warning", "left is declared nowhere", "left", "app.py", 3),),
    )
    after = audit(
        heavy,
        distribution("same"),
        replace(left, usage=Usage.LAZY, loaded_at_stage=None, loaded_by_entries=()),
        distribution("newer", version="2.0", apparent_bytes=MIB // 2),
        disk=disk(site_apparent_bytes=73 * MIB),
        entries=(entry(stages=ready), entry("job", failure=failure()), entry("new")),
        findings=(Finding("FP101", "warning", f"{HOSTILE_NAME} is unused", HOSTILE_NAME, HOSTILE_PATH, 3),),
        project="<b>shop</b>",
    )
    return compare_audits(before, after, ("main", "a\x1b[31m|b"))


@pytest.mark.parametrize("name", formats.DIFF)
def test_golden(name: str) -> None:
    shown = formats.render(name, made())
    path = GOLDEN / NAMES[name]
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8")


def test_nothing_comes_alive() -> None:
    table, markdown = (formats.render(name, made()) for name in ("table", "markdown"))
    assert "\x1b" not in table + markdown
    shown = MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown)
    assert "<script>" not in shown and "<b>shop" not in shown


def test_the_table_is_cut_only_where_it_is_asked_to() -> None:
    before, after = audit(), audit(*(distribution(f"pkg{number:03}") for number in range(40)))
    difference = compare_audits(before, after, ("a", "b"))
    cut, whole = (formats.render("table", difference, View(top=top)) for top in (30, 0))
    assert "and 10 more: +10.0 MiB on disk (--top 0 shows all)" in cut and "pkg039" not in cut
    assert "pkg039" in whole and "more:" not in whole


def test_nothing_differs() -> None:
    same: Audit = audit(distribution(), entries=(entry(),))
    shown = formats.render("table", compare_audits(same, same, ("a", "b")))
    assert "0 distributions new, 0 gone; 0 entered the start, 0 left it" in shown
    assert "Distributions" not in shown and "Entered" not in shown


def test_json_has_every_figure() -> None:
    plain = json.loads(formats.render("json", made()))
    assert plain["schema_version"] == 1 and plain["tool"]["name"] == "footprint"
    (web, job) = plain["entries"]
    assert [each["self_rss_bytes"] for each in web["entered"]] == [31 * MIB]
    assert job["not_compared"].startswith("after: ") and job["figures"] == []

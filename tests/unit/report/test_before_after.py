"""What changed since another audit, as a section of a report."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from footprint.analysis.difference.audit_pairs import compare_audits
from footprint.model.audit import Audit, Usage
from footprint.report import formats
from footprint.report.audit.before_after import before_section
from footprint.report.languages.messages import spoken
from footprint.report.text.section import Grid, Section, Sentences
from footprint.report.text.section_markdown import section_lines
from footprint.report.text.view import View
from footprint.units import MIB
from tests.support.builders import audit, disk, distribution, entry, failure, measurement, stage

LOADED: dict[str, Any] = {"loaded_at_stage": "import", "loaded_by_entries": ("web",)}
HEAVY = distribution("heavy", Usage.STARTUP, apparent_bytes=2 * MIB, **LOADED)
LATE = replace(HEAVY, usage=Usage.LAZY, loaded_at_stage="first_use", loaded_by_entries=())
AT_180 = entry(stages=(stage("interpreter", 10 * MIB), stage("import", 180 * MIB)))
AT_128 = entry(stages=(stage("interpreter", 10 * MIB), stage("import", 128 * MIB)))
BEFORE = audit(HEAVY, entries=(AT_180,), disk=disk(site_apparent_bytes=9 * MIB), measured=measurement())
AFTER = audit(LATE, entries=(AT_128,), disk=disk(site_apparent_bytes=7 * MIB), measured=measurement())


def since(before: Audit, after: Audit = AFTER, **changes: Any) -> View:
    return View(**{"before": compare_audits(before, after, ("old.json", "this audit")), **changes})


def parts(section: Section) -> tuple[list[str], list[tuple[str, ...]], list[tuple[str, ...]]]:
    """Return sentences, rows of figures and rows of distributions."""
    told, figures, *rows = section.blocks
    assert isinstance(told, Sentences) and isinstance(figures, Grid)
    changed = [row for grid in rows if isinstance(grid, Grid) for row in grid.rows]
    return list(told.lines), list(figures.rows), changed


def test_figures_and_names() -> None:
    told, figures, changed = parts(before_section(AFTER, since(BEFORE)))
    assert told == [
        "Compared with old.json",
        "0 distributions new, 0 gone; 0 entered the start, 1 left it",
        "The start of web loaded before, and does not now: heavy",
    ]
    assert ("disk, site-packages without bytecode, MiB", "9.0", "7.0", "-2.0") in figures
    assert ("import: RSS, MiB", "180.0", "128.0", "-52.0") in figures
    assert [row[:3] for row in changed] == [("heavy", "1.0", "startup -> lazy")]


def test_without_another_audit_there_is_no_section() -> None:
    section = before_section(AFTER, View())
    assert (section.key, section.blocks, section.empty) == ("before-after", (), "")
    assert list(section_lines(section)) == []


STOPPED = audit(entries=(entry(failure=failure()),), measured=measurement())
TWO = replace(AFTER, entries=(AT_128, replace(AT_180, name="job")))
MACHINE = replace(BEFORE, measured=measurement(processor="Other"))
# before, after, a sentence or the first cell of a row that must be there
SAID: dict[str, tuple[Audit, Audit, str]] = {
    "not measured": (STOPPED, AFTER, "web: not compared: before: killed by SIGSEGV"),
    "a new entry": (BEFORE, TWO, "Entries only after: job"),
    "an entry less": (TWO, AFTER, "Entries only before: job"),
    "several entries": (TWO, TWO, "job, import: RSS, MiB"),
    "another machine": (
        MACHINE,
        AFTER,
        "also differs: measured on different machines, RSS and time may differ: processor Other before, AMD EPYC after",
    ),
}


@pytest.mark.parametrize("case", SAID)
def test_what_else_is_said(case: str) -> None:
    before, after, words = SAID[case]
    told, figures, _ = parts(before_section(after, since(before, after)))
    assert words in [*told, *(row[0] for row in figures)]


def test_what_was_not_measured_is_no_figure() -> None:
    _, figures, _ = parts(before_section(AFTER, since(STOPPED)))
    assert not [row for row in figures if "RSS" in row[0]]


@pytest.mark.parametrize(("top", "shown"), [(0, 40), (30, 12), (5, 5)])
def test_of_many_distributions_the_largest(top: int, shown: int) -> None:
    many = audit(*(distribution(f"d{number}", apparent_bytes=number * MIB) for number in range(1, 41)))
    section = before_section(many, since(audit(), many, top=top))
    (grid,) = [block for block in section.blocks if isinstance(block, Grid) and block.headings[0].kind == "name"]
    assert len(grid.rows) == shown and grid.rows[0][0] == "d40"
    assert (f"and {40 - shown} more" in "".join(grid.rest)) == (shown < 40)


def test_in_spanish() -> None:
    with spoken("es"):
        section = before_section(AFTER, since(BEFORE))
        told, figures, _ = parts(section)
    assert section.title == "Antes y después" and told[0] == "En comparación con old.json"
    assert ("importación: RSS, MiB", "180,0", "128,0", "-52,0") in figures


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (
            MACHINE,
            "también cambia: medido en máquinas distintas, el RSS y el tiempo pueden variar: procesador Other antes, "
            "AMD EPYC después",
        ),
        (replace(BEFORE, project="old"), "también cambia: proyecto: old antes, shop después"),
        (STOPPED, "web: no se compara: antes: terminado por SIGSEGV"),
    ],
)
def test_what_was_stored_in_english_is_told_in_spanish(before: Audit, words: str) -> None:
    view = since(before)
    with spoken("es"):
        assert words in parts(before_section(AFTER, view))[0]


@pytest.mark.parametrize("language", ["en", "es"])
def test_one_line_for_a_commit(language: Any) -> None:
    text = formats.render("summary", AFTER, since(BEFORE, language=language))
    words, of_import, comma = {"en": ("Since", "import", "."), "es": ("Desde", "importación", ",")}[language]
    figure = f"web, {of_import}: RSS, MiB 180{comma}0 -> 128{comma}0 (-52{comma}0)"
    assert f"{words} old.json: " in text and figure in text and text.count("\n") == 1
    assert words not in formats.render("summary", AFTER, View(language=language))


def test_json_is_the_audit_alone() -> None:
    assert formats.render("json", AFTER, since(BEFORE)) == formats.render("json", AFTER)

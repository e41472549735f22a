"""The same facts everywhere: each figure of an audit stands in every format and in both languages, the same one."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from footprint.config.settings_table import LANGUAGES, Language
from footprint.model.audit import Audit
from footprint.report import formats
from footprint.report.audit import stored
from footprint.report.audit.verdict_sentences import verdict_lines
from footprint.report.languages.figures import mebibytes
from footprint.report.languages.messages import spoken
from footprint.report.text.view import View
from tests.support.figures import english_figures, figures_of, visible

ROOT = Path(__file__).parents[3]
AUDITS = {  # one of every hostile and rare thing, and a real one
    "golden": ROOT / "tests/golden/audit.json",
    "example": ROOT / "examples/reports/audit.json",
}
READ = ("table", "markdown", "html")  # by a person, whole


@cache
def audit_of(name: str) -> Audit:
    return stored.parse(AUDITS[name].read_text(encoding="utf-8"))


@cache
def report_of(name: str, form: str, language: Language) -> str:
    shown = formats.render(form, audit_of(name), View(language=language, top=0))
    return visible(shown) if form == "html" else shown


@pytest.mark.parametrize("form", [*READ, "summary", "csv", "cyclonedx"])
@pytest.mark.parametrize("name", AUDITS)
def test_both_languages_have_the_same_figures(name: str, form: str) -> None:
    english, spanish = (figures_of(report_of(name, form, language)) for language in LANGUAGES)
    assert english - spanish == Counter()
    assert spanish - english == Counter()
    assert english.total() > 5


@pytest.mark.parametrize("form", [*READ, "summary"])
@pytest.mark.parametrize("name", AUDITS)
def test_no_figure_of_spanish_is_written_as_in_english(name: str, form: str) -> None:
    assert english_figures(report_of(name, form, "es")) == []
    assert english_figures(report_of(name, form, "en")) != []


@pytest.mark.parametrize("form", ["json", "csv", "cyclonedx"])
@pytest.mark.parametrize("name", AUDITS)
def test_what_programs_read_is_english_in_every_language(name: str, form: str) -> None:
    assert report_of(name, form, "es") == report_of(name, form, "en")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", READ)
@pytest.mark.parametrize("name", AUDITS)
def test_every_distribution_has_its_figures_of_the_json(name: str, form: str, language: Language) -> None:
    told = figures_of(report_of(name, form, language))
    with spoken(language):
        wanted = {
            f"{row.name} {field}": figures_of(mebibytes(getattr(row, field)))
            for row in audit_of(name).distributions
            for field in ("apparent_bytes", "exclusive_bytes", "startup_self_rss_bytes", "first_use_rss_bytes")
            if getattr(row, field) is not None and row.declared
        }
    assert wanted
    assert [what for what, figures in wanted.items() if figures - told] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", AUDITS)
def test_the_verdict_is_the_same_in_every_format(name: str, language: Language) -> None:
    with spoken(language):
        lines = verdict_lines(audit_of(name))
    assert lines
    for form in READ:
        assert sum((figures_of(line) for line in lines), Counter()) - figures_of(report_of(name, form, language)) == {}


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("1,204.5 MiB and 12.345,6", {"12045": 1, "123456": 1}),
        ("main.py:3, 4", {"3": 1, "4": 1}),
        ("no figure", {}),
        ("~68.2, <2; 3.", {"682": 1, "2": 1, "3": 1}),
    ],
)
def test_figures_are_taken_out(text: str, figures: dict[str, int]) -> None:
    assert figures_of(text) == figures


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("12,3 MiB de 1204,5 MiB, 12.345,6 MiB, 12.345 ms", []),
        ("12.3 MiB", ["12.3"]),
        ("1,204 ms", ["1,204"]),
        ("Python 3.11, 2.11.10, main.py:3.4", []),
    ],
)
def test_figures_of_english_are_noticed(text: str, found: list[str]) -> None:
    assert english_figures(text) == found

"""Uses without an import, beside the table of use cases (tests/cases): wording, doubt, knowledge, hostile files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from footprint.analysis.questions.implied_look import readers_of
from footprint.analysis.use.classification import classify
from footprint.analysis.use.use_facts import Facts, OtherUses
from footprint.collect.mentions import find_settings_files
from footprint.knowledge.tables import read_drivers, read_engines, read_plugin_groups
from footprint.model.audit import DistributionRow, Usage
from footprint.model.memory_rows import Load, LoadStep
from tests.cases import drivers_and_engines, plugins
from tests.cases.case import Case, rows_of
from tests.cases.drivers_and_engines import SITE
from tests.cases.libraries import alchemy
from tests.support.builders import requirement

DRIVERS = drivers_and_engines.CLAUSES["drivers"]
PLUGINS = plugins.CLAUSES["plugins"]


def row_of(folder: Path, case: Case) -> DistributionRow:
    """Return the row of the one distribution that the case is about."""
    (name,) = case.expect
    return rows_of(folder, case.files, case.site or SITE)[name]


def test_passwords_of_urls_are_not_shown(tmp_path: Path) -> None:
    row = row_of(tmp_path, DRIVERS["in an env example"])
    assert "secret" not in f"{row.reason}{row.evidence}"
    assert "postgresql+asyncpg://" in row.reason


def test_a_plugin_without_a_reader_says_whose_it_is(tmp_path: Path) -> None:
    assert "sqlalchemy, which is not used" in row_of(tmp_path, PLUGINS["noop: the reader is not there"]).reason


def test_an_optional_requirement_names_the_extra(tmp_path: Path) -> None:
    row = row_of(tmp_path, PLUGINS["member of an extra that a started server imports"])
    assert "optional for uvicorn (extra standard)" in row.reason


def test_a_guest_of_one_who_chooses_by_argument_cannot_be_told() -> None:
    load = Load("import", ("web",), (LoadStep("main", None, None),), "beautifulsoup4", "bs4.builder._lxml")
    line = requirement("lxml", line=2)
    facts = Facts("lxml", True, (line,), (), load, True, True, frozenset())
    assert classify(facts).confidence == "likely"
    verdict = classify(replace(facts, other=OtherUses(chosen_by=frozenset({"beautifulsoup4"}))))
    assert (verdict.usage, verdict.confidence) == (Usage.IMPLIED, "cannot tell")


def test_every_row_of_knowledge_says_something() -> None:
    drivers, engines, groups = read_drivers(), read_engines(), read_plugin_groups()
    assert len(drivers) >= 100
    assert all(row.needs and row.readers for row in drivers)
    assert all(row.needs and row.words and row.arguments for row in engines)
    assert not any(row.text in row.needs and "+" in row.text for row in drivers)
    assert all(readers for readers in groups.readers.values())
    assert readers_of("sphinx.html_themes", groups) == ("sphinx",)
    assert readers_of("opentelemetry_instrumentor", groups) == ("opentelemetry-instrumentation",)
    assert readers_of("odd.group", groups) == ()


@pytest.mark.parametrize(
    "text", ["x = (" * 400, "x = '\x00'", "def f(:\n", "\ufeff", "x = 'postgresql+asyncpg://" + "h" * 100_000 + "'"]
)
def test_a_hostile_file_ends_nothing(text: str, tmp_path: Path) -> None:
    project = {**alchemy("import odd", "asyncpg"), "odd.py": "u = 'postgresql+asyncpg'\n" + text}
    assert rows_of(tmp_path, project, SITE)["asyncpg"].usage in (Usage.IMPLIED, Usage.UNUSED)


def test_settings_outside_of_the_project_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret.env").write_text("U=postgresql+asyncpg://h\n")
    (tmp_path / "project").mkdir()
    (tmp_path / "project/.env").symlink_to(tmp_path / "secret.env")
    assert find_settings_files(tmp_path / "project") == ()
    assert rows_of(tmp_path, alchemy("", "asyncpg"), SITE)["asyncpg"].usage is Usage.UNUSED

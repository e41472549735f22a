"""Where a project chooses, beside the tables of use cases: hostile files, secrets, bounds, and the knowledge itself."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from footprint.analysis.questions.implied_look import readers_of
from footprint.analysis.use.choice_uses import choices_of_commands, find_not_chosen, show
from footprint.analysis.use.classification import classify
from footprint.analysis.use.use_facts import Facts, OtherUses
from footprint.collect.choices.chosen import find_choices
from footprint.collect.mentions import find_settings_files
from footprint.knowledge.tables import read_choosers, read_drivers, read_engines, read_plugin_groups
from footprint.model.audit import DistributionRow, Usage
from footprint.model.memory_rows import Load, LoadStep
from footprint.model.source_modules import ToolUse
from footprint.model.third_party_needs import Choice
from tests.cases import drivers_and_engines, plugins
from tests.cases.case import Case, rows_of
from tests.cases.drivers_and_engines import SITE
from tests.cases.libraries import alchemy
from tests.support.builders import requirement
from tests.support.growing import counted_exponent

CHOOSERS = {row.takers[0] + (" urls" if row.by_url else ""): row for row in read_choosers()}
SOUP, ALCHEMY = CHOOSERS["beautifulsoup4"], CHOOSERS["sqlalchemy urls"]


def found(folder: Path, text: str, *, name: str = "main.py") -> tuple[Choice, ...]:
    (folder / name).write_text(text)
    return find_choices(folder, (name,), (SOUP, ALCHEMY))


def test_every_chooser_says_something() -> None:
    choosers = read_choosers()
    assert len({row.name for row in choosers}) == len(choosers)
    assert all(row.takers and row.values and row.source and row.needs for row in choosers)
    assert all(row.calls or row.settings or row.commands for row in choosers)
    assert all(bool(row.commands) == bool(row.options) for row in choosers)
    known = {driver.text for driver in read_drivers()}
    assert all(value in known or not needs for row in choosers if row.by_url for value, needs in row.values.items())


def test_of_a_url_only_the_scheme_is_kept(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DATABASE_URL=postgresql+psycopg://user:secret@h/d\nTOKEN=secret\n")
    text = "create_engine('mysql+pymysql://user:secret@h/d')\nBeautifulSoup(p, 'secret')\n"
    (tmp_path / "main.py").write_text(text)
    choices = find_choices(tmp_path, ("main.py", ".env"), (SOUP, ALCHEMY))
    assert {value for choice in choices for value in choice.values} == {"postgresql+psycopg", "mysql+pymysql"}
    assert "secret" not in str(choices)


@pytest.mark.parametrize(
    "text",
    [
        "BeautifulSoup(p, " + "f(" * 5_000,
        "BeautifulSoup(p, " + "(" * 80 + "x" + ")" * 80 + ")",
        "x = BeautifulSoup\x00",
        "BeautifulSoup(p, " + " + ".join(["a"] * 500) + ")",
        "a = b\nb = c\nc = a\nBeautifulSoup(p, a)",
        "def f():\n    return g()\ndef g():\n    return f()\nBeautifulSoup(p, f())",
    ],
    ids=["open", "nested", "null", "sum", "circle", "functions"],
)
def test_a_hostile_file_decides_nothing(text: str, tmp_path: Path) -> None:
    assert not find_not_chosen((SOUP,), found(tmp_path, text), ("lxml",))


def test_a_name_with_very_many_values_is_open(tmp_path: Path) -> None:
    text = "".join(f"P = 'html.parser'\nQ{i} = 1\n" for i in range(100))
    assert not find_not_chosen((SOUP,), found(tmp_path, f"{text}BeautifulSoup(p, P)\n"), ("lxml",))


def test_many_calls_take_work_in_proportion(tmp_path: Path) -> None:
    def look(count: int) -> Callable[[], object]:
        text = "PARSER = 'html.parser'\n" + "BeautifulSoup(p, PARSER)\n" * count
        return lambda: find_not_chosen((SOUP,), found(tmp_path, text), ("lxml",))

    assert counted_exponent(look, 200) <= 1.15
    text = "BeautifulSoup(p, 'html.parser')\n" * 2000
    (answer,) = find_not_chosen((SOUP,), found(tmp_path, text), ("lxml",))["lxml"]
    assert show(answer) == 'BeautifulSoup takes "html.parser" in main.py:1 and 1999 more, which does without it'


def test_a_command_that_does_not_parse_is_read_by_blanks() -> None:
    row = next(row for row in read_choosers() if row.options == ("--loop",))
    use = ToolUse("uvicorn", "Procfile", 1, "uvicorn main:app --loop asyncio --root-path '")
    (choice,) = choices_of_commands((row,), (use,))
    assert (choice.values, choice.is_open) == (("asyncio",), False)


# Uses without an import, beside the table of use cases (tests/cases): wording, doubt, knowledge, hostile files

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

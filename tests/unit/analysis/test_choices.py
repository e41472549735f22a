"""Where a project chooses, beside the tables of use cases: hostile files, secrets, bounds, and the knowledge itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from footprint.analysis.use.choice_uses import choices_of_commands, find_not_chosen, show
from footprint.collect.choices import find_choices
from footprint.knowledge.tables import read_choosers, read_drivers
from footprint.model.alternative_needs import Choice
from footprint.model.source_modules import ToolUse
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

"""Rows as a table, and lines that are too long for a terminal."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from footprint.report.text.text_page import BOLD, Page, wrap
from footprint.report.text.text_table import lay_out, render_rows
from footprint.report.text.view import View, text_width

HEADER = ("Where", "Disk MiB", "In")
CELL = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30).map(str.strip)
WIDE = st.text(st.sampled_from("ab漢é\u0301 -"), max_size=40)

ROWS: dict[str, tuple[tuple[tuple[str, ...], ...], list[str]]] = {
    "none": ((), []),
    "figures stand to the right": (
        (("a.py:1", "0.1", "module"), ("long/path/b.py:22", "1,204.0", "f()")),
        ["a.py:1                  0.1  module", "long/path/b.py:22   1,204.0  f()"],
    ),
    "an empty cell": ((("", "", ""), ("a", "1", "")), ["", "a             1"]),
    "a wide character takes two places": (
        (("漢字/模块.py:3", "7", "module"), ("a.py:1", "12", "class")),
        ["漢字/模块.py:3         7  module", "a.py:1                12  class"],
    ),
    "an accent of its own takes none": (
        (("cafe\u0301.py", "7", "module"), ("naïve.py", "12", "class")),
        ["cafe\u0301.py          7  module", "naïve.py        12  class"],
    ),
    "what moves the cursor is shown": (
        (("a\x1b[2J\tb\n.py", "1", "x\u202ey"), ("a.py", "2", "z")),
        ["a\\x1b[2J\\x09b\\x0a.py         1  x\\u202ey", "a.py                         2  z"],
    ),
}


@pytest.mark.parametrize("case", ROWS)
def test_rows_on_a_pipe(case: str) -> None:
    cells, expected = ROWS[case]
    heading, *lines = render_rows((HEADER, "lrl", cells), View()).splitlines()
    assert heading.split() == ["Where", "Disk", "MiB", "In"]
    assert lines == expected


def test_a_pipe_that_takes_only_ascii() -> None:
    assert "caf\\xe9" in render_rows((HEADER, "lrl", [("café", "1", "x")]), View(ascii=True))


NARROW: dict[str, tuple[tuple[str, ...], list[str]]] = {
    "the widest gives way": (
        ("a" * 16, "1,234.0", "some words that do not fit into what is left of this line"),
        [
            "Disk",
            f"{'Where':16}      MiB  In",
            f"{'a' * 16}  1,234.0  some words that do not fit into",
            f"{' ' * 27}what is left of this line",
        ],
    ),
    "two that are as wide": (
        ("x " * 20, "1", "y " * 20),
        ["Disk", f"{'Where':27}  MiB  In", f"{'x ' * 13:27}    1  {'y ' * 13}".rstrip()],
    ),
    "short text is not broken": (
        ("web worker one", "1", "z" * 60),
        ["Disk", "Where            MiB  In", f"web worker one     1  {'z' * 38}", f"{' ' * 22}{'z' * 22}"],
    ),
}


@pytest.mark.parametrize("case", NARROW)
def test_rows_on_a_terminal(case: str) -> None:
    row, expected = NARROW[case]
    lines = render_rows((HEADER, "lrl", [row]), View(width=60)).splitlines()
    assert [line.strip() if place == 0 else line for place, line in enumerate(lines)][: len(expected)] == expected
    assert max(map(len, lines)) <= 60
    assert "".join(lines).replace(" ", "").count("z") == row[2].count("z")


BELOW: dict[str, tuple[int, list[str]]] = {
    "there is room": (44, ["a-long-name  1,204.0  see backend/routes.py"]),
    "for each of its words": (41, ["a-long-name  1,204.0  see", "                      backend/routes.py"]),
    "for the parts of its path": (31, ["a-long-name  1,204.0  see", f"{' ' * 22}backend/", f"{' ' * 22}routes.py"]),
    "for less": (30, ["a-long-name  1,204.0", "    see backend/routes.py"]),
}


@pytest.mark.parametrize("case", BELOW)
def test_the_last_column_stands_below_its_row_where_its_words_have_no_room(case: str) -> None:
    width, expected = BELOW[case]
    lines = list(lay_out((HEADER, "lrl", [("a-long-name", "1,204.0", "see backend/routes.py")]), View(width=width)))
    assert lines[2:] == expected


@example([("", "::", "")], 45)
@given(st.lists(st.tuples(WIDE, CELL, WIDE), max_size=5), st.integers(45, 120))
def test_nothing_is_lost_and_it_fits(cells: list[tuple[str, str, str]], width: int) -> None:
    view = View(width=width)
    lines = list(lay_out((HEADER, "lrl", cells), view))
    figures = max((text_width(row[1]) for row in cells), default=0)
    assert max(map(text_width, lines)) <= max(width, figures + 2 * len("  1234"))  # two columns of text beside it
    told = re.sub(r"\s", "", "".join(lines))
    for sign in "ab漢é-":
        inside = sum(cell.count(sign) for row in cells for cell in row)
        assert told.count(sign) >= inside
    for row in cells:  # no digit of a figure is lost; `::` begins no line, where it is a command of GitHub's runners
        assert any(row[1] in line or row[1].replace("::", r"\x3a:", 1) in line for line in lines)


def test_colours_stand_around_words_and_not_around_blanks() -> None:
    rows = (("Use", "In"), "ll", [("unused", "x"), ("a", "y")])
    lines = list(lay_out(rows, View(colour=True), [("31", ""), ("32", "")]))
    assert lines == ["\x1b[1mUse\x1b[0m     \x1b[1mIn\x1b[0m", "\x1b[31munused\x1b[0m  x", "\x1b[32ma\x1b[0m       y"]
    assert list(lay_out(rows, View(), [("31", ""), ("32", "")])) == ["Use     In", "unused  x", "a       y"]


WRAPPED = {
    "it fits": ("one two", ["one two"]),
    "between words": ("one two three", ["one two", "three"]),
    "a word that is too long": ("aaaaaaaaaaaaaaa b", ["aaaaaaaaaa", "aaaaa b"]),
    "after another": ("xx aaaaaaaaaaaaaaa", ["xx ", "aaaaaaaaaa", "aaaaa"]),
    "of wide characters": ("漢漢漢漢漢漢", ["漢漢漢漢漢", "漢"]),
    "a path that fits into a line of its own": ("see a/b/c.py:3", ["see", "a/b/c.py:3"]),
    "a path that does not": ("see abc/defg/hijk.py:3", ["see", "abc/defg/", "hijk.py:3"]),
    "a figure and its unit": ("of 204.5 MiB", ["of", "204.5 MiB"]),
    "in a bracket, with a comma": ("a b (2.5 MiB, x", ["a b", "(2.5 MiB,", "x"]),
    "a share": ("up to 3 %, so", ["up to 3 %,", "so"]),
    "a number that has no unit": ("in 2 files", ["in 2 files"]),
    "what only looks like a unit": ("now 20 MiBytes", ["now 20", "MiBytes"]),
    "an address": ("http://a.example/b", ["http://", "a.example/", "b"]),
    "nothing": ("", [""]),
}


@pytest.mark.parametrize("case", WRAPPED)
def test_lines_are_wrapped(case: str) -> None:
    text, expected = WRAPPED[case]
    assert [line.rstrip() for line in wrap(text, 10)] == [line.rstrip() for line in expected]
    assert list(wrap(text, None)) == [text]


def test_what_follows_is_indented_and_only_the_label_coloured() -> None:
    page = Page(View(width=20, colour=True))
    page.add("FAIL one two threee four", indent=2, hang=3, colour=BOLD, label="FAIL")
    page.part()
    page.part()
    page.add("x", colour=BOLD)
    assert page.text() == "  \x1b[1mFAIL\x1b[0m one two\n     threee four\n\n\x1b[1mx\x1b[0m\n"


def test_a_word_of_a_megabyte_is_broken_in_time() -> None:
    assert sum(map(len, wrap("a" * (1 << 20), 80))) == 1 << 20
    assert len(list(lay_out((("A", "B"), "ll", [("漢" * 100_000, "b" * 100_000)]), View(width=80)))) > 1000

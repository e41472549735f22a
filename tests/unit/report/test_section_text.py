"""A section in a terminal: columns and bars that make room for words, gauges, what is cut, what is dimmed."""

import pytest

from footprint.report.text.section import Bars, Excerpt, Grid, Heading, Section, Sentences
from footprint.report.text.section_text import add_section, bar, gauge, grid_lines
from footprint.report.text.text_page import Page
from footprint.report.text.view import View

FULL, SHADE = "\u2588", "\u2591"
GRID = Grid(
    headings=(
        Heading("Name", "name"),
        Heading("Version", "text", 1),
        Heading("MiB", "figure"),
        Heading("Use", "use"),
        Heading("Why", "text"),
    ),
    rows=(("one", "1.0", "8.0", "unused", "no import " * 4), ("two", "2.0", "-", "al arrancar", "app.py:3")),
    rest=("and 3 more",),
    uses=("unused", "startup"),
    bars=(Bars(2, (1.0, None), 2),),
)


def shown(section: Section, view: View) -> list[str]:
    page = Page(view)
    add_section(page, section)
    return page.text().splitlines()


ROOM = {  # width: whether the version is there, and the bar
    120: (True, True),
    78: (False, True),
    70: (False, False),
    60: (False, False),
}


@pytest.mark.parametrize("width", ROOM)
def test_what_tells_least_makes_room_for_words(width: int) -> None:
    lines = list(grid_lines(GRID, View(width=width)))
    assert ("Version" in lines[0], FULL in "".join(lines)) == ROOM[width]
    assert max(map(len, lines)) <= width
    assert any("8.0" in line for line in lines) and any("two" in line for line in lines)


def test_a_pipe_has_every_column_and_no_bar() -> None:
    lines = list(grid_lines(GRID, View()))
    assert lines[0].split() == ["Name", "Version", "MiB", "Use", "Why"]
    assert FULL not in "".join(lines) and len(lines) == 3


def test_a_class_is_coloured_by_its_key_in_every_language_and_so_is_its_bar() -> None:
    lines = list(grid_lines(GRID, View(width=120, colour=True)))
    assert f"\x1b[1;31m{FULL * 6}\x1b[0m" in lines[1] and "\x1b[1;31munused\x1b[0m" in lines[1]
    assert "\x1b[32mal arrancar\x1b[0m" in lines[2]


BARS: dict[float | None, tuple[str, str]] = {
    None: ("      ", "      "),
    0.0: ("      ", "      "),
    1.0: (FULL * 6, "######"),
    2.0: (FULL * 6, "######"),
    -1.0: ("      ", "      "),
    0.5: (f"{FULL * 3}   ", "###   "),
    1 / 48: ("\u258f     ", "      "),
}


@pytest.mark.parametrize("share", BARS)
def test_bars(share: float | None) -> None:
    assert (bar(share, 6, ascii=False), bar(share, 6, ascii=True)) == BARS[share]


@pytest.mark.parametrize(("share", "taken"), [(None, 0), (0.0, 0), (0.36, 7), (1.0, 20), (1.5, 20)])
def test_a_gauge_shows_what_is_left_of_the_limit(share: float | None, taken: int) -> None:
    assert gauge(share, 20, ascii=False) == FULL * taken + SHADE * (20 - taken)
    assert gauge(share, 20, ascii=True) == "#" * taken + "." * (20 - taken)


@pytest.mark.parametrize(("width", "places"), [(120, 20), (68, 14), (60, 6), (59, 0)])
def test_a_gauge_is_as_long_as_there_is_room(width: int, places: int) -> None:
    headings = (Heading("Stage", "text"), Heading("MiB", "figure"), Heading("Verdict", "use"))
    grid = Grid(headings, (("one", "1.0", "x " * 30),), uses=("fits",), bars=(Bars(1, (1.0,), whole=True),))
    assert "".join(grid_lines(grid, View(width=width))).count(FULL) == places


def test_many_sentences_are_cut_unless_all_is_asked_for() -> None:
    section = Section("notes", "Notes", (Sentences(tuple(f"line {number}" for number in range(15))),))
    assert shown(section, View())[-1] == "  and 3 more (--top 0 shows all)"
    assert len(shown(section, View(top=0))) == 16


def test_an_empty_section_says_so_and_one_without_a_word_is_not_there() -> None:
    assert shown(Section("notes", "Notes", empty="nothing is there"), View()) == ["nothing is there"]
    assert Section("notes", "Notes").is_empty
    assert Section.of_lines("notes", "Notes", (), remarks=("alone",)).is_empty
    assert not Section.of_lines("notes", "Notes", (), empty="none").is_empty


def test_a_grid_its_sentences_and_an_excerpt_stand_in_order() -> None:
    blocks = (GRID, Sentences(("after",), heading="More"), Excerpt("-a\n\x1b[2J", "diff"))
    lines = shown(Section("weight", "Weight", blocks, remarks=("sure",)), View())
    assert lines[0] == "Weight"
    assert lines[4:] == ["and 3 more", "", "More", "after", "    -a", "    \\x1b[2J", "sure"]


def test_tables_stand_apart_and_close_to_their_headings() -> None:
    small = Grid((Heading("A", "text"),), (("x",),))
    blocks = (small, Sentences((), heading="One"), small, small, Sentences(("told",)))
    lines = shown(Section("key", "Title", blocks), View())
    assert lines == ["Title", "A", "x", "", "One", "A", "x", "", "A", "x", "told"]


def test_an_alarm_is_red() -> None:
    section = Section("verdict", "Verdict", (Sentences(("it broke",), alarm=True),))
    assert shown(section, View(colour=True))[1] == "  \x1b[31mit broke\x1b[0m"

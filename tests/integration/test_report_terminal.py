"""A report on terminals of several widths, on dumb ones, on pipes, and where the output is not UTF-8."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from tests.integration.test_cli import on_terminal
from tests.support.command import footprint

STORED = Path(__file__).parents[1] / "golden" / "audit.json"
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
FULL, SHADE = "\u2588", "\u2591"


@pytest.mark.parametrize("columns", [60, 80, 100, 120, 200])
def test_nothing_is_wider_than_the_terminal_and_no_figure_is_broken(columns: int) -> None:
    shown, code = on_terminal(["report", STORED], columns=columns)
    lines = ESCAPE.sub("", shown).splitlines()
    assert code == 0 and max(map(len, lines)) <= columns
    assert not any(re.search(r"\d$", line) and re.match(r"\s*(MiB|KiB|ms)\b", after) for line, after in pairwise(lines))
    for name in ("scikit-learn-with-a-rather-long-name", "2,345.0", "1,234.0", "requirements.txt:8"):
        assert any(name in line for line in lines), name


def test_the_verdict_stands_in_the_first_lines() -> None:
    lines = ESCAPE.sub("", on_terminal(["report", STORED], columns=120)[0]).splitlines()
    assert lines[0] == "footprint 0.1.0: shop & co"
    assert lines[1].startswith("web: Ready 180.0 MiB")
    assert lines[2] == "2,400.0 MiB on disk in 11 distributions"
    assert lines[3].startswith("Do first: remove matplotlib")


LOOKS: dict[str, tuple[dict[str, str], bool, bool]] = {  # the environment; whether there is colour, and a picture
    "plain": ({}, True, True),
    "NO_COLOR": ({"NO_COLOR": "1"}, False, True),
    "dumb": ({"TERM": "dumb"}, False, True),
    "FORCE_COLOR": ({"TERM": "dumb", "FORCE_COLOR": "1"}, True, True),
    "ascii": ({"PYTHONIOENCODING": "ascii"}, True, False),
    "cp1252": ({"PYTHONIOENCODING": "cp1252"}, True, False),
    "latin-1": ({"PYTHONIOENCODING": "latin-1"}, True, False),
    "iso2022_jp": ({"PYTHONIOENCODING": "iso2022_jp"}, True, False),
}


@pytest.mark.parametrize("look", LOOKS)
def test_a_terminal_gets_what_it_can_show(look: str) -> None:
    env, coloured, drawn = LOOKS[look]
    shown = on_terminal(["report", STORED], columns=140, env=env)[0]
    assert ("\x1b[" in shown) is coloured
    assert (FULL in shown) is drawn
    plain = ESCAPE.sub("", shown)
    assert ("######" in plain) is not drawn
    assert "unused" in plain and "scikit-learn-with-a-rather-long-name" in plain  # the word beside the colour
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", plain)


@pytest.mark.parametrize(
    "env", [{}, {"COLUMNS": "40"}, {"TERM": "dumb"}, {"LC_ALL": "C"}, {"PYTHONIOENCODING": "cp1252"}]
)
def test_a_pipe_gets_whole_lines_without_a_picture(env: dict[str, str]) -> None:
    text = footprint("report", STORED, env=env).stdout
    assert "\x1b" not in text and FULL not in text and SHADE not in text and "####" not in text
    (line,) = [line for line in text.splitlines() if line.startswith("matplotlib ")]
    assert line.split()[-1] == "imports" and "67.0" in line


CHARSETS = [("cp1252", "l\ufffdmite"), ("latin-1", "l\ufffdmite"), ("ascii", "l\\xedmite")]


@pytest.mark.parametrize(("charset", "sign"), CHARSETS)
def test_spanish_keeps_its_signs_where_the_output_has_them(charset: str, sign: str) -> None:
    shown = on_terminal(["report", STORED, "--lang", "es"], env={"PYTHONIOENCODING": charset})[0]
    assert sign in shown  # a byte that is no UTF-8, for this test alone


def test_all_of_it_and_the_legend_where_they_are_asked_for() -> None:
    brief, whole = footprint("report", STORED).stdout, footprint("report", STORED, "--top", "0", "--legend").stdout
    assert len(whole.splitlines()) > len(brief.splitlines())
    assert "frees: what leaves the disk" in whole and "frees: what leaves the disk" not in brief
    assert "How it was measured" in whole and "How it was measured" not in brief
    assert "--top 0 shows all of it" in brief and "--top 0 shows all of it" not in whole

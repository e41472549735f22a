"""Rows on a pipe are laid out by spaces alone, and look as rich would lay them out."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.report.audit import table
from footprint.report.stages.text_rows import render_rows
from footprint.report.text.view import View

HEADER = ("Where", "Disk MiB", "In")
CELL = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12).map(str.strip)

ROWS = {
    "none": (),
    "figures stand to the right": (("a.py:1", "0.1", "module"), ("long/path/b.py:22", "1,204.0", "f()")),
    "an empty cell": (("", "", ""), ("a", "1", "")),
    "a wide character takes two places": (("漢字/模块.py:3", "7", "module"), ("a.py:1", "12", "class")),
    "an accent of its own takes none": (("cafe\u0301.py", "7", "module"), ("naïve.py", "12", "class")),
    "what moves the cursor is shown": (("a\x1b[2J\tb\n.py", "1", "x\u202ey"), ("a.py", "2", "z")),
}


@pytest.mark.parametrize("cells", ROWS.values(), ids=ROWS)
@pytest.mark.parametrize("ascii_", [False, True])
def test_a_pipe_gets_what_rich_would_lay_out(cells: tuple[tuple[str, ...], ...], ascii_: bool) -> None:
    view = View(ascii=ascii_)
    assert render_rows((HEADER, "lrl", cells), view) == table.render_rows(HEADER, "lrl", cells, view)


@given(st.lists(st.tuples(CELL, CELL, CELL), max_size=6))
def test_any_plain_text_is_laid_out_as_by_rich(cells: list[tuple[str, str, str]]) -> None:
    assert render_rows((HEADER, "lrl", cells), View()) == table.render_rows(HEADER, "lrl", cells, View())


def test_a_terminal_wraps_what_is_too_long() -> None:
    cells = [("word " * 20, "1", "module")]
    assert max(map(len, render_rows((HEADER, "lrl", cells), View(width=60)).splitlines())) <= 60
    assert max(map(len, render_rows((HEADER, "lrl", cells), View()).splitlines())) > 100


def test_a_pipe_does_not_load_rich() -> None:
    code = (
        "import sys; from footprint.report.stages.text_rows import render_rows; "
        "from footprint.report.text.view import View; "
        "render_rows((['a'], 'l', [['b']]), View()); sys.exit('rich' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)

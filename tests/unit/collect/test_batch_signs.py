"""Lines of batch files and PowerShell: which patterns are worth a try."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from footprint.collect.deploy.commands.shell_lines import _RULES

_PARTS = (
    *(
        "%~dp0",
        "$PSScriptRoot/",
        "%CD%/",
        "%*",
        "$Args",
        "%1",
        "%~2",
        "!x!",
        "%PY%",
        "SET /p",
        "set A=b",
        "$env:X = 'y'",
    ),
    *("$X=1", "$ENV:Y", " -ArgumentList a", " -args a", '"a", "b"', "CD /d ", "chdir ", "&Pushd x", "Set-Location ."),
    *(
        "py -3",
        "PY.exe x",
        "python.exe ",
        "pythonw ",
        "a.EXE",
        '"python worker.py"',
        "\\",
        "/",
        "&",
        " ",
        ";",
        "x",
        "'",
    ),
)


@given(st.lists(st.sampled_from(_PARTS) | st.text(st.characters(max_codepoint=127), max_size=3)).map("".join))
def test_a_line_without_the_signs_of_a_rule_does_not_match_it(line: str) -> None:
    for signs, pattern, _ in _RULES:
        if re.search(pattern, line, re.IGNORECASE):
            assert any(sign in line.lower() for sign in signs.split()), pattern

"""Hostile text costs about as many times more as it is longer: ten times the text, not a hundred times the work.

Counted are calls; what regular expressions do in one call is timed by benchmarks/bench_hostile.py.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from footprint.collect.deploy.images import is_backing
from footprint.collect.deploy.launchers import parse_command
from footprint.collect.deploy.pipelines import read_noxfile
from footprint.collect.deploy.recipes import read_package_json
from footprint.collect.deploy.sizes import compose_size
from footprint.collect.deploy.words import command_tools
from footprint.collect.sources.magics import to_python
from tests.work import count_calls, within_patience

_LONGER = 10
_GROWTH_AT_MOST = 12  # linear work grows tenfold, that of a square a hundredfold
_FIXED_CALLS = 200  # that any text costs


def _cell(text: str) -> object:
    return to_python(["x = 1", *text.split("\n")], check=False)


def _scripts(text: str) -> object:
    pairs = ",\n".join(f'"{number}": "x"' for number in range(len(text)))
    return list(read_package_json(f'{{"scripts": {{{pairs}}}}}'))


# what reads, what is repeated -> how often, at the shorter length
HOSTILE: dict[str, tuple[Callable[[str], object], str, int]] = {
    "image: a name of many words": (lambda text: is_backing(f"postgres{text}x"), "-db", 30),
    "image: a name of many digits": (lambda text: is_backing(f"redis{text}x"), "1", 90),
    "compose: a size of many digits": (compose_size, "1", 12_000),
    "compose: a size of open variables": (compose_size, "${a:-", 2_400),
    "cell: a line of blanks": (_cell, " ", 1_000),
    "cell: quotes that are opened after a backslash on every line": (_cell, "\\'\\\n", 300),
    "noxfile: a run on every line": (lambda text: list(read_noxfile(text)), "s.run('a')\n", 1_500),
    "package.json: very many scripts": (_scripts, "x", 300),
    "command: open variables with defaults": (parse_command, "${a:-", 390),
    "tools: open variables with defaults": (command_tools, "${a:-", 390),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_work_grows_about_as_the_text(name: str) -> None:
    read, unit, count = HOSTILE[name]
    read(unit)  # what is made once, at the first reading
    shorter = count_calls(lambda: read(unit * count))
    with within_patience():
        assert count_calls(lambda: read(unit * count * _LONGER)) < shorter * _GROWTH_AT_MOST + _FIXED_CALLS


def test_longer_text_is_cut_or_refused() -> None:
    assert is_backing("postgres" + "-db" * 90)
    assert not is_backing("postgres" + "-db" * 100)
    assert compose_size("512m" + " " * 100) == compose_size("512m" + " " * 100_000 + "x") == 512 << 20

"""Lines that are read without argparse: the same values as with it, whatever the command and the words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footprint.cli.app import COMMANDS, load_command
from footprint.cli.argument_parser import read_or_help
from footprint.cli.arguments import Subcommand, read_plain
from footprint.config.settings_table import Setting
from footprint.errors import UsageError

ALL = {name: load_command(name) for name in COMMANDS}


def by_argparse(command: Subcommand, words: list[str]) -> dict[str, Any] | str:
    """Return what argparse makes of the words: values, or what is wrong."""
    try:
        return read_or_help(command, words) or "help"
    except UsageError as error:
        return str(error)


def shown(values: object) -> object:
    """Return values so that 1, 1.0 and True differ."""
    return {name: repr(value) for name, value in values.items()} if isinstance(values, dict) else values


# line -> what is read plainly
PLAIN: dict[str, dict[str, Any] | None] = {
    "scan": {},
    "scan --env e -f json": {"format": "json"},
    "scan --env=e --top 3": {"top": 3},
    "scan --top 3 --top 5": {"top": 5},
    "scan --no-cache": {"cache": False},
    "scan --cache --no-cache --cache": {"cache": True},
    "audit -r a -r b --entry=x --entry -m": {"entries": ["x", "-m"]},
    "audit --runs 2 -- python -m app --help": {"runs": 2, "words": ("python", "-m", "app", "--help")},
    "explain FP101": {},
    "cost flask httpx": {"asked": ["flask", "httpx"]},
    "why x here": {"distribution": "x"},
    # argparse decides
    "scan --help": None,
    "scan --env": None,
    "scan --env=": None,
    "scan --nope": None,
    "scan --no-env=1": None,
    "scan --cache=1": None,
    "scan -fjson": None,
    "scan -": None,
    "scan --": None,
    "scan -- a": None,
    "scan a b": None,
    "scan --top x": None,
    "scan --top -1": None,
    "scan --en e": None,
    "scan -5": None,
    "audit --sort size": None,
    "audit --entry -- x": None,
    "why": None,
    "cost": None,
}


@pytest.mark.parametrize("line", PLAIN)
def test_plain_lines(line: str) -> None:
    name, *words = line.split()
    found = read_plain(ALL[name], words)
    expected = PLAIN[line]
    assert (found is None) == (expected is None)
    if found is not None and expected is not None:
        assert {key: found[key] for key in expected} == expected
        assert shown(found) == shown(by_argparse(ALL[name], words))


WORDS = st.sampled_from(
    [
        "a",
        "b/c",
        "",
        "-",
        "--",
        "-m app",
        "3",
        "-1",
        "0.5",
        "1e3",
        "x=y",
        "=x",
        "--help",
        "json",
        "disk",
        "\u0663",
        " 7 ",
        "-x",
    ]
)


@st.composite
def lines(draw: st.DrawFn) -> tuple[str, list[str]]:
    """Draw a command with flags of its own and of others, joined with their values or not, and words."""
    name = draw(st.sampled_from(COMMANDS))
    own = [
        each
        for row in ALL[name].takes
        if isinstance(row, Setting)
        for flag in (row.flags or (row.flag,))
        for each in flag.split("/")
    ]
    word = st.one_of(WORDS, st.sampled_from([*own, "--nope", "-z"]))
    joined = st.tuples(st.sampled_from([*own, "--nope"]), st.sampled_from(["=", ""]), WORDS).map("".join)
    pair = st.tuples(st.sampled_from(own or ["--nope"]), WORDS).map(list)
    parts = draw(st.lists(st.one_of(word.map(lambda each: [each]), joined.map(lambda each: [each]), pair), max_size=5))
    return name, [each for part in parts for each in part]


@settings(max_examples=1000)
@given(line=lines())
def test_what_is_read_plainly_is_what_argparse_reads(line: tuple[str, list[str]]) -> None:
    name, words = line
    found = read_plain(ALL[name], words)
    if found is not None:
        assert shown(found) == shown(by_argparse(ALL[name], words))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_flag_is_read_plainly(name: str) -> None:
    for row in ALL[name].takes:
        if not isinstance(row, Setting):
            continue
        for flag in row.flags or (row.flag,):
            for each in flag.split("/"):
                value = [] if row.kind == "switch" else [row.choices[0] if row.choices else "3"]
                needed = [
                    "x"
                    for place in ALL[name].takes
                    if not isinstance(place, Setting) and not (place.is_optional or place.rest)
                ]
                words = [*needed, each, *value]
                found = read_plain(ALL[name], words)
                assert found is not None, words
                assert shown(found) == shown(by_argparse(ALL[name], words))

"""The table of settings, the values that hold them and the page about them say the same."""

from __future__ import annotations

from dataclasses import fields

from footprint.cli.app import COMMANDS, load_command
from footprint.config.options import EntrySettings, GateSettings, StartOptions, TargetOptions
from footprint.config.settings_table import ENTRY, GATE, OUTPUT, START, TARGET
from tests.support.configuration_page import PAGE, page


def test_the_page_is_what_the_table_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()
    assert max(map(len, page().splitlines())) <= 120


def test_every_value_of_the_options_has_a_row_and_every_row_a_value() -> None:
    known = [
        {field.name for field in fields(part)} for part in (TargetOptions, StartOptions, GateSettings, EntrySettings)
    ]
    target, start, gate, entry = known
    assert {row.field for row in TARGET} == (target - {"project"}) | {"check", "trust_settings"}
    assert {row.field for row in START} == (start - {"enabled", "environment"}) | {"probe", "env_file", "set"}
    assert {row.field for row in GATE} == gate - {"every_entry", "most_runs", "all_entries"}
    assert {row.field for row in ENTRY} == entry - {"rules"}


def test_every_flag_is_taken_by_some_command() -> None:
    taken = [row for name in COMMANDS for row in load_command(name).takes]
    for row in (*TARGET, *START, *GATE, *ENTRY, *OUTPUT):
        assert (row in taken) == row.has_flag, row.key

"""docs/configuration.md, made from the table of settings: `python -m tests.support.configuration_page` writes it."""

import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from footprint.cli.app import COMMANDS, load_command
from footprint.config.options import EntrySettings, Options, Tolerance
from footprint.config.settings_table import ENTRY, GATE, OF_AUDITS, OUTPUT, START, TARGET, Setting
from footprint.units import MIB

PAGE = Path(__file__).parents[2] / "docs" / "configuration.md"
_WIDTH = 120

_BEGIN = """\
# Configuration

Settings stand in `pyproject.toml`. A flag overrules a setting, and a setting overrules the default. Paths in the file
are meant from its folder, paths of flags from the working folder. What leads out of the project needs the command line
or `--trust-settings`. This page is made from the table that footprint itself reads
(`footprint/config/settings_table.py`); `python -m tests.support.configuration_page` writes it anew.
"""
_SECTIONS: tuple[tuple[str, str, Iterable[Setting]], ...] = (
    ("`[tool.footprint]`: what is audited", "", [row for row in TARGET if row.in_file]),
    ("`[tool.footprint]`: how it is started", "", [row for row in START if row.in_file]),
    (
        "`[tool.footprint.check]`: the whole environment",
        "Read by `footprint check` alone. A SHARE is a part of the host's limit, such as 75%.",
        [row for row in GATE if row.in_file],
    ),
    (
        "`[tool.footprint.check]`: the entries",
        "Under `[tool.footprint.check]` they hold for all entries, under "
        "`[tool.footprint.check.entries.NAME]` for one. What is forbidden for all is forbidden for each.",
        ENTRY,
    ),
    (
        "Flags without a setting",
        "`footprint COMMAND --help` also lists the few that only one command has.",
        [*(row for row in (*TARGET, *START, *GATE) if not row.in_file), *OUTPUT, *OF_AUDITS],
    ),
)


def page() -> str:
    """Return the whole page."""
    return "\n".join([_BEGIN, *(_section(*section) for section in _SECTIONS)])


def _section(title: str, words: str, rows: Iterable[Setting]) -> str:
    lines = [f"## {title}", ""]
    if words:
        lines += [*textwrap.wrap(words, _WIDTH), ""]
    for row in rows:
        words = row.help.replace(" Repeatable.", "") if row.in_file else row.help  # said by the list that it is
        text = f"- {_named(row)}: {words} {' '.join(_facts(row))}"
        lines += textwrap.wrap(text, _WIDTH, subsequent_indent="  ", break_on_hyphens=False, break_long_words=False)
    return "\n".join([*lines, ""])


def _named(row: Setting) -> str:
    if not row.in_file or row in OUTPUT:
        return f"`{row.flag} {row.metavar}`" if row.metavar else f"`{row.flag}`"
    return f"**`{row.key}`** ({_value(row)})"


def _value(row: Setting) -> str:
    if row.kind == "switch":
        return "true or false"
    plain = {"amount": "size or share of the limit", "count": "whole number", "fail or warn": '"fail" or "warn"'}
    kind = plain.get(row.kind, row.kind)
    return f"list of {kind}s" if row.many and row.kind in ("path", "text") else kind


def _facts(row: Setting) -> Iterator[str]:
    """Yield its default, its flags, and the commands that take them."""
    default = _default(row)
    if default:
        yield f"Default: {default}."
    flags = ", ".join(f"`{flag}`" for flag in row.flags or [f"--{row.key}"])
    commands = ", ".join(name for name in COMMANDS if row in load_command(name).takes)
    if not row.has_flag:
        return
    if row.in_file and row not in OUTPUT:
        yield f"Flag: {flags} of {commands}." if commands else f"Flag: {flags}."
    else:
        yield f"Commands: {commands}."


def _default(row: Setting) -> str:
    if row in OUTPUT:
        return "" if row.default is None else str(row.default)
    options = Options()
    parts: tuple[Any, ...] = (
        (options.gate, EntrySettings()) if row in (*GATE, *ENTRY) else (options.target, options.probe)
    )
    found = next((getattr(part, row.field) for part in parts if hasattr(part, row.field)), None)
    if row.key == "probe":
        found = options.probe.enabled
    match found:
        case bool():
            return str(found).lower()
        case Tolerance():
            return f"{found.relative * 100:g}%, {found.absolute_bytes // MIB} MiB"
        case int() if row.kind == "size":
            return f"{found // MIB} MiB"
        case float() if row.kind == "share":
            return f"{found * 100:g}%"
        case int() | float() | str():
            return f"{found:g}" if isinstance(found, float) else str(found)
    return ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

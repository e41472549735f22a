"""Words of the command line as values, by the rows of the table of settings that a command takes.

Laws: a line that is as the table says is read here; whatever else it is (a mistake, a flag and its value in one, a help
text) is for `argument_parser`, which reads every line as this does and which most commands need not load. A mistake is
a UsageError of one line, never an exit.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from footprint.config.settings_table import Kind, Setting
from footprint.errors import UsageError
from footprint.names import did_you_mean
from footprint.values import dataclass

Given = Mapping[str, Any]  # what was given to a command, by the field of each row; None: it was not


@dataclass(frozen=True, slots=True)
class Argument:
    """A word without a flag; `rest`: all words after `--`."""

    field: str
    help: str = ""
    kind: Kind = "text"
    metavar: str = ""
    is_optional: bool = False
    many: bool = False  # any number of words
    default: Any = None
    rest: bool = False
    leads: Literal["", "path"] = ""  # a text that may be a path
    words: Callable[[], Iterable[str]] | None = None  # all that it may be, for a shell to complete


PROJECT = Argument(
    "project", "The project's folder, the one with its requirement files.", "path", is_optional=True, default=Path()
)


@dataclass(frozen=True, slots=True)
class Subcommand:
    """One command: what its help says of it, what it takes, and what it does."""

    name: str
    about: str
    takes: tuple[Argument | Setting, ...]
    run: Callable[[Given], None]


def call(
    find: Callable[[str], Subcommand], names: Sequence[str], arguments: Sequence[str], *, about: str, epilog: str
) -> None:
    """Call the command that the arguments name, or print a help text. Raises: UsageError."""
    name, *rest = arguments or ("--help",)
    if name == "--help":
        from footprint.cli.argument_parser import overview

        sys.stdout.write(overview(map(find, names), about, epilog))
        return
    if name not in names:
        kind = "an option" if name.startswith("-") else "a command"
        hint = did_you_mean(name, names)
        raise UsageError(f"{name} is not {kind}{hint}; `footprint --help` lists all commands")
    command = find(name)
    values = read_plain(command, rest)
    if values is None:
        from footprint.cli.argument_parser import read_or_help

        values = read_or_help(command, rest)
    if values is not None:
        command.run(_gather(values))


def _gather(values: dict[str, Any]) -> Given:
    """Return lists as tuples, and the variables of env files and of --set together.

    Raises: UsageError for an env file or a setting that cannot be read.
    """
    given = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    files, pairs = given.pop("env_file", None), given.pop("set", None)
    if files or pairs:
        from footprint.config.audit_settings import parse_settings, read_env_file

        environment: dict[str, str] = {}
        for path in files or ():
            environment |= read_env_file(path)
        given["environment"] = environment | parse_settings(pairs or ())
    return given


def read_plain(command: Subcommand, words: Sequence[str]) -> dict[str, Any] | None:
    """Return the value of each parameter of a plain line, None for any other."""
    places = [row for row in command.takes if isinstance(row, Argument)]
    values, left = dict[str, Any](), [*words]
    for row in places:
        if row.rest:
            at = left.index("--") if "--" in left else len(left)
            values[row.field], left = tuple(left[at + 1 :]), left[:at]
    if "--help" in left:
        return None
    settings = [row for row in command.takes if isinstance(row, Setting)]
    try:
        values |= {row.field: _default(row) for row in settings}
        found = _read_flags(_flags_of(settings), left, values)
        return None if found is None else _place([row for row in places if not row.rest], found, values)
    except ValueError:
        return None


def _flags_of(settings: Iterable[Setting]) -> dict[str, tuple[Setting, bool]]:
    flags = dict[str, tuple[Setting, bool]]()
    for row in settings:
        flag, _, no = row.flag.partition("/")
        flags |= dict.fromkeys((flag, *row.flags[1:]), (row, True))
        if no:
            flags[no] = row, False
    return flags


def _read_flags(
    flags: Mapping[str, tuple[Setting, bool]], words: Sequence[str], values: dict[str, Any]
) -> list[str] | None:
    """Put the values of flags in, and return the other words; None where a word is no flag of the table.

    Raises: ValueError for a value that is none.
    """
    found, left = list[str](), iter(words)
    for word in left:
        if not word.startswith("-"):
            found.append(word)
            continue
        name, joint, value = word.partition("=") if word.startswith("--") else (word, "", "")
        row, is_on = flags.get(name, (None, False))
        if row is None or (row.kind == "switch" and joint):
            return None
        if row.kind == "switch":
            values[row.field] = is_on
            continue
        value = value if joint else next(left, "")
        if not value or value == "--" or value.startswith("="):
            return None
        read = _value(row, value)
        values[row.field] = [*(values[row.field] or ()), read] if row.many else read
    return found


def _place(rows: Sequence[Argument], words: Sequence[str], values: dict[str, Any]) -> dict[str, Any] | None:
    """Return the values with those of words without a flag; None where words and rows are not as many."""
    if len(rows) == 1 and rows[0].many and words:
        return {**values, rows[0].field: [_value(rows[0], word) for word in words]}
    needed = [number for number, row in enumerate(rows) if not row.is_optional]
    if len(words) > len(rows) or any(row.many for row in rows) or needed != [*range(len(needed))]:
        return None
    if len(words) < len(needed):
        return None
    given = {row.field: _value(row, word) for row, word in zip(rows, words, strict=False)}
    return {**values, **{row.field: _default(row) for row in rows}, **given}


def _default(row: Argument | Setting) -> Any:
    return _value(row, row.default) if isinstance(row.default, str) else row.default


def _value(row: Argument | Setting, word: str) -> Any:
    """Return what a word means. Raises: ValueError."""
    found = PLAIN.get(row.kind, str)(word)
    if isinstance(row, Setting):
        if row.choices and word not in row.choices:
            raise ValueError(word)
        if row.least is not None and found < row.least:
            raise ValueError(word)
    return found


PLAIN: Mapping[Kind, type] = {"path": Path, "count": int, "whole number": int, "ratio": float, "number": float}

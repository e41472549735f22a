"""Lines of the command line that are not plain, read by argparse: what is wrong with them, and the help texts.

Law: what `arguments.read_plain` reads is read here to the same values.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NoReturn

from footprint.cli.arguments import PLAIN, Argument, Subcommand
from footprint.config.settings_table import Kind, Setting
from footprint.errors import UsageError
from footprint.names import did_you_mean

_WIDEST = 100  # columns of a help text
_OPTIONS = "[OPTIONS]"
_OPTION_ROWS = (
    ("-V, --version", "Print the version and leave."),
    ("--show-completion SHELL", "Print what completes commands in bash, zsh or fish."),
    ("--help", "Show this text and leave."),
)


def read_or_help(command: Subcommand, words: Sequence[str]) -> dict[str, Any] | None:
    """Return the value of each parameter, or print the help text and return None. Raises: UsageError."""
    parser = _Parser(command)
    given, rest = parser.split([*words])
    if "--help" in given:
        sys.stdout.write(parser.format_help())
        return None
    return {**parser.read(given), **rest}


class _Parser(argparse.ArgumentParser):
    """The parser of one command."""

    def __init__(self, command: Subcommand) -> None:
        self._columns = _WIDEST  # what it is on this terminal is asked for a help text: argparse wants it for each row
        super().__init__(
            f"footprint {command.name}", add_help=False, allow_abbrev=False, formatter_class=self._formatter
        )
        self._rest: str | None = None
        self._about = command.about
        words = [row for row in command.takes if isinstance(row, Argument)]
        shown = [self._add_word(row) for row in words]
        for row in command.takes:
            if isinstance(row, Setting):
                self._add_flag(row)
        self.add_argument("--help", action="store_true", help="Show this text and leave.")
        self.usage = " ".join([self.prog, _OPTIONS, *filter(None, shown)])

    def split(self, arguments: list[str]) -> tuple[list[str], dict[str, Any]]:
        """Return the arguments of the command, and what stands after `--` for the parameter that takes it."""
        if self._rest is None:
            return arguments, {}
        place = arguments.index("--") if "--" in arguments else len(arguments)
        return arguments[:place], {self._rest: tuple(arguments[place + 1 :])}

    def read(self, arguments: Sequence[str]) -> dict[str, Any]:
        """Return the value of each parameter. Raises: UsageError."""
        found, unknown = self.parse_known_intermixed_args(self._joined(arguments))
        if unknown:
            word = unknown[0].partition("=")[0]
            hint = did_you_mean(word, [flag for flag in self._option_string_actions if flag.startswith("--")])
            what = f"is not an option of {self.prog}{hint}" if word.startswith("-") else "is one too many"
            self.error(f"{word} {what}")
        values = vars(found)
        del values["help"]
        return values

    def error(self, message: str) -> NoReturn:
        """Raises: UsageError with the message."""
        raise UsageError(f"{message}; `{self.prog} --help` tells more")

    def format_help(self) -> str:
        """Return the help text, begun like a sentence as all our texts are."""
        self._columns = _width()
        self.description = _fill(self._about, self._columns)
        return f"U{super().format_help()[1:]}"

    def _formatter(self, prog: str) -> argparse.HelpFormatter:
        return _Formatter(prog, max_help_position=32, width=self._columns)

    def _joined(self, arguments: Sequence[str]) -> list[str]:
        """Return the arguments, each flag with its value in one: a value may begin like a flag: `--entry '-m app'`."""
        found, rest = [], list(reversed(arguments))
        while rest:
            word = rest.pop()
            action = self._option_string_actions.get(word)
            if action is not None and action.nargs is None and rest:
                word += f"{'=' if word.startswith('--') else ''}{rest.pop()}"
            found.append(word)
        return found

    def _add_word(self, row: Argument) -> str | None:
        """Add an argument without a flag; return what the usage line shows of it."""
        if row.rest:
            self._rest = row.field
            return None
        shown, nargs = row.metavar or row.field, "*" if row.many else "?" if row.is_optional else None
        self.add_argument(
            row.field, help=row.help, type=_reader(row.kind), default=row.default, metavar=shown, nargs=nargs
        )
        return f"[{shown}]{'...' * row.many}" if row.is_optional or row.many else shown

    def _add_flag(self, row: Setting) -> None:
        said = f" Default: {row.default}." if row.default is not None else ""
        how: dict[str, Any] = {"help": (row.help + said).replace("%", "%%"), "default": row.default, "dest": row.field}
        flag, _, no = row.flag.partition("/")
        if row.kind == "switch":
            how["action"] = argparse.BooleanOptionalAction if no else "store_true"
        elif row.choices:
            how["choices"] = row.choices
        else:
            how |= {"type": _reader(row.kind, row.least), "metavar": row.metavar}
        if row.many:
            how["action"] = "append"
        self.add_argument(flag, *row.flags[1:], **how)


class _Formatter(argparse.RawDescriptionHelpFormatter):
    def start_section(self, heading: str | None) -> None:
        """Begin a section with a capital letter."""
        super().start_section(heading.capitalize() if heading else heading)


def _reader(kind: Kind, least: int | None = None) -> Callable[[str], Any]:
    """Return what makes a value of a word; what a text of the gate means is not for the command line to say."""
    plain = PLAIN.get(kind, str)
    if plain not in (int, float):
        return plain

    def read(word: str) -> float:
        try:
            number: float = plain(word)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{word!r} is not a {'whole ' * (plain is int)}number") from None
        if least is not None and number < least:
            raise argparse.ArgumentTypeError(f"{word} is less than {least}")
        return number

    return read


def overview(commands: Iterable[Subcommand], about: str, epilog: str) -> str:
    """Return the help text of the command itself."""
    width = _width()
    options = [_row(name, text, width, 27) for name, text in _OPTION_ROWS]
    lines = [_row(each.name, " ".join(each.about.partition("\n\n")[0].split()), width, 11) for each in commands]
    parts = ["Usage: footprint [OPTIONS] COMMAND [ARGS]...", _fill(about, width)]
    parts += ["\n".join(["Options:", *options]), "\n".join(["Commands:", *lines]), _fill(epilog, width)]
    return "\n\n".join(parts) + "\n"


def _row(name: str, text: str, width: int, column: int) -> str:
    import textwrap  # for help texts alone, as shutil is

    return textwrap.fill(text, width, initial_indent=f"  {name}".ljust(column), subsequent_indent=" " * column)


def _fill(text: str, width: int) -> str:
    import textwrap

    return "\n\n".join(textwrap.fill(" ".join(part.split()), width) for part in text.split("\n\n"))


def _width() -> int:
    import shutil

    return min(shutil.get_terminal_size().columns, _WIDEST) - 2

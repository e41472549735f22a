"""Commands from signatures: each parameter is annotated with its argument or option, and argparse reads them.

Laws: only the parser of the command that was asked for is made. A mistake is a UsageError of one line, never an exit.
"""

from __future__ import annotations

import argparse
import difflib
import inspect
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, NoReturn, get_args, get_origin, get_type_hints

from footprint.errors import UsageError
from footprint.values import dataclass

Command = Callable[..., None]
_WIDEST = 100  # columns of a help text
_OPTIONS = "[OPTIONS]"


@dataclass(frozen=True, slots=True)
class Argument:
    """A parameter without a flag; it may be left out where it has a default."""

    help: str
    metavar: str | None = None


class Option:
    """A parameter with flags: `--name` of its own name, those given, or a pair `--this/--no-this`."""

    def __init__(self, *flags: str, help: str, metavar: str | None = None, least: int | None = None) -> None:
        self.flags, self.help, self.metavar = flags, help, metavar
        self.least = least  # of a number


@dataclass(frozen=True, slots=True)
class RestOfWords:
    """A parameter for the words after `--`."""


def call(commands: Mapping[str, Command], arguments: Sequence[str], *, about: str, epilog: str) -> None:
    """Call the command that the arguments name, or print a help text. Raises: UsageError."""
    name, *rest = arguments or ("--help",)
    if name == "--help":
        sys.stdout.write(_overview(commands, about, epilog))
        return
    if name not in commands:
        kind = "option" if name.startswith("-") else "command"
        raise UsageError(f"{name} is no {kind}{_near(name, commands)}; `footprint --help` lists all commands")
    parser = _Parser(name, commands[name])
    rest, words = parser.split(rest)
    if "--help" in rest:
        sys.stdout.write(parser.format_help())
    else:
        commands[name](**parser.read(rest), **words)


class _Parser(argparse.ArgumentParser):
    """The parser of one command."""

    def __init__(self, name: str, command: Command) -> None:
        super().__init__(f"footprint {name}", add_help=False, allow_abbrev=False, formatter_class=_Formatter)
        self._rest: str | None = None
        self.description = _fill(inspect.getdoc(command) or "", _width())
        hints = get_type_hints(command, include_extras=True)
        shown = [self._add(each, hints[each.name]) for each in inspect.signature(command).parameters.values()]
        self.add_argument("--help", action="store_true", help="Show this text and leave.")
        self.usage = " ".join([self.prog, _OPTIONS, *filter(None, shown)])

    def split(self, arguments: list[str]) -> tuple[list[str], dict[str, Any]]:
        """Return the arguments of the command, and what stands after `--` for the parameter that takes it."""
        if self._rest is None or "--" not in arguments:
            return arguments, {}
        place = arguments.index("--")
        return arguments[:place], {self._rest: tuple(arguments[place + 1 :])}

    def read(self, arguments: Sequence[str]) -> dict[str, Any]:
        """Return the value of each parameter. Raises: UsageError."""
        found, unknown = self.parse_known_intermixed_args(self._joined(arguments))
        if unknown:
            word = unknown[0].partition("=")[0]
            known = [flag for flag in self._option_string_actions if flag.startswith("--")]
            what = f"is no option of {self.prog}{_near(word, known)}" if word.startswith("-") else "is one too many"
            self.error(f"{word} {what}")
        values = vars(found)
        del values["help"]
        return values

    def error(self, message: str) -> NoReturn:
        """Raises: UsageError with the message."""
        raise UsageError(f"{message}; `{self.prog} --help` tells more")

    def format_help(self) -> str:
        """Return the help text, begun like a sentence as all our texts are."""
        return f"U{super().format_help()[1:]}"

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

    def _add(self, parameter: inspect.Parameter, hint: Any) -> str | None:
        """Add one parameter; return what the usage line shows of it."""
        of, given = hint.__origin__, hint.__metadata__[0]
        if isinstance(given, RestOfWords):
            self._rest = parameter.name
            return None
        default = None if parameter.default is parameter.empty else parameter.default
        kinds = [kind for kind in get_args(of) if kind is not type(None)] if type(None) in get_args(of) else [of]
        is_list = get_origin(kinds[0]) is list
        kind = get_args(kinds[0])[0] if is_list else kinds[0]
        said = f" Default: {default}." if isinstance(default, (str, int)) and default is not False else ""
        settings: dict[str, Any] = {"help": (given.help + said).replace("%", "%%"), "default": default}
        if isinstance(given, Argument):
            is_optional = parameter.default is not parameter.empty
            shown = given.metavar or parameter.name
            self.add_argument(
                parameter.name, **settings, type=_reader(kind), metavar=shown, nargs="?" if is_optional else None
            )
            return f"[{shown}]" if is_optional else shown
        flags = given.flags or (f"--{parameter.name.replace('_', '-')}",)
        if kind is bool:
            flags, _, no = flags[0].partition("/") if "/" in flags[0] else (flags, "", "")
            action = argparse.BooleanOptionalAction if no else "store_true"
            self.add_argument(*([flags] if no else flags), **settings, dest=parameter.name, action=action)
            return None
        if get_origin(kind) is Literal:
            settings |= {"choices": get_args(kind)}
        else:
            settings |= {"type": _reader(kind, given.least), "metavar": given.metavar}
        self.add_argument(*flags, **settings, dest=parameter.name, action="append" if is_list else "store")
        return None


class _Formatter(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=32, width=_width())

    def start_section(self, heading: str | None) -> None:
        """Begin a section with a capital letter."""
        super().start_section(heading.capitalize() if heading else heading)


def _reader(kind: type, least: int | None = None) -> Callable[[str], Any]:
    """Return what makes a value of a word."""
    if kind not in (int, float):
        return kind

    def read(word: str) -> float:
        try:
            number: float = kind(word)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{word!r} is no {'whole ' * (kind is int)}number") from None
        if least is not None and number < least:
            raise argparse.ArgumentTypeError(f"{word} is less than {least}")
        return number

    return read


def _overview(commands: Mapping[str, Command], about: str, epilog: str) -> str:
    width = _width()
    rows = [("-V, --version", "Print the version and leave."), ("--help", "Show this text and leave.")]
    options = [_row(name, text, width, 17) for name, text in rows]
    summaries = ((name, (inspect.getdoc(command) or "").partition("\n\n")[0]) for name, command in commands.items())
    lines = [_row(name, " ".join(text.split()), width, 11) for name, text in summaries]
    parts = ["Usage: footprint [OPTIONS] COMMAND [ARGS]...", _fill(about, width)]
    parts += ["\n".join(["Options:", *options]), "\n".join(["Commands:", *lines]), _fill(epilog, width)]
    return "\n\n".join(parts) + "\n"


def _row(name: str, text: str, width: int, column: int) -> str:
    return textwrap.fill(text, width, initial_indent=f"  {name}".ljust(column), subsequent_indent=" " * column)


def _fill(text: str, width: int) -> str:
    return "\n\n".join(textwrap.fill(" ".join(part.split()), width) for part in text.split("\n\n"))


def _width() -> int:
    return min(shutil.get_terminal_size().columns, _WIDEST) - 2


def _near(word: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, list(known), n=3)
    return f"; did you mean {' or '.join(close)}?" if close else ""

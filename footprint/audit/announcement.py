"""What a command is about to start, with which interpreter, and how not to: said before anything is started."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from footprint.collect import interpreter
from footprint.config.options import Options, StartOptions

# How each command is kept from starting anything.
_WAYS: Mapping[str, str] = {
    **dict.fromkeys(("audit", "why", "trim", "defer", "init", "diff"), "--no-probe starts nothing"),
    "cost": "What is priced is installed into a shadow of project and environment alone",
    "what-if": "The change is made in a shadow of project and environment alone",
    "check": "--static starts nothing",
    "probe": "footprint audit --no-probe starts nothing",
    "probe --live": "footprint audit --no-probe starts nothing",
    "tune": "footprint audit --no-probe starts nothing",
    "pytest --footprint": "without --footprint none of it is started",
}
_SERVER = " If a verdict needs it, its server is started as well, with an empty application."
# Where no environment is found, files stand in for it, and nothing is started.
_MAY_STAND_IN = ("audit", "trim", "defer", "why", "init", "check", "diff")


def describe_start(
    command: str, options: Options, *, words: Sequence[str] = (), base: Path | None = None, starts: bool = True
) -> str | None:
    """Return the line that says what `command` will start; None where it starts nothing.

    `words` are the command of `probe --live` and `tune`, `base` is the other checkout of `check --against`.
    Raises: UsageError when a given interpreter or environment does not exist.
    """
    target = options.target
    if target.no_env or target.site_packages or not (starts or target.ask_python):
        return None
    executable, chosen = interpreter.find(python=target.python, env=target.env, project=target.project)
    if chosen.way != "python" and interpreter.find_trouble(executable):
        return None  # what is installed there is read, and nothing can be started
    if not starts:
        if chosen == interpreter.RUNNING:
            return None  # it knows itself
        python = _shown(executable)
        return f"footprint {command} --ask-python starts {python}, as you, to ask what it is, and nothing else"
    program = command if command.startswith("pytest") else f"footprint {command}"
    what = _command(words, options.probe) if command in ("probe --live", "tune") else _application(options, base)
    if command == "tune":
        what += ", some twenty times with other settings,"
    if command == "audit" and options.probe.verify != "off":
        what += ", and again in a shadow with its advice taken,"
    is_own = chosen == interpreter.RUNNING and command in _MAY_STAND_IN
    unsure = " if it has what the project declares" if is_own else ""
    server = _SERVER if command in ("audit", "trim", "defer", "check", "diff") else ""
    return f"{program} starts {what} with {_shown(executable)}{unsure}, as you. {_WAYS[command]}.{server}"


def _application(options: Options, base: Path | None) -> str:
    names = f" ({', '.join(options.target.entries)})" if options.target.entries else ""
    real = " and its start command" if options.probe.live else ""
    other = f", and that of {_shown(base)}," if base is not None else ""
    return f"the application{names}{real}{other}"


def _command(words: Sequence[str], options: StartOptions) -> str:
    if not words:
        return "the start command of the deploy files"
    from footprint.secrets import Secrets, star_command  # for the one command that needs it

    return f"`{star_command(' '.join(words), Secrets.of(options.environment, os.environ))}`"


def _shown(path: Path) -> str:
    """Return a path as short as it can be written here."""
    absolute = os.path.abspath(path)  # noqa: PTH100 - links stay
    here = os.path.join(os.getcwd(), "")  # noqa: PTH109, PTH118
    return absolute.removeprefix(here)

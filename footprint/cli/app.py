"""The command: which commands there are, and how a mistake is told. Each is a file of its own, loaded when it runs."""

from __future__ import annotations

import sys
from importlib import import_module

from footprint.cli.arguments import Subcommand, call
from footprint.cli.streams import write_through
from footprint.ending import NO_MEMORY
from footprint.errors import FootprintError, OutputLost, UsageError

# As the help lists them.
COMMANDS = (
    *("audit", "scan", "imports", "probe", "why", "what-if", "cost", "trim", "defer", "tune", "check", "init"),
    *("report", "open", "diff", "services", "fleet", "ask", "image", "lsp", "explain", "schema", "cache"),
)
ABOUT = "What every Python dependency weighs on disk, costs in memory at startup, and whether the app uses it at all."
EPILOG = (
    "Exit codes: 0 done, 1 findings, 2 usage or configuration, 3 could not measure, 130 interrupted; "
    "143, 129 ended by SIGTERM, SIGHUP; 141 nobody read the output to its end."
)


def load_command(name: str) -> Subcommand:
    """Return the command of one of the names: its file says what it takes and does."""
    module = import_module(f"footprint.cli.{name.replace('-', '_')}_command")
    return Subcommand(name, module.ABOUT, module.TAKES, module.run)


def main() -> int:
    """Run the application and return its exit code; our own errors are one line on stderr."""
    return write_through(_run)


def _run() -> int:
    try:
        if sys.argv[1:2] == ["--show-completion"]:
            _show_completion(sys.argv[2:])
        elif not sys.argv[1:]:
            from footprint.cli.bare_command import print_picture

            print_picture(lambda: call(load_command, COMMANDS, ["--help"], about=ABOUT, epilog=EPILOG))
        else:
            call(load_command, COMMANDS, sys.argv[1:], about=ABOUT, epilog=EPILOG)
        return 0
    except SystemExit as leaving:  # how a command says that not all was well
        return leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except OutputLost:
        raise
    except FootprintError as error:
        _tell(str(error))
        return error.exit_code
    except MemoryError:
        _tell(NO_MEMORY)
    except RecursionError:
        _tell("something is nested too deeply to be read: please report what `footprint audit` was run on")
    except RuntimeError as error:
        if "can't start new thread" not in str(error):  # as Python says it of RLIMIT_AS and RLIMIT_NPROC
            raise
        _tell(NO_MEMORY)
    except OSError as error:  # the machine refuses: a closed folder on the way, a full disk
        place = f"{error.filename}: " if error.filename is not None else ""
        _tell(f"{place}{error.strerror or error}")
    return 3


def _show_completion(words: list[str]) -> None:
    from footprint.cli.completion import SHELLS, make_script

    if len(words) != 1 or words[0] not in SHELLS:
        raise UsageError(f"--show-completion takes one shell: {', '.join(SHELLS)}")
    sys.stdout.write(make_script(words[0], map(load_command, COMMANDS)))


def _tell(words: str) -> None:
    from footprint.credentials import star_credentials
    from footprint.report.text.safe import printable

    for line in star_credentials(words).splitlines():
        sys.stderr.write(f"footprint: {printable(line)}\n")

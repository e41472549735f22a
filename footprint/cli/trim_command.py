"""`footprint trim`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.cli.arguments import PROJECT, Argument, Given
from footprint.cli.file_changes import FLAGS, end_where_nothing_starts, refuse_idle_flags, write_or_say
from footprint.config.settings_table import Setting, format_row, rows
from footprint.errors import UsageError
from footprint.values import replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from footprint.audit.removal_edits import PlannedTrim
    from footprint.config.options import Options
    from footprint.files.writer import Place

ABOUT = """\
Show the removals that an audit proposes as changes of the requirement files; --write makes them.

Each removal is tried before it is shown: made in a shadow of the environment, where the application is started and a
command after `--` is run, `footprint trim -- pytest -q`. What breaks something stays, with the place that needs it.
Every other byte of the files stays. Lock files are not edited: the command that renews each is named."""
TAKES = (
    PROJECT,
    *rows("python env ask-python trust-settings"),
    *rows("entries factory requirements exclude respect-gitignore cache probe lifespan first-use"),
    *rows("limit live ready requests runs timeout env-file set"),
    Setting("only", "text", "Take this removal alone. Repeatable.", "NAME", many=True),
    Setting("keep", "text", "Keep this distribution, whatever the audit says. Repeatable.", "NAME", many=True),
    *FLAGS,
    Setting("output", "path", "Write what production then needs to a requirements file; "
            "in a folder it is called requirements-minimal.txt.", "FILE", ("--output", "-o")),
    Setting("install-check", "switch",
            "Install what is left into a scratch environment, start the app from it, and compare."),
    Setting("find-links", "text", "With --install-check: look for files there, too. Repeatable.", "DIR|URL", many=True),
    format_row("Standard output: table, markdown or json."),
    Argument("words", rest=True),
)  # fmt: skip


_FINDINGS = 1


def run(given: Given) -> None:
    """Print the changes, make them if asked to; exit 3 when an entry does not start: nothing is written then."""
    from footprint.cli.printing import check_format, make_view, started, warn
    from footprint.report import formats

    name = check_format(given["format"], formats.TRIM)
    _refuse(given)
    place = _place(given["output"])
    with started("trim", given) as (options, show):
        planned = _plan(given, options, show)
    sys.stdout.write(formats.render(name, planned.trim, make_view()))
    sys.stdout.flush()
    end_where_nothing_starts(planned.audit)
    if planned.trim.installed is not None and not planned.trim.installed.holds:
        warn("what was installed is not what was promised, so nothing is written")
        raise SystemExit(_FINDINGS)
    if place is not None:
        _write_minimal(place, planned)
    write_or_say(given, "trim", planned.edits, (renewal.command for renewal in planned.trim.renewals))


def _refuse(given: Given) -> None:
    """Raises: UsageError for a flag that says nothing without another one."""
    refuse_idle_flags(given, "removals")
    if given["find_links"] and not given["install_check"]:
        raise UsageError("--find-links goes with --install-check")


def _plan(given: Given, options: Options, show: Callable[[str], None]) -> PlannedTrim:
    """Return the trim, tried where anything may be started, and installed where that is asked for."""
    from footprint.audit.removal_edits import TrimChoice, plan_trim
    from footprint.cli.printing import warn

    choice = TrimChoice(given["only"] or (), given["keep"] or ())
    if options.probe.enabled:
        from footprint.trial.bench import UserCommand
        from footprint.trial.shadows import covered
        from footprint.trial.trimmed_project import try_trim

        planned = plan_trim(options, choice, show, cover=covered)
        planned = try_trim(planned, UserCommand.of(given["words"] or (), given["project"]), show)
    else:
        planned = plan_trim(options, choice, show)
    if given["install_check"]:
        from footprint.audit.install_check import check_install

        warn("--install-check installs what is left into a folder of its own, by uv or pip as you have set them up")
        check = check_install(planned, options, given["find_links"] or (), show)
        planned = replace(planned, trim=replace(planned.trim, installed=check))
    return planned


def _place(output: Path | None) -> Place | None:
    """Return where the other requirements file goes. Raises: NotWritten."""
    from footprint.audit.minimal_file import MINIMAL_NAME
    from footprint.files.writer import check_place

    if output is None:
        return None
    return check_place(output / MINIMAL_NAME if output.is_dir() else output)


def _write_minimal(place: Place, planned: PlannedTrim) -> None:
    from footprint.audit.minimal_file import minimal_text
    from footprint.cli.printing import warn
    from footprint.files.writer import write_file

    write_file(place, minimal_text(planned.kept, planned.local_paths).encode())
    warn(f"written: {place.path}; install it with: pip install -r {place.path}")

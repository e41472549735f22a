"""`footprint defer`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from footprint.cli.arguments import PROJECT, Argument, Given
from footprint.cli.file_changes import FLAGS, end_where_nothing_starts, refuse_idle_flags, write_or_say
from footprint.config.settings_table import Setting, format_row, rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from footprint.audit.deferral_edits import PlannedDeferral
    from footprint.config.options import Options

ABOUT = """\
Show the imports that an audit proposes to defer, moved into the functions that use them; --write moves them.

Each deferral is tried before it is shown: made in a shadow of environment and project, where the application is
started and a command after `--` is run, `footprint defer -- pytest -q`. What breaks something, and what cannot move
without a change of what the program does, stays, and is told with the reason."""
TAKES = (
    PROJECT,
    *rows("python env ask-python trust-settings"),
    *rows("entries factory requirements exclude respect-gitignore cache probe lifespan first-use"),
    *rows("limit live ready requests runs timeout env-file set"),
    Setting("only", "text", "Take this deferral alone: a distribution, or the place of an import. Repeatable.",
            "NAME|FILE:LINE", many=True),
    *FLAGS,
    Setting("output", "path", "Write the diff to a file, for `git apply`.", "FILE", ("--output", "-o")),
    format_row("Standard output: table, markdown or json."),
    Argument("words", rest=True),
)  # fmt: skip


def run(given: Given) -> None:
    """Print the changes, make them if asked to; exit 3 when an entry does not start: nothing is written then."""
    from footprint.cli.printing import check_format, make_view, started, warn
    from footprint.files.writer import check_place, write_file
    from footprint.report import formats

    name = check_format(given["format"], formats.DEFER)
    refuse_idle_flags(given, "deferrals")
    place = check_place(given["output"]) if given["output"] is not None else None
    with started("defer", given) as (options, show):
        planned = _plan(given, options, show)
    sys.stdout.write(formats.render(name, planned.deferrals, make_view()))
    sys.stdout.flush()
    end_where_nothing_starts(planned.audit)
    if place is not None:
        lines = (line for file in planned.deferrals.files for line in file.lines)
        write_file(place, "".join(f"{line}\n" for line in lines).encode())
        warn(f"written to {given['output']}; apply it with: git apply {place.path}")
    write_or_say(given, "defer", planned.edits)


def _plan(given: Given, options: Options, show: Callable[[str], None]) -> PlannedDeferral:
    """Return the deferrals, tried where anything may be started."""
    from footprint.audit.deferral_edits import plan_deferral

    if not options.probe.enabled:
        return plan_deferral(options, given["only"] or (), show)
    from footprint.trial.bench import UserCommand
    from footprint.trial.deferred_project import try_deferral
    from footprint.trial.shadows import covered

    planned = plan_deferral(options, given["only"] or (), show, cover=covered)
    return try_deferral(planned, UserCommand.of(given["words"] or (), given["project"]), show)

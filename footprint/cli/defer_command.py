"""`footprint defer`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.cli.arguments import PROJECT, Argument, Given
from footprint.config.settings_table import Setting, format_row, rows
from footprint.errors import CannotMeasure, UsageError

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
    *rows("entries factory requirements exclude respect-gitignore probe lifespan first-use"),
    *rows("limit runs timeout env-file set"),
    Setting("only", "text", "Take this deferral alone: a distribution, or the place of an import. Repeatable.",
            "NAME|FILE:LINE", many=True),
    Setting("write", "switch", "Change the files, all or none of them, and say how to undo it."),
    Setting("force", "switch", "With --write: also where changes are not committed; their text is kept in .orig."),
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
    if given["force"] and not given["write"]:
        raise UsageError("--force goes with --write")
    if given["words"] and given["probe"] is False:
        raise UsageError("a command is run to try the deferrals, which --no-probe does not do")
    place = check_place(given["output"]) if given["output"] is not None else None
    with started("defer", given) as (options, show):
        planned = _plan(given, options, show)
    sys.stdout.write(formats.render(name, planned.deferrals, make_view()))
    sys.stdout.flush()
    failed = [entry.name for entry in planned.audit.entries if entry.stopped]
    for entry in failed:
        warn(f"entry {entry} does not start, so nothing is written")
    if failed:
        raise SystemExit(CannotMeasure.exit_code)
    if place is not None:
        lines = (line for file in planned.deferrals.files for line in file.lines)
        write_file(place, "".join(f"{line}\n" for line in lines).encode())
        warn(f"written to {given['output']}; apply it with: git apply {place.path}")
    if given["write"]:
        _write(given["project"], planned, force=bool(given["force"]))
    elif planned.edits:
        warn("nothing is written; footprint defer --write makes these changes")


def _plan(given: Given, options: Options, show: Callable[[str], None]) -> PlannedDeferral:
    """Return the deferrals, tried where anything may be started."""
    from footprint.audit.deferral_edits import plan_deferral

    planned = plan_deferral(options, given["only"] or (), show)
    if options.probe.enabled:
        from footprint.trial.bench import UserCommand
        from footprint.trial.deferred_project import try_deferral

        planned = try_deferral(planned, UserCommand.of(given["words"] or (), given["project"]), show)
    return planned


def _write(project: Path, planned: PlannedDeferral, *, force: bool) -> None:
    from footprint.audit.user_edits import write_edits
    from footprint.cli.printing import warn

    written = write_edits(project, planned.edits, force=force)
    if not written.paths:
        warn("nothing to write")
        return
    warn(f"written: {', '.join(written.paths)}")
    for command in written.undo:
        warn(f"to undo it: {command}")

"""`footprint trim`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.cli.arguments import PROJECT, Given
from footprint.config.settings_table import Setting, format_row, rows
from footprint.errors import CannotMeasure, UsageError

if TYPE_CHECKING:
    from footprint.audit.removal_edits import PlannedTrim
    from footprint.files.writer import Place

ABOUT = """\
Show the removals that an audit proposes as changes of the requirement files; --write makes them.

Every other byte of the files stays. Lock files are not edited: the command that renews each is named."""
TAKES = (
    PROJECT,
    *rows("python env ask-python trust-settings"),
    *rows("entries factory requirements exclude respect-gitignore probe lifespan first-use"),
    *rows("limit runs timeout env-file set"),
    Setting("only", "text", "Take this removal alone. Repeatable.", "NAME", many=True),
    Setting("keep", "text", "Keep this distribution, whatever the audit says. Repeatable.", "NAME", many=True),
    Setting("write", "switch", "Change the files, all or none of them, and say how to undo it."),
    Setting("force", "switch", "With --write: also where changes are not committed; their text is kept in .orig."),
    Setting("output", "path", "Write what production then needs to a requirements file; "
            "in a folder it is called requirements-minimal.txt.", "FILE", ("--output", "-o")),
    format_row("Standard output: table, markdown or json."),
)  # fmt: skip


def run(given: Given) -> None:
    """Print the changes, make them if asked to; exit 3 when an entry could not be measured: nothing is written then."""
    from footprint.audit.minimal_file import minimal_text
    from footprint.audit.removal_edits import TrimChoice, plan_trim
    from footprint.cli.printing import check_format, make_view, started, warn
    from footprint.files.writer import write_file
    from footprint.report import formats

    name = check_format(given["format"], formats.TRIM)
    if given["force"] and not given["write"]:
        raise UsageError("--force goes with --write")
    place = _place(given["output"])
    with started("trim", given) as (options, show):
        planned = plan_trim(options, TrimChoice(given["only"] or (), given["keep"] or ()), show)
    sys.stdout.write(formats.render(name, planned.trim, make_view()))
    sys.stdout.flush()
    failed = [entry.name for entry in planned.audit.entries if entry.failure]
    for entry in failed:
        warn(f"entry {entry} could not be measured to its end, so nothing is written")
    if failed:
        raise SystemExit(CannotMeasure.exit_code)
    if place is not None:
        write_file(place, minimal_text(planned.kept, planned.local_paths).encode())
        warn(f"written to {given['output']}; install it with: pip install -r {place.path}")
    if given["write"]:
        _write(given["project"], planned, force=bool(given["force"]))
    elif planned.edits:
        warn("nothing is written; footprint trim --write makes these changes")


def _place(output: Path | None) -> Place | None:
    """Return where the other requirements file goes. Raises: NotWritten."""
    from footprint.audit.minimal_file import MINIMAL_NAME
    from footprint.files.writer import check_place

    if output is None:
        return None
    return check_place(output / MINIMAL_NAME if output.is_dir() else output)


def _write(project: Path, planned: PlannedTrim, *, force: bool) -> None:
    from footprint.audit.user_edits import write_edits
    from footprint.cli.printing import warn

    written = write_edits(project, planned.edits, force=force)
    if not written.paths:
        warn("nothing to write")
        return
    warn(f"written: {', '.join(written.paths)}")
    for command in written.undo:
        warn(f"to undo it: {command}")
    for renewal in planned.trim.renewals:
        warn(f"next: {renewal.command}")

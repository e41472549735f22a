"""What the commands share that change the user's files: flags, and writing all of them or none."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.cli.arguments import Given
from footprint.config.settings_table import Setting
from footprint.errors import CannotMeasure, UsageError

if TYPE_CHECKING:
    from footprint.audit.user_edits import FileEdit
    from footprint.model.audit import Audit

FLAGS = (
    Setting("write", "switch", "Change the files, all or none of them, and say how to undo it."),
    Setting("force", "switch", "With --write: also where changes are not committed; their text is kept in .orig."),
)


def refuse_idle_flags(given: Given, what: str) -> None:
    """Raises: UsageError for a flag that says nothing without another one; `what` a command after `--` tries."""
    if given["force"] and not given["write"]:
        raise UsageError("--force goes with --write")
    if given["words"] and given["probe"] is False:
        raise UsageError(f"a command is run to try the {what}, which --no-probe does not do")


def end_where_nothing_starts(audit: Audit) -> None:
    """Leave with 3 where an entry does not start: what would be written was not seen to run."""
    from footprint.cli.printing import warn

    failed = [entry.name for entry in audit.entries if entry.stopped]
    for entry in failed:
        warn(f"entry {entry} does not start, so nothing is written")
    if failed:
        raise SystemExit(CannotMeasure.exit_code)


def write_or_say(given: Given, command: str, edits: tuple[FileEdit, ...], then: Iterable[str] = ()) -> None:
    """Write the files where that is asked for, and say how to undo it and what comes next; else say how to ask."""
    from footprint.cli.printing import warn

    if given["write"]:
        _write(given["project"], edits, force=bool(given["force"]), then=then)
    elif edits:
        warn(f"nothing is written; footprint {command} --write makes these changes")


def _write(project: Path, edits: tuple[FileEdit, ...], *, force: bool, then: Iterable[str]) -> None:
    from footprint.audit.user_edits import write_edits
    from footprint.cli.printing import warn

    written = write_edits(project, edits, force=force)
    if not written.paths:
        warn("nothing to write")
        return
    warn(f"written: {', '.join(written.paths)}")
    for command in written.undo:
        warn(f"to undo it: {command}")
    for command in then:
        warn(f"next: {command}")

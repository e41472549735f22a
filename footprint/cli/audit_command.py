"""`footprint audit`, `footprint why` and `footprint report`."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from footprint import audit as stages
from footprint.audit.announcement import describe_start
from footprint.cli import progress
from footprint.cli.outputs import Output, parse_outputs, refuse, write_outputs
from footprint.cli.parameters import check_format, make_view
from footprint.config import read_options
from footprint.errors import AuditUnreadable, UsageError
from footprint.files.reader import NotRead, read_descriptor, read_given
from footprint.model.audit import Audit
from footprint.names import normalise
from footprint.report.audit import formats, stored
from footprint.report.audit import why as why_report
from footprint.report.text.safe import printable
from footprint.report.text.view import View

NOT_MEASURED = 3
_AUDIT_BYTES = 256 << 20
_EXAMPLE = "markdown:footprint.md"


def run(project: Path, flags: Mapping[str, Any], view: View, format_: str, outputs: Sequence[str]) -> None:
    """Audit, print, write the files asked for; exit 3 when an entry could not be measured."""
    destinations = parse_outputs(outputs, formats.NAMES, _EXAMPLE)
    check_format(format_, formats.NAMES)
    audit = _measure("audit", project, flags)
    _write_out(audit, view, format_, destinations)
    failed = [entry for entry in audit.entries if entry.failure or entry.live_failure]
    for entry in failed:
        sys.stderr.write(
            f"footprint: entry {printable(entry.name)} could not be measured to its end; the report says where\n"
        )
    if failed:
        raise SystemExit(NOT_MEASURED)


def why(distribution: str, project: Path, flags: Mapping[str, Any], stored_file: Path | None) -> None:
    """Print what is known of one distribution. Raises: UsageError when it is neither installed nor declared."""
    audit = _load(stored_file) if stored_file else _measure("why", project, flags)
    row = audit.row(normalise(distribution))
    if row is None:
        close = difflib.get_close_matches(normalise(distribution), [row.name for row in audit.distributions], n=3)
        hint = f"; did you mean {' or '.join(close)}?" if close else ""
        raise UsageError(f"{distribution} is neither installed in the audited environment nor declared{hint}")
    sys.stdout.write(why_report.render(audit, row, make_view("disk", 0)))


def report(stored_file: Path, view: View, format_: str, outputs: Sequence[str]) -> None:
    """Render a stored audit again."""
    destinations = parse_outputs(outputs, formats.NAMES, _EXAMPLE)
    check_format(format_, formats.NAMES)
    _write_out(_load(stored_file), view, format_, destinations)


def _measure(command: str, project: Path, flags: Mapping[str, Any]) -> Audit:
    options = read_options(flags, project)
    progress.announce(describe_start(command, options, starts=options.probe.enabled))
    with progress.watch():
        return stages.run_audit(options, progress.show)


def _load(path: Path) -> Audit:
    try:
        if str(path) == "-" and sys.stdin is None:  # it was closed
            raise NotRead("absent")
        if str(path) == "-":
            data = read_descriptor(sys.stdin.fileno(), bytes_at_most=_AUDIT_BYTES)
        else:
            data = read_given(path, bytes_at_most=_AUDIT_BYTES)
        text = data.decode()
    except (NotRead, UnicodeDecodeError) as error:
        raise AuditUnreadable(f"cannot read {path}: {error}") from error
    return stored.parse(text)


def _write_out(audit: Audit, view: View, format_: str, outputs: Sequence[Output]) -> None:
    """Write the files, print, and only then say what could not be written. Raises: UsageError."""
    plain = View(sort=view.sort, top=view.top)
    failed = write_outputs(outputs, lambda name: formats.render(name, audit, plain))
    for name in (format_, *(output.format for output in outputs if output.place is None)):
        sys.stdout.write(formats.render(name, audit, view))
    sys.stdout.flush()
    refuse(failed)

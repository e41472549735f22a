"""`footprint check`: the gate."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from footprint.audit.announcement import describe_start
from footprint.cli import progress
from footprint.cli.outputs import parse_outputs, refuse, write_outputs
from footprint.cli.parameters import check_format, make_view
from footprint.config import read_options
from footprint.config.gate_settings import read_gate_settings
from footprint.errors import UsageError
from footprint.files.place import NotWritten, Place, check_place
from footprint.files.writer import append_file
from footprint.gate import check as gate
from footprint.model.gate_report import GateReport
from footprint.report.gate import changes, formats
from footprint.report.text.safe import printable
from footprint.report.text.view import DEFAULT_VIEW, View
from footprint.values import dataclass

_EXAMPLE = "sarif:footprint.sarif"
_TEXT = ("table", "markdown")  # what more words may follow


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to print, to write and to answer."""

    format: str
    outputs: tuple[str, ...]
    quiet: bool
    exit_zero: bool
    update: bool
    allow_increase: bool


def run(project: Path, flags: Mapping[str, Any], wanted: Wanted) -> None:
    """Check, print, write the files asked for and the job summary; exit 1 when a rule failed, 3 when not measured."""
    outputs = parse_outputs(wanted.outputs, formats.NAMES, _EXAMPLE)
    summary = _find_summary()
    check_format(wanted.format, formats.NAMES)
    if wanted.allow_increase and not wanted.update:
        raise UsageError("--allow-increase goes with --update-baseline")
    options = read_options(flags, project)  # first: it tells a project that is no folder
    options = replace(options, gate=read_gate_settings(flags, project))
    settings = options.gate
    if wanted.update and settings.static:
        raise UsageError("--static measures nothing that a baseline could hold: leave one of the two out")
    if not wanted.quiet:
        base = settings.against if settings.against is not None and settings.against.is_dir() else None
        progress.announce(describe_start("check", options, base=base, starts=not settings.static))
    with progress.watch():
        checked = gate.run_check(options, progress.show, write=wanted.update, allow_increase=wanted.allow_increase)
    report, view = checked.report, make_view("disk", 0)
    failed: list[UsageError] = [*write_outputs(outputs, lambda name: _render(name, report, DEFAULT_VIEW, wanted.quiet))]
    for name in (wanted.format, *(output.format for output in outputs if output.place is None)):
        sys.stdout.write(_render(name, report, view, wanted.quiet))
    _write_summary(report, summary)
    refused = False
    if checked.update is not None:
        stream = sys.stdout if wanted.format in _TEXT else sys.stderr
        stream.write(changes.render(checked.update.changes, checked.update.refused, str(checked.baseline), view))
        refused = bool(checked.update.refused)
    sys.stdout.flush()
    refuse(failed if checked.unwritten is None else [checked.unwritten, *failed])
    code = report.exit_code or int(refused)
    if code and not (wanted.exit_zero and code == 1):
        raise SystemExit(code)


def _render(name: str, report: GateReport, view: View, quiet: bool) -> str:
    if name == "table" and quiet:
        from footprint.report.gate import table

        return table.render(report, view, quiet=True)
    return formats.render(name, report, view)


def _find_summary() -> Place | NotWritten | None:
    """Return where the runner wants the job summary, before anything is started that could change what stands there."""
    place = os.environ.get("GITHUB_STEP_SUMMARY")
    if not place:
        return None
    try:
        return check_place(place, adds=True)
    except NotWritten as error:
        return error


def _write_summary(report: GateReport, place: Place | NotWritten | None) -> None:
    """Append to the job summary where the runner has one: it needs no token and works for forks."""
    if place is None:
        return
    try:
        if isinstance(place, NotWritten):
            raise place
        append_file(place, (formats.render("markdown", report, DEFAULT_VIEW) + "\n").encode())
    except NotWritten as error:
        sys.stderr.write(f"footprint: cannot write the job summary {printable(error.path)}: {error.why}\n")

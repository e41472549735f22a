"""`footprint probe`: the measured start alone."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer

from footprint import audit as stages
from footprint.cli import progress
from footprint.cli.stage_commands import options, print_json, print_lines, print_notes
from footprint.errors import UsageError
from footprint.report import content, cost_rows
from footprint.report.layout import render_rows
from footprint.report.view import View


def probe(project: Path, flags: Mapping[str, Any], view: View, format_: str) -> None:
    """Measure every entry and print its cost by distribution; exit 3 when one could not be measured to its end."""
    chosen = options(project, flags, format_)
    with progress.watch():
        measured = stages.measure_entries(chosen, progress.show)
    if not measured.rows:
        raise UsageError("no entry point found to start: give one with --entry module:attr, a file or '-m module'")
    if format_ == "json":
        print_json(cost_rows.probe_values(measured.rows, measured.costs))
    else:
        for row in measured.rows:
            print_lines((content.entry_title(row), *(f"  {line}" for line in content.entry_lines(row))), view)
            sys.stdout.write(render_rows(cost_rows.cost_rows(measured.costs[row.name], view.top), view))
        print_notes(measured.notes)
    if any(row.failure for row in measured.rows):
        raise typer.Exit(3)

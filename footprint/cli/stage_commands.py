"""`footprint scan`, `footprint imports` and `footprint probe`: one stage of the audit alone."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import typer

from footprint import audit as stages
from footprint.cli import progress
from footprint.cli.parameters import check_format
from footprint.config import Options, read_options
from footprint.errors import UsageError
from footprint.model.note import Note
from footprint.report import content, stage_rows
from footprint.report.safe import plain_ascii, printable
from footprint.report.view import View

FORMATS = ("table", "json")


def scan(project: Path, flags: Mapping[str, Any], view: View, format_: str) -> None:
    """Weigh and print; the exit code is 0 even when something could not be read: the notes say so."""
    options = _options(project, flags, format_)
    with progress.watch():
        target, scanned = stages.scan_disk(options, progress.show)
    if format_ == "json":
        _print_json(stage_rows.scan_values(scanned, target.installed))
        return
    rows, lines = stage_rows.scan_rows(scanned, target.installed, view.top)
    _print_table(rows, view)
    _print_lines(lines, view)
    _print_notes((*target.notes, *scanned.notes))


def imports(project: Path, flags: Mapping[str, Any], view: View, format_: str) -> None:
    """Print every import of the project that leaves it."""
    options = _options(project, flags, format_)
    with progress.watch():
        found = stages.read_imports_of(options, progress.show)
    if format_ == "json":
        entries = [{"name": entry.name, "target": entry.target, "source": entry.source} for entry in found.entries]
        _print_json({"entries": entries, "imports": stage_rows.import_values(found.uses)})
        return
    _print_lines((f"Entry {entry.name}: {entry.target} (from {entry.source})" for entry in found.entries), view)
    _print_table(stage_rows.import_rows(found.uses), view)
    _print_notes(found.notes)


def probe(project: Path, flags: Mapping[str, Any], view: View, format_: str) -> None:
    """Measure every entry and print its cost by distribution; exit 3 when one could not be measured to its end."""
    options = _options(project, flags, format_)
    with progress.watch():
        measured = stages.measure_entries(options, progress.show)
    if not measured.rows:
        raise UsageError("no entry point found to start: give one with --entry module:attr, a file or '-m module'")
    if format_ == "json":
        _print_json(stage_rows.probe_values(measured.rows, measured.costs))
    else:
        for row in measured.rows:
            _print_lines((content.entry_title(row), *(f"  {line}" for line in content.entry_lines(row))), view)
            _print_table(stage_rows.cost_rows(measured.costs[row.name], view.top), view)
        _print_notes(measured.notes)
    if any(row.failure for row in measured.rows):
        raise typer.Exit(3)


def _options(project: Path, flags: Mapping[str, Any], format_: str) -> Options:
    check_format(format_, FORMATS)
    return read_options(flags, project)


def _print_json(values: Any) -> None:
    sys.stdout.write(json.dumps(values, indent=2) + "\n")


def _print_table(rows: stage_rows.Rows, view: View) -> None:
    from footprint.report.table import render_rows

    header, alignment, cells = rows
    sys.stdout.write(render_rows(header, alignment, cells, view))


def _print_lines(lines: Iterable[str], view: View) -> None:
    for line in lines:
        shown = printable(line)
        sys.stdout.write((plain_ascii(shown) if view.ascii else shown) + "\n")


def _print_notes(notes: Iterable[Note]) -> None:
    for line in content.describe_notes(notes):
        sys.stderr.write(f"note: {printable(line)}\n")

"""`footprint scan` and `footprint imports`: one stage of the audit alone, nothing started."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from footprint import audit as stages
from footprint.audit.announcement import describe_start
from footprint.cli import progress
from footprint.cli.parameters import check_format
from footprint.config import Options, read_options
from footprint.model.note import Note
from footprint.model.source_modules import EntryPoint
from footprint.report.stages import imports as import_rows
from footprint.report.stages import scan as scan_rows
from footprint.report.text.layout import render_rows
from footprint.report.text.phrases import describe_notes
from footprint.report.text.safe import plain_ascii, printable
from footprint.report.text.view import View

FORMATS = ("table", "json")


def scan(project: Path, flags: Mapping[str, Any], view: View, format_: str) -> None:
    """Weigh and print; the exit code is 0 even when something could not be read: the notes say so."""
    chosen = options(project, flags, format_)
    progress.announce(describe_start("scan", chosen, starts=False))
    with progress.watch():
        target, scanned = stages.scan_disk(chosen, progress.show)
    if format_ == "json":
        print_json(scan_rows.scan_values(scanned, target.installed))
        return
    rows, lines = scan_rows.scan_rows(scanned, target.installed, view.top)
    sys.stdout.write(render_rows(rows, view))
    print_lines(lines, view)
    print_notes((*target.notes, *scanned.notes))


def imports(project: Path, flags: Mapping[str, Any], view: View, format_: str) -> None:
    """Print every import of the project that leaves it."""
    chosen = options(project, flags, format_)
    progress.announce(describe_start("imports", chosen, starts=False))
    with progress.watch():
        found = stages.read_imports_of(chosen, progress.show)
    if format_ == "json":
        entries = [_entry_values(entry) for entry in found.entries]
        print_json({"entries": entries, "imports": import_rows.import_values(found.uses)})
        return
    print_lines(map(_entry_line, found.entries), view)
    sys.stdout.write(render_rows(import_rows.import_rows(found.uses), view))
    print_notes(found.notes)


def _entry_values(entry: EntryPoint) -> dict[str, Any]:
    named = {"name": entry.name, "target": entry.target, "source": entry.source}
    return named | {"role": entry.role, "beside": entry.beside}


def _entry_line(entry: EntryPoint) -> str:
    kind = f"Beside, {entry.role}" if entry.beside else "Entry"
    return f"{kind} {entry.name}: {entry.target} (from {entry.source})"


def options(project: Path, flags: Mapping[str, Any], format_: str) -> Options:
    """Return the options of a stage. Raises: UsageError for a format that it does not have."""
    check_format(format_, FORMATS)
    return read_options(flags, project)


def print_json(values: Any) -> None:
    """Print plain values."""
    sys.stdout.write(json_text(values))


def json_text(values: Any) -> str:
    """Return plain values as a document."""
    return json.dumps(values, indent=2) + "\n"


def print_lines(lines: Iterable[str], view: View) -> None:
    """Print lines, made harmless."""
    sys.stdout.write(join_lines(lines, view))


def join_lines(lines: Iterable[str], view: View) -> str:
    """Return lines as text, made harmless."""
    shown = (printable(line) for line in lines)
    return "".join(f"{plain_ascii(line) if view.ascii else line}\n" for line in shown)


def print_notes(notes: Iterable[Note]) -> None:
    """Print notes where they do not mix with the result."""
    for line in describe_notes(notes):
        sys.stderr.write(f"note: {printable(line)}\n")

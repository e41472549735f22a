"""`footprint imports`: one stage of the audit alone, nothing started."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from footprint.cli.arguments import PROJECT, Given
from footprint.config.settings_table import format_row, rows

if TYPE_CHECKING:
    from footprint.model.source_modules import EntryPoint

ABOUT = "List the project's imports: where, when they run, who provides them. Starts nothing of the project."
TAKES = (
    PROJECT,
    *rows("python env ask-python trust-settings no-env site-packages entries factory exclude respect-gitignore"),
    *rows("cache"),
    format_row("table or json."),
)


def run(given: Given) -> None:
    """Print every import of the project that leaves it."""
    from footprint.audit.stages.reading_stages import read_imports_of
    from footprint.cli.printing import check_format, json_text, make_view, print_lines, print_notes, started
    from footprint.report.stages.imports import import_rows, import_values
    from footprint.report.text.text_table import render_rows

    check_format(given["format"])
    with started("imports", given, starts=False) as (options, show):
        found = read_imports_of(options, show)
    if given["format"] == "json":
        entries = [_entry_values(entry) for entry in found.entries]
        sys.stdout.write(json_text({"entries": entries, "imports": import_values(found.uses)}))
        return
    view = make_view("name")
    print_lines(map(_entry_line, found.entries), view)
    sys.stdout.write(render_rows(import_rows(found.uses), view))
    print_notes(found.notes)


def _entry_values(entry: EntryPoint) -> dict[str, Any]:
    named = {"name": entry.name, "target": entry.target, "source": str(entry.source)}
    return named | {"role": entry.role, "beside": entry.beside}


def _entry_line(entry: EntryPoint) -> str:
    kind = f"Beside, {entry.role}" if entry.beside else "Entry"
    return f"{kind} {entry.name}: {entry.target} (from {entry.source})"

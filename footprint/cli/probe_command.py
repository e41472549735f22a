"""`footprint probe`: the measured start alone."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

from footprint import audit as stages
from footprint.audit.announcement import describe_start
from footprint.cli import progress
from footprint.cli.outputs import parse_outputs, refuse, write_outputs
from footprint.cli.parameters import check_format
from footprint.cli.stage_commands import join_lines, json_text, print_notes
from footprint.config import read_options
from footprint.errors import NotMeasured, UsageError
from footprint.report.audit import content
from footprint.report.stages import probe as cost_rows
from footprint.report.start.start_tree import StartTree, given_back
from footprint.report.text.layout import Rows, render_rows
from footprint.report.text.phrases import other_python_line
from footprint.report.text.safe import printable
from footprint.report.text.view import View
from footprint.units import parse_size, size

# What takes one start per file; a renderer is loaded when its format is asked for.
_ALONE: Mapping[str, tuple[str, str]] = {
    "folded": ("footprint.report.start.folded", "render_memory"),
    "folded-time": ("footprint.report.start.folded", "render_time"),
    "importtime": ("footprint.report.start.importtime", "render"),
}
_DRAWN = ("speedscope", "folded")  # their weights cannot be negative
FORMATS = ("table", "json", "speedscope", *_ALONE)
_EXAMPLE = "speedscope:start.json"


def probe(project: Path, flags: Mapping[str, Any], view: View, format_: str) -> None:
    """Measure every entry and print what it loaded, by distribution or in the format asked for.

    Exits with 3 when an entry could not be measured to its end.
    """
    check_format(format_, FORMATS)
    outputs = parse_outputs(flags.get("output") or (), FORMATS, _EXAMPLE)
    names = [format_, *(output.format for output in outputs)]
    rows_of = _choose_rows(flags, view, names)
    chosen = read_options(flags, project)
    progress.announce(describe_start("probe", chosen, starts=chosen.probe.enabled))
    with progress.watch():
        measured = stages.measure_entries(chosen, progress.show)
    if not measured.rows:
        raise UsageError("no entry point found to start: give one with --entry module:attr, a file or '-m module'")
    plain = replace(view, width=None, colour=False, ascii=False)
    failed = write_outputs(outputs, lambda name: _render(name, measured, rows_of, plain))
    for name in (format_, *(output.format for output in outputs if output.place is None)):
        sys.stdout.write(_render(name, measured, rows_of, view))
    _print_remarks(measured, set(names))
    sys.stdout.flush()
    refuse(failed)
    if any(row.failure for row in measured.rows):
        raise SystemExit(3)


_RowsOf = Callable[[stages.Measured, str], Rows | None]


def _choose_rows(flags: Mapping[str, Any], view: View, names: list[str]) -> _RowsOf:
    """Return what gives the table of an entry: by distribution, or as a tree with --tree.

    Raises: UsageError for --min without --tree, --tree without a table.
    """
    least = parse_size(flags["min_"]) if flags.get("min_") else None
    if not flags.get("tree"):
        if least is not None:
            raise UsageError("--min goes with --tree")
        return lambda measured, entry: cost_rows.cost_rows(measured.costs[entry], view.top)
    if "table" not in names:
        raise UsageError("--tree is a table: it goes with no other format")
    from footprint.report.start.table_tree import tree_rows

    def rows(measured: stages.Measured, entry: str) -> Rows | None:
        start = next((start for start in measured.starts if start.entry == entry), None)
        return tree_rows(start, top=view.top, least_bytes=least) if start is not None else None

    return rows


def _render(name: str, measured: stages.Measured, rows_of: _RowsOf, view: View) -> str:
    """Return the measurement in one format."""
    if name == "json":
        return json_text(cost_rows.probe_values(measured.rows, measured.costs))
    if name == "table":
        return _table(measured, rows_of, view)
    starts = _starts_with_costs(measured)
    if name == "speedscope":
        from footprint.report.start import speedscope

        return speedscope.render(starts)
    if len(starts) > 1:
        entries = ", ".join(printable(start.target) for start in starts)
        raise UsageError(f"{name} holds one entry and there are {len(starts)} ({entries}): choose one with --entry")
    module, function = _ALONE[name]
    text: str = getattr(import_module(module), function)(starts[0])
    return text


def _starts_with_costs(measured: stages.Measured) -> tuple[StartTree, ...]:
    """Return the starts that tell what each import cost. Raises: NotMeasured when there is none."""
    found = tuple(start for start in measured.starts if start.run.costs)
    if not found:
        why = next(
            (row.not_measured for row in measured.rows if row.not_measured), "memory per import is not known here"
        )
        raise NotMeasured(f"nothing to export: {why}")
    return found


def _table(measured: stages.Measured, rows_of: _RowsOf, view: View) -> str:
    other = other_python_line(measured.notes)
    parts = [join_lines((other,), view)] if other else []
    for row in measured.rows:
        parts.append(join_lines((content.entry_title(row), *(f"  {line}" for line in content.entry_lines(row))), view))
        rows = rows_of(measured, row.name)
        parts.append(render_rows(rows, view) if rows is not None else "")
    return "".join(parts)


def _print_remarks(measured: stages.Measured, names: set[str]) -> None:
    """Print where they do not mix with the result: notes, and what a format cannot show."""
    for start in measured.starts if names & {*_DRAWN} else ():
        lost = given_back(start.run.costs)
        if lost:
            words = f"imports gave {size(lost)} back, which a stack's weight cannot show: the sum is higher by as much"
            sys.stderr.write(f"footprint: entry {printable(start.entry)}: {words}\n")
    print_notes(measured.notes if "table" in names else ())

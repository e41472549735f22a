"""`footprint probe`: the measured start alone, or with --live the real command, as a health check sees it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from footprint.cli.arguments import PROJECT, Argument, Given
from footprint.config.settings_table import Setting, format_row, rows
from footprint.errors import CannotMeasure, UsageError

if TYPE_CHECKING:
    from footprint.audit.stages.probe_stage import MeasuredEntries
    from footprint.config.options import Options
    from footprint.report.start.start_tree import StartTree
    from footprint.report.text.text_table import Rows
    from footprint.report.text.view import View

    _RowsOf = Callable[[MeasuredEntries, str], Rows | None]

ABOUT = """\
Start the app in a child process and measure what each import adds to its memory.

With --live start the real command: the one after `--`, or the start command of the deploy files."""
TAKES = (
    PROJECT,
    *rows("python env trust-settings entries factory lifespan first-use runs timeout shadow env-file set"),
    Setting("live", "switch", "Start the real command, as in `footprint probe --live -- uvicorn main:app`."),
    *rows("ready requests calls event repeat allow-writes"),
    Setting("tree", "switch", "Print what loaded what, --top N rows of it."),
    Setting("min", "text", "With --tree: leave out what adds less memory than this.", "SIZE"),
    *rows("top"),
    format_row(
        "table, json, speedscope (bytes and time), folded or folded-time (stacks with bytes or microseconds), "
        "importtime (as `python -X importtime` prints).",
    ),
    *rows("output"),
    Argument("words", rest=True),
)
# What takes one start per file; a renderer is loaded when its format is asked for.
_ALONE: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "folded": ("folded", ("bytes",)),
    "folded-time": ("folded", ("microseconds",)),
    "importtime": ("importtime", ()),
}
_DRAWN = ("speedscope", "folded")  # their weights cannot be negative
FORMATS = ("table", "json", "speedscope", *_ALONE)


def run(given: Given) -> None:
    """Measure every entry, with --live the real command; exit 3 where that did not come to its end."""
    from footprint.cli.printing import check_format
    from footprint.config.audit_settings import read_options

    if given["live"] and given["shadow"]:
        raise UsageError("--shadow is not for --live here: `footprint audit --live --shadow` has both")
    if given["live"] and (given["tree"] or given["min"] or given["output"]):
        raise UsageError("--tree, --min and -o are not for --live")
    if given["words"] and not given["live"]:
        raise UsageError("a command after -- is started by `footprint probe --live` only")
    if given["live"]:
        check_format(given["format"])
        is_measured = _measure_live(given, read_options(given, given["project"]))
    else:
        is_measured = _measure_entries(given)
    if not is_measured:
        raise SystemExit(CannotMeasure.exit_code)


def _measure_live(given: Given, options: Options) -> bool:
    """Start the command and print what its processes take; return whether it got ready."""
    from footprint.audit.announcement import describe_start
    from footprint.audit.real_commands import describe_live
    from footprint.audit.stages.probe_stage import measure_live, top_costs
    from footprint.cli.printing import announced, json_text, make_view, print_lines, print_notes
    from footprint.report.stages.probe import live_lines, live_values, process_rows
    from footprint.report.text.text_table import render_rows

    live, view = describe_live(options, timeout_s=given["timeout_s"] or 60), make_view("rss", given["top"])
    with announced(describe_start("probe --live", options, words=given["words"])) as show:
        measured = measure_live(options, given["words"], live, show)
    costs = top_costs(measured.costs[0], view.most) if measured.costs else ()
    if given["format"] == "json":
        sys.stdout.write(json_text(live_values(measured.run, measured.source, costs)))
    else:
        print_lines(live_lines(measured.run, measured.source), view)
        for reading in measured.run.readings[-1:]:
            sys.stdout.write(render_rows(process_rows(reading), view))
        if costs:
            print_lines(("", "What the largest process loaded, by distribution:"), view)
            cells = [(f"{rss / 2**20:,.1f}", name) for name, rss in costs]
            sys.stdout.write(render_rows((("RSS MiB", "Loaded"), "rl", cells), view))
        print_notes(measured.run.notes)
    return bool(measured.run.readings)


def _measure_entries(given: Given) -> bool:
    """Print what every entry loaded, by distribution or in the format asked for; return whether all were measured."""
    from footprint.audit.stages.probe_stage import measure_entries
    from footprint.cli.audits import find_cover
    from footprint.cli.outputs import Outputs, refuse
    from footprint.cli.printing import check_format, make_view, started

    check_format(given["format"], FORMATS)
    outputs = Outputs.read(given, FORMATS, "speedscope:start.json")
    rows_of = _choose_rows(given, outputs.formats)
    with started("probe", given) as (options, show):
        measured = measure_entries(options, show, cover=find_cover(options))
    if not measured.rows:
        raise UsageError("no entry point found to start: give one with --entry module:attr, a file or '-m module'")
    view = make_view("rss", given["top"])
    failed = outputs.write(lambda name, shown: _render(name, measured, rows_of, shown), view)
    _print_remarks(measured, set(outputs.formats))
    refuse(failed)
    return not any(row.failure for row in measured.rows)


def _choose_rows(given: Given, formats: tuple[str, ...]) -> _RowsOf:
    """Return what gives the table of an entry: by distribution, or as a tree with --tree.

    Raises: UsageError for --min without --tree, --tree without a table.
    """
    from footprint.units import parse_size

    least, top = parse_size(given["min"]) if given["min"] else None, given["top"]
    if least is not None and not given["tree"]:
        raise UsageError("--min goes with --tree")
    if given["tree"] and "table" not in formats:
        raise UsageError("--tree is a table: it goes with no other format")

    def rows(measured: MeasuredEntries, entry: str) -> Rows | None:
        if not given["tree"]:
            from footprint.report.stages.probe import cost_rows

            return cost_rows(measured.costs[entry], top)
        from footprint.report.start.table_tree import tree_rows

        start = next((start for start in measured.starts if start.entry == entry), None)
        return tree_rows(start, top=top, least_bytes=least) if start is not None else None

    return rows


def _render(name: str, measured: MeasuredEntries, rows_of: _RowsOf, view: View) -> str:
    """Return the measurement in one format."""
    if name == "json":
        from footprint.cli.printing import json_text
        from footprint.report.stages.probe import probe_values

        return json_text(probe_values(measured.rows, measured.costs, measured.calls))
    if name == "table":
        return _table(measured, rows_of, view)
    starts = _starts_with_costs(measured)
    if name == "speedscope":
        from footprint.report.start import speedscope

        return speedscope.render(starts)
    if len(starts) > 1:
        from footprint.report.text.safe import printable

        entries = ", ".join(printable(start.target) for start in starts)
        raise UsageError(f"{name} holds one entry and there are {len(starts)} ({entries}): choose one with --entry")
    module, unit = _ALONE[name]
    text: str = import_module(f"footprint.report.start.{module}").render(starts[0], *unit)
    return text


def _starts_with_costs(measured: MeasuredEntries) -> tuple[StartTree, ...]:
    """Return the starts that tell what each import cost. Raises: CannotMeasure when there is none."""
    found = tuple(start for start in measured.starts if start.run.costs)
    if not found:
        why = (row.not_measured for row in measured.rows if row.not_measured)
        raise CannotMeasure(f"nothing to export: {next(why, 'memory per import is not known here')}")
    return found


def _table(measured: MeasuredEntries, rows_of: _RowsOf, view: View) -> str:
    from footprint.report.audit.call_sentences import CALLS, lines_of
    from footprint.report.audit.entry_sentences import entry_lines, entry_title
    from footprint.report.text.phrases import other_python_line
    from footprint.report.text.text_table import render_rows

    other = other_python_line(measured.notes)
    parts = [view.join([other])] if other else []
    for row in measured.rows:
        parts.append(view.join([entry_title(row), *(f"  {line}" for line in entry_lines(row))]))
        rows = rows_of(measured, row.name)
        parts.append(render_rows(rows, view) if rows is not None else "")
        if called := [call for call in measured.calls if call.entry == row.name]:
            parts.append(view.join([f"{CALLS}:", *(f"  {line}" for line in lines_of(called))]))
    return "".join(parts)


def _print_remarks(measured: MeasuredEntries, names: set[str]) -> None:
    """Print where they do not mix with the result: notes, and what a format cannot show."""
    from footprint.cli.printing import print_notes, warn
    from footprint.report.start.start_tree import given_back
    from footprint.units import size

    for start in measured.starts if names & {*_DRAWN} else ():
        lost = given_back(start.run.costs)
        if lost:
            words = f"imports gave {size(lost)} back, which a stack's weight cannot show: the sum is higher by as much"
            warn(f"entry {start.entry}: {words}")
    print_notes(measured.notes if "table" in names else ())

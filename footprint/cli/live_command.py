"""`footprint probe --live`: the real command, as a health check sees it."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from footprint.audit.announcement import describe_start
from footprint.audit.stages.live_stage import describe_live, measure_live, top_costs
from footprint.cli import progress
from footprint.cli.stage_commands import options, print_json, print_lines, print_notes
from footprint.report.stages import live as live_rows
from footprint.report.text.layout import render_rows
from footprint.report.text.view import View


def run(project: Path, flags: Mapping[str, Any], command: Sequence[str], view: View, format_: str) -> None:
    """Start the command, print what its processes take; exit 3 when it never got ready."""
    chosen = options(project, flags, format_)
    live = describe_live(chosen, timeout_s=flags.get("timeout_s") or 60)
    progress.announce(describe_start("probe --live", chosen, words=command))
    with progress.watch():
        measured = measure_live(chosen, command, live, progress.show)
    costs = top_costs(measured.costs[0], view.top) if measured.costs else ()
    if format_ == "json":
        print_json(live_rows.live_values(measured.run, measured.source, costs))
    else:
        print_lines(live_rows.live_lines(measured.run, measured.source), view)
        for reading in measured.run.readings[-1:]:
            sys.stdout.write(render_rows(live_rows.process_rows(reading), view))
        if costs:
            print_lines(("", "What the largest process loaded, by distribution:"), view)
            cells = [(f"{rss / 2**20:,.1f}", name) for name, rss in costs]
            sys.stdout.write(render_rows((("RSS MiB", "Loaded"), "rl", cells), view))
        print_notes(measured.run.notes)
    if not measured.run.readings:
        raise SystemExit(3)

"""`footprint scan`: one stage of the audit alone, nothing started."""

from __future__ import annotations

import sys

from footprint.cli.arguments import PROJECT, Given
from footprint.config.settings_table import format_row, rows

ABOUT = "Weigh the installed distributions on disk: one walk joined to every RECORD. Starts nothing of the project."
TAKES = (PROJECT, *rows("python env ask-python trust-settings site-packages cache top"), format_row("table or json."))


def run(given: Given) -> None:
    """Weigh and print; the exit code is 0 even when something could not be read: the notes say so."""
    from footprint.audit.stages.disk_stage import scan_disk
    from footprint.cli.printing import check_format, json_text, make_view, print_lines, print_notes, started
    from footprint.report.stages.scan import scan_rows, scan_values
    from footprint.report.text.text_table import render_rows

    check_format(given["format"])
    with started("scan", given, starts=False) as (options, show):
        target, scanned = scan_disk(options, show)
    if given["format"] == "json":
        sys.stdout.write(json_text(scan_values(scanned, target.installed)))
        return
    view = make_view("disk", given["top"])
    rows, lines = scan_rows(scanned, target.installed, view.most)
    sys.stdout.write(render_rows(rows, view))
    print_lines(lines, view)
    print_notes((*target.notes, *scanned.notes))

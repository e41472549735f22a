"""`footprint tune`: which setting of the server, the interpreter or the allocator helps this application."""

from __future__ import annotations

from footprint.cli.arguments import PROJECT, Argument, Given
from footprint.config.settings_table import Setting, format_row, output_row, rows

ABOUT = """\
Start the real command with other settings, and tell which of them saves memory here: measured, not folklore.

Preload, gc.freeze, -OO, allocators, threads: each alone, then the best of them together, at the same capacity.
Every worker gets the requests before it is read: `footprint tune --request /predict -- gunicorn -w 4 app:app`."""
TAKES = (
    PROJECT,
    *rows("python env trust-settings requests allow-writes ready timeout"),
    Setting("concurrency", "whole number",
            "Requests at once that it has to take, by as many workers; else workers x threads as they are.", "N",
            least=1),
    Setting("starts", "whole number", "Starts of each setting; the command as it is and the best are started twice.",
            "N", default=1, least=1),
    *rows("env-file set"),
    format_row("Standard output: table, markdown or json."),
    output_row("Write this format to a file as well. Repeatable."),
    Argument("words", rest=True),
)  # fmt: skip


def run(given: Given) -> None:
    """Tune and print. Raises: UsageError, CannotMeasure where the command gives no figure as it is."""
    from footprint.audit.announcement import describe_start
    from footprint.cli.outputs import Outputs, refuse
    from footprint.cli.printing import announced, make_view
    from footprint.config.audit_settings import read_options
    from footprint.report import formats
    from footprint.tune.tuned_project import TuneWish, tune

    outputs = Outputs.read(given, formats.TUNE, "markdown:tune.md")
    options = read_options(given, given["project"])
    wish = TuneWish(given["words"] or (), given["concurrency"], given["starts"])
    with announced(describe_start("tune", options, words=wish.words)) as show:
        tuning = tune(options, wish, show)
    refuse(outputs.write(lambda name, shown: formats.render(name, tuning, shown), make_view()))

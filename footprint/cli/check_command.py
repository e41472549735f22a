"""`footprint check`: the gate."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from footprint.cli.arguments import PROJECT, Given
from footprint.config.settings_table import Setting, format_row, gate_rows, output_row, rows
from footprint.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from footprint.config.options import Options
    from footprint.files.writer import NotWritten, Place
    from footprint.gate.check import Checked
    from footprint.model.gate_report import GateReport
    from footprint.model.image_report import ImageReport

ABOUT = """\
Fail when the app needs more than its budgets or its baseline allow, and say which line did it: for CI.

Settings: [tool.footprint.check] of pyproject.toml. Exit codes: 0 passed, 1 a rule failed, 3 could not measure."""
TAKES = (
    PROJECT,
    *rows("python env ask-python trust-settings site-packages"),
    *rows("entries factory requirements exclude respect-gitignore cache lifespan limit workers timeout shadow"),
    *rows("env-file set"),
    *rows("requests calls event repeat allow-writes"),
    *gate_rows("static runs baseline"),
    Setting("update-baseline", "switch", "Write what was measured to the baseline; no figure is raised."),
    Setting("allow-increase", "switch", "With --update-baseline: raise figures, too."),
    *gate_rows("strict-baseline against against-env max-startup-anon max-startup-rss max-startup-peak"),
    *gate_rows("max-first-use-rss max-after-calls max-peak max-total max-increase max-time-ratio max-disk"),
    *gate_rows("max-added-disk max-disk-increase image max-image max-layer"),
    *gate_rows("max-distributions new-distribution forbid-at-startup allow-at-startup rules"),
    *gate_rows("on-probe-error on-noise"),
    Setting("exit-zero", "switch", "Report failed rules, but exit with 0."),
    Setting("quiet", "switch", "Print what failed only.", flags=("--quiet", "-q")),
    format_row(
        "table, markdown (pull-request comment), json, junit, sarif, github (annotations), gitlab (code quality).",
    ),
    output_row("Write this format as well; FILE - is standard output. Repeatable."),
)
_TEXT = ("table", "markdown")  # what more words may follow


def run(given: Given) -> None:
    """Check, print, write the files asked for and the job summary; exit 1 when a rule failed, 3 when not measured."""
    from footprint.cli.outputs import Outputs, refuse
    from footprint.cli.printing import make_view
    from footprint.report import formats

    summary = _find_summary()
    outputs = Outputs.read(given, formats.CHECK, "sarif:footprint.sarif")
    checked, view = _check(given), make_view(quiet=bool(given["quiet"]))
    report, update = checked.report, checked.update
    failed = outputs.write(lambda name, shown: formats.render(name, report, shown), view)
    _write_summary(report, summary)
    if update is not None:
        from footprint.report.gate import table

        stream = sys.stdout if given["format"] in _TEXT else sys.stderr
        stream.write(table.render_changes(update.changes, update.refused, str(checked.baseline), view))
    refuse(failed if checked.unwritten is None else [checked.unwritten, *failed])
    code = report.exit_code or int(update is not None and bool(update.refused))
    if code and not (given["exit_zero"] and code == 1):
        raise SystemExit(code)


def _check(given: Given) -> Checked:
    from footprint.audit.announcement import describe_start
    from footprint.cli.audits import find_cover
    from footprint.cli.printing import announced
    from footprint.gate.check import run_check

    options = _read_options(given)
    against, static = options.gate.against, options.gate.static
    base = against if against is not None and against.is_dir() else None
    line = describe_start("check", options, base=base, starts=not static) if not given["quiet"] else None
    ways = {"write": bool(given["update_baseline"]), "allow_increase": bool(given["allow_increase"])}
    with announced(line) as show:
        image = _read_image(options, show)
        return run_check(options, show, **ways, cover=find_cover(options), image=image)


def _read_image(options: Options, show: Callable[[str], None]) -> ImageReport | None:
    """Return the image that is to be judged: read first, since a mistake in its name should not cost a start."""
    path = options.gate.image
    if path is None:
        return None
    if options.gate.max_image is None and options.gate.max_layer is None:
        raise UsageError(f"--image {path}: there is no budget to judge it by: give --max-image or --max-layer")
    from footprint.collect.images.manifests import WantedImage
    from footprint.image.whole_image import examine_image

    return examine_image(path, WantedImage(), options.target.project, show)


def _read_options(given: Given) -> Options:
    """Return what is asked for. Raises: UsageError, also for flags that do not go together."""
    from footprint.config.audit_settings import read_options
    from footprint.config.gate_settings import read_gate_settings
    from footprint.values import replace

    if given["allow_increase"] and not given["update_baseline"]:
        raise UsageError("--allow-increase goes with --update-baseline")
    options = read_options(given, given["project"])  # first: it tells a project that is not a folder
    options = replace(options, gate=read_gate_settings(given, given["project"]))
    if given["update_baseline"] and options.gate.static:
        raise UsageError("--static measures nothing that a baseline could hold: leave one of the two out")
    return options


def _find_summary() -> Place | NotWritten | None:
    """Return where the runner wants the job summary, before anything is started that could change what stands there."""
    from footprint.files.writer import NotWritten, check_place

    place = os.environ.get("GITHUB_STEP_SUMMARY")
    if not place:
        return None
    try:
        return check_place(place, adds=True)
    except NotWritten as error:
        return error


def _write_summary(report: GateReport, place: Place | NotWritten | None) -> None:
    """Append to the job summary where the runner has one: it needs no token and works for forks."""
    from footprint.cli.printing import warn
    from footprint.files.writer import NotWritten, append_file
    from footprint.report import formats
    from footprint.report.text.view import DEFAULT_VIEW

    if place is None:
        return
    try:
        if isinstance(place, NotWritten):
            raise place
        append_file(place, (formats.render("markdown", report, DEFAULT_VIEW) + "\n").encode())
    except NotWritten as error:
        warn(f"cannot write the job summary {error.path}: {error.why}")

"""`footprint what-if`: one trial of the user's own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from footprint.cli.arguments import PROJECT, Argument, Given
from footprint.config.settings_table import Setting, format_row, rows
from footprint.errors import CannotMeasure, UsageError

ABOUT = """\
Try a change without making it: start the app in a shadow, without a distribution or with an import deferred.

The shadow is your environment and project as they are, but for the change; what runs there changes nothing of them.
A command after `--` runs there too, twice unchanged and then changed: `what-if --without nltk -- pytest -q`."""
TAKES = (
    PROJECT,
    Setting("without", "text", "Try without this distribution and all that leaves with it. Repeatable.", "NAME",
            many=True),
    Setting("deferred", "text", "Try with this import moved into the functions that use it. Repeatable.",
            "FILE:LINE|NAME", ("--defer",), many=True),
    Setting("envs", "text", "Try with this variable; a value without `=` is the virtual environment. Repeatable.",
            "KEY=VALUE|DIR", ("--env",), many=True),
    *rows("python trust-settings entries factory requirements exclude respect-gitignore cache lifespan first-use"),
    *rows("live ready requests timeout env-file set"),
    Setting("no-start", "switch", "Try nothing and start nothing: tell what the changes free, on disk by what is "
            "installed, in memory by the stored audit of the project (audit --store)."),
    format_row("table or json."),
    Argument("words", rest=True),
)  # fmt: skip
_FINDINGS = 1


def run(given: Given) -> None:
    """Try and print; exit 1 when something breaks, 3 when it could not be tried. Raises: UsageError."""
    from footprint.cli.printing import check_format, make_view, started
    from footprint.report import formats
    from footprint.trial.bench import UserCommand
    from footprint.trial.what_if import WhatIf, try_what_if

    check_format(given["format"], formats.TRIAL)
    variables = tuple(_pair(each) for each in given["envs"] or () if "=" in each)
    folders = [each for each in given["envs"] or () if "=" not in each]
    without, deferred = given["without"] or (), given["deferred"] or ()
    if not (variables or without or deferred):
        raise UsageError("nothing to try: give --without NAME, --defer FILE:LINE or --env KEY=VALUE (what-if --help)")
    if len(folders) > 1:
        raise UsageError("--env names one virtual environment at most")
    given = {**given, "env": Path(folders[0]) if folders else None}
    if given["no_start"]:
        _predict(given, with_command=bool(variables or given["words"]))
        return
    command = UserCommand.of(given["words"] or (), given["project"])
    with started("what-if", given) as (options, show):
        trial = try_what_if(options, WhatIf(without, deferred, variables, command), show)
    sys.stdout.write(formats.render(given["format"], trial, make_view()))
    verdicts = {change.verdict for change in trial.changes}
    if "breaks" in verdicts:
        raise SystemExit(_FINDINGS)
    if "not tried" in verdicts:
        raise SystemExit(CannotMeasure.exit_code)


def _predict(given: Given, *, with_command: bool) -> None:
    from footprint.cli.audits import load_audit
    from footprint.cli.printing import make_view, started
    from footprint.files.store import stored_audit
    from footprint.report import formats
    from footprint.trial.what_if import WhatIf, predict_what_if

    if with_command:
        raise UsageError("--no-start tells what --without and --defer free: variables and commands need a start")
    is_stored = os.path.lexists(stored_audit(given["project"]))  # where not, memory is not known
    stored = load_audit(given["project"]) if is_stored else None
    asked = WhatIf(tuple(given["without"] or ()), tuple(given["deferred"] or ()))
    with started("what-if", {**given, "probe": False}) as (options, show):
        freed = predict_what_if(options, asked, stored, show)
    sys.stdout.write(formats.render(given["format"], freed, make_view()))


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    if not name:
        raise UsageError(f"--env {text}: a variable is written as KEY=VALUE")
    return name, value

"""`footprint init`."""

from __future__ import annotations

import sys

from footprint.cli.arguments import PROJECT, Given
from footprint.config.settings_table import Setting, rows
from footprint.errors import CannotMeasure

ABOUT = "Audit the app once and print first settings for pyproject.toml: budgets, what must not load, rules."
TAKES = (
    PROJECT,
    *rows("python env ask-python trust-settings entries factory requirements exclude respect-gitignore cache probe"),
    *rows("lifespan limit workers timeout env-file set"),
    Setting("write", "switch", "Put them at the end of pyproject.toml as well."),
)


def run(given: Given) -> None:
    """Print the first settings, with --write put them into pyproject.toml; exit 3 when an entry was not measured."""
    from footprint.cli.printing import started, warn
    from footprint.gate.init import begin
    from footprint.report.text.safe import encodable

    with started("init", given) as (_, show):
        begun = begin(given["project"], given, show, write=bool(given["write"]))
    sys.stdout.write(encodable(begun.text))
    sys.stdout.flush()
    if begun.unwritten is not None:
        raise begun.unwritten
    if given["write"]:
        warn(f"written to {given['project'] / 'pyproject.toml'}; next: footprint check --update-baseline")
    elif "[tool.footprint]\n" not in begun.text:
        warn("[tool.footprint] is there already; this is what the gate adds")
    for line in begun.missing:
        warn(f"given by a flag and missing in [tool.footprint]: {line}")
    failed = [entry for entry in begun.audit.entries if entry.failure]
    for entry in failed:
        warn(f"entry {entry.name} could not be measured to its end")
    if failed:
        raise SystemExit(CannotMeasure.exit_code)

"""`footprint audit`."""

from __future__ import annotations

from footprint.cli.arguments import PROJECT, Argument, Given
from footprint.config.settings_table import OF_AUDITS, rows
from footprint.errors import CannotMeasure

ABOUT = """\
Weigh every installed distribution, tell how the app uses it and what it costs in memory at startup.

The app's entry is imported in a child process: its own code runs, with a throw-away HOME and a time limit.
With --verify the advice is tried: `footprint audit --verify fast -- pytest -q` has your tests judge it as well."""
TAKES = (
    PROJECT,
    *rows("python env ask-python trust-settings no-env site-packages"),
    *rows("entries factory requirements exclude respect-gitignore cache probe lifespan first-use"),
    *rows(
        "limit verify rehearse workers preload live ready requests calls event repeat allow-writes runs timeout shadow"
    ),
    *rows("env-file set"),
    *rows("sort"),
    *OF_AUDITS,
    *rows("format summary output before store lang"),
    Argument("words", rest=True),
)


def run(given: Given) -> None:
    """Audit, print, write the files asked for; exit 3 when an entry could not be measured."""
    from footprint.cli.audits import give_out, measure_audit, read_before, read_outputs, read_store, see
    from footprint.cli.printing import warn

    outputs, store, before = read_outputs(given), read_store(given), read_before(given)
    audit = measure_audit("audit", given)
    give_out(audit, see(audit, given, before), outputs, store)
    failed = [entry for entry in audit.entries if entry.failure or entry.live_failure]
    for entry in failed:
        warn(f"entry {entry.name} could not be measured to its end; the report says where")
    if failed:
        raise SystemExit(CannotMeasure.exit_code)

"""`footprint report`."""

from __future__ import annotations

from footprint.cli.arguments import Argument, Given
from footprint.config.settings_table import OF_AUDITS, rows

ABOUT = "Render a stored JSON audit again, measuring nothing."
TAKES = (
    Argument(
        "stored", "A JSON audit, or the folder of a project with a stored one; - for standard input.", "path", "AUDIT"
    ),
    *rows("sort"),
    *OF_AUDITS,
    *rows("format summary output before lang"),
)


def run(given: Given) -> None:
    """Render a stored audit again."""
    from footprint.cli.audits import give_out, load_audit, read_before, read_outputs, see

    outputs, before, audit = read_outputs(given), read_before(given), load_audit(given["stored"])
    give_out(audit, see(audit, given, before), outputs)

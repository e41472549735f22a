"""`footprint report`."""

from __future__ import annotations

from footprint.cli.arguments import Argument, Given
from footprint.config.settings_table import rows

ABOUT = "Render a stored JSON audit again, measuring nothing."
TAKES = (
    Argument(
        "stored", "A JSON audit, or the folder of a project with a stored one; - for standard input.", "path", "AUDIT"
    ),
    *rows("sort top format summary output lang"),
)


def run(given: Given) -> None:
    """Render a stored audit again."""
    from footprint.cli.audits import give_out, load_audit, read_outputs

    give_out(load_audit(given["stored"]), given, read_outputs(given))

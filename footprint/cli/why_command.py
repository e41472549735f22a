"""`footprint why`."""

from __future__ import annotations

import sys

from footprint.cli.arguments import PROJECT, Argument, Given
from footprint.config.settings_table import Setting, rows
from footprint.errors import UsageError

ABOUT = "Tell everything about one distribution: who requires and imports it, where, who keeps it, what leaves with it."
TAKES = (
    Argument("distribution", "A distribution's name, spelled in any way."),
    PROJECT,
    *rows("python env ask-python trust-settings no-env site-packages"),
    *rows("entries factory requirements exclude respect-gitignore cache probe lifespan first-use"),
    *rows("runs timeout env-file set lang"),
    Setting("tree", "switch", "Show who requires it, up to the declared lines, and all that it brings, as trees."),
    Setting("audit", "path", "Answer from a JSON audit, or the folder of a project with a stored one.", "FILE"),
)


def run(given: Given) -> None:
    """Print what is known of one distribution. Raises: UsageError when it is neither installed nor declared."""
    from footprint.cli.audits import load_audit, measure_audit
    from footprint.cli.printing import make_view, read_language
    from footprint.names import did_you_mean, normalise
    from footprint.report.audit import why
    from footprint.report.languages.messages import spoken

    audit = load_audit(given["audit"]) if given["audit"] else measure_audit("why", given)
    name = normalise(given["distribution"])
    row = audit.row(name)
    if row is None:
        hint = did_you_mean(name, (row.name for row in audit.distributions))
        distribution = given["distribution"]
        raise UsageError(f"{distribution} is neither installed in the audited environment nor declared{hint}")
    view = make_view(language=read_language(given))
    with spoken(view.language):
        sys.stdout.write((why.render_trees if given["tree"] else why.render)(audit, row, view))

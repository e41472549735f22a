"""The commands to type next, in the order in which they make sense: try, write, gate, look."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from footprint.model.audit import OF_LINES, Audit
from footprint.report.languages.messages import say
from footprint.report.text.safe import printable
from footprint.report.text.section import Excerpt, Section
from footprint.report.text.view import View


def next_steps_section(audit: Audit, view: View) -> Section:
    """Return what to run next for this project, as it is typed into a shell there."""
    lines = [line for words, command in _steps(audit) for line in (f"# {words}", command)]
    return Section("next-steps", say("Next steps"), (Excerpt("\n".join(lines), "shell"),))


def _steps(audit: Audit) -> Iterator[tuple[str, str]]:
    """Yield what each command is for, and the command."""
    if not audit.entries:
        yield say("name what is started, so that memory can be measured"), "footprint audit --entry module:app"
    if audit.trial is None and audit.proposed("defer", "uninstall", *OF_LINES):
        yield (
            say("try every change in a shadow of environment and project, and start it"),
            "footprint audit --verify fast",
        )
    if audit.proposed(*OF_LINES):
        yield say("look at the smaller requirement files, then write them"), "footprint trim"
        yield say("the same, tried, with the tests of the project as judge"), "footprint trim --write -- pytest -q"
    if audit.proposed("defer"):
        yield say("move imports into the functions that use them, tried before it writes"), "footprint defer --write"
    heaviest = max(audit.distributions, key=lambda row: row.apparent_bytes or 0, default=None)
    if heaviest is not None and heaviest.apparent_bytes:
        yield say("ask why one is there"), f"footprint why {printable(shlex.quote(heaviest.name))}"
    if audit.entries:
        yield say("keep the figures in the project, for the editor and for pages"), "footprint audit --store"
        yield say("look at them as a page with pictures"), "footprint open"
        yield say("keep it that way in CI: first settings and a baseline"), "footprint init --write"
        yield say("then, in every pull request"), "footprint check"

"""What to do first: the few suggestions that are worth most, each with its reason."""

from __future__ import annotations

from footprint.model.audit import Audit, Suggestion
from footprint.report.audit.suggestion_sentences import (
    shown_suggestions,
    suggestion_saving,
    together_lines,
    untried_line,
)
from footprint.report.languages.messages import say
from footprint.report.languages.stored_sentences import retell
from footprint.report.text.section import Grid, Heading, Section, Sentences
from footprint.report.text.view import View

_FIRST = 3


def actions_brief(audit: Audit, _: View) -> Section:
    """Return the suggestions that are worth most, how many more there are, and what all come to."""
    title, shown = say("What to do"), shown_suggestions(audit)
    if not shown:
        return Section("actions", title)  # the verdict has said so
    together = together_lines(audit)
    blocks = (_grid(shown), *((Sentences(together),) if together else ()))
    return Section("actions", title, blocks, remarks=tuple(untried_line(audit)))


def _grid(shown: tuple[Suggestion, ...]) -> Grid:
    left = len(shown) - _FIRST
    has_memory = any(each.rss_bytes is not None for each in shown[:_FIRST])
    return Grid(
        headings=(
            Heading("", "figure"),
            Heading(say("Code"), "code"),
            Heading(say("Disk MiB"), "figure"),
            *((Heading(say("RSS MiB"), "figure"),) if has_memory else ()),
            Heading(say("What"), "text"),
        ),
        rows=tuple(
            (
                *(str(number), each.code, *suggestion_saving(each)[: 1 + has_memory]),
                "; ".join(map(retell, (each.detail, *each.steps))),
            )
            for number, each in enumerate(shown[:_FIRST], start=1)
        ),
        rest=(say("and {count} more (--top 0 shows all)", count=left),) if left > 0 else (),
    )

"""A tuning as markdown: for a pull request or a mail."""

from __future__ import annotations

import re
from collections.abc import Iterable

from footprint.model.tuning import Tuning
from footprint.report.text.safe import markdown, markdown_code, printable
from footprint.report.text.view import DEFAULT_VIEW, View
from footprint.report.tune import tune_sentences as words

_RULES = {"l": "---", "r": "---:"}


def render(tuning: Tuning, view: View = DEFAULT_VIEW) -> str:
    """Return every setting and what it takes, what is proposed, and the texts to use."""
    lines = [f"## Tuning of {markdown_code(tuning.command)}", "", markdown(words.title(tuning)), ""]
    lines += [*map(markdown, words.how_lines(tuning)), ""]
    lines += [_row(words.HEADINGS), f"| {' | '.join(_RULES[side] for side in words.ALIGNMENT)} |"]
    lines += [*(_row(map(markdown, row)) for row in words.cells(tuning)), ""]
    lines += [*map(markdown, words.answer_lines(tuning)), ""]
    lines += [*(f"- {markdown(line)}" for line in words.other_lines(tuning)), ""]
    for file in tuning.files:
        lines += [markdown_code(file.name), "", *_fenced(file.text), ""]
    head, *plans = [*words.plan_lines(tuning), ""]
    lines += [markdown(head), "", *(f"- {markdown(line)}" for line in plans if line)]
    return "".join(f"{line}\n" for line in lines)


def _row(shown: Iterable[str]) -> str:
    return f"| {' | '.join(shown)} |"


def _fenced(text: str) -> list[str]:
    """Return lines between fences that are longer than any run of backticks in them."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return [fence, *map(printable, text.splitlines()), fence]

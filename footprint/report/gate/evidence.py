"""A verdict as lines of plain text for CI systems, in the words that readers get: printable, one fact a line."""

from __future__ import annotations

from footprint.model.gate_report import Reason, Verdict
from footprint.model.rule import Rule
from footprint.report.gate.sentences import reason_details, reason_head, rest_words
from footprint.report.text.safe import printable

_REASONS_AT_MOST = 10  # more are counted: systems cut long texts, and reasons come largest first


def lines_of(verdict: Verdict) -> tuple[str, ...]:
    """Return what was found, why, and what to do next. The first line stands for itself."""
    told = [verdict.message]
    for reason in verdict.reasons[:_REASONS_AT_MOST]:
        told += _reason_lines(reason, verdict.rule)
    if rest := verdict.reasons[_REASONS_AT_MOST:]:
        told.append(rest_words(rest))
    if verdict.next_step:
        told.append(f"next: {verdict.next_step}")
    return tuple(printable(line) for line in told)


def _reason_lines(reason: Reason, rule: Rule) -> list[str]:
    return [": ".join(reason_head(reason, rule)), *(f"  {detail}" for detail in reason_details(reason))]

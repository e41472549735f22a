"""Comments `# footprint: needed` that say what is said anyway, or that stand beside no requirement line.

Laws: pure. A comment is called stale only where a use is certain without it: what this run cannot tell, another may.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from footprint.analysis.findings.suppressed import STALE
from footprint.analysis.join.index import Joined, gather_facts
from footprint.analysis.use.classification import classify
from footprint.knowledge.codes import SEVERITIES
from footprint.model.audit import Finding, Usage
from footprint.names import DistributionName

_USED = frozenset({Usage.STARTUP, Usage.LAZY, Usage.IMPLIED})


def find_stale(joined: Joined) -> tuple[Finding, ...]:
    """Return a finding for each comment that is needed no more."""
    return tuple(_find_stale(joined))


def _find_stale(joined: Joined) -> Iterator[Finding]:
    names: dict[tuple[str, int], DistributionName] = {}
    for line in joined.facts.declared.requirements:
        names.setdefault((line.path, line.line), line.name)
    for comment in joined.facts.suppressions.needed:
        name = names.get((comment.path, comment.line))
        message = "no requirement is declared on this line" if name is None else _why_stale(name, joined)
        if message:
            yield Finding(
                STALE, SEVERITIES[STALE], f"nothing to call needed: {message}", name, comment.path, comment.line
            )


def _why_stale(name: DistributionName, joined: Joined) -> str:
    if name not in joined.declared:
        return ""  # for other targets
    verdict = classify(replace(gather_facts(name, joined), needed=()))
    is_plain = verdict.usage in _USED and verdict.confidence == "certain"
    return f"{name} is {verdict.usage.value} without the comment: {verdict.reason}" if is_plain else ""

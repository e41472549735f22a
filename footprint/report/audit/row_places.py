"""The short proof of a row's class: the place that shows it, or the reason where no place does."""

from __future__ import annotations

from collections.abc import Iterable

from footprint.model.audit import DistributionRow, Evidence, Usage
from footprint.report.languages.messages import few, say
from footprint.report.languages.stored_sentences import retell
from footprint.report.text.phrases import place


def where(row: DistributionRow) -> str:
    """Return the short proof of a row's class: the first place, or the reason where no place says it."""
    if row.usage is Usage.TRANSITIVE:
        return _where_transitive(row)
    shown = places(row.evidence)
    if not shown:
        return retell(row.reason)
    match row.usage:
        case Usage.IMPLIED | Usage.UNREACHED | Usage.UNUSED | Usage.ORPHAN:
            return retell(row.reason)
        case Usage.LAZY:
            functions = [item.function for item in row.evidence if item.function]
            return say("{places} in {function}()", places=shown, function=functions[0]) if functions else shown
        case _:
            return shown


def _where_transitive(row: DistributionRow) -> str:
    ours = [step for step in row.load_chain if step.path is not None]
    at = place(ours[-1].path, ours[-1].line) if ours else ""
    if row.declared:
        names = few(row.pinned_by or row.required_by)
        if at:
            return say("a pin, required by {names} anyway, loaded by {place}", names=names, place=at)
        return say("a pin, required by {names} anyway", names=names)
    if row.requirement_chain:
        first = row.requirement_chain[0]
        return say("via {name}, loaded by {place}", name=first, place=at) if at else say("via {name}", name=first)
    names = few(row.required_by)
    return (
        say("required by {names}, loaded by {place}", names=names, place=at)
        if at
        else say("required by {names}", names=names)
    )


def places(evidence: Iterable[Evidence]) -> str:
    """Return one or two places as `path:line`, more of them as a count; empty when there is none."""
    shown = [place(item.path, item.line) for item in evidence]
    if len(shown) > 2:
        return say("{place} and {count} more", place=shown[0], count=len(shown) - 1)
    return ", ".join(shown)

"""What the project asked not to be told: which findings that silences, and which requests silence nothing.

Laws: pure. Nothing is dropped: what is suppressed stays, marked. A request is called stale only when this run could
have found what it speaks of.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from footprint.model.audit import DistributionRow, Finding, Usage
from footprint.model.codes import CODES, SEVERITIES
from footprint.model.suppressions import CLASS_CODES, IgnoreComment, IgnoreSetting, Suppressions
from footprint.names import DistributionName, normalise

STALE = "FP902"
Place = tuple[str, int | None]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A finding with what a suppression may name: names as written in settings, places where a comment may stand."""

    finding: Finding
    names: tuple[str, ...]  # the distribution, the import name
    places: tuple[Place, ...]
    every_place: bool = False  # one comment is not enough: each place is a fault of its own


@dataclass(frozen=True, slots=True)
class Undecided:
    """What this run could not find out, so that nothing about it is stale."""

    codes: frozenset[str]
    names: frozenset[tuple[str, DistributionName]]  # code and distribution
    places: frozenset[tuple[str, Place]]  # code and place


def suppress(
    candidates: Sequence[Candidate],
    asked: Suppressions,
    undecided: Undecided,
    usages: Mapping[DistributionName, Usage] | None = None,
) -> tuple[Finding, ...]:
    """Return the findings, suppressed ones marked, then a finding per suppression that matches nothing.

    `usages` are the classes of what was judged: they say why a suppression is needed no more.
    """
    found = [
        replace(candidate.finding, suppressed=True) if _is_suppressed(candidate, asked) else candidate.finding
        for candidate in candidates
    ]
    for setting in asked.settings:
        if not _is_needed(setting, candidates, undecided):
            shown = setting.written or setting.code
            message = f"nothing to suppress: {shown} is not reported for {setting.pattern}"
            message += _why_stale(setting.pattern, usages) if usages is not None else ""
            found.append(_stale(message, setting.path, setting.line))
    for comment in asked.comments:
        found += (
            _stale(message, comment.path, comment.comment_line)
            for message in _stale_parts(comment, candidates, undecided)
        )
    return tuple(found)


def _why_stale(pattern: str, usages: Mapping[DistributionName, Usage]) -> str:
    """Return what became of a name; empty for a pattern, which may mean many."""
    usage = usages.get(normalise(pattern))
    if usage is not None:
        return f", which is {usage.value}"
    if any(sign in pattern for sign in "*?["):
        return ""
    close = difflib.get_close_matches(normalise(pattern), usages, n=1)
    meant = f"; did you mean {close[0]}?" if close else ""
    return f"; nothing of that name is declared or installed{meant}"


def is_ignored(row: DistributionRow, asked: Suppressions) -> bool:
    """Whether the project asks not to be told of a row's class, found or not: it is weighed and shown all the same."""
    code = CLASS_CODES.get(row.usage.value)
    if code is None or not row.declared:
        return False
    declared = tuple((at.file, at.line) for at in row.declared)
    places = (*declared, *((item.path, item.line) for item in row.evidence))
    return _is_suppressed(Candidate(Finding(code, "info", "", row.name, None, None), (row.name,), places), asked)


def matches(pattern: str, name: str) -> bool:
    """Whether a name or shell pattern of a setting means `name`: as written, or as distributions are compared."""
    return fnmatchcase(name, pattern) or fnmatchcase(normalise(name), normalise(pattern))


def _is_suppressed(candidate: Candidate, asked: Suppressions) -> bool:
    code = candidate.finding.code
    for setting in asked.settings:
        if setting.code == code and any(matches(setting.pattern, name) for name in candidate.names):
            return True
    marked = {(comment.path, comment.line) for comment in asked.comments if not comment.codes or code in comment.codes}
    hit = [place in marked for place in candidate.places]
    return bool(hit) and (all(hit) if candidate.every_place else any(hit))


def _is_needed(setting: IgnoreSetting, candidates: Iterable[Candidate], undecided: Undecided) -> bool:
    code, pattern = setting.code, setting.pattern
    if code in undecided.codes or any(code == one and matches(pattern, name) for one, name in undecided.names):
        return True
    return any(
        candidate.finding.code == code and any(matches(pattern, name) for name in candidate.names)
        for candidate in candidates
    )


def _stale_parts(comment: IgnoreComment, candidates: Iterable[Candidate], undecided: Undecided) -> Iterable[str]:
    place = (comment.path, comment.line)
    here = {candidate.finding.code for candidate in candidates if place in candidate.places}
    here |= {code for code, there in undecided.places if there == place}
    if not comment.codes and not here:
        yield "nothing to suppress on this line"
    for code in comment.codes:
        if code not in CODES:
            close = difflib.get_close_matches(code.lower(), CLASS_CODES, n=1)
            close = close or difflib.get_close_matches(code, CODES, n=1)
            yield f"{code} is no code and no class to ignore{f'; did you mean {close[0]}?' if close else ''}"
        elif code not in here and code not in undecided.codes:
            yield f"nothing to suppress: {code} is not reported on this line"


def _stale(message: str, path: str, line: int | None) -> Finding:
    return Finding(STALE, SEVERITIES[STALE], message, None, path, line)

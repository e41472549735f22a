"""What the project asked not to be told: which findings that silences, and which requests silence nothing.

Laws: pure. Nothing is dropped: what is suppressed stays, marked. A request is called stale only when this run could
have found what it speaks of.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from footprint.model.audit import Finding
from footprint.model.codes import CODES, SEVERITIES
from footprint.model.suppressions import IgnoreComment, IgnoreSetting, Suppressions
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


def suppress(candidates: Sequence[Candidate], asked: Suppressions, undecided: Undecided) -> tuple[Finding, ...]:
    """Return the findings, suppressed ones marked, then a finding per suppression that matches nothing."""
    found = [
        replace(candidate.finding, suppressed=True) if _is_suppressed(candidate, asked) else candidate.finding
        for candidate in candidates
    ]
    for setting in asked.settings:
        if not _is_needed(setting, candidates, undecided):
            message = f"nothing to suppress: {setting.code} is not reported for {setting.pattern}"
            found.append(_stale(message, setting.path, setting.line))
    for comment in asked.comments:
        found += (
            _stale(message, comment.path, comment.comment_line)
            for message in _stale_parts(comment, candidates, undecided)
        )
    return tuple(found)


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
            yield f"{code} is no code that footprint reports"
        elif code not in here and code not in undecided.codes:
            yield f"nothing to suppress: {code} is not reported on this line"


def _stale(message: str, path: str, line: int | None) -> Finding:
    return Finding(STALE, SEVERITIES[STALE], message, None, path, line)

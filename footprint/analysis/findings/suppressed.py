"""What the project says itself: which findings that silences, and which of its requests and comments say nothing.

Laws: pure. Nothing is dropped: what is suppressed stays, marked. A request is called stale only when this run could
have found what it speaks of, a comment `# footprint: needed` only where a use is certain without it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase

from footprint.analysis.facts.index import Joined, gather_facts
from footprint.analysis.use.classification import classify
from footprint.knowledge.codes import CLASS_CODES, CODES, SEVERITIES
from footprint.model.audit import DistributionRow, Finding, Usage
from footprint.model.requests_to_ignore import IgnoreComment, Suppressions
from footprint.names import ByName, DistributionName, normalise
from footprint.pairs import group_pairs
from footprint.values import dataclass, replace

STALE = "FP902"
_MOST_GUESSES = 20
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
    candidates: Sequence[Candidate], asked: Suppressions, undecided: Undecided, usages: ByName[Usage] | None = None
) -> tuple[Finding, ...]:
    """Return the findings, suppressed ones marked, then a finding per suppression that matches nothing.

    `usages` are the classes of what was judged: they say why a suppression is needed no more.
    """
    silence = _Silence(asked)
    found = [replace(candidate.finding, suppressed=silence.covers(candidate)) for candidate in candidates]
    told = [(candidate.finding.code, name) for candidate in candidates for name in candidate.names]
    named = group_pairs((code, each) for code, name in (*told, *undecided.names) for each in (name, normalise(name)))
    by_code = {code: frozenset(names) for code, names in named.items()}
    guesses = _Guesses(usages or {})
    for setting in asked.settings:
        names = by_code.get(setting.code, frozenset())
        if setting.code not in undecided.codes and not _is_named(setting.pattern, names):
            shown = setting.written or setting.code
            message = f"nothing to suppress: {shown} is not reported for {setting.pattern}"
            message += guesses.why_stale(setting.pattern) if usages is not None else ""
            found.append(_stale(message, setting.path, setting.line))
    reported = ((place, each.finding.code) for each in candidates for place in each.places)
    codes = group_pairs([*reported, *((place, code) for code, place in undecided.places)])
    for comment in asked.comments:
        here = frozenset(codes.get((comment.path, comment.line), ()))
        parts = _stale_parts(comment, here | undecided.codes if comment.codes else here)
        found += (_stale(message, comment.path, comment.comment_line) for message in parts)
    return tuple(found)


class _Guesses:
    """What became of the names that settings speak of. To search for a similar name takes long: not many are."""

    def __init__(self, usages: ByName[Usage]) -> None:
        self._usages = usages
        self._left = _MOST_GUESSES

    def why_stale(self, pattern: str) -> str:
        """Return what became of a name; empty for a pattern, which may mean many."""
        usage = self._usages.get(normalise(pattern))
        if usage is not None:
            return f", which is {usage.value}"
        if _is_pattern(pattern):
            return ""
        self._left -= 1
        from difflib import get_close_matches  # only mistakes ask

        close = get_close_matches(normalise(pattern), self._usages, n=1) if self._left >= 0 else []
        meant = f"; did you mean {close[0]}?" if close else ""
        return f"; nothing of that name is declared or installed{meant}"


def mark_ignored(rows: Iterable[DistributionRow], asked: Suppressions) -> tuple[DistributionRow, ...]:
    """Return the rows, marked where the project asks not to be told of the class, found or not: all are shown."""
    silence = _Silence(asked)
    return tuple(replace(row, ignored=silence.covers_class_of(row)) for row in rows)


def matches(pattern: str, name: str) -> bool:
    """Whether a name or shell pattern of a setting means `name`: as written, or as distributions are compared."""
    return fnmatchcase(name, pattern) or fnmatchcase(normalise(name), normalise(pattern))


def _is_pattern(text: str) -> bool:
    return any(sign in text for sign in "*?[")


class _Silence:
    """What is asked, by code: names, shell patterns, and the places of comments."""

    def __init__(self, asked: Suppressions) -> None:
        self._names: set[tuple[str, str]] = set()  # code with a name as written, and as distributions are compared
        self._patterns: dict[str, list[str]] = {}
        for setting in asked.settings:
            if _is_pattern(setting.pattern):
                self._patterns.setdefault(setting.code, []).append(setting.pattern)
            else:
                self._names.update((setting.code, each) for each in (setting.pattern, normalise(setting.pattern)))
        self._places: set[tuple[str, Place]] = set()  # code, empty for any code
        for comment in asked.comments:
            place = (comment.path, comment.line)
            self._places.update((code, place) for code in comment.codes or ("",))

    def covers(self, candidate: Candidate) -> bool:
        """Whether the project asks not to be told of a finding."""
        code = candidate.finding.code
        if any((code, each) in self._names for name in candidate.names for each in (name, normalise(name))):
            return True
        if any(matches(pattern, name) for pattern in self._patterns.get(code, ()) for name in candidate.names):
            return True
        hit = ((code, place) in self._places or ("", place) in self._places for place in candidate.places)
        return bool(candidate.places) and (all(hit) if candidate.every_place else any(hit))

    def covers_class_of(self, row: DistributionRow) -> bool:
        """Whether it asks not to be told of the class of a row."""
        code = CLASS_CODES.get(row.usage.value)
        if code is None or not row.declared:
            return False
        declared = tuple((at.file, at.line) for at in row.declared)
        places = (*declared, *((item.path, item.line) for item in row.evidence))
        return self.covers(Candidate(Finding(code, "info", "", row.name, None, None), (row.name,), places))


def _is_named(pattern: str, names: frozenset[str]) -> bool:
    """Whether a name or shell pattern means any of `names`, which are there as written and normalised."""
    if _is_pattern(pattern):
        return any(matches(pattern, name) for name in names)
    return pattern in names or normalise(pattern) in names


def _stale_parts(comment: IgnoreComment, here: Collection[str]) -> Iterable[str]:
    """Return what a comment names for nothing; `here` are the codes of its line."""
    if not comment.codes and not here:
        yield "nothing to suppress on this line"
    for code in comment.codes:
        if code not in CODES:
            from difflib import get_close_matches  # only mistakes ask

            close = get_close_matches(code.lower(), CLASS_CODES, n=1)
            close = close or get_close_matches(code, CODES, n=1)
            yield f"{code} is neither a code nor a class to ignore{f'; did you mean {close[0]}?' if close else ''}"
        elif code not in here:
            yield f"nothing to suppress: {code} is not reported on this line"


def _stale(message: str, path: str, line: int | None, name: DistributionName | None = None) -> Finding:
    return Finding(STALE, SEVERITIES[STALE], message, name, path, line)


_USED = frozenset({Usage.STARTUP, Usage.LAZY, Usage.IMPLIED})


def find_stale(joined: Joined) -> Iterator[Finding]:
    """Yield a finding for each comment that is needed no more."""
    names: dict[tuple[str, int], DistributionName] = {}
    for line in joined.facts.declared.requirements:
        names.setdefault((line.path, line.line), line.name)
    for comment in joined.facts.suppressions.needed:
        name = names.get((comment.path, comment.line))
        message = "no requirement is declared on this line" if name is None else _why_stale(name, joined)
        if message:
            yield _stale(f"nothing to call needed: {message}", comment.path, comment.line, name)


def _why_stale(name: DistributionName, joined: Joined) -> str:
    if name not in joined.declared:
        return ""  # for other targets
    verdict = classify(replace(gather_facts(name, joined), needed=()))
    is_plain = verdict.usage in _USED and verdict.confidence == "certain"
    return f"{name} is {verdict.usage.value} without the comment: {verdict.reason}" if is_plain else ""

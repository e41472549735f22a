"""How sure a class can be said: what earns the word "certain" for a line that can go, and what takes it away.

Laws: it lives here and only here. For `unused` and `unreached` certain is: nothing names it, every start is understood,
it was measured, no loader of computed names can reach it, and all requirements are installed and say what they require.
What takes the word away is said; without a measured start it is `likely` at most. Without the code of a distribution
nothing is certain, and without an environment "unused" cannot be told at all: what asks for it, or loads it, stands in
files that are not there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from footprint.analysis.use.use_facts import Classification, Facts, UnreadPlace, Unseen
from footprint.knowledge.groups import is_development
from footprint.model.audit import Confidence, Usage
from footprint.model.note import Note
from footprint.units import few
from footprint.values import dataclass, replace


@dataclass(frozen=True, slots=True)
class UseDoubt:
    """Something that may use the line after all. `is_grave`: it may well be what runs the code that imports it."""

    said: str
    is_grave: bool


@dataclass(frozen=True, slots=True)
class Certainty:
    """How sure a removal is. `said`: what makes it less than certain, to follow the reason; "" where nothing does."""

    confidence: Confidence
    said: str


def of_unused(facts: Facts) -> Certainty:
    """Return how sure it is that nothing uses a line which no file of ours imports."""
    if not facts.entries_known and not facts.measured:
        return Certainty("cannot tell", "")
    stated = next((naming for naming in facts.namings if naming.role == "comment"), None)
    if stated is not None:
        return Certainty("cannot tell", f'; {stated.path}:{stated.line} says what it is for: "{stated.text}"')
    return _weigh([doubt.said for doubt in _doubts(facts, ())], facts, grave=False)


def of_unreached(facts: Facts, paths: Collection[str]) -> Certainty:
    """Return how sure it is that nothing runs the files at `paths`, the only ones that import a line."""
    doubts = list(_doubts(facts, paths))
    grave = [doubt.said for doubt in doubts if doubt.is_grave]
    return _weigh(grave or [doubt.said for doubt in doubts], facts, grave=bool(grave))


def _weigh(said: list[str], facts: Facts, *, grave: bool) -> Certainty:
    text = "".join(f"; {each}" for each in said[:1])
    if grave:
        return Certainty("cannot tell", text)
    is_open = said or facts.other.not_chosen  # what the project takes instead may change where it is started
    return Certainty("certain" if facts.measured and not is_open else "likely", text)


def _doubts(facts: Facts, paths: Collection[str]) -> Iterator[UseDoubt]:
    """Yield the doubts, the graver ones first. Without `paths` it is asked of the line as a whole."""
    if facts.entry_guess is not None:
        yield UseDoubt(f"the entry is a guess ({facts.entry_guess}): name yours with --entry", is_grave=True)
    for start in facts.unknown_starts:
        if not paths or any(start.may_run(path) for path in paths):
            yield UseDoubt(f"{start.path}:{start.line} starts something else ({start.why})", is_grave=True)
    if facts.offered is not None and not facts.shipped.isdisjoint(paths):
        said = f"{facts.offered[0]}:{facts.offered[1]} says that it is published: whoever installs it may import that"
        yield UseDoubt(said, is_grave=True)
    for note in facts.computed_imports:
        if not paths or _may_load(note, paths):
            yield UseDoubt(f"{note.path}:{note.line} imports by a computed name", is_grave=True)
    if facts.unmet:
        yield UseDoubt(f"{facts.unmet[0]} is not installed: what it requires is not known", is_grave=False)
    for naming in facts.namings:
        if naming.role == "dead":
            yield UseDoubt(f"named in {naming.path}:{naming.line}, which nothing reaches", is_grave=False)


def _may_load(note: Note, paths: Collection[str]) -> bool:
    """Whether a computed import may mean one of `paths`: it stands under the same top folder, or above all."""
    top, slash, _ = (note.path or "").partition("/")
    return not slash or any(path.startswith(f"{top}/") for path in paths)


_MOST = 3
_BY_ITSELF = frozenset({Usage.STARTUP, Usage.LAZY, Usage.IMPLIED})  # files of the project say it all


def temper(verdict: Classification, facts: Facts) -> Classification:
    """Return the verdict no surer than what it rests on: a guessed import name, or files without an environment."""
    if facts.guessed and facts.sites and verdict.usage not in (Usage.IMPLIED, Usage.UNUSED):
        sure = verdict.confidence if verdict.confidence != "certain" else "likely"
        reason = f"{verdict.reason}; that it provides this name is a guess from its own"
        verdict = replace(verdict, reason=reason, confidence=sure)
    if facts.unread is not None:
        verdict = _temper_unread(verdict, facts.unread)
    return verdict if facts.unseen is None else _temper_unseen(verdict, facts, facts.unseen)


def _temper_unread(verdict: Classification, unread: UnreadPlace) -> Classification:
    """Return a verdict that knows of a place where more may be declared: what stands there may need this one."""
    reason = f"{verdict.reason}; {unread.place} could not be read"
    if verdict.usage is Usage.ORPHAN and unread.itself:
        return replace(verdict, reason=f"{reason} and may declare it", confidence="cannot tell")
    if verdict.usage is not Usage.UNUSED:
        return verdict
    if unread.requirer is not None:
        reason = f"{reason} and may declare {unread.requirer}, which requires it"
        return replace(verdict, reason=reason, confidence="cannot tell")
    sure: Confidence = "likely" if verdict.confidence == "certain" else verdict.confidence
    return replace(verdict, reason=f"{reason}: what stands there may need it", confidence=sure)


def _temper_unseen(verdict: Classification, facts: Facts, unseen: Unseen) -> Classification:
    if verdict.usage is Usage.UNUSED:
        return _unused(facts, unseen)
    if verdict.usage is Usage.TRANSITIVE and not facts.declared:
        verdict = replace(verdict, reason=f"{verdict.reason}{_for_whom(unseen)}")
    if verdict.usage in _BY_ITSELF or (verdict.usage is Usage.TESTS and facts.only_for_development):
        return verdict
    return replace(verdict, confidence="likely") if verdict.confidence == "certain" else verdict


def _unused(facts: Facts, unseen: Unseen) -> Classification:
    looked_for = f"of {', '.join(unseen.import_names[:_MOST])}" if unseen.import_names else "by its own name"
    found = "no start command and no requirer" if unseen.requirers_known else "no start command"
    unknown = [] if unseen.requirers_known else ["what requires it"]
    unknown += ["whether third-party code asks for it"] if unseen.import_names else ["which modules it installs"]
    reason = f"no import {looked_for}, {found}; without an environment it is not known {' or '.join(unknown)}"
    if unseen.open_imports and not unseen.import_names:
        reason += f"; nothing accounts for {few(unseen.open_imports, _MOST)}"
    return Classification(Usage.UNUSED, reason, "cannot tell")


def _for_whom(unseen: Unseen) -> str:
    groups = unseen.locked_for
    return f"; locked for {', '.join(groups)} only" if groups and all(map(is_development, groups)) else ""

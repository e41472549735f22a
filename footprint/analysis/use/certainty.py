"""What earns the word "certain" for a line that can go: nothing names it, every start is understood, it was measured,
and no loader of computed names can reach it.

Laws: it lives here and only here, for `unused` and `unreached`. What takes the word away is said. Static reading alone
proves nothing, so without a measured start it is `likely` at most.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from footprint.analysis.use.use_facts import Facts
from footprint.model.audit import Confidence
from footprint.model.note import Note
from footprint.values import dataclass


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
    for naming in facts.namings:
        if naming.role == "dead":
            yield UseDoubt(f"named in {naming.path}:{naming.line}, which nothing reaches", is_grave=False)


def _may_load(note: Note, paths: Collection[str]) -> bool:
    """Whether a computed import may mean one of `paths`: it stands under the same top folder, or above all."""
    top, slash, _ = (note.path or "").partition("/")
    return not slash or any(path.startswith(f"{top}/") for path in paths)

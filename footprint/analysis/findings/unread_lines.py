"""What of the requirement files was not understood, by the names that may stand there. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from footprint.model.note import Note
from footprint.model.requirements import Doubt


class UnreadLines:
    """Answers whether something may be declared where nobody could read it."""

    def __init__(self, doubts: Sequence[Doubt], explained: frozenset[str] = frozenset()) -> None:
        """`explained` are words that mean something else than a distribution whose name is not known."""
        self._by_word: dict[str, Note] = {}
        self._open = next((doubt.note for doubt in doubts if doubt.words is None), None)
        self._any = next((doubt.note for doubt in doubts if doubt.words is None or doubt.words - explained), None)
        for doubt in doubts:
            for word in doubt.words or ():
                self._by_word.setdefault(word, doubt.note)

    def holding(self, names: Iterable[str]) -> Note | None:
        """Return the first note on a place that may declare one of `names`, normalised; None where none does."""
        return next((self._by_word[name] for name in names if name in self._by_word), self._open)

    def holding_unknown(self) -> Note | None:
        """Return the first note on a place that may declare a distribution whose name is not known."""
        return self._any


def place_of(note: Note) -> str:
    """Return where a note stands, as a reader would say it."""
    return f"{note.path}:{note.line}" if note.line else note.path or ""

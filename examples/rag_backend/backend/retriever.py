"""From a question to passages, by words or by meaning."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from backend.embedding_manager import EmbeddingManager, EmbeddingUnavailable
from backend.passages import Passage
from backend.vector_store import LexicalModel, VectorStore

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Hit:
    """One passage that answers, with its similarity to the question."""

    passage: Passage
    similarity: float


class Retriever:
    """Passages and their two indexes; the semantic one is built when it is first asked for."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = list(passages)
        self._embeddings = EmbeddingManager()
        self._build_lexical_index()

    def __len__(self) -> int:
        return len(self._passages)

    def add(self, passages: Sequence[Passage]) -> None:
        """Index more passages."""
        self._passages.extend(passages)
        self._build_lexical_index()

    def search(self, question: str, count: int, *, semantic: bool = False) -> tuple[str, list[Hit]]:
        """Return how it was searched ("semantic" or "lexical") and the best passages."""
        if semantic:
            try:
                return "semantic", self._search_by_meaning(question, count)
            except EmbeddingUnavailable as reason:
                _log.warning("searching by words instead: %s", reason)
        return "lexical", self._hits(self._lexical_store.nearest(self._lexical_model.embed(question), count))

    def _build_lexical_index(self) -> None:
        self._lexical_model = LexicalModel([f"{passage.title}. {passage.text}" for passage in self._passages])
        self._lexical_store = VectorStore(self._lexical_model.vectors)
        self._semantic_store: VectorStore | None = None

    def _search_by_meaning(self, question: str, count: int) -> list[Hit]:
        if self._semantic_store is None:
            self._semantic_store = VectorStore(self._embeddings.embed([passage.text for passage in self._passages]))
        return self._hits(self._semantic_store.nearest(self._embeddings.embed([question])[0], count))

    def _hits(self, nearest: list[tuple[int, float]]) -> list[Hit]:
        return [Hit(self._passages[position], similarity) for position, similarity in nearest]

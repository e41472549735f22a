"""Vectors and their neighbours: brute force over a dense matrix, which is right for a few thousand passages."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.neighbors import NearestNeighbors
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import Normalizer


class VectorStore:
    """An index over vectors; cosine distance."""

    def __init__(self, vectors: np.ndarray) -> None:
        self._neighbours = NearestNeighbors(metric="cosine", algorithm="brute").fit(vectors)
        self._count = len(vectors)

    def nearest(self, vector: np.ndarray, count: int) -> list[tuple[int, float]]:
        """Return the positions of the nearest vectors with their similarity, best first."""
        distances, positions = self._neighbours.kneighbors(np.atleast_2d(vector), min(count, self._count))
        pairs = zip(positions[0], distances[0], strict=True)
        return [(int(position), round(1.0 - float(gap), 4)) for position, gap in pairs]


class LexicalModel:
    """Latent semantic analysis fitted on the passages themselves: no model file, no download."""

    def __init__(self, texts: Sequence[str], dimensions: int = 32) -> None:
        self._pipeline: Pipeline = make_pipeline(
            # Parts of words, so that a plural or a typing error still finds its passage.
            TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True),
            TruncatedSVD(min(dimensions, len(texts) - 1), random_state=0),
            Normalizer(copy=False),
        )
        self.vectors = np.asarray(self._pipeline.fit_transform(texts), dtype=np.float32)

    def embed(self, text: str) -> np.ndarray:
        """Return the vector of one query."""
        return np.asarray(self._pipeline.transform([text]), dtype=np.float32)[0]

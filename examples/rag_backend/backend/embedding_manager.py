"""Neural embeddings, for those who ask: the library is imported and the model loaded at the first request for it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

_MODEL_NAME = "BAAI/bge-small-en-v1.5"


class EmbeddingUnavailable(RuntimeError):
    """The model is not on this machine."""


class EmbeddingManager:
    """Holds the model once it is loaded."""

    def __init__(self) -> None:
        self._model: Any = None

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """Return one vector per text. Raises: EmbeddingUnavailable."""
        if self._model is None:
            self._model = _load_model()
        return np.stack(list(self._model.embed(list(texts))))


def _load_model() -> Any:
    from fastembed import TextEmbedding

    # No download while a request waits: RAG_MODEL_DIR is filled when the image is built.
    folder = os.environ.get("RAG_MODEL_DIR")
    if folder is None or not any(Path(folder).glob("*.onnx")):
        raise EmbeddingUnavailable("RAG_MODEL_DIR names no folder with a model")
    return TextEmbedding(_MODEL_NAME, specific_model_path=folder)

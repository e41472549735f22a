"""What is searched: passages with a title, read from the file that ships with the application."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

_SHIPPED = Path(__file__).parent / "data" / "passages.json"


@dataclass(frozen=True)
class Passage:
    """One searchable text."""

    title: str
    text: str


def load_passages() -> list[Passage]:
    """Read the shipped passages."""
    return [Passage(**fields) for fields in json.loads(_SHIPPED.read_text(encoding="utf-8"))]


def split_document(name: str, text: str, *, words_per_passage: int = 120) -> list[Passage]:
    """Cut an uploaded text into passages of about equal length."""
    words = text.split()
    pieces = [words[start : start + words_per_passage] for start in range(0, len(words), words_per_passage)]
    return [Passage(f"{name} ({number})", " ".join(piece)) for number, piece in enumerate(pieces, start=1)]

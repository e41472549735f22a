"""Questions and the passages that answer them."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

router = APIRouter()


class Question(BaseModel):
    """What is asked."""

    text: str = Field(min_length=1, max_length=2000)
    count: int = Field(default=3, ge=1, le=20)
    semantic: bool = False


class Answer(BaseModel):
    """One passage found."""

    title: str
    text: str
    similarity: float


class Answers(BaseModel):
    """What was found, and how."""

    mode: str
    answers: list[Answer]


@router.post("/search")
def search(question: Question, request: Request) -> Answers:
    """Return the passages nearest to a question."""
    mode, hits = request.app.state.retriever.search(question.text, question.count, semantic=question.semantic)
    found = [Answer(title=hit.passage.title, text=hit.passage.text, similarity=hit.similarity) for hit in hits]
    return Answers(mode=mode, answers=found)

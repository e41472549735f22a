"""The application: `uvicorn backend.main:app`. The store is prepared once, before the first request."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from backend.passages import load_passages
from backend.retriever import Retriever
from backend.routes import export, search, upload


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Index the passages that ship with the application."""
    app.state.retriever = Retriever(load_passages())
    yield
    del app.state.retriever


app = FastAPI(title="rag-backend", lifespan=lifespan)
app.include_router(search.router)
app.include_router(upload.router)
app.include_router(export.router)


@app.get("/health")
def health() -> dict[str, object]:
    """Answer the host's health check."""
    return {"status": "ok", "passages": len(app.state.retriever)}

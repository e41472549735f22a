"""More passages, from a form."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request, UploadFile

from backend.passages import split_document

router = APIRouter()


@router.post("/documents", status_code=201)
def upload(document: UploadFile, request: Request) -> dict[str, int]:
    """Index an uploaded text file."""
    try:
        text = document.file.read().decode("utf-8")
    except UnicodeDecodeError as error:
        raise HTTPException(status_code=415, detail="the document is not UTF-8 text") from error
    passages = split_document(document.filename or "upload", text)
    if not passages:
        raise HTTPException(status_code=422, detail="the document is empty")
    request.app.state.retriever.add(passages)
    return {"passages": len(passages)}

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient


def test_health_tells_how_many_passages_are_indexed(client: TestClient) -> None:
    answer = client.get("/health")
    assert answer.status_code == httpx.codes.OK
    assert answer.json() == {"status": "ok", "passages": 30}


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("How long does bread dough have to rest before baking?", "Bread dough"),
        ("Which planets have rings?", "Rings of planets"),
        ("Why is the sea salty?", "Salt in the sea"),
    ],
)
def test_a_question_finds_its_passage(client: TestClient, question: str, title: str) -> None:
    found = client.post("/search", json={"text": question}).json()
    assert found["mode"] == "lexical"
    assert found["answers"][0]["title"] == title


@pytest.mark.parametrize("folder", [None, "empty"])
def test_without_a_model_a_semantic_question_is_answered_by_words(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, folder: str | None
) -> None:
    monkeypatch.delenv("RAG_MODEL_DIR", raising=False)
    if folder is not None:
        (tmp_path / folder).mkdir()
        monkeypatch.setenv("RAG_MODEL_DIR", str(tmp_path / folder))
    found = client.post("/search", json={"text": "rings of Saturn", "semantic": True}).json()
    assert found["mode"] == "lexical"
    assert found["answers"][0]["title"] == "Rings of planets"


def test_an_uploaded_document_is_found(client: TestClient) -> None:
    form = {"document": ("quokka.txt", b"The quokka is a small wallaby that lives on Rottnest Island.")}
    assert client.post("/documents", files=form).json() == {"passages": 1}
    found = client.post("/search", json={"text": "Where does the quokka live?"}).json()
    assert found["answers"][0]["title"] == "quokka.txt (1)"


@pytest.mark.parametrize(("content", "status"), [(b"", 422), (b"\xff\xfe\x00", 415)])
def test_a_document_without_text_is_refused(client: TestClient, content: bytes, status: int) -> None:
    assert client.post("/documents", files={"document": ("x.txt", content)}).status_code == status


def test_the_export_is_a_workbook(client: TestClient) -> None:
    answer = client.get("/export.xlsx", params={"question": "salt", "count": 2})
    assert answer.status_code == httpx.codes.OK
    with zipfile.ZipFile(BytesIO(answer.content)) as book:
        assert "Salt in the sea" in book.read("xl/sharedStrings.xml").decode()

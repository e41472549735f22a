"""A backend with 130 installed distributions, and the project that uses some of them, made once in .cache/big-backend.

    python benchmarks/big_backend.py

prints where the project and the interpreter are. Needs the package index once (2 GB on disk, no CUDA): one that has
torch for the processor alone; where that is another one, pip's PIP_EXTRA_INDEX_URL names it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from environments import provide
from rounds import ROOT

FOLDER = ROOT / ".cache" / "big-backend"
TORCH = "torch==2.13.0+cpu"  # a local version is for the processor alone; CUDA's would be gigabytes

MAIN = '''\
"""The application: `uvicorn backend.main:app`."""

from contextlib import asynccontextmanager

from fastapi import FastAPI

from backend import reports, settings
from backend.routes import chat, search, upload
from backend.store import Store


@asynccontextmanager
async def lifespan(app):
    app.state.store = Store(settings.COLLECTION)
    app.state.topics = reports.Topics()
    yield
    app.state.store.close()


app = FastAPI(lifespan=lifespan)
app.include_router(chat.router)
app.include_router(search.router)
app.include_router(upload.router)


@app.get("/health")
def health():
    return {"status": "ok"}
'''
STORE = '''\
"""Passages by meaning."""

import chromadb
from langchain_community.vectorstores import Chroma
from sentence_transformers import SentenceTransformer


class Store:
    model: SentenceTransformer | None = None

    def __init__(self, name):
        self.client = chromadb.EphemeralClient(chromadb.Settings(anonymized_telemetry=False))
        self.collection = self.client.get_or_create_collection(name, embedding_function=None)

    def embed(self, text):
        if self.model is None:
            self.model = SentenceTransformer("all-MiniLM-L6-v2")
        return self.model.encode(text).tolist()

    def find(self, text):
        return self.collection.query(self.embed(text), n_results=5)

    def retriever(self):
        return Chroma(client=self.client, collection_name=self.collection.name).as_retriever()

    def close(self):
        self.client.clear_system_cache()
'''
REPORTS = '''\
"""What was asked, by topic."""

import pandas
from sklearn.cluster import KMeans
from sklearn.feature_extraction.text import TfidfVectorizer


class Topics:
    def __init__(self, count=8):
        self.vectorizer, self.clusters = TfidfVectorizer(), KMeans(count)
        self.asked = pandas.DataFrame(columns=["question", "topic"])

    def sort(self):
        found = self.clusters.fit_predict(self.vectorizer.fit_transform(self.asked.question))
        return self.asked.assign(topic=found)

    def export(self, path):
        self.sort().to_excel(path, index=False)
'''
CHAT = '''\
"""Answers with a language model."""

from fastapi import APIRouter, Request

router = APIRouter()


@router.post("/chat")
def answer(request: Request, question: str):
    from langchain_core.prompts import ChatPromptTemplate
    from langchain_openai import ChatOpenAI

    prompt = ChatPromptTemplate.from_template("{passages}\\n{question}")
    passages = request.app.state.store.retriever().invoke(question)
    return (prompt | ChatOpenAI()).invoke({"passages": passages, "question": question}).content
'''
SEARCH = '''\
"""Passages that fit a question, remembered for a while."""

import json

from fastapi import APIRouter, Request

from backend import settings

router = APIRouter()


@router.get("/search")
def search(request: Request, text: str):
    import redis

    cache = redis.Redis.from_url(settings.CACHE)
    if (known := cache.get(text)) is None:
        known = json.dumps(request.app.state.store.find(text))
        cache.setex(text, 60, known)
    return json.loads(known)
'''
UPLOAD = '''\
"""New passages."""

from fastapi import APIRouter, Request, UploadFile

router = APIRouter()


@router.post("/upload")
async def upload(request: Request, file: UploadFile):
    from langchain_community.document_loaders import BSHTMLLoader, PyPDFLoader

    loader = PyPDFLoader if file.filename.endswith(".pdf") else BSHTMLLoader
    pages = loader(file.filename).load()
    request.app.state.store.collection.add(documents=[page.page_content for page in pages])
'''
SETTINGS = '''\
"""What is set outside."""

import os

COLLECTION = os.environ.get("COLLECTION", "passages")
CACHE = os.environ.get("CACHE", "redis://localhost/0")
'''
MIGRATE = '''\
"""Carries the passages over from the old database; run by hand once."""

import pandas
import psycopg


def passages(address):
    with psycopg.connect(address) as connection:
        return pandas.DataFrame(connection.execute("select id, text from passages").fetchall())
'''
# The lazy imports of its routes, once the application is ready.
LAZY = """\
from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI
import redis
from langchain_community.document_loaders import BSHTMLLoader, PyPDFLoader
"""
FILES: Mapping[str, str] = {
    "requirements.txt": """\
aiofiles
beautifulsoup4
chromadb
fastapi
langchain-community
langchain-openai
lxml
openpyxl
pandas
psycopg[binary]
pypdf
python-dotenv
python-multipart
redis
scikit-learn
sentence-transformers
tiktoken
torch
uvicorn[standard]
""",
    "Procfile": "web: uvicorn backend.main:app --host 0.0.0.0 --port $PORT\n",
    "backend/__init__.py": "",
    "backend/main.py": MAIN,
    "backend/store.py": STORE,
    "backend/reports.py": REPORTS,
    "backend/settings.py": SETTINGS,
    "backend/routes/__init__.py": "",
    "backend/routes/chat.py": CHAT,
    "backend/routes/search.py": SEARCH,
    "backend/routes/upload.py": UPLOAD,
    "backend/migrate.py": MIGRATE,
}


def project() -> Path:
    """Return the folder of the project, written again where it differs."""
    folder = FOLDER / "project"
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
    return folder


def environment() -> Path:
    """Return the folder of the environment."""
    return provide("big-backend", FOLDER / "environment", TORCH).parents[1]


if __name__ == "__main__":
    print(project(), environment())

"""What a ready application could be asked is named where nothing was asked, and nothing else is."""

from pathlib import Path

import pytest

from tests.support.command import EXAMPLE_ENV, audit_json, footprint
from tests.support.machine import need
from tests.support.projects import write

APP = """\
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

app = FastAPI()
called = []

@app.get("/items")
def items():
    called.append(open("called", "w"))

@app.post("/classify")
def classify():
    called.append(open("called", "w"))

@app.get("/items/{name}")
def item(name):
    called.append(open("called", "w"))

@app.delete("/items")
def delete():
    called.append(open("called", "w"))

app.mount("/inner", Starlette(routes=[Route("/page", lambda request: PlainTextResponse("x"))]))
"""
NAMED = [("GET", "/items"), ("POST", "/classify"), ("DELETE", "/items"), ("GET", "/inner/page")]
NONE = {
    "a function": "def app(environ, start_response):\n    return []\n",
    "no application": "app = [1]\n",
    "one that tells nothing": (
        "from starlette.applications import Starlette\nclass Own(Starlette):\n    @property\n    def routes(self):\n"
        "        raise RuntimeError('no')\napp = Own.__new__(Own)\n"
    ),
    "routes that are none": (
        "from starlette.applications import Starlette\nclass Own(Starlette):\n    routes = [1, None, 'x']\n"
        "app = Own.__new__(Own)\n"
    ),
}
WORDS = "none was sent, so what the first request takes is not measured; --request 'GET /items', or --request auto"


def audited(folder: Path, text: str, *words: str) -> list[dict[str, str]]:
    need(EXAMPLE_ENV.is_dir(), "the example's environment: make demo builds it")
    write(folder, {"main.py": text})
    found = audit_json(folder, "--env", EXAMPLE_ENV, "--entry", "main:app", "--no-lifespan", *words)
    assert found["entries"][0]["stages"]["import"] is not None
    candidates: list[dict[str, str]] = found["entries"][0]["candidates"]
    return candidates


def test_routes_are_named_and_none_is_called(tmp_path: Path) -> None:
    assert [(each["method"], each["name"]) for each in audited(tmp_path, APP)] == NAMED
    assert not (tmp_path / "called").exists()
    for limit in ((), ("--limit", "512MiB", "--no-first-use")):
        shown = footprint("audit", tmp_path, "--env", EXAMPLE_ENV, "--entry", "main:app", *limit, "--top", "0").stdout
        assert "not called: GET /items, GET /inner/page, POST /classify (needs a body), DELETE /items:" in shown
        assert WORDS in shown


def test_nothing_is_named_where_something_was_called(tmp_path: Path) -> None:
    assert audited(tmp_path, APP, "--request", "/inner/page") == []


@pytest.mark.parametrize("name", NONE)
def test_what_states_no_routes(name: str, tmp_path: Path) -> None:
    assert audited(tmp_path, NONE[name]) == []
    words = ("--no-lifespan", "--no-first-use", "--limit", "512MiB")
    shown = footprint("audit", tmp_path, "--env", EXAMPLE_ENV, "--entry", "main:app", *words, "--top", "0").stdout
    assert "fits at startup" in shown
    assert "no request was sent" in shown

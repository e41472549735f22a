"""Requests and calls as people write them."""

from pathlib import Path

import pytest

from footprint.config.call_texts import parse_call, parse_request
from footprint.errors import UsageError
from footprint.model.requested_calls import FunctionCall, Request

REQUESTS = {
    "/embed": Request("GET", "/embed"),
    "get /a?b=c:d&e=*2": Request("GET", "/a?b=c:d&e=", count=2),
    "GET /a*20": Request("GET", "/a", count=20),
    "http://127.0.0.1:8000/*3": Request("GET", "http://127.0.0.1:8000/", count=3),
    'POST /x {"a": 1}': Request("POST", "/x", b'{"a": 1}'),
    "POST /x [1, 2]": Request("POST", "/x", b"[1, 2]"),
    "POST /x a note: long": Request("POST", "/x", b"a note: long"),
    "POST /x note: long": Request("POST", "/x", b"note: long"),
    "DELETE /x -> 204": Request("DELETE", "/x", status=204),
    "POST /x hello -> world": Request("POST", "/x", b"hello -> world"),
    "POST /x X-Key:abc Accept:'text/csv, */*' {} -> 201": Request(
        "POST", "/x", b"{}", headers=(("X-Key", "abc"), ("Accept", "text/csv, */*")), status=201
    ),
    "web: GET /x X-Key:abc": Request("GET", "/x", headers=(("X-Key", "abc"),), entry="web"),
    "POST /x @body.bin": Request("POST", "/x", b"\x00\xff"),
    "POST /x @none.bin": None,
    "/x body": None,
    "x": None,
    "": None,
    "FETCH /x": None,
    "GET http:///": None,
    "GET /x -> 999": None,
}
CALLS = {
    "jobs:nightly": FunctionCall("jobs", "nightly"),
    "a.b:Class.method": FunctionCall("a.b", "Class.method"),
    "worker: jobs:run(1, name='x')": FunctionCall("jobs", "run", "((1,), {'name': 'x'})", entry="worker"),
    "jobs:run @event.json": FunctionCall("jobs", "run", event='{"a": 1}'),
    "jobs:run @body.bin": None,
    "jobs:run(open('x'))": None,
    "jobs:run(*a)": None,
    "jobs": None,
    "jobs:": None,
    "jobs:1": None,
    "jobs:a;b": None,
    "/x:y": None,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "body.bin").write_bytes(b"\x00\xff")
    (tmp_path / "event.json").write_text('{"a": 1}')
    return tmp_path


@pytest.mark.parametrize("text", REQUESTS)
def test_a_request(text: str, folder: Path) -> None:
    if (expected := REQUESTS[text]) is not None:
        assert parse_request(text, folder) == expected
        return
    with pytest.raises(UsageError):
        parse_request(text, folder)


@pytest.mark.parametrize("text", CALLS)
def test_a_call(text: str, folder: Path) -> None:
    if (expected := CALLS[text]) is not None:
        assert parse_call(text, folder) == expected
        return
    with pytest.raises(UsageError):
        parse_call(text, folder)

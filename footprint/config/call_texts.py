"""Requests and calls as people write them: `POST /predict X-Key:abc @body.json -> 201`, `jobs:nightly(3)`."""

from __future__ import annotations

import ast
import json
import re
import shlex
from pathlib import Path
from urllib.parse import urlsplit

from footprint.errors import UsageError
from footprint.files.reader import NotRead, read_given
from footprint.late import late_pattern
from footprint.model.requested_calls import FunctionCall, Request

_METHODS = "GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS"
_REQUEST = late_pattern(
    rf"(?:(?P<entry>[\w.-]+): +)?(?:(?P<method>{_METHODS}) +)?(?P<url>(?:https?://|/)[^\s*]*)(?:\*(?P<count>\d{{1,6}}))?"
    r"(?P<headers>(?: +[a-z][a-z0-9-]*:(?:'[^']*'|\"[^\"]*\"|[^\s'\"]\S*))*)(?: +(?P<body>.+?))??"
    r"(?: +-> *(?P<status>[1-5]\d\d))?",
    re.IGNORECASE | re.DOTALL | re.ASCII,
)
_CALL = late_pattern(
    r"(?:(?P<entry>[\w.-]+): +)?(?P<module>\w+(?:\.\w+)*):(?P<call>[^\W\d].*?)(?: +@(?P<file>\S+))?", re.DOTALL
)
_BODY_BYTES = 64 << 20


def parse_request(text: str, folder: Path = Path()) -> Request:
    """Return `/path`, `URL`, `GET URL*20`, `POST URL {"a": 1}` or `web: POST /path X-Key:abc @body.json -> 201`.

    A body file is meant from `folder`. Raises: UsageError for anything else.
    """
    found = _REQUEST.fullmatch(text.strip())
    if found is None or not (found["url"].startswith("/") or is_address(found["url"])):
        raise UsageError(f"--request {text}: give a URL or a path, 'POST /path BODY', 'POST /path @FILE' or '/path*20'")
    if found["body"] and (not found["method"] or found["body"].startswith("->")):
        raise UsageError(f"--request {text}: a body needs a method, as in 'POST /path BODY'")
    headers = (word.partition(":") for word in shlex.split(found["headers"]))
    return Request(
        method=(found["method"] or "GET").upper(),
        url=found["url"],
        body=_read_body(found["body"], folder, text) if found["body"] else None,
        count=int(found["count"] or 1),
        headers=tuple((name, value) for name, _, value in headers),
        status=int(found["status"]) if found["status"] else None,
        entry=found["entry"] or "",
    )


def _read_body(body: str, folder: Path, text: str) -> bytes:
    if not body.startswith("@"):
        return body.encode()
    try:
        return read_given(folder / body[1:], bytes_at_most=_BODY_BYTES)
    except NotRead as why:
        raise UsageError(f"--request {text}: cannot read {body[1:]}: {why}") from why


def parse_call(text: str, folder: Path = Path(), event: str | None = None) -> FunctionCall:
    """Return `module:function`, `worker: module:function(1, name="x")` or `module:handler @event.json`.

    The file of an event is meant from `folder`. Raises: UsageError for anything else.
    """
    found = _CALL.fullmatch(text.strip())
    if found is None:
        raise UsageError(f"--call {text}: give module:function, module:function(1, 'two') or 'module:handler @FILE'")
    event = read_event(folder / found["file"]) if found["file"] else event
    try:
        attribute, arguments = split_call(found["call"])
        if not all(part.isidentifier() for part in attribute.split(".")):
            raise ValueError(f"{attribute} is not a name")
    except ValueError as error:
        raise UsageError(f"--call {text}: {error}") from error
    return FunctionCall(found["module"], attribute, arguments or "((), {})", event, found["entry"] or "")


def split_call(attribute: str) -> tuple[str, str]:
    """Return ("app.make", "((1,), {})") for `app.make(1)`; the second is empty where nothing is called.

    Raises: ValueError for arguments that are not literals, as gunicorn refuses them.
    """
    if "(" not in attribute:
        return attribute, ""
    try:
        tree = ast.parse(attribute.strip(), mode="eval").body
        if not isinstance(tree, ast.Call) or not all(part.isidentifier() for part in ast.unparse(tree.func).split(".")):
            raise ValueError("not a call of a name")
        if any(keyword.arg is None for keyword in tree.keywords):
            raise ValueError("double star")
        positional = tuple(ast.literal_eval(argument) for argument in tree.args)
        named = {str(keyword.arg): ast.literal_eval(keyword.value) for keyword in tree.keywords}
    except (SyntaxError, ValueError) as error:
        raise ValueError(f"{attribute} is not a call with literal arguments") from error
    return ast.unparse(tree.func), repr((positional, named))


def is_address(url: str) -> bool:
    """Say whether a URL names a host, and a port that there is."""
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is not a number or too large, half an IPv6 address
        return False


def read_event(path: Path) -> str:
    """Return the JSON text of an event. Raises: UsageError where a file has none."""
    try:
        text = read_given(path, bytes_at_most=_BODY_BYTES).decode()
        json.loads(text)
    except (NotRead, ValueError) as why:
        raise UsageError(f"--event {path}: {why}") from why
    return text

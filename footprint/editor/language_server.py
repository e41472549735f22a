"""The language server: messages in, answers out, one after the other, until the editor ends it or goes away.

Source: LSP 3.17; JSON-RPC 2.0.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Mapping
from typing import IO, Any

from footprint.editor.code_actions import code_actions
from footprint.editor.editor_session import EditorSession
from footprint.editor.line_diagnostics import publish_all
from footprint.editor.line_hovers import hover
from footprint.editor.line_inlays import inlay_hints
from footprint.editor.message_frames import FramingLost, UnreadMessage, read_messages, write_message
from footprint.editor.message_params import (
    INTERNAL_ERROR,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    NOT_INITIALIZED,
    PARSE_ERROR,
    REQUEST_CANCELLED,
    RefusedRequest,
)
from footprint.editor.ready_edits import make_ahead
from footprint.editor.session_ends import folders_changed, initialize, shut_down
from footprint.editor.text_sync import changed, closed, opened, saved
from footprint.report.languages.messages import spoken
from footprint.values import dataclass

_WAITING_AT_MOST = 1_000  # messages; an editor that sends more waits for us
_LOOK_AGAIN_S = 2.0  # for an audit that was stored meanwhile
_PAUSE_S = 0.4  # without a message: nobody types
_WORDS = {
    "no-length": "a message without a length",
    "too-large": "a message that is too large",
    "not-json": "a message that is not JSON",
    "not-an-object": "a message that is not an object",
}

Handler = Callable[[EditorSession, Any], Any]


def _nothing(session: EditorSession, params: Any) -> None:
    """Take note: what there is to do was done, or there is nothing."""


REQUESTS: Mapping[str, Handler] = {
    "initialize": initialize,
    "shutdown": shut_down,
    "textDocument/hover": hover,
    "textDocument/inlayHint": inlay_hints,
    "textDocument/codeAction": code_actions,
}
NOTIFICATIONS: Mapping[str, Handler] = {
    "initialized": _nothing,
    "textDocument/didOpen": opened,
    "textDocument/didChange": changed,
    "textDocument/didSave": saved,
    "textDocument/didClose": closed,
    "workspace/didChangeWorkspaceFolders": folders_changed,
    "workspace/didChangeWatchedFiles": lambda session, params: publish_all(session),
}


@dataclass(slots=True)
class _Waiting:
    """Messages that were read and not yet handled, and the requests among them that nobody wants any more."""

    messages: queue.Queue[dict[str, Any] | UnreadMessage | None]
    cancelled: set[int | str]


def serve(incoming: IO[bytes], outgoing: IO[bytes], make_session: Callable[..., EditorSession]) -> int:
    """Serve one editor and return the exit code: 0 where it said so before it left, else 1."""
    session = make_session(send=lambda message: write_message(outgoing, message))
    waiting = _Waiting(queue.Queue(_WAITING_AT_MOST), set())
    threading.Thread(target=_read, args=(incoming, waiting), daemon=True).start()
    wait_s = _LOOK_AGAIN_S
    while True:
        try:
            message = waiting.messages.get(timeout=wait_s)
        except queue.Empty:
            wait_s = _use_pause(session)
            continue
        wait_s = _PAUSE_S
        if message is None or (isinstance(message, dict) and message.get("method") == "exit"):
            return 0 if session.is_shut_down else 1
        if isinstance(message, UnreadMessage):
            code = PARSE_ERROR if message.why == "not-json" else INVALID_REQUEST
            session.send(_error(None, code, _WORDS[message.why]))
        else:
            answer_message(session, message, waiting.cancelled)


def answer_message(session: EditorSession, message: dict[str, Any], cancelled: set[int | str] | None = None) -> None:
    """Answer a request, take a notification; an answer to a request of ours is read over. Raises nothing for either."""
    cancelled = set() if cancelled is None else cancelled
    method, number = message.get("method"), message.get("id")
    if not isinstance(method, str):
        if "result" not in message and "error" not in message:
            session.send(_error(None, INVALID_REQUEST, "a message without a method"))
        return
    if method == "$/cancelRequest":  # handled with what it took back, which stood before it
        cancelled -= _cancelled_by(message)
        return
    if "id" not in message:
        _take(session, method, message.get("params"))
        return
    if not isinstance(number, int | str) or isinstance(number, bool):
        session.send(_error(None, INVALID_REQUEST, "an id that is neither a number nor a text"))
        return
    try:
        if number in cancelled:
            raise RefusedRequest(REQUEST_CANCELLED, "cancelled")
        result = _answer(session, method, message.get("params"))
    except RefusedRequest as refused:
        session.send(_error(number, refused.code, refused.message))
    else:
        session.send({"jsonrpc": "2.0", "id": number, "result": result})


def _use_pause(session: EditorSession) -> float:
    """Do what can wait until nobody types, a piece of it; return for how long to wait for a message then."""
    with spoken(session.spoken):
        if session.documents and session.audits.renewed():
            publish_all(session)
        if session.is_behind:
            session.is_behind = make_ahead(session)
    return 0 if session.is_behind else _LOOK_AGAIN_S


def _read(incoming: IO[bytes], waiting: _Waiting) -> None:
    """Read messages as they come, so that one may take back another that waits; None at their end."""
    try:
        for message in read_messages(incoming):
            if isinstance(message, dict) and message.get("method") == "$/cancelRequest":
                waiting.cancelled |= _cancelled_by(message)
            waiting.messages.put(message)
            if isinstance(message, dict) and message.get("method") == "exit":
                return
    except (FramingLost, OSError):
        waiting.messages.put(UnreadMessage("no-length"))
    waiting.messages.put(None)


def _cancelled_by(message: dict[str, Any]) -> set[int | str]:
    params = message.get("params")
    given = params.get("id") if isinstance(params, dict) else None
    return {given} if isinstance(given, int | str) else set()


def _answer(session: EditorSession, method: str, params: Any) -> Any:
    """Return the result of a request. Raises: RefusedRequest."""
    if session.is_shut_down:
        raise RefusedRequest(INVALID_REQUEST, "the session was shut down")
    if not session.is_initialized and method != "initialize":
        raise RefusedRequest(NOT_INITIALIZED, "initialize comes first")
    handler = REQUESTS.get(method)
    if handler is None:
        raise RefusedRequest(METHOD_NOT_FOUND, f"there is no method {method[:100]}")
    try:
        with spoken(session.spoken):
            return handler(session, params)
    except (RecursionError, MemoryError) as error:  # of what a document or an audit holds
        raise RefusedRequest(INTERNAL_ERROR, type(error).__name__) from error


def _take(session: EditorSession, method: str, params: Any) -> None:
    """Handle a notification; one that is unknown, or not what it should be, is left aside, as the protocol has it."""
    handler = NOTIFICATIONS.get(method)
    if handler is None or not session.is_initialized or session.is_shut_down:
        return
    try:
        with spoken(session.spoken):
            handler(session, params)
    except (RefusedRequest, RecursionError, MemoryError):
        return


def _error(number: int | str | None, code: int, message: str) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": number, "error": {"code": code, "message": message}}

"""Documents opened, changed, saved and closed in the editor."""

from __future__ import annotations

from typing import Any

from footprint.editor.buffers import Buffer
from footprint.editor.editor_session import EditorSession
from footprint.editor.line_diagnostics import publish
from footprint.editor.message_params import find, items, member
from footprint.editor.open_documents import OpenDocument, path_of

_LONGEST = 20 << 20  # characters of a document; what is longer is left alone


def opened(session: EditorSession, params: Any) -> None:
    """Take a document in. Raises: RefusedRequest."""
    uri = member(params, "textDocument", "uri", kind=str)
    text = member(params, "textDocument", "text", kind=str)
    version = find(params, "textDocument", "version", kind=int) or 0
    session.documents.pop(uri, None)
    session.read.pop(uri, None)
    if len(text) <= _LONGEST:
        session.documents[uri] = OpenDocument(uri, path_of(uri), version, Buffer.of(text, session.abilities.encoding))
        session.note_change()
        publish(session, uri)


def changed(session: EditorSession, params: Any) -> None:
    """Make the changes of a document, one after the other. Raises: RefusedRequest."""
    uri = member(params, "textDocument", "uri", kind=str)
    document = session.documents.get(uri)
    if document is None:
        return
    buffer = document.buffer
    for change in items(params, "contentChanges"):
        buffer = buffer.changed(change)
    session.read.pop(uri, None)
    if len(buffer.text) > _LONGEST:
        del session.documents[uri]
        return
    session.note_change()
    document.buffer = buffer
    document.version = find(params, "textDocument", "version", kind=int) or document.version + 1
    publish(session, uri)


def saved(session: EditorSession, params: Any) -> None:
    """Look again at what differs from the file on disk. Raises: RefusedRequest."""
    session.note_change()
    publish(session, member(params, "textDocument", "uri", kind=str))


def closed(session: EditorSession, params: Any) -> None:
    """Forget a document, and take back what was published for it. Raises: RefusedRequest."""
    uri = member(params, "textDocument", "uri", kind=str)
    session.documents.pop(uri, None)
    session.read.pop(uri, None)
    session.note_change()
    session.notify("textDocument/publishDiagnostics", {"uri": uri, "diagnostics": []})

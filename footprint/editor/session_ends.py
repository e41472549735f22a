"""How a session begins and ends: what the editor can do, what we can, and which folders it is about."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from footprint import __version__
from footprint.editor.code_actions import KIND
from footprint.editor.editor_session import EditorAbilities, EditorSession
from footprint.editor.message_params import INVALID_REQUEST, RefusedRequest, find, items
from footprint.editor.open_documents import path_of
from footprint.report.languages.catalogue import language_named

_INCREMENTAL = 2  # LSP 3.17, "TextDocumentSyncKind"


def initialize(session: EditorSession, params: Any) -> dict[str, Any]:
    """Begin a session and return what the server can do. Raises: RefusedRequest for a second time."""
    if session.is_initialized:
        raise RefusedRequest(INVALID_REQUEST, "initialize was sent before")
    session.is_initialized = True
    session.abilities = _abilities(params)
    session.tops = _tops(session, params)
    locale = find(params, "locale", kind=str) or ""
    said = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    session.spoken = session.language or language_named(locale or said) or "en"
    return {
        "capabilities": {
            "positionEncoding": session.abilities.encoding,
            "textDocumentSync": {"openClose": True, "change": _INCREMENTAL, "save": True},
            "hoverProvider": True,
            "inlayHintProvider": True,
            "codeActionProvider": {"codeActionKinds": [KIND]},
            "workspace": {"workspaceFolders": {"supported": True, "changeNotifications": True}},
        },
        "serverInfo": {"name": "footprint", "version": __version__},
    }


def shut_down(session: EditorSession, params: Any) -> None:
    """End the session; the editor then sends `exit`."""
    session.is_shut_down = True
    session.documents.clear()


def folders_changed(session: EditorSession, params: Any) -> None:
    """Take folders of the workspace in, and others out."""
    if session.project is None:
        gone = set(_folders(items(params, "event", "removed")))
        added = _folders(items(params, "event", "added"))
        session.tops = (*(top for top in session.tops if top not in gone), *added)


def _abilities(params: Any) -> EditorAbilities:
    capabilities: Any = find(params, "capabilities", kind=dict) or {}
    edit = find(capabilities, "workspace", "workspaceEdit", "documentChanges", kind=bool)
    return EditorAbilities(
        encoding="utf-8" if "utf-8" in items(capabilities, "general", "positionEncodings") else "utf-16",
        shows_markdown="markdown" in items(capabilities, "textDocument", "hover", "contentFormat"),
        refreshes_inlays=bool(find(capabilities, "workspace", "inlayHint", "refreshSupport", kind=bool)),
        edits_documents=bool(edit),
        takes_code_actions=find(capabilities, "textDocument", "codeAction", "codeActionLiteralSupport", kind=dict)
        is not None,
        documentation=find(params, "initializationOptions", "documentation", kind=str) or "",
    )


def _tops(session: EditorSession, params: Any) -> tuple[Path, ...]:
    if session.project is not None:
        return (session.project,)
    folders = _folders(items(params, "workspaceFolders"))
    uri, path = find(params, "rootUri", kind=str), find(params, "rootPath", kind=str)
    if not folders and uri is not None:
        folders = _folders([{"uri": uri}])
    if not folders and path and "\0" not in path:
        folders = (Path(os.path.abspath(path)),)  # noqa: PTH100 - as in open_documents
    return folders


def _folders(found: list[Any]) -> tuple[Path, ...]:
    uris = (find(each, "uri", kind=str) for each in found)
    return tuple(path for uri in uris if uri is not None and (path := path_of(uri)) is not None)

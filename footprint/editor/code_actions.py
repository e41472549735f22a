"""The suggestions that are about a line, as edits that the editor makes when somebody takes one."""

from __future__ import annotations

from typing import Any

from footprint.editor.buffers import Buffer
from footprint.editor.editor_session import AuditedDocument, EditorSession
from footprint.editor.line_edits import text_edits
from footprint.editor.made_edits import Texts
from footprint.editor.message_params import find, items, member, position
from footprint.editor.open_documents import uri_of
from footprint.editor.project_texts import document_of
from footprint.editor.ready_edits import ready_edit
from footprint.report.editor.offer_sentences import offer_words
from footprint.report.text.safe import printable

KIND = "quickfix"
_LINES_AT_MOST = 200  # of a selection


def code_actions(session: EditorSession, params: Any) -> list[dict[str, Any]]:
    """Return the edits of the suggestions that are about the lines of a range. Raises: RefusedRequest."""
    audited = session.audited(member(params, "textDocument", "uri", kind=str))
    first, last = position(params, "range", "start")[0], position(params, "range", "end")[0]
    only = items(params, "context", "only")
    is_asked = not only or any(each in ("", KIND) for each in only)
    if audited is None or not is_asked or not session.abilities.takes_code_actions:
        return []
    found = []
    for line in audited.lines.lines:
        if line.line - 1 <= last and first <= line.last_line - 1 and last - first <= _LINES_AT_MOST:
            for each in line.suggestions:
                offer, texts = ready_edit(session, audited, line, each)
                if texts:
                    action = {"title": printable(offer_words(offer)), "kind": KIND}
                    about = [
                        each for each in items(params, "context", "diagnostics") if _is_of(each, offer.suggestion.code)
                    ]
                    found.append(action | {"diagnostics": about, "edit": _workspace_edit(session, audited, texts)})
    return found


def _is_of(diagnostic: Any, code: str) -> bool:
    return find(diagnostic, "code", kind=str) == code


def _workspace_edit(session: EditorSession, audited: AuditedDocument, texts: Texts) -> dict[str, Any]:
    changes = []
    for path, (before, after) in texts.items():
        document = document_of(audited.stored.folder, path, session.documents)
        edits = text_edits(Buffer.of(before, session.abilities.encoding), after)
        uri = document.uri if document is not None else uri_of(audited.stored.folder / path)
        changes.append((uri, document.version if document is not None else None, edits))
    if not session.abilities.edits_documents:
        return {"changes": {uri: edits for uri, _, edits in changes}}
    return {
        "documentChanges": [
            {"textDocument": {"uri": uri, "version": version}, "edits": edits} for uri, version, edits in changes
        ]
    }

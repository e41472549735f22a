"""All that is known of a line, for the editor to show beside the pointer."""

from __future__ import annotations

from typing import Any

from footprint.editor.editor_session import EditorSession
from footprint.editor.message_params import member, position
from footprint.editor.ready_edits import offers
from footprint.report.editor.line_sentences import line_text


def hover(session: EditorSession, params: Any) -> dict[str, Any] | None:
    """Return what is known of the line at a position. Raises: RefusedRequest."""
    audited = session.audited(member(params, "textDocument", "uri", kind=str))
    number, _ = position(params, "position")
    line = audited.lines.at(number + 1) if audited is not None else None
    if audited is None or line is None:
        return None
    text = line_text(audited.stored.project.audit, line, offers(session, audited, line), audited.freshness)
    contents = (
        {"kind": "markdown", "value": text.markdown()}
        if session.abilities.shows_markdown
        else {"kind": "plaintext", "value": text.plain()}
    )
    return {"contents": contents, "range": audited.document.buffer.range_of(line.line - 1)}

"""Figures beside the lines of a document."""

from __future__ import annotations

from typing import Any

from footprint.editor.editor_session import EditorSession
from footprint.editor.message_params import member, position
from footprint.report.editor.line_figures import age_words, inlay_words
from footprint.report.text.safe import printable


def inlay_hints(session: EditorSession, params: Any) -> list[dict[str, Any]] | None:
    """Return the hints of the lines of a range. Raises: RefusedRequest."""
    audited = session.audited(member(params, "textDocument", "uri", kind=str))
    first, last = position(params, "range", "start")[0], position(params, "range", "end")[0]
    if audited is None:
        return None
    age = age_words(audited.freshness)
    shown = [
        (each.line - 1, words)
        for each in audited.lines.lines
        if first <= each.line - 1 <= last and (words := inlay_words(each, audited.freshness))
    ]
    return [
        {
            "position": audited.document.buffer.end_of(line),
            "label": printable(words),
            "paddingLeft": True,
            "tooltip": age,
        }
        for line, words in shown
    ]

"""The edits of the suggestions in open documents, made while nobody types: they are there when one is asked for.

To move an import takes a third of a second in a file of 2,000 lines, and the first time the project is read besides.
"""

from __future__ import annotations

import time

from footprint.editor.editor_session import AuditedDocument, EditorSession
from footprint.editor.made_edits import MadeEdit
from footprint.editor.offered_edits import judge, make_edit
from footprint.model.audit import Suggestion
from footprint.model.edited_lines import EditedLine, OfferedEdit

_AS_ON_DISK_S = 5.0  # that files which are not open are taken for what they were


def ready_edit(session: EditorSession, audited: AuditedDocument, line: EditedLine, each: Suggestion) -> MadeEdit:
    """Return a suggestion as an edit of the texts as they are now."""
    known = session.made.get(_key(audited, line, each))
    if known is not None and known[0] == session.change_count and time.monotonic() - known[1] < _AS_ON_DISK_S:
        return known[2]
    made = make_edit(session, audited, line, each)
    session.made[_key(audited, line, each)] = (session.change_count, time.monotonic(), made)
    return made


def offers(session: EditorSession, audited: AuditedDocument, line: EditedLine) -> tuple[OfferedEdit, ...]:
    """Return the suggestions of a line as far as their edits are made; nothing is made for it."""
    found = []
    for each in line.suggestions:
        known = session.made.get(_key(audited, line, each))
        is_of_now = known is not None and known[0] == session.change_count
        found.append(known[2].offer if known is not None and is_of_now else judge(audited.stored.project, each))
    return tuple(found)


def make_ahead(session: EditorSession) -> bool:
    """Make one edit that is not there yet, of any open document; False where there was none to make."""
    for uri in session.documents:
        audited = session.audited(uri)
        for line in audited.lines.lines if audited is not None else ():
            for each in line.suggestions:
                known = session.made.get(_key(audited, line, each)) if audited is not None else None
                if audited is not None and (known is None or known[0] != session.change_count):
                    ready_edit(session, audited, line, each)
                    return True
    return False


def _key(audited: AuditedDocument, line: EditedLine, each: Suggestion) -> tuple[str, int, str, str]:
    return (audited.document.uri, line.line, each.code, each.subject)

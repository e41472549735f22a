"""What is wrong at the lines of a document, as the stored audit found it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from footprint.editor.editor_session import AuditedDocument, EditorSession
from footprint.editor.open_documents import uri_of
from footprint.model.audit import Finding
from footprint.model.rule import Severity
from footprint.report.languages.stored_sentences import retell
from footprint.report.text.safe import printable

_SEVERITIES: Mapping[Severity, int] = {"error": 1, "warning": 2, "info": 3}  # LSP 3.17, "DiagnosticSeverity"
_PAGES = Path(__file__).parents[2] / "docs" / "codes"  # of a checkout; an installed package has none
SOURCE = "footprint"


def publish(session: EditorSession, uri: str) -> None:
    """Publish the findings of an open document."""
    document = session.documents.get(uri)
    if document is None:
        return
    audited = session.audited(uri)
    found = list(_diagnostics(audited, session.abilities.documentation)) if audited is not None else []
    session.notify("textDocument/publishDiagnostics", {"uri": uri, "version": document.version, "diagnostics": found})


def publish_all(session: EditorSession) -> None:
    """Publish the findings of all open documents anew: an audit is another one."""
    session.note_change()
    for uri in list(session.documents):
        publish(session, uri)
    if session.abilities.refreshes_inlays:
        session.ask("workspace/inlayHint/refresh")


def line_of(audited: AuditedDocument, finding: Finding) -> int | None:
    """Return the line of a finding as the text is now, None where it is gone or cannot be told."""
    if finding.line is None:
        return None if audited.freshness.is_stale else 1
    line = audited.lines.now_at(finding.line, finding.distribution)
    if line is not None:
        return line
    is_there = finding.line <= audited.document.buffer.line_count
    return finding.line if is_there and not audited.freshness.is_stale else None


def _diagnostics(audited: AuditedDocument, documentation: str) -> Iterator[dict[str, Any]]:
    for finding in audited.stored.project.findings.get(audited.path, ()):
        line = line_of(audited, finding)
        if line is None:
            continue
        found: dict[str, Any] = {
            "range": audited.document.buffer.range_of(line - 1),
            "severity": _SEVERITIES[finding.severity],
            "code": finding.code,
            "source": SOURCE,
            "message": printable(retell(finding.message)),
        }
        page = page_of(finding.code, documentation)
        yield found | ({"codeDescription": {"href": page}} if page else {})


def page_of(code: str, documentation: str) -> str:
    """Return where the page of a code is, "" where that is not known."""
    if not code.isalnum():  # a stored audit says what it likes
        return ""
    if documentation:
        return f"{documentation.rstrip('/')}/{code}.md"
    page = _PAGES / f"{code}.md"
    return uri_of(page) if page.is_file() else ""

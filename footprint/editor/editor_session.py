"""What is known in one session of an editor: what it can do, its documents, and the audits stored for them."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from footprint.config.settings_table import Language
from footprint.editor.buffer_lines import BufferLines, read_lines
from footprint.editor.buffers import PositionEncoding
from footprint.editor.made_edits import MadeEdit
from footprint.editor.open_documents import OpenDocument
from footprint.editor.project_texts import ProjectTexts
from footprint.editor.stored_audits import StoredAudit, StoredAudits, UnusableAudit
from footprint.files.paths import place_in
from footprint.model.edited_lines import Freshness
from footprint.report.text.safe import printable
from footprint.values import dataclass, field

_LOG_WARNING, _LOG_INFO = 2, 3  # LSP 3.17, "MessageType"


@dataclass(frozen=True, slots=True)
class EditorAbilities:
    """What the editor said that it can do."""

    encoding: PositionEncoding = "utf-16"
    shows_markdown: bool = False
    refreshes_inlays: bool = False
    edits_documents: bool = False  # several, each with its version
    takes_code_actions: bool = False  # not commands alone
    documentation: str = ""  # where the pages of the codes are, as the settings of the user say


@dataclass(frozen=True, slots=True)
class AuditedDocument:
    """A document with what the audit knows of its lines."""

    document: OpenDocument
    stored: StoredAudit
    path: str  # relative to the folder of the audit, posix
    lines: BufferLines
    freshness: Freshness


@dataclass(slots=True)
class EditorSession:
    """One session. `project`: the folder whose audit is asked; None: the nearest one around each document."""

    send: Callable[[dict[str, Any]], None]
    project: Path | None = None
    language: Language | None = None  # None: as the editor says
    spoken: Language = "en"
    abilities: EditorAbilities = field(default_factory=EditorAbilities)
    tops: tuple[Path, ...] = ()
    documents: dict[str, OpenDocument] = field(default_factory=dict)
    audits: StoredAudits = field(default_factory=StoredAudits)
    is_initialized: bool = False
    is_shut_down: bool = False
    told: dict[str, str] = field(default_factory=dict)  # what was said of each folder last
    read: dict[str, tuple[int, StoredAudit, BufferLines]] = field(default_factory=dict)  # by URI
    texts: ProjectTexts = field(default_factory=ProjectTexts)
    change_count: int = 0  # of all texts and audits
    made: dict[tuple[str, int, str, str], tuple[int, float, MadeEdit]] = field(default_factory=dict)
    is_behind: bool = False  # edits could be made that are not there yet
    request_count: int = 0

    def audited(self, uri: str) -> AuditedDocument | None:
        """Return a document with what is known of its lines, None where nothing is."""
        document = self.documents.get(uri)
        found = self._stored(document) if document is not None else None
        if document is None or document.path is None or found is None:
            return None
        path = place_in(found.folder, document.path)
        if path is None:
            return None
        lines = self._lines(document, found, path)
        is_stale = lines.has_moved or document.differs_from_disk(found.until_s)
        age = max(int(time.time() - found.measured_s), 0)
        return AuditedDocument(document, found, path, lines, Freshness(age, is_stale))

    def note_change(self) -> None:
        """Take note that a text or an audit is another one: what was made of it is thrown away."""
        self.change_count += 1
        self.made.clear()
        self.is_behind = True

    def notify(self, method: str, params: dict[str, Any]) -> None:
        """Send a notification."""
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def ask(self, method: str) -> None:
        """Send a request without parameters; nobody waits for its answer."""
        self.request_count += 1
        self.send({"jsonrpc": "2.0", "id": f"footprint-{self.request_count}", "method": method})

    def _lines(self, document: OpenDocument, found: StoredAudit, path: str) -> BufferLines:
        known = self.read.get(document.uri)
        if known is not None and known[0] == document.version and known[1] is found:
            return known[2]
        lines = read_lines(found.project, path, document.buffer)
        self.read[document.uri] = (document.version, found, lines)
        return lines

    def _stored(self, document: OpenDocument) -> StoredAudit | None:
        """Return the audit of a document; what is wrong with it is told once."""
        if document.path is None:
            return None
        if self.project is not None:
            is_inside = place_in(self.project, document.path) is not None
            found = self.audits.audit_in(self.project) if is_inside else None
        else:
            found = self.audits.audit_of(document.path, self.tops)
        if isinstance(found, StoredAudit):
            self.told.pop(str(found.folder), None)
            return found
        if isinstance(found, UnusableAudit):
            self._tell(found.folder, f"its stored audit cannot be read: {found.reason}", _LOG_WARNING)
        elif (top := next((each for each in self.tops if document.path.is_relative_to(each)), None)) is not None:
            self._tell(top, "no audit is stored here: `footprint audit --store` does it", _LOG_INFO)
        return None

    def _tell(self, folder: Path, words: str, kind: int) -> None:
        if self.told.get(str(folder)) != words and len(self.told) < 1_000:
            self.told[str(folder)] = words
            self.notify("window/logMessage", {"type": kind, "message": printable(f"footprint: {folder}: {words}")})

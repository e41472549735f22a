"""The audit that was stored last for the folder that a document lies in, read again when it is another one.

Laws: it is read from one place, `.footprint/audit.json`, and only where neither is a link; nothing is written.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from datetime import datetime, timezone
from pathlib import Path

from footprint.editor.audited_places import AuditedProject, index_audit
from footprint.errors import AuditUnreadable
from footprint.files.reader import NotRead, read_regular
from footprint.files.store import stored_audit
from footprint.report.audit import stored
from footprint.values import dataclass, field

_BYTES_AT_MOST = 64 << 20
_STORED_WITHIN_S = 5
_DEEPEST = 64  # folders above a document

_Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class StoredAudit:
    """The audit of the project in a folder, and when it was measured, in seconds of the epoch.

    `until_s`: what was written up to then was read by it.
    """

    folder: Path
    project: AuditedProject
    measured_s: float
    until_s: float


@dataclass(frozen=True, slots=True)
class UnusableAudit:
    """A stored audit that cannot be read, and why."""

    folder: Path
    reason: str


@dataclass(slots=True)
class StoredAudits:
    """What was read so far, by folder; `stamps` say of which file it was."""

    found: dict[Path, StoredAudit | UnusableAudit] = field(default_factory=dict)
    stamps: dict[Path, _Stamp | None] = field(default_factory=dict)

    def audit_of(self, document: Path, tops: Iterable[Path]) -> StoredAudit | UnusableAudit | None:
        """Return the audit of the nearest folder around a document that has one, up to one of `tops`."""
        around = next((top for top in tops if document.is_relative_to(top)), None)
        if around is None:
            return None
        for folder in document.parents[:_DEEPEST]:
            found = self.audit_in(folder)
            if found is not None or folder == around:
                return found
        return None

    def audit_in(self, folder: Path) -> StoredAudit | UnusableAudit | None:
        """Return the audit that is stored in a folder, None where there is none."""
        stamp = _stamp(stored_audit(folder))
        if folder not in self.stamps or self.stamps[folder] != stamp:
            self.stamps[folder] = stamp
            read = None if stamp is None else _read(folder, stamp)
            if read is None:
                self.found.pop(folder, None)
            else:
                self.found[folder] = read
        return self.found.get(folder)

    def renewed(self) -> bool:
        """Return whether one of the audits is another one than when it was asked for; it is read with the next ask."""
        return any(_stamp(stored_audit(folder)) != stamp for folder, stamp in self.stamps.items())


def _stamp(path: Path) -> _Stamp | None:
    """Return what tells a file from the one before, None where there is none or the way to it is a link."""
    try:
        if stat.S_ISLNK(os.lstat(path.parent).st_mode):
            return None
        found = os.lstat(path)
    except (OSError, ValueError):
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino)


def _read(folder: Path, stamp: _Stamp) -> StoredAudit | UnusableAudit:
    path = stored_audit(folder)
    if path.is_symlink():
        return UnusableAudit(folder, "it is a link")
    try:
        audit = stored.parse(read_regular(path, bytes_at_most=_BYTES_AT_MOST).decode())
    except (NotRead, UnicodeDecodeError, AuditUnreadable) as error:
        return UnusableAudit(folder, str(error))
    except (MemoryError, RecursionError):
        return UnusableAudit(folder, "it is too large")
    stored_s = stamp[0] / 1e9
    stated = seconds_of(audit.measured.at) if audit.measured is not None else None
    if stated is None:
        return StoredAudit(folder, index_audit(audit), stored_s, stored_s)
    # It is stated in whole seconds, rounded down, and stored a moment later.
    until_s = stored_s if 0 <= stored_s - stated < _STORED_WITHIN_S else stated + 1
    return StoredAudit(folder, index_audit(audit), stated, until_s)


def seconds_of(stated: str) -> float | None:
    """Return the seconds of the epoch of a time as an audit states it, None for a text that is none."""
    try:
        found = datetime.fromisoformat(stated.replace("Z", "+00:00"))
    except ValueError:
        return None
    return (found if found.tzinfo is not None else found.replace(tzinfo=timezone.utc)).timestamp()

"""One project of a fleet as one line of JSON: where and on what it was audited, what came of it, and its audit.

Field names are the contract of the lines (format 1): within a format, fields are only added. docs/json.md tells them.
"""

from __future__ import annotations

from typing import Literal

from footprint.model.audit import Audit
from footprint.values import dataclass

FLEET_FORMAT = 1
Outcome = Literal["done", "failed"]
# A folder as it is, in its environment; or the files of a commit, read alone.
LineSource = Literal["checkout", "commit"]
LineKey = tuple[str, str, str | None]  # project, source, the commit of one of those read alone


@dataclass(frozen=True, slots=True)
class FleetLine:
    """One project, or one commit of it. None: not known."""

    format: int
    project: str  # the name, one in a fleet
    path: str  # the folder or the URL as it was given, credentials starred
    source: LineSource
    commit: str | None  # HEAD of the folder's repository: what is not committed is in the audit all the same
    committed_at: str | None  # UTC, as 2026-11-30T08:20:00Z
    at: str  # when the line was made, UTC
    host: str  # the name of the machine
    processor: str | None
    libc: str | None
    python: str | None  # of the audited environment
    outcome: Outcome
    reason: str | None  # why it failed
    seconds: float  # that it took, the wait for other starts included
    audit: Audit | None  # None where it failed

"""What the formats of CI systems share: where a verdict points, and what tells it from the others."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256
from pathlib import PurePosixPath

from footprint.model.gate_report import GateReport, Verdict
from footprint.names import text_bytes
from footprint.report.text.safe import encodable
from footprint.values import dataclass

_OF_THE_BASELINE = ("growth", "stale", "start", "check")  # kinds of rules


@dataclass(frozen=True, slots=True)
class VerdictPlace:
    """Where to look. Line None: the file as a whole."""

    path: str
    line: int | None


def place_of(report: GateReport, verdict: Verdict) -> VerdictPlace | None:
    """Return the line that is to blame, its file as seen from the top of the repository; None if no line is."""
    place = _own_place(verdict)
    return None if place is None else in_repository(report, place.path, place.line)


def in_repository(report: GateReport, path: str, line: int | None) -> VerdictPlace:
    """Return a place of the project, its file as seen from the top of the repository."""
    seen = path if not report.folder or path.startswith("/") else posixpath.normpath(f"{report.folder}/{path}")
    return VerdictPlace(seen, line if line is not None and line > 0 else None)


def _own_place(verdict: Verdict) -> VerdictPlace | None:
    """Return the verdict's own line, or that of its largest reason with one."""
    places = ((verdict.path, verdict.line), *((reason.path, reason.line) for reason in verdict.reasons))
    return next((VerdictPlace(path, line) for path, line in places if path), None)


def place_or_file(report: GateReport, verdict: Verdict) -> VerdictPlace:
    """Return a place in any case, for systems that refuse what has none: else the baseline or pyproject.toml."""
    if (place := place_of(report, verdict)) is not None:
        return place
    baseline = report.baseline.path if verdict.rule.kind in _OF_THE_BASELINE else None
    is_within = baseline is not None and not baseline.startswith("/") and ".." not in PurePosixPath(baseline).parts
    return in_repository(report, baseline if baseline is not None and is_within else "pyproject.toml", None)


def fingerprints(verdicts: Iterable[Verdict]) -> tuple[str, ...]:
    """Return 64 hexadecimal digits for each, unique among them; the same as long as code, entry, subject and file are.

    Neither figures nor lines are in them: a system that compares two runs must find what is still the same finding.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    prints = []
    for verdict in verdicts:
        place = _own_place(verdict)
        parts = (verdict.code, verdict.entry or "", verdict.subject or "", place.path if place is not None else "")
        seen[parts] += 1
        text = "\0".join((*(encodable(part) for part in parts), str(seen[parts])))
        prints.append(sha256(text_bytes(text)).hexdigest())
    return tuple(prints)

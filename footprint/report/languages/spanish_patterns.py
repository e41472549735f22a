"""Sentences that an audit holds (reasons, messages, notes), in Spanish: patterns of whole sentences."""

from __future__ import annotations

from collections.abc import Mapping

from footprint.report.languages import (
    spanish_difference,
    spanish_findings,
    spanish_notes,
    spanish_progress,
    spanish_reading,
    spanish_reasons,
    spanish_starts,
)

PATTERNS: Mapping[str, str] = {
    **spanish_reasons.PATTERNS,
    **spanish_findings.PATTERNS,
    **spanish_notes.PATTERNS,
    **spanish_reading.PATTERNS,
    **spanish_starts.PATTERNS,
    **spanish_difference.PATTERNS,
    **spanish_progress.PATTERNS,
}

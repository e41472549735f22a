"""What a report in markdown says beyond the table: decisions, recommendations, requirements, in Spanish."""

from __future__ import annotations

from collections.abc import Mapping

MESSAGES: Mapping[str, str] = {}
NOUNS: Mapping[str, tuple[str, str]] = {}

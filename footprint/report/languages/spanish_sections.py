"""The sections of a report and the table in a terminal, in Spanish."""

from __future__ import annotations

from collections.abc import Mapping

MESSAGES: Mapping[str, str] = {}
NOUNS: Mapping[str, tuple[str, str]] = {}

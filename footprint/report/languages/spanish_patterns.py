"""Sentences that an audit holds (reasons, messages, notes), in Spanish: patterns of whole sentences."""

from __future__ import annotations

from collections.abc import Mapping

PATTERNS: Mapping[str, str] = {}

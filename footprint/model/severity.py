"""How grave a finding is."""

from __future__ import annotations

from typing import Literal

# error: it can break an installation; warning: it costs or misleads; info: worth knowing.
Severity = Literal["error", "warning", "info"]

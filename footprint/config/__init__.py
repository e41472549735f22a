"""`[tool.footprint]` of the project, overruled by flags. What only the gate needs is in `gate_settings`."""

from __future__ import annotations

from footprint.config.audit_settings import parse_settings, read_env_file, read_options
from footprint.config.options import Options, StartOptions, TargetOptions

__all__ = ["Options", "StartOptions", "TargetOptions", "parse_settings", "read_env_file", "read_options"]

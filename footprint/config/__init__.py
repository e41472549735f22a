"""`[tool.footprint]` of the project's pyproject.toml, overruled by flags. What only the gate needs is in `gate`."""

from __future__ import annotations

from footprint.config.options import Options, parse_settings, read_env_file, read_options

__all__ = ["Options", "parse_settings", "read_env_file", "read_options"]

"""Manifests of AWS Copilot, and App Runner's configuration file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from footprint.collect.deploy.platforms.stated import command_of, node_at, of_yaml, stated_command, text_of
from footprint.documents.yaml_nodes import YamlNode
from footprint.model.source_modules import Role, StartCommand


@of_yaml()
def read(keys: Mapping[str, YamlNode], path: str) -> Iterator[StartCommand]:
    """Yield what a manifest of Copilot, or of App Runner, overrides."""
    name, kind = text_of(keys.get("name")) or "web", text_of(keys.get("type")) or ""
    role: Role | None = "job" if "Job" in kind else None
    words = [found for key in ("entrypoint", "command") if (found := command_of(keys.get(key))) is not None]
    run = command_of(node_at(keys.get("run"), "command"))
    words = words or ([run] if run is not None else [])
    if words:
        yield stated_command(name, (words[-1][0], " ".join(text for _, text in words)), path, role=role)

""".platform.app.yaml of Platform.sh."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from footprint.collect.deploy.platforms.stated import (
    COMMANDS_AT_MOST,
    command_of,
    mapping,
    node_at,
    of_yaml,
    stated_command,
)
from footprint.documents.yaml_nodes import YamlNode
from footprint.model.source_modules import Role, StartCommand


@of_yaml()
def read(keys: Mapping[str, YamlNode], path: str) -> Iterator[StartCommand]:
    """Yield what an application starts, its workers, hooks and crons."""
    stated: list[tuple[str, YamlNode | None, Role | None]] = [("web", keys.get("web"), None)]
    stated += [(name, node, "worker") for name, node in mapping(keys.get("workers")).items()]
    stated += [(name, node, "job") for key in ("hooks", "crons") for name, node in mapping(keys.get(key)).items()]
    for name, node, role in stated[:COMMANDS_AT_MOST]:
        found = command_of(node_at(node, "commands", "start") or node_at(node, "cmd") or node)
        if found is not None:
            yield stated_command(name, found, path, role=role)

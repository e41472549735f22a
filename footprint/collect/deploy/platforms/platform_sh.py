""".platform.app.yaml of Platform.sh."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from footprint.collect.deploy.platforms import stated
from footprint.documents.yaml_nodes import YamlNode
from footprint.model.source_modules import Role, StartCommand


@stated.of_yaml()
def read(keys: Mapping[str, YamlNode], path: str) -> Iterator[StartCommand]:
    """Yield what an application starts, its workers, hooks and crons."""
    said: list[tuple[str, YamlNode | None, Role | None]] = [("web", keys.get("web"), None)]
    said += [(name, node, "worker") for name, node in stated.mapping(keys.get("workers")).items()]
    said += [(name, node, "job") for key in ("hooks", "crons") for name, node in stated.mapping(keys.get(key)).items()]
    for name, node, role in said[: stated.COMMANDS_AT_MOST]:
        command = stated.node_at(node, "commands", "start") or stated.node_at(node, "cmd") or node
        yield from stated.commands_at(name, command, path, role=role)

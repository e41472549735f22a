"""The app spec of DigitalOcean: what its services, workers and jobs run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from footprint.collect.deploy.files.deploy_files import join
from footprint.collect.deploy.platforms.stated import (
    code_folder,
    command_of,
    items_of,
    mapping,
    of_yaml,
    stated_command,
    text_of,
)
from footprint.documents.yaml_nodes import YamlNode
from footprint.model.source_modules import Role, StartCommand


@of_yaml()
def read(keys: Mapping[str, YamlNode], path: str) -> Iterator[StartCommand]:
    """Yield what the services, workers and jobs of an app spec run."""
    roles: Mapping[str, Role | None] = {"services": None, "workers": "worker", "jobs": "job"}
    for kind, role in roles.items():
        for each in map(mapping, items_of(keys.get(kind))):
            found = command_of(each.get("run_command"))
            if found is not None:
                folder = join(code_folder(path), (text_of(each.get("source_dir")) or ".").lstrip("/") or ".")
                yield stated_command(text_of(each.get("name")) or "web", found, path, folder, role=role)

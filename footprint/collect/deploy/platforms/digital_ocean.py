"""The app spec of DigitalOcean: what its services, workers and jobs run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from footprint.collect.deploy.files.deploy_files import join
from footprint.collect.deploy.platforms import stated
from footprint.documents.yaml_nodes import YamlNode
from footprint.model.source_modules import Role, StartCommand


@stated.of_yaml()
def read(keys: Mapping[str, YamlNode], path: str) -> Iterator[StartCommand]:
    """Yield what the services, workers and jobs of an app spec run."""
    roles: Mapping[str, Role | None] = {"services": None, "workers": "worker", "jobs": "job"}
    for kind, role in roles.items():
        for each in map(stated.mapping, stated.items_of(keys.get(kind))):
            name, source = stated.text_of(each.get("name")) or "web", stated.text_of(each.get("source_dir")) or "."
            folder = join(stated.code_folder(path), source.lstrip("/") or ".")
            yield from stated.commands_at(name, each.get("run_command"), path, folder, role=role)

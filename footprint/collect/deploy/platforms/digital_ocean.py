"""The app spec of DigitalOcean: what its services, workers and jobs run."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import replace

from footprint.collect.deploy.platforms.stated import command_of, items_of, mapping, stated_command, text_of
from footprint.documents.yaml_nodes import parse_yaml
from footprint.model.source_modules import Role, StartCommand


def read(text: str, path: str) -> Iterator[StartCommand]:
    """Yield what the services, workers and jobs of an app spec run. Raises: YamlInvalid."""
    keys = mapping(parse_yaml(text))
    roles: Mapping[str, Role | None] = {"services": None, "workers": "worker", "jobs": "job"}
    for kind, role in roles.items():
        for item in items_of(keys.get(kind)):
            each = mapping(item)
            found = command_of(each.get("run_command"))
            if found is not None:
                folder = (text_of(each.get("source_dir")) or ".").lstrip("/") or "."
                stated = stated_command(text_of(each.get("name")) or "web", found, path, role=role)
                yield replace(stated, working_dir=posixpath.normpath(posixpath.join(stated.working_dir, folder)))

"""app.yaml: what an app of App Engine starts and may take. Source: App Engine app.yaml reference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from footprint.collect.deploy.files.deploy_files import folder_of
from footprint.collect.deploy.platforms.stated import (
    command_of,
    compose_size,
    environ_of,
    mapping,
    node_at,
    of_yaml,
    stated_command,
    text_of,
)
from footprint.documents.yaml_nodes import YamlNode
from footprint.model.limits import StatedLimit
from footprint.model.source_modules import StartCommand


@of_yaml("entrypoint", "runtime")
def read(keys: Mapping[str, YamlNode], path: str) -> Iterator[StartCommand | StatedLimit]:
    """Yield the entrypoint of an app.yaml and what its instances may take: F1 or, unless scaled automatically, B2."""
    entrypoint, runtime = keys.get("entrypoint"), keys.get("runtime")
    command = command_of(entrypoint) or command_of(mapping(entrypoint).get("shell"))
    service = text_of(keys.get("service"))
    name = "web" if service is None or service == "default" else service
    here = folder_of(path)
    if command:
        yield stated_command(name, command, path, here, environ=environ_of(keys.get("env_variables")))
    if runtime is None or not (text_of(runtime) or "").startswith("python"):
        return
    size, stated = node_at(keys.get("resources"), "memory_gb"), keys.get("instance_class")
    if text_of(keys.get("env")) in {"flex", "flexible"} or text_of(runtime) == "python":
        memory = compose_size(f"{text_of(size)}g") if size is not None else None
        if size is not None and memory is not None:
            yield StatedLimit(name, memory, None, path, size.line, "stated", folder=here)
        return
    default = "b2" if {"manual_scaling", "basic_scaling"} & keys.keys() else "f1"
    plan = f"app-engine:{(text_of(stated) or default).lower()}"
    yield StatedLimit(name, None, None, path, (stated or runtime).line, "plan", plan, here)

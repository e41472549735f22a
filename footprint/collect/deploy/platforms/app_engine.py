"""app.yaml: what an app of App Engine starts and may take. Source: App Engine app.yaml reference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from footprint.collect.deploy.files.deploy_files import folder_of
from footprint.collect.deploy.platforms import stated
from footprint.documents.yaml_nodes import YamlNode
from footprint.model.limits import StatedLimit
from footprint.model.source_modules import StartCommand


@stated.of_yaml("entrypoint", "runtime")
def read(keys: Mapping[str, YamlNode], path: str) -> Iterator[StartCommand | StatedLimit]:
    """Yield the entrypoint of an app.yaml and what its instances may take: F1 or, unless scaled automatically, B2."""
    entrypoint, runtime = keys.get("entrypoint"), keys.get("runtime")
    command = stated.mapping(entrypoint).get("shell") or entrypoint
    service = stated.text_of(keys.get("service"))
    name = "web" if service is None or service == "default" else service
    here, environ = folder_of(path), stated.environ_of(keys.get("env_variables"))
    yield from stated.commands_at(name, command, path, here, environ=environ)
    if runtime is None or not (stated.text_of(runtime) or "").startswith("python"):
        return
    size, said = stated.node_at(keys.get("resources"), "memory_gb"), keys.get("instance_class")
    if stated.text_of(keys.get("env")) in {"flex", "flexible"} or stated.text_of(runtime) == "python":
        memory = stated.compose_size(f"{stated.text_of(size)}g") if size is not None else None
        if size is not None and memory is not None:
            yield StatedLimit(name, memory, None, path, size.line, "stated", folder=here)
        return
    default = "b2" if {"manual_scaling", "basic_scaling"} & keys.keys() else "f1"
    plan = f"app-engine:{(stated.text_of(said) or default).lower()}"
    yield StatedLimit(name, None, None, path, (said or runtime).line, "plan", plan, here)

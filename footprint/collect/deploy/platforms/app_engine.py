"""app.yaml: what an app of App Engine starts and may take. Source: App Engine app.yaml reference."""

from __future__ import annotations

from footprint.collect.deploy.files.locations import folder_of
from footprint.collect.deploy.platforms.sizes import compose_size
from footprint.collect.deploy.platforms.stated import command_of, environ_of, mapping, node_at, stated_command, text_of
from footprint.documents.yaml_nodes import parse_yaml
from footprint.model.limits import StatedLimit
from footprint.model.source_modules import StartCommand


def read(text: str, path: str) -> tuple[StartCommand | StatedLimit, ...]:
    """Return the entrypoint of an app.yaml and what its instances may take: F1 or, unless scaled automatically, B2.

    Raises: YamlInvalid.
    """
    if "entrypoint" not in text and "runtime" not in text:
        return ()
    keys = mapping(parse_yaml(text))
    entrypoint, runtime = keys.get("entrypoint"), keys.get("runtime")
    command = command_of(entrypoint) or command_of(mapping(entrypoint).get("shell"))
    service = text_of(keys.get("service"))
    name = "web" if service is None or service == "default" else service
    environ = environ_of(keys.get("env_variables"))
    found: list[StartCommand | StatedLimit] = []
    found += [stated_command(name, command, path, folder_of(path), environ=environ)] if command else []
    if runtime is None or not (text_of(runtime) or "").startswith("python"):
        return tuple(found)
    here = folder_of(path)
    size, stated = node_at(keys.get("resources"), "memory_gb"), keys.get("instance_class")
    if text_of(keys.get("env")) in {"flex", "flexible"} or text_of(runtime) == "python":
        memory = compose_size(f"{text_of(size)}g") if size is not None else None
        if size is not None and memory is not None:
            found.append(StatedLimit(name, memory, None, path, size.line, "stated", folder=here))
        return tuple(found)
    default = "b2" if {"manual_scaling", "basic_scaling"} & keys.keys() else "f1"
    plan = f"app-engine:{(text_of(stated) or default).lower()}"
    found.append(StatedLimit(name, None, None, path, (stated or runtime).line, "plan", plan, here))
    return tuple(found)

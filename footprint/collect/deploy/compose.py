"""compose.yaml: what every service starts. Source: Compose specification (command, entrypoint, build, volumes)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

from footprint.collect.deploy.launchers import parse_command
from footprint.collect.deploy.yaml_values import command_of, mapping, text_of
from footprint.documents.yaml_nodes import YamlNode, parse_yaml
from footprint.model.sources import Purpose, StartCommand

# Services that examine the application and leave. `dev` is none: it is how many people run theirs.
_DEVELOPMENT = re.compile(r"(?:^|[-_.])(?:tests?|pytest|lint|linter|mypy|checks?|ci|e2e|format)(?:$|[-_.\d])")


def read(text: str, path: str) -> tuple[StartCommand, ...]:
    """Return the command of every service that states one, in file order.

    Raises: YamlInvalid.
    """
    if "command" not in text and "entrypoint" not in text:
        return ()  # nothing to start: spare the parser, which is slow
    services = mapping(mapping(parse_yaml(text)).get("services"))
    return tuple(command for name, node in services.items() for command in _service(name, node, path))


def _service(name: str, node: YamlNode, path: str) -> Iterator[StartCommand]:
    keys = mapping(node)
    entrypoint, command = command_of(keys.get("entrypoint")), command_of(keys.get("command"))
    stated = [part for part in (entrypoint, command) if part is not None]
    if not stated:
        return
    line = stated[-1][0]
    shown = " ".join(part for _, part in stated).replace("$$", "$")
    yield StartCommand(name, shown, path, line, _folder(keys, path), parse_command(shown), is_examination(name, path))


def is_examination(service: str, path: str) -> Purpose:
    """Return "development" for a service, or a file, whose name says that it tests or checks."""
    stem = posixpath.basename(path).lower()
    return "development" if _DEVELOPMENT.search(service.lower()) or _DEVELOPMENT.search(stem) else "start"


def _folder(keys: Mapping[str, YamlNode], path: str) -> str:
    """Return the folder of the project that the command starts in: the mounted one, else what the image is built of."""
    here = posixpath.dirname(path) or "."
    inside = text_of(keys.get("working_dir")) or ""
    for volume in keys["volumes"].items() if "volumes" in keys else ():
        source, _, rest = (volume.text or "").partition(":")
        target = rest.partition(":")[0].rstrip("/")
        if source.startswith(".") and target and (inside == target or inside.startswith(f"{target}/")):
            return posixpath.normpath(posixpath.join(here, source, posixpath.relpath(inside, target)))
    build = keys.get("build")
    context = text_of(build) or text_of(mapping(build).get("context")) or "."
    local = "." if context.startswith(("/", "$", "~")) or "://" in context else context
    return posixpath.normpath(posixpath.join(here, local))

"""compose.yaml: what every service starts and may take.

Source: Compose specification (command, entrypoint, build, volumes, mem_limit), Compose Deploy specification.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from footprint.collect.deploy.files.deploy_files import folder_of, join
from footprint.collect.deploy.platforms import stated
from footprint.documents.yaml_nodes import YamlNode
from footprint.knowledge.bystanders import is_backing
from footprint.model.limits import StatedLimit
from footprint.model.note import Note
from footprint.model.source_modules import Purpose, StartCommand

# Services that examine the application and leave. `dev` is none: it is how many people run theirs.
_DEVELOPMENT = re.compile(r"(?:^|[-_.])(?:tests?|pytest|lint|linter|mypy|checks?|ci|e2e|format)(?:$|[-_.\d])")
_EXTENDED_AT_MOST = 5


@stated.of_yaml("command", "entrypoint", "mem_limit", "memory")
def read(keys: Mapping[str, YamlNode], path: str) -> Iterator[StartCommand | StatedLimit | Note]:
    """Yield the command of every service that states one, and its limit, in file order."""
    services = stated.mapping(keys.get("services"))
    for name, node in services.items():
        service = _extended(stated.mapping(node), services)
        yield from (*_service(name, service, path), *_limit(name, service, path))


def _extended(keys: Mapping[str, YamlNode], services: Mapping[str, YamlNode]) -> Mapping[str, YamlNode]:
    """Return the keys of a service with those of the services of the same file that it extends."""
    for _ in range(_EXTENDED_AT_MOST):
        extends = keys.get("extends")
        if extends is None or "file" in stated.mapping(extends):
            return keys
        base = stated.mapping(
            services.get(stated.text_of(extends) or stated.text_of(stated.mapping(extends).get("service")) or "")
        )
        keys = {**base, **{name: node for name, node in keys.items() if name != "extends"}}
    return keys


def _service(name: str, keys: Mapping[str, YamlNode], path: str) -> Iterator[StartCommand]:
    entrypoint, command = stated.command_of(keys.get("entrypoint")), stated.command_of(keys.get("command"))
    environ = stated.environ_of(keys.get("environment"))
    said = [part for part in (entrypoint, command) if part is not None]
    if not said:
        return
    shown = " ".join(part for _, part in said).replace("$$", "$")
    image = _dockerfile(keys, path) if entrypoint is None else None
    foreign = "image" in keys and "build" not in keys and not _is_mounted(keys)
    found = stated.stated_command(name, (said[-1][0], shown), path, _folder(keys, path), environ=environ)
    yield replace(found, purpose=is_examination(name, path), image=image, foreign=foreign)


def _dockerfile(keys: Mapping[str, YamlNode], path: str) -> str | None:
    """Return the Dockerfile that a service is built by, None where it is none of the project's."""
    context = _context(keys)
    file = stated.text_of(stated.node_at(keys.get("build"), "dockerfile")) or "Dockerfile"
    return join(folder_of(path), context, file) if context is not None else None


def _context(keys: Mapping[str, YamlNode]) -> str | None:
    """Return the folder beside the file that an image is built of, None where it is built of none."""
    build = keys.get("build")
    context = stated.text_of(build) or stated.text_of(stated.mapping(build).get("context"))
    return None if context is None or context.startswith(("/", "$", "~")) or "://" in context else context


def _is_mounted(keys: Mapping[str, YamlNode]) -> bool:
    """Whether a folder of the project is in the container."""
    texts = [
        item.text or stated.text_of(stated.node_at(item, "source")) or ""
        for item in stated.items_of(keys.get("volumes"))
    ]
    return any(text.startswith((".", "$PWD", "${PWD")) for text in texts)


def _limit(name: str, keys: Mapping[str, YamlNode], path: str) -> Iterator[StatedLimit | Note]:
    """Yield what a service of ours may take; reservations are no limits. Where two are stated the smaller one holds."""
    if ("build" not in keys and is_backing(stated.text_of(keys.get("image")))) or is_examination(name, path) != "start":
        return
    said = [keys.get("mem_limit"), stated.node_at(keys.get("deploy"), "resources", "limits", "memory")]
    sizes = []
    for node in said:
        text = stated.text_of(node)
        if node is None or text is None:
            continue
        count_bytes = stated.compose_size(text)
        if count_bytes is not None:
            sizes.append((count_bytes, node.line))
        elif text != "0":  # no limit, in so many words
            yield Note(
                "limit-unknown", f"{name}: the limit {text[:80]} is not a size that footprint can read", path, node.line
            )
    if len(sizes) > 1 and sizes[0][0] != sizes[1][0]:
        message = f"{name}: mem_limit and deploy.resources.limits.memory differ: the smaller is taken"
        yield Note("limits-differ", message, path, max(sizes)[1])
    if sizes:
        count_bytes, line = min(sizes)
        yield StatedLimit(name, count_bytes, None, path, line, "stated", folder=_folder(keys, path))


def is_examination(service: str, path: str) -> Purpose:
    """Return "development" for a service, or a file, whose name says that it tests or checks."""
    stem = posixpath.basename(path).lower()
    return "development" if _DEVELOPMENT.search(service.lower()) or _DEVELOPMENT.search(stem) else "start"


def _folder(keys: Mapping[str, YamlNode], path: str) -> str:
    """Return the folder of the project that the command starts in: the mounted one, else what the image is built of."""
    here = folder_of(path)
    inside = stated.text_of(keys.get("working_dir")) or ""
    for volume in stated.items_of(keys.get("volumes")):
        source, _, rest = (volume.text or "").partition(":")
        target = rest.partition(":")[0].rstrip("/")
        if source.startswith(".") and target and (inside == target or inside.startswith(f"{target}/")):
            return join(here, source, posixpath.relpath(inside, target))
    return join(here, _context(keys) or ".")

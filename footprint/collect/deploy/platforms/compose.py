"""compose.yaml: what every service starts and may take.

Source: Compose specification (command, entrypoint, build, volumes, mem_limit), Compose Deploy specification.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

from footprint.collect.deploy.files.deploy_files import folder_of, join
from footprint.collect.deploy.platforms import stated
from footprint.documents.yaml_nodes import YamlNode
from footprint.knowledge.bystanders import is_backing
from footprint.late import late_pattern
from footprint.model.limits import StatedLimit
from footprint.model.note import Note
from footprint.model.source_modules import Purpose, StartCommand
from footprint.model.start_habits import ServiceOutline
from footprint.values import replace

# Services that examine the application and leave. `dev` is none: it is how many people run theirs.
_DEVELOPMENT = late_pattern(r"(?:^|[-_.])(?:tests?|pytest|lint|linter|mypy|checks?|ci|e2e|format)(?:$|[-_.\d])")
_EXTENDED_AT_MOST = 5


_SAYING = ("command", "entrypoint", "mem_limit", "memory")
_SERVICE = late_pattern(r"( +)([\w.-]+):[ \t]*(?:#.*)?")
_MOUNT = late_pattern(r"-\s*[\"']?(?:\.|\$\{?PWD\b)[^:]*:")
_OTHER_WAYS = late_pattern(r"^\s*(?:<<|extends|include)\s*:|[&*{]\w*\s*$", re.MULTILINE)


def read(text: str, path: str) -> tuple[stated.Stated, ...]:
    """Return the commands, the limits and the services of a file.

    A file that states neither is not parsed, which is slow: its services are sketched by the lines of it.
    """
    return _read(text, path) if any(word in text for word in _SAYING) else tuple(_sketched(text, path))


def _sketched(text: str, path: str) -> Iterator[ServiceOutline]:
    """Yield the services of a file in block style that states no command and no limit; none of any other file."""
    lines = text.splitlines()
    begin = next((number for number, line in enumerate(lines, start=1) if line.rstrip() == "services:"), None)
    if begin is None or _OTHER_WAYS.search(text):
        return
    heads: list[tuple[int, str, list[str]]] = []
    indent = ""
    for number, line in enumerate(lines[begin:], start=begin + 1):
        match = _SERVICE.fullmatch(line)
        indent = indent or (match[1] if match is not None else "")
        if match is not None and match[1] == indent:
            heads.append((number, match[2], []))
        elif line[:1].isalnum():
            break
        elif heads:
            heads[-1][2].append(line.strip())
    for number, name, inner in heads:
        said = {key: value.strip(" \"'") for key, colon, value in (line.partition(":") for line in inner) if colon}
        context = said.get("build") or said.get("context") or "."
        yield ServiceOutline(
            name=name,
            path=path,
            line=number,
            dockerfile=join(folder_of(path), context, said.get("dockerfile", "Dockerfile"))
            if "build" in said
            else None,
            target=said.get("target"),
            is_optional="profiles" in said,
            is_mounted=any(_MOUNT.match(line) for line in inner),
        )


@stated.of_yaml()
def _read(keys: Mapping[str, YamlNode], path: str) -> Iterator[stated.Stated]:
    """Yield the command of every service that states one, its limit and what it is, in file order."""
    services = stated.mapping(keys.get("services"))
    for name, node in services.items():
        service = _extended(stated.mapping(node), services)
        yield from (*_service(name, service, path), *_limit(name, service, path))
        yield _outline(name, service, path, node.line - (not node.is_flow))


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


def stated_start(name: str, keys: Mapping[str, YamlNode], path: str) -> StartCommand | None:
    """Return what the keys of a service start, None where they state no command."""
    return next(_service(name, keys, path), None)


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


def _outline(name: str, keys: Mapping[str, YamlNode], path: str, line: int) -> ServiceOutline:
    return ServiceOutline(
        name=name,
        path=path,
        line=line,
        dockerfile=_dockerfile(keys, path),
        target=stated.text_of(stated.node_at(keys.get("build"), "target")),
        has_command="command" in keys or "entrypoint" in keys,
        has_limit=any(stated.text_of(node) not in (None, "0") for node in _limit_nodes(keys)),
        is_optional=bool([*stated.items_of(keys.get("profiles"))]),
        is_mounted=_is_mounted(keys),
    )


def _dockerfile(keys: Mapping[str, YamlNode], path: str) -> str | None:
    """Return the Dockerfile that a service is built by, None where it is none of the project's."""
    context = context_of(keys)
    file = stated.text_of(stated.node_at(keys.get("build"), "dockerfile")) or "Dockerfile"
    return join(folder_of(path), context, file) if context is not None else None


def context_of(keys: Mapping[str, YamlNode]) -> str | None:
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
    sizes = []
    for node in _limit_nodes(keys):
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


def memory_limit(keys: Mapping[str, YamlNode]) -> tuple[int, int] | None:
    """Return what a service may take and the line that says so, the smaller one where two do."""
    nodes = [(stated.compose_size(stated.text_of(node) or ""), node.line) for node in _limit_nodes(keys) if node]
    return min(((size, line) for size, line in nodes if size), default=None)


def _limit_nodes(keys: Mapping[str, YamlNode]) -> tuple[YamlNode | None, ...]:
    return keys.get("mem_limit"), stated.node_at(keys.get("deploy"), "resources", "limits", "memory")


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
    return join(here, context_of(keys) or ".")

"""The services of compose files as they are started: files one over the other, extends, variables, images and limits.

Source: Compose specification (merge, extends, interpolation, env_file, profiles). Nothing is run.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from footprint.collect.deploy.files.deploy_files import folder_of, text_at
from footprint.collect.deploy.platforms import compose, dockerfile, stated
from footprint.documents.yaml_nodes import YamlInvalid, YamlNode, parse_yaml
from footprint.errors import UsageError
from footprint.files.reader import NotRead, read_given
from footprint.model.limits import StatedLimit
from footprint.model.service_plans import DeployedService, ServicePlan
from footprint.model.source_modules import StartCommand
from footprint.units import MIB
from footprint.values import dataclass, field, replace

_DEPTH_AT_MOST = 5
_FILE_BYTES = MIB
_VALUE_AT_MOST = 4000  # characters of a value that names variables
_LISTS = ("environment", "env_file", "volumes")  # of several files all count
_VARIABLE = re.compile(r"\$\$|\$\{(\w+)(?:(:?[-?+])([^}]*))?\}|\$(\w+)")


@dataclass(slots=True)
class _Service:
    """The keys of one service, and those that several files state."""

    name: str
    file: Path
    line: int
    keys: dict[str, YamlNode] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)  # that state each key
    lists: dict[str, list[tuple[Path, YamlNode]]] = field(default_factory=dict)


def read_services(files: Sequence[Path], profiles: Collection[str] = ()) -> Iterator[ServicePlan]:
    """Yield the services that these files start together, a later file over an earlier one.

    Raises: UsageError for a file that cannot be read or is no compose file.
    """
    found: dict[str, _Service] = {}
    for file in files:
        services = _services_of(file)
        if not services:
            raise UsageError(f"{file} states no services")
        for name, node in services.items():
            service = found.setdefault(name, _Service(name, file, node.line - (not node.is_flow)))
            _take(service, node, file, services)
    root = files[0].parent
    variables = {**_env_file(root / ".env"), **os.environ}
    for service in found.values():
        asked = [stated.text_of(node) for node in stated.items_of(service.keys.get("profiles"))]
        if not asked or set(asked) & set(profiles):
            yield _plan(service, root, variables)


def _services_of(file: Path) -> Mapping[str, YamlNode]:
    try:
        text = read_given(file, bytes_at_most=_FILE_BYTES).decode("utf-8-sig")
        return stated.mapping(stated.mapping(parse_yaml(text)).get("services"))
    except (NotRead, UnicodeDecodeError, YamlInvalid) as error:
        raise UsageError(f"cannot read {file}: {error}") from error


def _take(service: _Service, node: YamlNode, file: Path, services: Mapping[str, YamlNode], depth: int = 0) -> None:
    """Lay the keys of a node over those of a service, those first of what it extends."""
    keys = stated.mapping(node)
    extends = keys.get("extends")
    if extends is not None and depth < _DEPTH_AT_MOST:
        table = stated.mapping(extends)
        name = stated.text_of(extends) or stated.text_of(table.get("service")) or ""
        other = stated.text_of(table.get("file"))
        place = file.parent / other if other is not None else file
        others = _services_of(place) if other is not None else services
        if name in others:
            _take(service, others[name], place, others, depth + 1)
    for key, value in keys.items():
        if key in _LISTS:
            service.lists.setdefault(key, []).append((file, value))
        service.keys[key] = value
        service.files[key] = file


def _plan(service: _Service, root: Path, variables: Mapping[str, str]) -> ServicePlan:
    keys = service.keys
    source = f"{_relative(service.file, root)}:{service.line}"
    limit = compose.memory_limit(keys)
    plan = ServicePlan(service.name, source, ".", None, limit_bytes=limit[0] if limit else None)
    folder = _folder_of(service, root)
    if folder is None:
        image = stated.text_of(keys.get("image")) or "none"
        return replace(plan, not_ours=f"its image, {image[:100]}, is not made here")
    command = _command(service, root, folder)
    shown = _relative(root / folder, root)
    if command is None:
        return replace(plan, folder=shown, not_ours="neither it nor its Dockerfile states a command")
    limits: tuple[StatedLimit, ...] = ()
    if limit is not None:
        limits = (StatedLimit(service.name, limit[0], None, command.path, limit[1], "stated"),)
    environment = tuple(_environment(service, variables).items())
    return replace(
        plan,
        folder=shown,
        deployed=DeployedService((command,), limits),
        command=command.command,
        environment=environment,
    )


def _folder_of(service: _Service, root: Path) -> str | None:
    """Return the folder that a service is built of, or that is mounted in it; None where it is of none of ours."""
    context = compose.context_of(service.keys)
    if context is not None:
        return _relative(service.files["build"].parent / context, root)
    for file, node in service.lists.get("volumes", ()):
        for item in stated.items_of(node):
            source = (item.text or "").partition(":")[0] or stated.text_of(stated.node_at(item, "source")) or ""
            if source.startswith(".") and (file.parent / source).is_dir():
                return _relative(file.parent / source, root)
    return None


def _command(service: _Service, root: Path, folder: str) -> StartCommand | None:
    """Return what a service starts, by its own words, else by the Dockerfile that it is built by."""
    keys, project = service.keys, root / folder
    name = stated.text_of(stated.node_at(keys.get("build"), "dockerfile")) or "Dockerfile"
    text = text_at(project, posixpath.normpath(name)) if "build" in keys else None
    said = next((key for key in ("command", "entrypoint") if stated.command_of(keys.get(key)) is not None), None)
    if said is None:
        target = stated.text_of(stated.node_at(keys.get("build"), "target"))
        found = dockerfile.read(_until(text or "", target), "Dockerfile")  # as if it lay where its paths begin
        return next((replace(each, name=service.name, path=posixpath.normpath(name)) for each in found), None)
    file = service.files[said]
    relative = {key: value for key, value in keys.items() if key not in ("build", "volumes")}
    start = compose.stated_start(service.name, relative, _relative(file, project))
    inside = _inside(service, root, folder)
    image = posixpath.normpath(name) if text is not None else None
    return replace(start, working_dir=inside, purpose="start", image=image, foreign=False) if start else None


def _inside(service: _Service, root: Path, folder: str) -> str:
    """Return where in its project a service stands: below a mounted folder, else at the top."""
    inside = stated.text_of(service.keys.get("working_dir")) or ""
    for file, node in service.lists.get("volumes", ()):
        for item in stated.items_of(node):
            source, _, rest = (item.text or "").partition(":")
            target = rest.partition(":")[0].rstrip("/")
            if source.startswith(".") and target and (inside == target or inside.startswith(f"{target}/")):
                place = _relative(file.parent / source, root / folder)
                return posixpath.normpath(posixpath.join(place, posixpath.relpath(inside, target)))
    return "."


def _until(text: str, target: str | None) -> str:
    """Return a Dockerfile as far as the stage that is built; all of it where none is named."""
    lines = text.splitlines(keepends=True)
    heads = [index for index, line in enumerate(lines) if re.match(r"\s*FROM\s", line, re.IGNORECASE)]
    named = re.compile(rf"\s*FROM\s.*\sAS\s+{re.escape(target or '')}\s*$", re.IGNORECASE)
    place = next((order for order, index in enumerate(heads) if target and named.match(lines[index])), None)
    following = heads[place + 1 : place + 2] if place is not None else []
    return "".join(lines[: following[0]] if following else lines)


def _environment(service: _Service, variables: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of a service: those of its files, and over them its own."""
    found: dict[str, str] = {}
    for file, node in service.lists.get("env_file", ()):
        items = [node, *node.items()]
        names = [stated.text_of(item) or stated.text_of(stated.mapping(item).get("path")) for item in items]
        for name in filter(None, names):
            found |= _env_file(file.parent / name)
    for _, node in service.lists.get("environment", ()):
        pairs: list[tuple[str, str | None]] = [(name, each.text) for name, each in stated.mapping(node).items()]
        for item in node.items():
            name, equals, value = (item.text or "").partition("=")
            pairs.append((name, value if equals else None))
        for key, said in pairs:
            filled = variables.get(key) if said is None else _filled(said, variables)
            found |= {key: filled} if filled is not None and "\0" not in filled and key else {}
    return found


def _filled(text: str, variables: Mapping[str, str]) -> str:
    """Return a value with the variables in place that it names, or their defaults."""

    def value(match: re.Match[str]) -> str:
        if match[0] == "$$":
            return "$"
        known = variables.get(match[1] or match[4], "")
        if match[2] in ("-", ":-"):
            return known or match[3]
        return (match[3] if known else "") if match[2] in ("+", ":+") else known

    return _VARIABLE.sub(value, text) if len(text) <= _VALUE_AT_MOST else text


def _env_file(path: Path) -> dict[str, str]:
    from footprint.config.audit_settings import try_env_file

    return try_env_file(path)


def _relative(path: Path, root: Path) -> str:
    return Path(os.path.relpath(path, root)).as_posix()


def find_projects(root: Path) -> Iterator[ServicePlan]:
    """Yield the folders of a monorepo that have a start command of their own: the top, and two levels below it."""
    from footprint.collect.deploy import read_deploy_files

    deployment = read_deploy_files(root)
    starts = [each for each in deployment.commands if each.purpose == "start" and each.launch is not None]
    folders = dict.fromkeys(folder_of(each.path) for each in starts if each.role != "job")
    for folder in folders:
        first = next(each for each in starts if folder_of(each.path) == folder)
        yield ServicePlan(folder if folder != "." else root.resolve().name, str(first.origin), folder, None)

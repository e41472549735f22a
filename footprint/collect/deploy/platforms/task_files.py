"""Files of platforms that state commands and nothing of what these may take: one small reader each.

Source: Amazon ECS task definitions, AWS Copilot manifests, App Runner's configuration file, Heroku's and Dokku's
app.json, the app spec of DigitalOcean, Platform.sh's .platform.app.yaml, Azure Container Apps, Nomad's docker and exec
drivers, circus, Zappa, Flask's dotenv files and uWSGI.
"""

from __future__ import annotations

import json
import posixpath
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from footprint.collect.deploy.commands.launcher_arguments import aim
from footprint.collect.deploy.commands.launchers import parse_command
from footprint.collect.deploy.commands.uwsgi_settings import find_line, read_options
from footprint.collect.deploy.platforms.yaml_values import command_of, items_of, mapping, node_at, text_of
from footprint.documents.yaml_nodes import YamlNode, parse_yaml
from footprint.model.source_modules import Launch, Role, StartCommand

_COMMANDS_AT_MOST = 200  # of one file
_CODE_FOLDERS = frozenset(
    {"copilot", "ecs", ".aws", ".do", "infra", "deploy", "deployment", "nomad", "circus", "uwsgi"}
)
_WATCHER = re.compile(r"^\[watcher:([\w.-]+)\]")
_CIRCUS = re.compile(r"^(cmd|args)\s*=(.*)$")
_NOMAD_TASK = re.compile(r"^\s*task\s+\"([\w.-]+)\"\s*\{")
_NOMAD_BATCH = re.compile(r"^\s*type\s*=\s*\"(?:batch|sysbatch)\"", re.MULTILINE)
_NOMAD_COMMAND = re.compile(r"^\s*command\s*=\s*\"([^\"\n]*)\"")
_NOMAD_WORDS = re.compile(r"^\s*(?:args|entrypoint)\s*=\s*\[([^\]]{0,2000})\]")
_STRING = re.compile(r"\"((?:[^\"\\]|\\.)*)\"")
_FLASK_APP = re.compile(r"^\s*(?:export\s+)?FLASK_APP\s*=\s*[\"']?([\w./:-]+)")


def read_ecs(text: str, path: str) -> Iterator[StartCommand]:
    """Yield what the containers of a task definition start. Raises: ValueError or RecursionError for no JSON."""
    document = json.loads(text)
    document = document.get("taskDefinition", document) if isinstance(document, dict) else {}
    containers = document.get("containerDefinitions") if isinstance(document, dict) else None
    for container in containers if isinstance(containers, list) else ():
        if not isinstance(container, dict):
            continue
        words = [word for key in ("entryPoint", "command") for word in _words(container.get(key))]
        if words:
            name, line = str(container.get("name") or "web"), _line_of(text, words[-1])
            yield _command(name, shlex.join(words), path, line)


def read_app_json(text: str, path: str) -> Iterator[StartCommand]:
    """Yield the scripts of an app.json and its cron jobs. Raises: ValueError or RecursionError for no JSON."""
    document = json.loads(text)
    if not isinstance(document, dict):
        return
    scripts, crons = _table(document.get("scripts")), document.get("cron")
    found = [*{**scripts, **_table(scripts.get("dokku"))}.items()]
    found += [("cron", _table(each).get("command")) for each in crons] if isinstance(crons, list) else []
    for name, command in [each for each in found if isinstance(each[1], str)][:_COMMANDS_AT_MOST]:
        yield _command(name, command, path, _line_of(text, command), role="job")


def read_zappa(text: str, path: str) -> Iterator[StartCommand]:
    """Yield the application of a zappa_settings.json. Raises: ValueError or RecursionError for no JSON."""
    document = json.loads(text)
    for stage in document.values() if isinstance(document, dict) else ():
        target = stage.get("app_function") if isinstance(stage, dict) else None
        if isinstance(target, str):
            module, _, attribute = target.rpartition(".")
            launch = aim(Launch("lambda", ()), f"{module}:{attribute}")
            yield StartCommand("web", f"app_function: {target}", path, _line_of(text, target), _folder(path), launch)
            return


def read_copilot(text: str, path: str) -> Iterator[StartCommand]:
    """Yield what a manifest of Copilot, or of App Runner, overrides. Raises: YamlInvalid."""
    keys = mapping(parse_yaml(text))
    name, kind = text_of(keys.get("name")) or "web", text_of(keys.get("type")) or ""
    role: Role | None = "job" if "Job" in kind else None
    words = [found for key in ("entrypoint", "command") if (found := command_of(keys.get(key))) is not None]
    run = command_of(node_at(keys.get("run"), "command"))
    words = words or ([run] if run is not None else [])
    if words:
        yield _command(name, " ".join(text for _, text in words), path, words[-1][0], role=role)


def read_digital_ocean(text: str, path: str) -> Iterator[StartCommand]:
    """Yield what the services, workers and jobs of an app spec run. Raises: YamlInvalid."""
    keys = mapping(parse_yaml(text))
    roles: Mapping[str, Role | None] = {"services": None, "workers": "worker", "jobs": "job"}
    for kind, role in roles.items():
        for item in items_of(keys.get(kind)):
            each = mapping(item)
            found = command_of(each.get("run_command"))
            if found is not None:
                folder = (text_of(each.get("source_dir")) or ".").lstrip("/") or "."
                stated = _command(text_of(each.get("name")) or "web", found[1], path, found[0], role=role)
                yield replace(stated, working_dir=posixpath.normpath(posixpath.join(stated.working_dir, folder)))


def read_platform_sh(text: str, path: str) -> Iterator[StartCommand]:
    """Yield what an application starts, its workers, hooks and crons. Raises: YamlInvalid."""
    keys = mapping(parse_yaml(text))
    stated: list[tuple[str, YamlNode | None, Role | None]] = [("web", keys.get("web"), None)]
    stated += [(name, node, "worker") for name, node in mapping(keys.get("workers")).items()]
    stated += [(name, node, "job") for key in ("hooks", "crons") for name, node in mapping(keys.get(key)).items()]
    for name, node, role in stated[:_COMMANDS_AT_MOST]:
        found = command_of(node_at(node, "commands", "start") or node_at(node, "cmd") or node)
        if found is not None:
            yield _command(name, found[1], path, found[0], role=role)


def read_circus(text: str, path: str) -> Iterator[StartCommand]:
    """Yield the command of every watcher."""
    name, found = "", dict[str, tuple[int, str]]()
    for number, line in enumerate([*text.splitlines(), "[end]"], start=1):
        section = _WATCHER.match(line)
        if line.startswith("["):
            if name and "cmd" in found:
                words = " ".join(found[key][1] for key in ("cmd", "args") if key in found)
                yield _command(name, words, path, found["cmd"][0])
            name, found = section[1] if section is not None else "", {}
        elif (pair := _CIRCUS.match(line)) is not None:
            found[pair[1]] = (number, pair[2].strip())


def read_nomad(text: str, path: str) -> Iterator[StartCommand]:
    """Yield the command of every task: HCL is read by its lines."""
    name = "web"
    role: Role | None = "job" if _NOMAD_BATCH.search(text) else None
    command: tuple[int, str] | None = None
    found: list[StartCommand] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if (task := _NOMAD_TASK.match(line)) is not None:
            name, command = task[1], None
        elif (match := _NOMAD_COMMAND.match(line)) is not None:
            command = (number, match[1])
            found.append(_command(name, match[1], path, number, role=role))
        elif command is not None and (match := _NOMAD_WORDS.match(line)) is not None:
            words = shlex.join([command[1], *_STRING.findall(match[1])])
            found[-1] = _command(name, words, path, command[0], role=role)
    yield from found[:_COMMANDS_AT_MOST]


def read_flask_environment(text: str, path: str) -> Iterator[StartCommand]:
    """Yield `flask run` where a dotenv file names its application."""
    for number, line in enumerate(text.splitlines(), start=1):
        match = _FLASK_APP.match(line)
        if match is not None:
            launch = aim(Launch("flask", ("flask",)), match[1])
            yield StartCommand("web", "flask run", path, number, _folder(path), launch, trust="followed")
            return


def read_uwsgi(text: str, path: str) -> Iterator[StartCommand]:
    """Yield what a file of settings serves."""
    words = read_options(text)
    launch = parse_command(shlex.join(["uwsgi", *words])) if words else None
    if launch is not None and (launch.module or launch.file):
        command = f"uwsgi --ini {posixpath.basename(path)}"
        yield StartCommand("web", command, path, find_line(text), _folder(path), launch, trust="followed")


def _command(name: str, command: str, path: str, line: int, *, role: Role | None = None) -> StartCommand:
    return StartCommand(name, command, path, line, _folder(path), parse_command(command), role=role)


def _folder(path: str) -> str:
    """Return where the code lies: these files often lie in folders of their own."""
    parts = posixpath.dirname(path).split("/")
    first = next((index for index, part in enumerate(parts) if part in _CODE_FOLDERS), len(parts))
    return "/".join(parts[:first]) or "."


def _words(value: Any) -> list[str]:
    if isinstance(value, str):
        return value.split()
    return [word for word in value if isinstance(word, str)] if isinstance(value, list) else []


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _line_of(text: str, word: str) -> int:
    """Return the first line that has a text as JSON writes it."""
    place = text.find(json.dumps(word))
    return text.count("\n", 0, max(place, 0)) + 1

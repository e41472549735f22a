"""What the files of platforms share: values of YAML and TOML as commands and variables, lines of JSON."""

from __future__ import annotations

import json
import posixpath
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from footprint.collect.deploy.commands.launchers import parse_command
from footprint.collect.deploy.commands.process_counts import keep_environ
from footprint.collect.deploy.files.locations import folder_of, join
from footprint.documents.toml import TomlDocument
from footprint.documents.yaml_nodes import YamlNode
from footprint.model.source_modules import Purpose, Role, StartCommand

_MERGED_AT_MOST = 10
_MERGE_DEPTH_AT_MOST = 3
BEFORE = "release"  # what runs once before the application starts, under the name that a Procfile has for it
COMMANDS_AT_MOST = 200  # of one file
# Folders in which files of platforms lie, with the code beside them.
_CODE_FOLDERS = frozenset(
    {"copilot", "ecs", ".aws", ".do", "infra", "deploy", "deployment", "nomad", "circus", "uwsgi"}
)


def mapping(node: YamlNode | None, *, depth: int = 0) -> Mapping[str, YamlNode]:
    """Return the pairs of a mapping, those that `<<` merges into it among them; empty for anything else."""
    if node is None or depth > _MERGE_DEPTH_AT_MOST:
        return {}
    own = dict(node.pairs())
    merge = own.pop("<<", None)
    if merge is None:
        return own
    merged: dict[str, YamlNode] = {}
    for base in ([*merge.items()] or [merge])[:_MERGED_AT_MOST]:
        merged = {**mapping(base, depth=depth + 1), **merged}
    return {**merged, **own}


def text_of(node: YamlNode | None) -> str | None:
    """Return the text of a scalar that says something."""
    text = node.text if node is not None else None
    return text if text and text.strip() and text not in {"null", "~"} else None


def node_at(node: YamlNode | None, *keys: str) -> YamlNode | None:
    """Return what stands at `keys` of nested mappings."""
    for key in keys:
        node = mapping(node).get(key)
    return node


def items_of(node: YamlNode | None) -> Iterator[YamlNode]:
    """Return the items of a list, none for anything else."""
    return node.items() if node is not None else iter(())


def environ_of(node: YamlNode | None) -> dict[str, str]:
    """Return the variables that say how to start: of a mapping, of `NAME=value` items, of `name`, `value` pairs."""
    pairs: dict[str, str | None] = {name: text_of(value) for name, value in mapping(node).items()}
    for item in items_of(node):
        keys = mapping(item)
        if keys:
            pairs[text_of(keys.get("name")) or text_of(keys.get("key")) or ""] = text_of(keys.get("value"))
        else:
            name, _, value = (item.text or "").partition("=")
            pairs[name] = value
    return keep_environ(pairs)


def command_of(node: YamlNode | None) -> tuple[int, str] | None:
    """Return (line, command) of a scalar or of a list of words, None when there is none."""
    if node is None:
        return None
    text = text_of(node)
    if text is not None:
        return node.line, text.strip()
    words = [item for item in node.items() if item.text is not None]
    return (words[0].line, shlex.join(word.text or "" for word in words)) if words else None


def toml_commands(
    document: TomlDocument, name: str, keys: tuple[str | int, ...], purpose: Purpose = "start"
) -> Iterator[StartCommand]:
    """Yield the command that stands at `keys`, as a text or a list of words."""
    value = document.get(*keys)
    if isinstance(value, list) and all(isinstance(word, str) for word in value):
        value = shlex.join(value)
    if isinstance(value, str) and value.strip():
        environ = keep_environ({key: str(text) for key, text in document.table("env").items()})
        stated = (document.line(*keys), value.strip())
        command = stated_command(name, stated, document.path, folder_of(document.path), environ=environ)
        yield replace(command, purpose=purpose)


def stated_command(
    name: str,
    stated: tuple[int, str],  # line, words
    path: str,
    folder: str | None = None,
    *,
    environ: Mapping[str, str] = MappingProxyType({}),
    role: Role | None = None,
) -> StartCommand:
    """Return the command that is stated on a line; without a `folder` it starts where the code lies."""
    line, words = stated
    launch, kept = parse_command(words, environ), tuple(environ.items())
    return StartCommand(name, words, path, line, folder or code_folder(path), launch, environ=kept, role=role)


def beside(path: str, folder: str) -> str:
    """Return a folder that a file names from its own."""
    return join(folder_of(path), folder)


def code_folder(path: str) -> str:
    """Return where the code lies: these files often lie in folders of their own."""
    parts = posixpath.dirname(path).split("/")
    first = next((index for index, part in enumerate(parts) if part in _CODE_FOLDERS), len(parts))
    return "/".join(parts[:first]) or "."


def line_of(text: str, word: str) -> int:
    """Return the first line that has a text as JSON writes it, 1 where none has."""
    return text.count("\n", 0, max(text.find(json.dumps(word)), 0)) + 1


def table_of(value: Any) -> Mapping[str, Any]:
    """Return a table of JSON, an empty one for anything else."""
    return value if isinstance(value, dict) else {}

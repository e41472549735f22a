"""What the files of platforms share: values of YAML and TOML as commands, variables and sizes, lines of JSON."""

from __future__ import annotations

import json
import posixpath
import re
import shlex
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from footprint.collect.deploy.commands.launcher_arguments import keep_environ
from footprint.collect.deploy.commands.launchers import parse_command
from footprint.collect.deploy.files.deploy_files import folder_of, join
from footprint.documents.toml import TomlDocument
from footprint.documents.yaml_nodes import YamlNode, parse_yaml
from footprint.late import late_pattern
from footprint.model.limits import StatedLimit
from footprint.model.note import Note
from footprint.model.source_modules import Purpose, StartCommand
from footprint.model.start_habits import ServiceOutline
from footprint.units import MIB

_MERGED_AT_MOST = 10
_MERGE_DEPTH_AT_MOST = 3
Stated = StartCommand | StatedLimit | Note | ServiceOutline
_Found = TypeVar("_Found")
_Reader = Callable[[str, str], tuple[_Found, ...]]
BEFORE = "release"  # what runs once before the application starts, under the name that a Procfile has for it
COMMANDS_AT_MOST = 200  # of one file
# Folders in which files of platforms lie, with the code beside them.
_CODE_FOLDERS = frozenset(
    {"copilot", "ecs", ".aws", ".do", "infra", "deploy", "deployment", "nomad", "circus", "uwsgi"}
)


def of_yaml(*words: str) -> Callable[[Callable[[Mapping[str, YamlNode], str], Iterable[_Found]]], _Reader[_Found]]:
    """Return what makes a reader of keys one of a text and its path.

    A text with none of `words` states nothing, and is spared the parser, which is slow. The reader raises YamlInvalid.
    """

    def of_keys(read: Callable[[Mapping[str, YamlNode], str], Iterable[_Found]]) -> _Reader[_Found]:
        def of_text(text: str, path: str) -> tuple[_Found, ...]:
            is_spared = words and not any(word in text for word in words)
            return () if is_spared else tuple(read(mapping(parse_yaml(text)), path))

        return of_text

    return of_keys


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
        stated, folder = (document.line(*keys), value.strip()), folder_of(document.path)
        yield stated_command(name, stated, document.path, folder, environ=environ, purpose=purpose)


def stated_command(
    name: str,
    stated: tuple[int, str],  # line, words
    path: str,
    folder: str | None = None,
    *,
    environ: Mapping[str, str] = MappingProxyType({}),
    **more: Any,  # further fields of the command
) -> StartCommand:
    """Return the command that is stated on a line; without a `folder` it starts where the code lies."""
    line, words = stated
    launch, kept = parse_command(words, environ), tuple(environ.items())
    return StartCommand(name, words, path, line, folder or code_folder(path), launch, environ=kept, **more)


def commands_at(
    name: str, node: YamlNode | None, path: str, folder: str | None = None, **more: Any
) -> Iterator[StartCommand]:
    """Yield the command that a node states, if it states one; `more` as `stated_command` takes it."""
    if (found := command_of(node)) is not None:
        yield stated_command(name, found, path, folder, **more)


def beside(path: str, folder: str) -> str:
    """Return a folder that a file names from its own."""
    return join(folder_of(path), folder)


def code_folder(path: str, own: Collection[str] = _CODE_FOLDERS) -> str:
    """Return where the code lies: these files often lie in folders of their own, the code beside the first of them."""
    parts = posixpath.dirname(path).split("/")
    first = next((index for index, part in enumerate(parts) if part in own), len(parts))
    return "/".join(parts[:first]) or "."


def line_at(text: str, match: re.Match[str] | None) -> int:
    """Return the line on which a match begins, 1 where there is none."""
    return text.count("\n", 0, match.start()) + 1 if match is not None else 1


def line_of(text: str, word: str) -> int:
    """Return the first line that has a text as JSON writes it, 1 where none has."""
    return text.count("\n", 0, max(text.find(json.dumps(word)), 0)) + 1


_COMPOSE = late_pattern(r"(\d{1,15}(?:\.\d{1,6})?)\s*(?:([kmgt])i?b?|b)?", re.IGNORECASE)
_FLY = late_pattern(r"(\d{1,9})\s*(?:(mb|gb|mib|gib|m|g))?", re.IGNORECASE)
_QUANTITY = late_pattern(r"\+?(\d{1,18}(?:\.\d{0,9})?|\.\d{1,9})(?:([mkMGTP]|[KMGTP]i)|[eE](\d{1,2}))?")
_VARIABLE = late_pattern(r"\$\{\w+:?-([^}]*)\}")
_MOST = 1 << 50


def compose_size(text: str) -> int | None:
    """Return bytes: `512m`, `1.5g`, `512MB` are of 1024; a bare number is bytes; `${MEM:-512m}` is its default.

    Source: Compose specification, "Specifying byte values".
    """
    match = _COMPOSE.fullmatch(_VARIABLE.sub(r"\1", text[:200]).strip())
    if match is None:
        return None
    return _bounded(float(match[1]) * 1024 ** ("kmgt".index(match[2].lower()) + 1 if match[2] else 0))


def fly_size(value: object) -> int | None:
    """Return bytes: `512mb`, `"1gb"`, and a bare number of MB, each of 1024. Source: fly.toml reference, `[[vm]]`."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return None
    match = _FLY.fullmatch(str(value).strip())
    if match is None:
        return None
    return _bounded(int(match[1]) * (1024 if (match[2] or "").lower().startswith("g") else 1) * MIB)


def quantity(text: str) -> int | None:
    """Return bytes of a Kubernetes quantity: `512Mi` is of 1024, `512M` of 1000, `5e8` and bare numbers are bytes.

    Source: Kubernetes documentation, "Resource Management for Pods and Containers", meaning of memory.
    """
    match = _QUANTITY.fullmatch(text.strip())
    if match is None:
        return None
    suffix = match[2] or ""
    if suffix == "m":
        return _bounded(float(match[1]) / 1000)  # thousandths of a byte: legal, and nearly always a slip
    power = " kMGTP".index(suffix[:1].replace("K", "k")) if suffix else 0
    factor = 1024**power if suffix.endswith("i") else 1000**power
    return _bounded(float(match[1]) * factor * 10 ** int(match[3] or 0))


def megabytes(text: str) -> int | None:
    """Return bytes of a whole number of MB of 1024 KB, as AWS Lambda and Vercel count."""
    text = text.strip()
    return _bounded(int(text) * MIB) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _bounded(count_bytes: float) -> int | None:
    """Return a size that can be one: nothing is allowed to no bytes, nor to more than any machine has."""
    return int(count_bytes) if 1 <= count_bytes <= _MOST else None

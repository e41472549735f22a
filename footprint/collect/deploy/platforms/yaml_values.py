"""Small readings of YAML that the platform files share: merged mappings, and commands as text or list."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping

from footprint.collect.deploy.commands.process_counts import keep_environ
from footprint.documents.yaml_nodes import YamlNode

_MERGED_AT_MOST = 10
_MERGE_DEPTH_AT_MOST = 3


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

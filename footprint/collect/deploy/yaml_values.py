"""Small readings of YAML that the platform files share: merged mappings, and commands as text or list."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

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


def command_of(node: YamlNode | None) -> tuple[int, str] | None:
    """Return (line, command) of a scalar or of a list of words, None when there is none."""
    if node is None:
        return None
    text = text_of(node)
    if text is not None:
        return node.line, text.strip()
    words = [item for item in node.items() if item.text is not None]
    return (words[0].line, shlex.join(word.text or "" for word in words)) if words else None

"""Task definitions of Amazon ECS."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from typing import Any

from footprint.collect.deploy.platforms.stated import line_of, stated_command
from footprint.model.source_modules import StartCommand


def read(text: str, path: str) -> Iterator[StartCommand]:
    """Yield what the containers of a task definition start. Raises: ValueError or RecursionError for no JSON."""
    document = json.loads(text)
    document = document.get("taskDefinition", document) if isinstance(document, dict) else {}
    containers = document.get("containerDefinitions") if isinstance(document, dict) else None
    for container in containers if isinstance(containers, list) else ():
        if not isinstance(container, dict):
            continue
        words = [word for key in ("entryPoint", "command") for word in _words(container.get(key))]
        if words:
            name, line = str(container.get("name") or "web"), line_of(text, words[-1])
            yield stated_command(name, (line, shlex.join(words)), path)


def _words(value: Any) -> list[str]:
    if isinstance(value, str):
        return value.split()
    return [word for word in value if isinstance(word, str)] if isinstance(value, list) else []

"""Task definitions of Amazon ECS."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from typing import Any

from footprint.collect.deploy.platforms.stated import line_of, stated_command
from footprint.documents.plain_values import table_of, tables_of, texts_of
from footprint.model.source_modules import StartCommand


def read(text: str, path: str) -> Iterator[StartCommand]:
    """Yield what the containers of a task definition start. Raises: ValueError or RecursionError for no JSON."""
    document = table_of(json.loads(text))
    for container in tables_of(table_of(document.get("taskDefinition", document)).get("containerDefinitions")):
        words = [word for key in ("entryPoint", "command") for word in _words(container.get(key))]
        if words:
            name, line = str(container.get("name") or "web"), line_of(text, words[-1])
            yield stated_command(name, (line, shlex.join(words)), path)


def _words(value: Any) -> list[str]:
    return value.split() if isinstance(value, str) else texts_of(value)

"""Vercel: the Python files that vercel.json names, their memory, and the limit of the code.

Source: Vercel documentation, project configuration (functions, builds, rewrites, routes), Python runtime; its
[tool.vercel] and FastAPI's [tool.fastapi] in pyproject.toml.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, Literal

from footprint.collect.deploy.commands.launcher_arguments import aim
from footprint.collect.deploy.platforms.stated import line_at, megabytes
from footprint.documents.plain_values import table_of, tables_of
from footprint.documents.toml import try_toml
from footprint.knowledge.servers import ARGUMENTS
from footprint.late import late_pattern
from footprint.model.limits import StatedLimit
from footprint.model.source_modules import Launch, StartCommand

_PATTERN = late_pattern(r"[*?{\[]")
_TARGETS_AT_MOST = 100
_FASTAPI_TOOLS = ("fastapi", *ARGUMENTS["fastapi"].brings)


def read(text: str, path: str) -> Iterator[StartCommand | StatedLimit]:
    """Yield the functions that a vercel.json names and that may be in Python, with their limits.

    Raises: ValueError or RecursionError for a text that is not JSON.
    """
    document = table_of(json.loads(text))
    # `/api/index` may be a function in another language: then there is no such file, and the limit is nobody's
    is_certain = bool(document) and (".py" in text or "python" in text)
    memory = _memory(table_of(document.get("functions")))
    here = posixpath.dirname(path) or "."
    targets = list(dict.fromkeys(_targets(document)))[:_TARGETS_AT_MOST]
    for target in targets:
        name = posixpath.splitext(posixpath.basename(target))[0] if len(targets) > 1 else "web"
        line = _line(text, target)
        yield StartCommand(name, f"function: {target}", path, line, here, Launch("vercel", (), file=target))
        pattern = next((each for each in memory if each == target or fnmatchcase(target, each)), None)
        size = memory[pattern] if pattern is not None else None
        at = _line(text, pattern) if pattern is not None and size is not None else line
        how: Literal["stated", "plan"] = "plan" if size is None else "stated"
        yield StatedLimit(name, size, None, path, at, how, "vercel", here, own_only=not is_certain)
    if not targets and is_certain:
        yield StatedLimit("web", None, None, path, 1, "plan", "vercel", here)


def read_pyproject(text: str, path: str) -> Iterator[StartCommand]:
    """Yield the entry that [tool.fastapi] or [tool.vercel] of a pyproject.toml names."""
    document = try_toml(text if "entrypoint" in text else "", path)
    for tool, command, tools in (("fastapi", "fastapi run", _FASTAPI_TOOLS), ("vercel", "function", ())):
        entrypoint = document.get("tool", tool, "entrypoint")
        if isinstance(entrypoint, str):
            line = document.line("tool", tool, "entrypoint")
            launch = aim(Launch(tool, tools), entrypoint)
            yield StartCommand("web", command, path, line, posixpath.dirname(path) or ".", launch)


def _targets(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield the Python files that functions, builds, rewrites and routes name; `/api/index` leaves out the ending."""
    named: list[Any] = list(table_of(document.get("functions")))
    for key, inner in (("builds", "src"), ("rewrites", "destination"), ("routes", "dest")):
        named += [row.get(inner) for row in tables_of(document.get(key))]
    for target in named:
        if not isinstance(target, str) or _PATTERN.search(target) or "://" in target or "$" in target:
            continue
        clean = posixpath.normpath(target.partition("?")[0].lstrip("/"))
        if clean.startswith(".."):
            continue
        if clean.endswith(".py"):
            yield clean
        elif clean.startswith("api/") and "." not in posixpath.basename(clean):
            yield f"{clean}.py"


def _memory(functions: Mapping[str, Any]) -> dict[str, int]:
    stated = ((pattern, table_of(settings).get("memory")) for pattern, settings in functions.items())
    sizes = {pattern: megabytes(str(memory)) for pattern, memory in stated if isinstance(memory, int)}
    return {pattern: size for pattern, size in sizes.items() if size is not None}


def _line(text: str, target: str) -> int:
    """Return the first line that has a target in quotes, with or without a slash before and an ending after it."""
    stem = re.escape(target.removesuffix(".py"))
    return line_at(text, re.search(rf'"/?{stem}(?:\.py)?["?]', text))

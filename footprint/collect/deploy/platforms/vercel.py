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
from footprint.collect.deploy.platforms.sizes import megabytes
from footprint.documents.toml import try_toml
from footprint.model.limits import StatedLimit
from footprint.model.source_modules import Launch, StartCommand

_PATTERN = re.compile(r"[*?{\[]")
_TARGETS_AT_MOST = 100


def read(text: str, path: str) -> tuple[StartCommand | StatedLimit, ...]:
    """Return the functions that a vercel.json names and that may be in Python, with their limits.

    Raises: ValueError or RecursionError for a text that is not JSON.
    """
    document = json.loads(text)
    if not isinstance(document, dict):
        return ()
    # `/api/index` may be a function in another language: then there is no such file, and the limit is nobody's
    is_certain = ".py" in text or "python" in text
    found: list[StartCommand | StatedLimit] = []
    functions = document.get("functions")
    memory = _memory(functions if isinstance(functions, dict) else {})
    here = posixpath.dirname(path) or "."
    targets = list(dict.fromkeys(_targets(document)))[:_TARGETS_AT_MOST]
    for target in targets:
        name = posixpath.splitext(posixpath.basename(target))[0] if len(targets) > 1 else "web"
        line = _line(text, target)
        launch = Launch("vercel", (), file=target)
        found.append(StartCommand(name, f"function: {target}", path, line, here, launch))
        pattern = next((each for each in memory if each == target or fnmatchcase(target, each)), None)
        size = memory[pattern] if pattern is not None else None
        at = _line(text, pattern) if pattern is not None and size is not None else line
        how: Literal["stated", "plan"] = "plan" if size is None else "stated"
        found.append(StatedLimit(name, size, None, path, at, how, "vercel", here, own_only=not is_certain))
    if not targets and is_certain:
        found.append(StatedLimit("web", None, None, path, 1, "plan", "vercel", here))
    return tuple(found)


def read_pyproject(text: str, path: str) -> tuple[StartCommand, ...]:
    """Return the entry that [tool.fastapi] or [tool.vercel] of a pyproject.toml names."""
    if "entrypoint" not in text:
        return ()
    document = try_toml(text, path)
    found = []
    for tool, command, tools in (("fastapi", "fastapi run", ("fastapi", "uvicorn")), ("vercel", "function", ())):
        entrypoint = document.get("tool", tool, "entrypoint")
        if isinstance(entrypoint, str):
            line = document.line("tool", tool, "entrypoint")
            launch = aim(Launch(tool, tools), entrypoint)
            found.append(StartCommand("web", command, path, line, posixpath.dirname(path) or ".", launch))
    return tuple(found)


def _targets(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield the Python files that functions, builds, rewrites and routes name; `/api/index` leaves out the ending."""
    functions = document.get("functions")
    named = list(functions) if isinstance(functions, dict) else []
    for key, inner in (("builds", "src"), ("rewrites", "destination"), ("routes", "dest")):
        rows = document.get(key)
        named += [row.get(inner) for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
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
    found = {}
    for pattern, settings in functions.items():
        memory = settings.get("memory") if isinstance(settings, dict) else None
        size = megabytes(str(memory)) if isinstance(memory, int) else None
        if size is not None:
            found[pattern] = size
    return found


def _line(text: str, target: str) -> int:
    """Return the first line that has a target in quotes, with or without a slash before and an ending after it."""
    stem = re.escape(target.removesuffix(".py"))
    match = re.search(rf'"/?{stem}(?:\.py)?["?]', text)
    return text.count("\n", 0, match.start()) + 1 if match else 1

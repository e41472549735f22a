"""Dockerfile: what the last stage starts. Source: Dockerfile reference (CMD, ENTRYPOINT, WORKDIR, COPY, escape)."""

from __future__ import annotations

import json
import posixpath
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field

from footprint.collect.deploy.launchers import parse_command
from footprint.collect.deploy.processes import keep_environ
from footprint.model.sources import StartCommand

_INSTRUCTION = re.compile(r"([A-Za-z]+)\s+(.*)", re.DOTALL)
_COPIES_AT_MOST = 100  # of a stage: every stage that builds on it has its own list
_RUN_OPTIONS = re.compile(r"^(?:--\w+=\S+\s+(?:\\\n\s*)?)+")
_HEREDOC = re.compile(r"<<-?\s*(['\"]?)(\w+)\1")


@dataclass(slots=True)
class _Stage:
    """What one stage has stated so far; a later instruction replaces an earlier one."""

    entrypoint: tuple[int, str, bool] | None = None  # line, text, exec form
    command: tuple[int, str, bool] | None = None
    inherits_command: bool = False
    work_dir: str = "/"
    copies: list[tuple[str, str]] = field(default_factory=list)  # (source folder, absolute target folder)
    environ: dict[str, str] = field(default_factory=dict)


def read(text: str, path: str) -> tuple[StartCommand, ...]:
    """Return the command that the final stage starts; at most one, named "web"."""
    stages: dict[str, _Stage] = {}
    stage = _Stage()
    count = 0
    for number, instruction, rest in _instructions(text):
        if instruction == "FROM":
            stage = _begin_stage(rest, count, stages)
            count += 1
        elif instruction == "WORKDIR":
            stage.work_dir = posixpath.normpath(posixpath.join(stage.work_dir, rest.strip("\"' ")))
        elif instruction == "CMD":
            stage.command, stage.inherits_command = (number, *_form(rest)), False
        elif instruction == "ENTRYPOINT":
            stage.entrypoint = (number, *_form(rest))
            if stage.inherits_command:  # an ENTRYPOINT empties the CMD of the stage that it builds on, not its own
                stage.command = None
        elif instruction == "ENV":
            stage.environ |= _environ(rest)
        elif instruction in ("COPY", "ADD"):
            _note_copy(rest, stage)
    stated = _join(stage)
    if stated is None:
        return ()
    line, command = stated
    folder = posixpath.dirname(path) or "."
    working_dir = posixpath.normpath(posixpath.join(folder, _source_folder(stage)))
    environ = tuple(stage.environ.items())
    launch = parse_command(command, stage.environ)
    return (StartCommand("web", command, path, line, working_dir, launch, environ=environ),)


def read_build(text: str) -> Iterator[tuple[int, str]]:
    """Yield (line, command) of every RUN in shell form, joined lines with the ends between them."""
    for number, instruction, rest in _instructions(text, joint="\\\n"):
        if instruction == "RUN":
            yield number, _RUN_OPTIONS.sub(lambda match: "\\\n" * match[0].count("\n"), _form(rest)[0])


def _instructions(text: str, joint: str = " ") -> Iterator[tuple[int, str, str]]:
    """Yield (line, instruction, rest) with continuations joined, comments and heredocs left out.

    A `joint` with a line end keeps the lines apart, an empty one for a comment.
    """
    lines = text.splitlines()
    index = 0
    while index < len(lines):
        number = index + 1
        parts: list[str] = []
        while index < len(lines):
            line = lines[index].strip()
            index += 1
            if line.startswith("#"):
                parts += [""] if parts and "\n" in joint else []
                number += not parts  # a comment above it is no part of the instruction
                continue
            parts.append(line.removesuffix("\\"))
            if not line.endswith("\\"):
                break
        match = _INSTRUCTION.fullmatch(joint.join(parts).strip())
        if match is None:
            continue
        for heredoc in _HEREDOC.finditer(match[2]) if match[1].upper() in ("RUN", "COPY", "ADD") else ():
            while index < len(lines) and lines[index].strip() != heredoc[2]:
                index += 1
            index += 1
        yield number, match[1].upper(), match[2].strip()


def _begin_stage(rest: str, number: int, stages: dict[str, _Stage]) -> _Stage:
    words = [word for word in rest.split() if not word.startswith("--")]
    base = stages.get(words[0].lower()) if words else None
    stage = _Stage()
    if base is not None:  # FROM an earlier stage: it inherits what that stage states
        stage = _Stage(base.entrypoint, base.command, True, base.work_dir, list(base.copies), dict(base.environ))
    if len(words) == 3 and words[1].upper() == "AS":
        stages[words[2].lower()] = stage
    stages[str(number)] = stage
    return stage


def _form(rest: str) -> tuple[str, bool]:
    """Return the command as one shell line and whether it was in exec form."""
    if rest.startswith("["):
        try:
            words = json.loads(rest)
        except ValueError:
            return rest, False  # single quotes: the shell form, as docker itself takes it
        if isinstance(words, list) and all(isinstance(word, str) for word in words):
            return shlex.join(words), True
    return rest, False


def _join(stage: _Stage) -> tuple[int, str] | None:
    if stage.entrypoint is None:
        return (stage.command[0], stage.command[1]) if stage.command else None
    line, text, is_exec = stage.entrypoint
    if is_exec and stage.command is not None:  # a shell-form ENTRYPOINT takes no CMD
        return (stage.command[0], f"{text} {stage.command[1]}")
    return (line, text)


def _environ(rest: str) -> dict[str, str]:
    """Return what an ENV sets, of both its forms, as far as it says how to start."""
    try:
        words = shlex.split(rest)
    except ValueError:
        words = rest.split()
    if words and "=" not in words[0]:
        return keep_environ({words[0]: " ".join(words[1:])})
    return keep_environ({name: value for name, _, value in (word.partition("=") for word in words)})


def _note_copy(rest: str, stage: _Stage) -> None:
    try:
        words = json.loads(rest) if rest.startswith("[") else rest.split()
    except ValueError:
        return
    if any(word.startswith("--from") for word in words):
        return
    words = [word for word in words if not word.startswith("--")]
    if len(words) == 2 and len(stage.copies) < _COPIES_AT_MOST:
        target = posixpath.normpath(posixpath.join(stage.work_dir, words[1]))
        stage.copies.append((posixpath.normpath(words[0].lstrip("/") or "."), target))


def _source_folder(stage: _Stage) -> str:
    """Return the folder of the build context that the work folder is a copy of, "." when nothing says otherwise."""
    best: tuple[int, str] = (-1, ".")
    for source, target in stage.copies:
        if posixpath.splitext(source)[1] or "*" in source:
            continue  # a file
        inside = stage.work_dir == target or stage.work_dir.startswith(target.rstrip("/") + "/")
        if inside and len(target) >= best[0]:
            below = posixpath.relpath(stage.work_dir, target)
            best = (len(target), posixpath.normpath(posixpath.join(source, below)))
    return best[1]

"""Dockerfile: what the last stage starts. Source: Dockerfile reference (CMD, ENTRYPOINT, WORKDIR, COPY, escape)."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from footprint.collect.deploy.commands.launcher_arguments import handler_launch, keep_environ
from footprint.collect.deploy.commands.launchers import parse_command
from footprint.collect.deploy.commands.shell_lines import VARIABLE, expand, heredoc_lines
from footprint.collect.deploy.files.deploy_files import folder_of, join
from footprint.documents.json_lines import try_json
from footprint.documents.plain_values import shell_words
from footprint.model.source_modules import Launch, StartCommand
from footprint.values import dataclass, field, replace

_INSTRUCTION = re.compile(r"([A-Za-z]+)\s+(.*)", re.DOTALL)
_COPIES_AT_MOST = 100  # of a stage: every stage that builds on it has its own list
_VARIABLES_AT_MOST = 500  # likewise
_PATH_AT_MOST = 4096  # as Linux has it (PATH_MAX): a folder within a folder on every line has no end else
_RUN_OPTIONS = re.compile(r"^(?:--\w+=\S+\s+(?:\\\n\s*)?)+")
_TARGET = re.compile(r"(?:[\w-]+/)*[A-Za-z_][\w.]{0,200}(?::[A-Za-z_][\w.]{0,100}(?:\(\))?)?")
_SHEBANG = re.compile(r"#!\s*(?:\S*/env\s+(?:-S\s+)?)?(\S+)")
_HEREDOC = re.compile(r"<<-?\s*(['\"]?)(\w+)\1")


_Document = tuple[list[str], int]  # a here-document, and the line on which it begins


@dataclass(slots=True)
class _Stage:
    """What one stage has stated so far; a later instruction replaces an earlier one."""

    entrypoint: tuple[int, str, bool] | None = None  # line, text, exec form
    command: tuple[int, str, bool] | None = None
    inherits_command: bool = False
    work_dir: str = "/"
    copies: list[tuple[str, str]] = field(default_factory=list)  # (source folder, absolute target folder)
    environ: dict[str, str] = field(default_factory=dict)
    base: str = ""
    line: int = 0  # of its FROM
    places: list[tuple[str, str]] = field(default_factory=list)  # whatever is copied: (source, absolute target)
    values: dict[str, str] = field(default_factory=dict)  # of ENV and ARG, for the paths that name them
    written: dict[str, str] = field(default_factory=dict)  # files that stand in the Dockerfile, by absolute target


@dataclass(frozen=True, slots=True)
class Image:
    """What is known of the image that a Dockerfile makes."""

    path: str  # of the Dockerfile
    line: int  # of the last FROM
    base: str  # the image that nobody here makes
    entrypoint: str | None  # in exec form: what is given to the container follows it
    has_command: bool  # it says what it starts, by CMD or ENTRYPOINT
    copies: tuple[tuple[str, str], ...]
    working_dir: str  # of the project


def read_image(text: str, path: str) -> Image | None:
    """Return what the final stage makes, None for a text without a stage."""
    stage = _final_stage(text)
    if not stage.base:
        return None
    entry = stage.entrypoint
    return Image(
        path=path,
        line=stage.line,
        base=stage.base,
        entrypoint=entry[1] if entry is not None and entry[2] else None,
        has_command=entry is not None or stage.command is not None,
        copies=tuple(stage.places),
        working_dir=join(folder_of(path), _source_folder(stage)),
    )


def read(text: str, path: str) -> tuple[StartCommand, ...]:
    """Return the command that the final stage starts; at most one, named "web"."""
    stage = _final_stage(text)
    stated = _join(stage)
    if stated is None:
        return ()
    line, command = stated[0], _with_written(stated[1], stage)
    environ = _targets_in(command, stage.values) | stage.environ
    launch = parse_command(command, environ) or _by_base(stage, command)
    folder, kept = join(folder_of(path), _source_folder(stage)), tuple(environ.items())
    copies = tuple(stage.places)
    return (StartCommand("web", command, path, line, folder, launch, environ=kept, copies=copies, image=path),)


def _with_written(command: str, stage: _Stage) -> str:
    """Return a command with the script in its place that the Dockerfile itself holds: `COPY <<EOF /start.sh`."""
    words = command.split()
    first = next((place for place, word in enumerate(words[:3]) if join(stage.work_dir, word) in stage.written), None)
    if first is None:
        return command
    text = stage.written[join(stage.work_dir, words[first])]
    reader = words[first - 1] if first else _read_by("", text.splitlines())
    lines = [line for _, line in heredoc_lines(reader, text.splitlines(), 1)]
    return "\n".join(lines).replace('"$@"', " ".join(words[first + 1 :])) or command


def _targets_in(command: str, values: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of a command that hold modules or files: `gunicorn $APP:app`. Others may be secret."""
    named = [match[1] or match[2] for match in VARIABLE.finditer(command)] if "$" in command else []
    return {name: values[name] for name in named if _TARGET.fullmatch(values.get(name, ""))}


def _by_base(stage: _Stage, command: str) -> Launch | None:
    """Return what the entrypoint of a well-known base makes of a command."""
    if stage.entrypoint is not None:
        return None
    if "distroless/python" in stage.base:
        return parse_command(f"python {command}")
    words = command.split()
    return handler_launch(words[0]) if len(words) == 1 and "lambda" in stage.base else None


@lru_cache(maxsize=1)  # its command and its image are asked for one after the other
def _final_stage(text: str) -> _Stage:
    stages: dict[str, _Stage] = {}
    stage = _Stage()
    count = 0
    for number, instruction, rest, documents in instructions(text):
        if instruction == "FROM":
            stage = _begin_stage(rest, number, count, stages)
            count += 1
        elif instruction == "WORKDIR":
            folder = join(stage.work_dir, expand(rest.strip("\"' "), stage.values))
            stage.work_dir = folder if len(folder) <= _PATH_AT_MOST else stage.work_dir
        elif instruction == "CMD":
            stage.command, stage.inherits_command = (number, *shell_form(rest)), False
        elif instruction == "ENTRYPOINT":
            stage.entrypoint = (number, *shell_form(rest))
            if stage.inherits_command:  # an ENTRYPOINT empties the CMD of the stage that it builds on, not its own
                stage.command = None
        elif instruction in ("ENV", "ARG") and len(stage.values) < _VARIABLES_AT_MOST:
            found = assigned(rest)
            stage.values |= found
            stage.environ |= keep_environ(found) if instruction == "ENV" else {}
        elif instruction in ("COPY", "ADD"):
            if documents and len(stage.written) < _COPIES_AT_MOST:
                target = join(stage.work_dir, expand(rest, stage.values).split()[-1])
                stage.written[target] = "\n".join(documents[0][0])
            elif not documents:
                _note_copy(expand(rest, stage.values), stage, stages)
    return stage


def read_build(text: str) -> Iterator[tuple[int, str]]:
    """Yield (line, command) of every RUN in shell form, joined lines with the ends between them."""
    for number, instruction, rest, documents in instructions(text, joint="\\\n"):
        if instruction == "RUN":
            command = _RUN_OPTIONS.sub(lambda match: "\\\n" * match[0].count("\n"), shell_form(rest)[0])
            if not documents or not command.startswith("<<"):
                yield number, command
            for lines, first in documents:
                yield from heredoc_lines(_read_by(command, lines), lines, first)


def _read_by(command: str, lines: list[str]) -> str:
    """Return the command that reads a document of RUN: the one before it, else its own first line, else a shell."""
    before = command[: command.find("<<")].strip()
    shebang = _SHEBANG.match(lines[0]) if lines else None
    return before or (shebang[1] if shebang is not None else "sh")


def instructions(text: str, joint: str = " ") -> Iterator[tuple[int, str, str, list[_Document]]]:
    """Yield (line, instruction, rest, here-documents) with continuations joined, comments left out.

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
        documents = []
        for heredoc in _HEREDOC.finditer(match[2]) if match[1].upper() in ("RUN", "COPY", "ADD") else ():
            start = index
            while index < len(lines) and lines[index].strip() != heredoc[2]:
                index += 1
            documents.append((lines[start:index], start + 1))
            index += 1
        yield number, match[1].upper(), match[2].strip(), documents


def _begin_stage(rest: str, line: int, number: int, stages: dict[str, _Stage]) -> _Stage:
    words = [word for word in rest.split() if not word.startswith("--")]
    base = stages.get(words[0].lower()) if words else None
    stage = _Stage(base=words[0].lower() if words else "", line=line)
    if base is not None:  # FROM an earlier stage: it inherits what that stage states
        stage = replace(base, inherits_command=True, copies=list(base.copies), places=list(base.places))
        stage.environ, stage.values, stage.written = dict(base.environ), dict(base.values), dict(base.written)
    if len(words) == 3 and words[1].upper() == "AS":
        stages[words[2].lower()] = stage
    stages[str(number)] = stage
    return stage


def shell_form(rest: str) -> tuple[str, bool]:
    """Return the command as one shell line and whether it was in exec form."""
    words = try_json(rest) if rest.startswith("[") else None
    if isinstance(words, list) and all(isinstance(word, str) for word in words):
        return shlex.join(words), True
    return rest, False  # with single quotes, too: the shell form, as docker itself takes it


def _join(stage: _Stage) -> tuple[int, str] | None:
    if stage.entrypoint is None:
        return (stage.command[0], stage.command[1]) if stage.command else None
    line, text, is_exec = stage.entrypoint
    if is_exec and stage.command is not None:  # a shell-form ENTRYPOINT takes no CMD
        return (stage.command[0], f"{text} {stage.command[1]}")
    return (line, text)


def assigned(rest: str) -> dict[str, str]:
    """Return what an ENV or an ARG sets; the older form, `ENV NAME value`, among it."""
    words = shell_words(rest)
    if len(words) > 1 and "=" not in words[0]:
        return {words[0]: " ".join(words[1:])}
    return {name: value for name, equals, value in (word.partition("=") for word in words) if equals}


def _note_copy(rest: str, stage: _Stage, stages: Mapping[str, _Stage]) -> None:
    words = try_json(rest) if rest.startswith("[") else rest.split()
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        return
    origin = next((word.partition("=")[2].lower() for word in words if word.startswith("--from=")), None)
    *sources, last = [word for word in words if not word.startswith("--")] or [""]
    target = join(stage.work_dir, last)
    if origin is None:
        if len(sources) == 1 and len(stage.copies) < _COPIES_AT_MOST:
            stage.copies.append((posixpath.normpath(sources[0].lstrip("/") or "."), target))
        found = [_place(source, last, target) for source in sources]
    else:
        known = stages[origin].places if origin in stages else []
        found = [place for source in sources for place in _from_stage(source, target, known)]
    stage.places += found[: max(_COPIES_AT_MOST - len(stage.places), 0)]


def _place(source: str, written: str, target: str) -> tuple[str, str]:
    """Return where a source lies in the image: a file in a folder that is written as one lies below it."""
    source = posixpath.normpath(source.lstrip("/") or ".")
    is_folder = written.endswith("/") or posixpath.basename(written) in {".", ".."}
    if is_folder and posixpath.splitext(source)[1] and "*" not in source:
        return source, posixpath.join(target, posixpath.basename(source))
    return (folder_of(source) if "*" in source else source), target


def _from_stage(source: str, target: str, known: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield what of the context lies at `target` when `source` of another stage is copied there."""
    for origin, place in known:
        if place == source or place.startswith(f"{source.rstrip('/')}/"):
            yield origin, join(target, posixpath.relpath(place, source))
        elif source.startswith(f"{place.rstrip('/')}/"):
            yield join(origin, posixpath.relpath(source, place)), target


def _source_folder(stage: _Stage) -> str:
    """Return the folder of the build context that the work folder is a copy of, "." when nothing says otherwise."""
    best: tuple[int, str] = (-1, ".")
    for source, target in stage.copies:
        if posixpath.splitext(source)[1] or "*" in source:
            continue  # a file
        inside = stage.work_dir == target or stage.work_dir.startswith(target.rstrip("/") + "/")
        if inside and len(target) >= best[0]:
            best = (len(target), join(source, posixpath.relpath(stage.work_dir, target)))
    return best[1]

"""What the project's files say of variables: the import path of its starts, and where a setting is named or set.

Source: documentation of Python, PYTHONPATH; of Docker, ENV; of systemd, Environment.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from footprint.collect.deploy.files.deploy_files import folder_of, join, text_at
from footprint.late import late_pattern
from footprint.model.source_modules import StartCommand
from footprint.values import dataclass

VARIABLE = "PYTHONPATH"
_ASSIGNED = late_pattern(rf"""(?:^|[\s;&]){VARIABLE}=("[^"]*"|'[^']*'|[^\s;&|]*)""")
# export PYTHONPATH=x; ENV PYTHONPATH x; Environment="PYTHONPATH=x"; PYTHONPATH := x; - PYTHONPATH=x; PYTHONPATH: x
_STATED = late_pattern(
    rf"""^(?!\s*(?:\#|//|;)).*?\b{VARIABLE}\b["']?(?:\s*[:?]?=\s*|\s*:\s*|[ \t]+)("[^"\n]*"|'[^'\n]*'|[^\s"',;]+)""",
    re.MULTILINE,
)
_NAMED_FILE = late_pattern(r"[\w./-]+\.(?:env|sh)\b|(?<![\w/.])\.env[\w.-]*")
_OF_ALL = ("Dockerfile", "Containerfile", ".env")  # of the folder that an image or a service is made from
_FILES_AT_MOST = 50
_PARTS_AT_MOST = 50


@dataclass(frozen=True, slots=True)
class ImportPath:
    """A folder on the path of what one start command starts; `where` is its place, "" for all of the project's."""

    folder: Path  # absolute
    where: str  # "Dockerfile:7"


def read_import_paths(project: Path, commands: Iterable[StartCommand]) -> tuple[ImportPath, ...]:
    """Return the folders that are there, in the order stated. What an image has elsewhere is looked for by its end.

    `/app/lib` is `lib` of the project where there is no `app/lib`; what is nowhere in it is taken as it is.
    """
    found: dict[ImportPath, None] = {}
    known = [command for command in commands if command.purpose != "development"]
    for command in known:
        place = f"{command.path}:{command.line}"
        assigned = (match[1].strip("\"'") for match in _ASSIGNED.finditer(command.command))
        for value in (dict(command.environ).get(VARIABLE, ""), *assigned):
            found |= dict.fromkeys(ImportPath(each, place) for each in _folders(value, project, command.working_dir))
    for path, where in _files(project, known).items():
        text = text_at(project, path) or ""
        matches = _STATED.finditer(text) if VARIABLE in text else ()
        for value in (match[1].strip("\"'") for match in matches):
            folders = [*_folders(value, project, "."), *_folders(value, project, folder_of(path))]
            found |= dict.fromkeys(ImportPath(folder, where) for folder in folders)
    return tuple(found)


def _files(project: Path, commands: Iterable[StartCommand]) -> dict[str, str]:
    """Return the files that may state the path of a start, with the start: "" for those that may be of any."""
    found: dict[str, str] = {}
    named_in: dict[str, list[str]] = {}  # a file states many commands, and is read once
    for command in commands:
        found.setdefault(command.path, f"{command.path}:")
        folders = dict.fromkeys((command.working_dir, folder_of(command.path), "."))
        named = _NAMED_FILE.findall(command.command)
        if len(found) < _FILES_AT_MOST:
            if command.path not in named_in:
                named_in[command.path] = _NAMED_FILE.findall(text_at(project, command.path) or "")[:_FILES_AT_MOST]
            named += named_in[command.path]
        for folder in folders:
            for name in (*_OF_ALL, *named):
                found.setdefault(join(folder, name), "")
    return found or dict.fromkeys(_OF_ALL, "")


def _folders(value: str, project: Path, working_dir: str) -> Iterator[Path]:
    for part in map(str.strip, value.split(":")[:_PARTS_AT_MOST]):
        if not part or "$" in part or "\0" in part:
            continue  # what the shell had before
        if not part.startswith("/"):
            place = join(working_dir, part)
            folder = None if place.startswith("..") else _existing(project, place)
        else:
            folder = _by_its_end(project, posixpath.normpath(part))
        if folder is not None:
            yield folder


def _by_its_end(project: Path, path: str) -> Path | None:
    """Return the folder of the project that a path of an image ends like, the whole project for its work folder."""
    parts = path.strip("/").split("/")
    for count in range(len(parts)):
        folder = _existing(project, "/".join(parts[count:]))
        if folder is not None:
            return folder
    if os.path.isdir(path):  # noqa: PTH112 - as below
        return Path(path)
    return project.absolute() if len(parts) == 1 or parts[-1] in ("app", "src", "code") else None


def _existing(project: Path, place: str) -> Path | None:
    folder = project.absolute() / place
    return folder if os.path.isdir(folder) else None  # noqa: PTH112 - False for a name too long


# The first that names a setting is the one to take it from; what is only spoken of comes last.
_ENV_FILES = (".env", ".env.*", "*.env", "env.*", "*env.example", "*env.sample", "*.env.template")
_OTHERS = (
    "compose*.y*ml", "docker-compose*.y*ml", "render.yaml", "fly.toml", "app.json", "app.yaml", "Dockerfile*",
    "*.yml", "*.yaml", "*.toml", "README*", "docs/*.md", ".github/workflows/*.y*ml",
)  # fmt: skip
_MOST_FILES = 60
_MOST_PLACES = 3


def read_examples(project: Path, folders: Iterable[str]) -> Mapping[str, str]:
    """Return the texts that may name a setting by their paths, env files first, of the project and these folders."""
    found: dict[str, str] = {}
    names = list(dict.fromkeys([".", *folders, *(folder for folder in ("docker", "deploy", "config"))]))
    for patterns in (_ENV_FILES, _OTHERS):
        for folder in names:
            paths = [path for pattern in patterns for path in sorted((project / folder).glob(pattern))]
            for path in paths[:_MOST_FILES]:
                name = path.relative_to(project).as_posix()
                text = None if name in found or path.is_symlink() else text_at(project, name)
                if text is not None:
                    found[name] = text
    return found


def is_env_file(path: str) -> bool:
    """Whether a file is one of variables, as --env-file takes it."""
    name = path.rpartition("/")[2]
    return any(Path(name).match(pattern) for pattern in _ENV_FILES)


def places_of(name: str, examples: Mapping[str, str]) -> tuple[str, ...]:
    """Return where a setting is named: ".env.example:3"; at most three places, one of a file."""
    pattern = re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w-]|\.\w)")
    found = []
    for path, text in examples.items():
        match = pattern.search(text)
        if match is not None:
            found.append(f"{path}:{text.count(chr(10), 0, match.start()) + 1}")
    return tuple(found[:_MOST_PLACES])


def choose_env_files(missing: Sequence[str], files: Mapping[str, Mapping[str, str]]) -> Mapping[str, str]:
    """Return from which env file each setting can be had: as few files as give a value to most of them."""
    chosen: dict[str, str] = {}
    while True:
        open_ = [name for name in missing if name not in chosen]
        counts = {path: [name for name in open_ if values.get(name)] for path, values in files.items()}
        best = max(counts, key=lambda path: len(counts[path]), default=None)
        if best is None or not counts[best]:
            return chosen
        chosen |= dict.fromkeys(counts[best], best)


_BESIDE = (".env", ".flaskenv", ".env.production")
# NAME=value, NAME: value, ENV NAME value, {"name": "NAME", "value": ...}
_SETS = r"""(?:^|[\s"'{{,;])(?:{names})["']?\s*(?:[=:]|,\s*["']?value|\s+\S|\n\s*value)"""


def find_set(project: Path, files: Iterable[str], names: Collection[str]) -> frozenset[str]:
    """Return those of `names` that `files`, or a file of variables beside them, give a value."""
    if not names:
        return frozenset()
    found: set[str] = set()
    patterns = {name: re.compile(_SETS.format(names=re.escape(name)), re.MULTILINE) for name in names}
    for path in dict.fromkeys((*files, *_BESIDE)):
        text = text_at(project, path) or ""
        found.update(name for name, pattern in patterns.items() if pattern.search(text))
    return frozenset(found)

"""Where a project has an example of a setting: env files, compose files, files of platforms, its documentation."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from footprint.collect.deploy.files.deploy_files import text_at

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

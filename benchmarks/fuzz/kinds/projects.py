"""Projects: sources, requirement and deploy files, notebooks of any content, special files, links out of the tree."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from benchmarks.fuzz.case import Case
from benchmarks.fuzz.hostile import (
    MARKERS,
    VERSIONS,
    chance,
    file_name,
    json_bytes,
    line,
    pick,
    some,
    text,
    tree,
)
from benchmarks.fuzz.kinds import declarations, deploy_files, ground
from benchmarks.fuzz.kinds.ground import write
from benchmarks.fuzz.kinds.sources import source
from benchmarks.fuzz.place import Place

Harm = Callable[[Random, Path, Place], str]

_SECRETS: Sequence[str] = (
    "--index-url https://user:{}@index.example/simple\nrequests\n",
    "--extra-index-url=https://__token__:{}@index.example/simple\n",
    "x @ https://user:{}@host.example/x-1.0-py3-none-any.whl\n",
    "-e git+https://{}:x-oauth-basic@host.example/x.git#egg=x\n",
    "git+https://user:{}@host.example/y.git@main#egg=y\n",
)
_COMMANDS: Sequence[str] = (
    "web: DBPASS={} gunicorn main:app\n",
    "web: env API_TOKEN={} python main.py\n",
    "web: uvicorn main:app --root-path https://user:{}@h/x\n",
    "worker: celery -A main worker -b redis://:{}@h:6379/0\n",
)


def make(place: Place, random: Random) -> Case:
    """Return a static command on a project to which one thing or several happened."""
    ground.plain_project(place)
    secret = ground.secret(random)
    ground.plain_environment(place.project / ".venv")
    chosen = random.sample(HARMS, random.choice((1, 1, 2, 3)))
    done = [ground.try_to(lambda harm=harm: harm(random, place.project, place)) for harm in chosen]  # type: ignore[misc]
    if chance(random, 0.15):
        done.append("a password in requirements")
        write(place.project / "requirements-secret.txt", pick(random, _SECRETS).format(secret))
    if chance(random, 0.15):
        done.append("a password in a start command")
        write(place.project / "Procfile", pick(random, _COMMANDS).format(secret))
    targets: tuple[tuple[str, ...], ...] = ((), (), ("--no-env",))
    target = pick(random, targets)
    arguments, kind = ground.static_call(random, place, target, environment=not target)
    if target and arguments[0] == "audit":
        arguments = tuple(each for each in arguments if each != "--no-probe")
    return Case(arguments, place.project, "; ".join(done), json=kind, secrets=(secret,))


def _sources(random: Random, project: Path, place: Place) -> str:
    for name in some(
        random,
        (
            "main.py",
            "a.py",
            "app/__init__.py",
            "app/views.py",
            "src/b/__init__.py",
            "tests/test_a.py",
            "setup.py",
            "conftest.py",
            "gunicorn.conf.py",
            "manage.py",
            "settings.py",
        ),
        5,
    ):
        write(project / name, source(random))
    return "sources of any content"


def _notebooks(random: Random, project: Path, place: Place) -> str:
    cells = [
        {
            "cell_type": pick(random, ("code", "markdown", 1)),
            "source": pick(
                random, (["import flask\n"], "%pip install x\n!ls\nimport idna", tree(random), text(random))
            ),
        }
        for _ in range(4)
    ]
    value = pick(
        random,
        ({"cells": cells, "metadata": tree(random), "nbformat": 4}, {"worksheets": [{"cells": cells}]}, tree(random)),
    )
    write(project / "n.ipynb", json_bytes(random, value))
    return "a notebook of any content"


def _gitignore(random: Random, project: Path, place: Place) -> str:
    patterns = (
        "*",
        "!*",
        "**/**/**/a",
        "[a-",
        "[!]",
        "\\",
        "a\\ ",
        "/",
        "//",
        "**",
        "*" * 60 + "x",
        "(?:a)",
        "\ud800",
        "*.py",
        "!main.py",
        "[[:alpha:]]",
        "a/**/b" * 20,
        "#",
        "!",
        " ",
    )
    write(project / ".gitignore", "\n".join(some(random, patterns, 12)))
    write(project / ".git/HEAD", text(random))
    write(
        project / ".git/config",
        f"[core]\n\tfsmonitor = touch {place.beside}/executed\n\texcludesFile = /dev/zero\n\tworktree = ../../target\n",
    )
    write(project / ".git/info/exclude", text(random))
    return ".gitignore and .git of any content"


def _special(random: Random, project: Path, place: Place) -> str:
    name = pick(
        random,
        (
            "main.py",
            "requirements.txt",
            "pyproject.toml",
            "Procfile",
            "Dockerfile",
            "app",
            "x.py",
            "n.ipynb",
            ".gitignore",
            "setup.cfg",
            "setup.py",
            "uv.lock",
            "poetry.lock",
            "footprint-baseline.json",
            ".env",
            ".python-version",
            "environment.yml",
            "runtime.txt",
            ".venv",
            "src",
            "docker-compose.yml",
            "package/__init__.py",
            ".git",
            "settings.py",
        ),
    )
    path = ground.free(project / name)
    path.parent.mkdir(exist_ok=True)
    return f"{name}: {ground.special_file(random, path, place)}"


def _names(random: Random, project: Path, place: Place) -> str:
    for _ in range(random.choice((1, 5, 30))):
        ending = pick(random, (b"", b".py", b".txt", b".toml", b".ipynb", b".yml"))
        path = project / os.fsdecode(file_name(random) + ending)
        if not os.path.lexists(path):
            path.write_bytes(pick(random, (b"import flask\n", b"requests\n", source(random))))
    return "names of any bytes"


def _deep(random: Random, project: Path, place: Place) -> str:
    depth = pick(random, (60, 300, 1500)) if chance(random, 0.3) else 40
    ground.deep_folder(project, depth, pick(random, ("d", "package")))
    (project / "ring").symlink_to(project)
    (project / "away").symlink_to(place.target)
    (project / "away.py").symlink_to(place.target / "keep.txt")
    (project / "root").symlink_to("/")
    return f"folders {depth} deep, links in a ring and out of the tree"


def _versions(random: Random, project: Path, place: Place) -> str:
    for name in (".python-version", "runtime.txt", ".tool-versions"):
        write(
            project / name,
            pick(
                random,
                (
                    f"python-{pick(random, VERSIONS)}",
                    "python 3.11",
                    "3.11",
                    "9" * 5000,
                    line(random),
                    "3." + "9" * 4400,
                    "\ud800",
                ),
            ),
        )
    return "versions of any content"


def _closed(random: Random, project: Path, place: Place) -> str:
    path = pick(random, (project / "main.py", project / "requirements.txt", project / "dead.py"))
    path = path if path.is_file() and not path.is_symlink() else write(project / "closed.py", "import flask\n")
    path.chmod(pick(random, (0, 0o200)))
    (project / "closed-folder").mkdir(pick(random, (0, 0o100, 0o400)), exist_ok=True)
    return "closed files and folders"


def _many(random: Random, project: Path, place: Place) -> str:
    count = pick(random, (50, 300))
    for number in range(count):
        write(
            project / f"m{number}.py",
            f"import m{(number * 7 + 1) % count}\ndef f():\n    import d{number}\n"
            + f"if x{pick(random, MARKERS)!r}: import flask\n" * 3,
        )
    return f"{count} modules in a ring"


HARMS: Sequence[Harm] = (
    _sources,
    _sources,
    declarations.put_requirement_files,
    declarations.put_requirement_files,
    declarations.put_pyproject,
    declarations.put_pyproject,
    declarations.put_others,
    deploy_files.put,
    deploy_files.put,
    _notebooks,
    _gitignore,
    _special,
    _special,
    _names,
    _deep,
    _versions,
    _closed,
    _many,
)

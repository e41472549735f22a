"""Requirement files of every kind and any content."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from random import Random
from string import Template

from benchmarks.fuzz.hostile import NAMES, VERSIONS, chance, damaged, encoded, line, pick, requirement, some, text, tree
from benchmarks.fuzz.kinds import ground
from benchmarks.fuzz.kinds.ground import write
from benchmarks.fuzz.place import Place
from benchmarks.fuzz.toml_text import toml_bytes

# $line is anything, $text the same in quotes, $need a requirement, $needs some of them indented, $version a version.
_TEMPLATES: Mapping[str, str] = {
    "setup.cfg": (
        "[metadata]\nname = x\n[options]\ninstall_requires =\n$needs\n[options.extras_require]\n$line = $line\n"
    ),
    "setup.py": "$trace\nfrom setuptools import setup\nsetup(install_requires=[$text, $text], **$text)\n",
    "Pipfile": "[packages]\nflask = '*'\n$text = {version = '$version', extras = 1}\n[requires]\npython_version = 1\n",
    "environment.yml": "name: x\ndependencies:\n  - python=$version\n  - $line\n  - pip:\n    - $need\n",
    "pixi.toml": "[dependencies]\npython = '>=3'\nx = { version = 1 }\n[pypi-dependencies]\n'a' = { git = 1 }\n$line",
    "meta.yaml": "requirements:\n  run:\n    - $line\n",
    "conda.yaml": "dependencies: [$text, {pip: [$text, 1]}]\n",
}


def put_requirement_files(random: Random, project: Path, place: Place) -> str:
    """Write a requirements file."""
    name = pick(random, ("requirements.txt", "requirements/base.in", "requirements-dev.txt", "constraints.txt"))
    lines = [requirement(random) for _ in range(random.randint(0, 20))]
    lines += some(
        random,
        (
            "-r requirements.txt",
            "-r ../beside/keep.txt",
            "-c /dev/zero",
            "-r " + str(place.beside / "fifo"),
            "-e .",
            "-e ../..",
            "--hash=sha256:x",
            "\\",
            "# x",
            "-r https://h/x",
            "-r \ud800",
            "--unknown",
            "-r " + "a/" * 3000,
        ),
        4,
    )
    if ground.seldom(random):
        lines += ["requests"] * 500
    if ground.seldom(random):
        lines += [f"d{number}==1" for number in range(8000)]
    random.shuffle(lines)
    content = encoded(pick(random, ("\n", "\n", "\r\n", " \\\n")).join(lines))
    write(project / name, damaged(random, content) if chance(random, 0.2) else content)
    return f"{name} of any content"


def put_pyproject(random: Random, project: Path, place: Place) -> str:
    """Write a pyproject.toml."""
    lists = [requirement(random) for _ in range(4)]
    document = {
        "project": {
            "name": pick(random, NAMES),
            "dependencies": pick(random, (lists, tree(random))),
            "optional-dependencies": pick(random, ({"x": lists, text(random): lists}, tree(random))),
            "requires-python": pick(random, (">=3.8", *VERSIONS)),
            "dynamic": pick(random, (["dependencies"], tree(random))),
            "scripts": pick(random, ({"main": "main:app"}, {line(random): line(random)}, tree(random))),
        },
        "dependency-groups": pick(
            random,
            (
                {"dev": [*lists, {"include-group": "dev"}]},
                {"a": [{"include-group": "b"}], "b": [{"include-group": "a"}]},
                tree(random),
            ),
        ),
        "build-system": {"requires": lists},
        "tool": {
            pick(random, ("poetry", "uv", "pdm", "hatch", "pixi", "setuptools", "flit", "rye")): pick(
                random,
                (
                    {"dependencies": {name: pick(random, VERSIONS) for name in NAMES[:9]}},
                    {"dev-dependencies": lists},
                    tree(random),
                ),
            )
        },
    }
    write(project / "pyproject.toml", toml_bytes(random, document, damage=0.3))
    return "pyproject.toml of any content"


def put_others(random: Random, project: Path, place: Place) -> str:
    """Write a requirement file of another kind."""
    name = pick(random, tuple(_TEMPLATES))
    content = encoded(
        Template(_TEMPLATES[name]).safe_substitute(
            line=line(random),
            text=json.dumps(line(random)),
            need=requirement(random),
            needs="\n".join(f"    {requirement(random)}" for _ in range(8)),
            version=pick(random, VERSIONS),
            trace=ground.tracing_lines(place),
        )
    )
    if ground.seldom(random) and name == "setup.cfg":
        content += b"x =\n" + b"    requests\n" * 8_000
    write(project / name, damaged(random, content) if chance(random, 0.3) else content)
    return f"{name} of any content"

"""No environment of demo, tests, benchmarks or .ci/run floats with the index: constraints/ holds all of them."""

import datetime
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from constraints import pins
from tests.support import installer
from tests.support.command import EXAMPLE_ENV
from tests.support.install_commands import in_lines, in_python
from tests.support.machine import need
from tests.support.projects import site_of, write

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[1]

# The rooms that install; each applies pins.variables().
ROOMS = frozenset({"tests/support/installer.py", "benchmarks/environments.py", "constraints/pins.py"})
# Who else names a tool that installs, and why that does not float.
HELD_OTHERWISE = {
    ("tests/integration/test_ci_recipes.py", "pre-commit"): "validates a file",
    ("tests/integration/test_recipes.py", "pre-commit"): "validates a file",
    ("tests/integration/test_ci_recipes.py", "pipx"): "a stand-in of ours, that runs ci/action.sh",
    ("tests/integration/test_pre_commit.py", "pre-commit"): "variables of conftest.py; require_pinned_environments",
    ("benchmarks/bench_comparison.py", "uv"): "locks a copy of the example's lines: it installs nothing",
    ("benchmarks/bench_unpacked.py", "uv"): "locks exact releases: it installs nothing",
    ("benchmarks/import_trees.py", "uv"): "locks one exact release: it installs nothing",
    ("benchmarks/bench_cost.py", "uv"): "prices exact releases, with what the example has as constraints",
    ("tests/integration/test_cost_cli.py", "uv"): "an index of ours, made of files",
    ("tests/integration/test_cost_cli.py", "pip"): "an index of ours, made of files",
    ("tests/integration/test_kept_weights.py", "uv"): "wheels of ours, in a folder",
    ("tests/integration/test_exports.py", "npm"): "one package by its exact release",
    ("tests/support/browser.py", "npm"): "one package by its exact release",
    ("tests/unit/report/test_gate_formats.py", "npm"): "one package by its exact release",
    ("tests/real/environments.py", "uv"): "pins.variables() with the releases in tests/real/apps; require_pinned",
    (
        "tests/real/environments.py",
        "pip",
    ): "one sdist by its exact release; variables of conftest.py for what builds it",
}
NPM = ("tests/integration/test_exports.py", "tests/support/browser.py", "tests/unit/report/test_gate_formats.py")

MAKE = "@$(STILL) $(CONSTRAINED) "
# Lines of shell that install without the constraints.
SHELL_HELD_OTHERWISE = {
    ("Makefile", "PIP_INSTALL := -m pip install"): "the word; each use of it is looked at",
    (".ci/run", "apt-get "): "tools of the operating system, by the release of Debian that the machine has",
    ("ci/python315", '[ -x "$patchelf" ] || '): "one package by its exact release",
    ("ci/action.sh", 'clean "$tool/bin/python" -I -m pip install'): (
        "what users run; tests run it with the variables of conftest.py, and call require_pinned_environments"
    ),
}
SHELL = ("Makefile", ".ci/run", "ci/action.sh", "ci/python315", "action.yml", "ci/comment/action.yml")


def programs() -> Iterable[Path]:
    for folder in ("tests", "benchmarks", "constraints", "ci"):
        yield from sorted((ROOT / folder).rglob("*.py"))


def test_every_install_command_of_a_program_stands_in_a_room_or_has_its_reason() -> None:
    found = {
        (path.relative_to(ROOT).as_posix(), one.tool): one.where
        for path in programs()
        for one in in_python(path.read_text(encoding="utf-8"))
    }
    loose = {place: line for place, line in found.items() if place[0] not in ROOMS and place not in HELD_OTHERWISE}
    assert loose == {}, "install by tests/support/installer.py or benchmarks/environments.py"
    assert HELD_OTHERWISE.keys() <= found.keys(), "a reason without a command"
    assert {place for place, _ in found} >= ROOMS


def test_rooms_apply_the_constraints() -> None:
    for room in ROOMS - {"constraints/pins.py"}:  # which asks for the newest
        assert "pins.variables(" in (ROOT / room).read_text(encoding="utf-8")


def test_every_install_command_of_make_and_shell_is_constrained_or_has_its_reason() -> None:
    loose = {}
    for path in SHELL:
        for one in in_lines((ROOT / path).read_text(encoding="utf-8")):
            reasons = [start for file, start in SHELL_HELD_OTHERWISE if file == path and one.where.startswith(start)]
            if not (path == "Makefile" and one.where.startswith(MAKE)) and not reasons:
                loose[path] = one.where
    assert loose == {}
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert len([one for one in in_lines(makefile) if one.where.startswith(MAKE)]) == 3
    assert "CONSTRAINED = $(if $(FOOTPRINT_NEWEST),,PIP_CONSTRAINT=$(PINS) PIP_BUILD_CONSTRAINT=$(PINS))" in makefile


def test_recipes_install_by_what_obeys_the_variables_of_the_tests() -> None:
    """docs/ci.md is what users copy: no constraint stands there. Its tests run it with those of conftest.py."""
    text = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^ *```\w+\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    assert {one.tool for block in blocks for one in in_lines(block)} == {"pip", "pipx"}
    assert "PIP_" in (ROOT / "tests/support/actions.py").read_text(encoding="utf-8")


def test_npm_gets_exact_releases() -> None:
    for path in NPM:
        named = re.findall(r'"((?:@[\w-]+/)?[\w-]+)@([^"]*)"', (ROOT / path).read_text(encoding="utf-8"))
        assert named
        assert [name for name, release in named if not re.fullmatch(r"\d+\.\d+\.\d+(-[\w.]+)?", release)] == []


PLANTED_PYTHON = {
    "module": "run([sys.executable, '-m', 'pip', 'install', 'x'])",
    "module, tuple": "PIP = (python, '-m', 'pip', '--quiet')",
    "module, underscore": "run([python, '-m', 'pre_commit', 'run'])",
    "module after options": "run([python, '-I', '-m', 'pip', *words])",
    "arguments of a call": "_run(sys.executable, '-m', 'uv', 'pip')",
    "starred": "run([*words, '-m', 'pip'])",
    "build": "run((python, '-m', 'build', folder))",
    "beside the interpreter": "tool = Path(sys.executable).parent / 'uv'",
    "in bin": "tool = env / 'bin/pip'",
    "which": "shutil.which('uv', path=where)",
    "with_name": "Path(sys.executable).with_name('pip')",
    "helper": "tool('pre-commit')",
    "first word": "run(['pip', 'install', 'x'])",
    "path as first word": "run(['/usr/bin/pip', 'install', 'x'])",
    "path by a value": "run([f'{env}/bin/pip', 'install', 'x'])",
    "npm": "run(['npm', 'ci'])",
    "npx": "run(['npx', 'exec', 'x'])",
    "shell": "run('pip install x', shell=True)",
    "shell, filled in": "run(f'{python} -m pip install x', shell=True)",
    "shell, later": "os.system('cd x && uv sync')",
    "script": "write_program(path, '#!/bin/sh\\nnpm install\\n')",
    "module in this process": "runpy.run_module('pip')",
    "split": "run([*shlex.split(x), *('pip', '-q', 'install')])",
}
NO_COMMAND = {
    "names": "NAMES = ('ensurepip', 'venv', 'pip', 'install')",
    "a row": "case('pip', 'uv')",
    "words": "text = 'RUN pip install -r requirements.txt'",
    "a key": "{'uv': ('uv.lock', 'sync')}",
    "the room": "uv('pip', 'install', 'x')",
    "a folder": "tmp_path / 'pipes'",
}


@pytest.mark.parametrize("text", PLANTED_PYTHON.values(), ids=PLANTED_PYTHON)
def test_a_planted_command_of_a_program_is_found(text: str) -> None:
    assert in_python(text)


@pytest.mark.parametrize("text", NO_COMMAND.values(), ids=NO_COMMAND)
def test_data_is_no_command(text: str) -> None:
    assert in_python(text) == ()


PLANTED_LINES = (
    "\t@$(IN)/python $(PIP_INSTALL) -e .",
    "\t$(PYTHON) -m pip install x",
    ".venv/bin/pip install x",
    '"$tool/bin/pip" install x',
    "pip3 -q install x",
    "a && pip install x",
    "uv pip install x",
    "uv sync",
    "uv tool run x",
    "uvx ruff@1",
    "pipx install x",
    "pipx run x",
    "npm ci",
    "npm install",
    "npx cowsay@1",
    "python -m build",
    "pre-commit install",
    "apt-get update && apt-get install -y x",
    "python -m pip \\\n  install x",
    "      - run: pip install -r requirements.txt",
)


@pytest.mark.parametrize("text", PLANTED_LINES)
def test_a_planted_line_is_found(text: str) -> None:
    assert in_lines(text)


@pytest.mark.parametrize(
    "text", ["# pip install x", "\t@echo 'pip install x'", "export PIP_CONSTRAINT", "make pins", "a=pip"]
)
def test_a_comment_is_no_command(text: str) -> None:
    assert in_lines(text) == ()


# The files


@pytest.mark.parametrize("one", pins.SETS, ids=lambda one: one.name)
def test_a_file_is_dated_exact_sorted_and_names_no_index(one: pins.Pins) -> None:
    head, _, *rows = one.path.read_text(encoding="utf-8").splitlines()
    day = re.search(r"Releases of (\d{4}-\d\d-\d\d) for CPython (3\.\d+)", head)
    assert day
    assert datetime.date.fromisoformat(day[1])
    assert day[2] == one.python
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*==[\w.]+", row) for row in rows)
    assert rows == sorted(rows, key=lambda row: row.partition("==")[0])


def test_there_is_a_file_for_each_interpreter_and_each_set_of_a_benchmark() -> None:
    assert [pins.file_for((3, minor)).name for minor in range(8, 14)] == [f"py3{minor}.txt" for minor in range(8, 14)]
    assert pins.file_for((3, 15)).name == "py313.txt"
    assert {path.stem for path in pins.FOLDER.glob("*.txt")} == {one.name for one in pins.SETS}
    assert {path.stem for path in pins.FOLDER.glob("*.in")} == {
        *("tests", "old"),
        *(one.name for one in pins.SETS if one.name.startswith("bench-")),
    }


def asked_for() -> Iterable[Requirement]:
    """What must be held for our own interpreters: build requirements, dependencies, development tools, the example."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lines = [*project["build-system"]["requires"], *project["project"]["dependencies"]]
    files = (
        "requirements-dev.txt",
        "examples/rag_backend/requirements.txt",
        "examples/rag_backend/requirements-dev.txt",
    )
    for path in (*files, "constraints/tests.in"):
        rows = (row.partition(" #")[0].strip() for row in (ROOT / path).read_text(encoding="utf-8").splitlines())
        lines += [row for row in rows if row and not row.startswith(("#", "-r"))]
    return map(Requirement, lines)


@pytest.mark.parametrize("minor", range(10, 14))
def test_what_is_asked_for_is_held_and_allowed(minor: int) -> None:
    held = pins.read(pins.file_for((3, minor)))
    for line in asked_for():
        if line.marker is None or line.marker.evaluate({"python_version": f"3.{minor}"}):
            release = held[re.sub(r"[-_.]+", "-", line.name).lower()]
            assert Version(release) in line.specifier, line


def test_what_moved_is_told() -> None:
    told = [move.show() for move in pins.moves({"a": "1", "b": "1", "c": "1"}, {"a": "2", "c": "1", "d": "1"})]
    assert told == ["a 1 -> 2", "b 1 -> (gone)", "d (new) -> 1"]


# They are applied


@pytest.mark.skipif(bool(os.environ.get(pins.NEWEST)), reason="nothing is held")
def test_the_environments_that_run_are_those_of_the_constraints() -> None:
    assert installer.unpinned(site_of(Path(sys.prefix))) == [], "`make clean`, then make it again"
    need(EXAMPLE_ENV.is_dir(), "the example's environment: make demo builds it")
    assert installer.unpinned(site_of(EXAMPLE_ENV)) == [], "`make clean`, then make it again"


@pytest.mark.skipif(bool(os.environ.get(pins.NEWEST)), reason="nothing is held")
def test_every_process_that_a_test_starts_gets_them() -> None:
    names = ("PIP_CONSTRAINT", "PIP_BUILD_CONSTRAINT", "UV_CONSTRAINT", "UV_BUILD_CONSTRAINT")
    assert {os.environ[name] for name in names} == {pins.file_for().as_uri()}


def test_the_newest_releases_are_held_by_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(pins.NEWEST, "1")
    assert pins.variables() == {}
    assert set(pins.variables(pins.file_for()).values()) == {pins.file_for().as_uri()}  # asked for by a test


def test_what_floats_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(pins.NEWEST, raising=False)
    for name in ("held-1.0", "other-2.0", "unknown_one-1.0", "local-3.0"):
        (tmp_path / f"{name}.dist-info").mkdir()
    (tmp_path / "local-3.0.dist-info/direct_url.json").touch()
    found = installer.unpinned(tmp_path, {"held": "1.0", "other": "1.0"})
    assert found == ["other 2.0: 1.0", "unknown_one 1.0: no constraint"]


def test_what_is_kept_is_made_once_and_anew_when_something_else_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installer, "CACHE", tmp_path)
    made: list[Path] = []

    def fill(folder: Path) -> None:
        made.append(folder)
        (folder / "part").touch()
        if len(made) == 3:
            raise OSError("half of it")

    first = installer.kept("one", fill, "x")
    assert installer.kept("one", fill, "x") == first
    other = installer.kept("one", fill, "y")
    assert (made, first.exists()) == ([first, other], False)
    with pytest.raises(OSError, match="half"):
        installer.kept("one", fill, "z")
    assert installer.kept("one", fill, "z") == made[-1]
    assert len(made) == 4


PYPROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "built"
version = "1"
dependencies = ["idna"]
[tool.hatch.build.targets.wheel]
packages = ["built"]
"""


@pytest.mark.network
@pytest.mark.slow
# The pip that Python brings is slow and rarely breaks: no release changes it.
@pytest.mark.parametrize("by", [pytest.param("pip of Python", marks=pytest.mark.slow_check), "pip of today", "uv"])
def test_what_is_installed_and_what_builds_it_are_held(tmp_path: Path, by: str) -> None:
    """Also where the path has a blank: pip and uv split what the variables say."""
    held = tmp_path / "a b" / "held.txt"
    project = write(tmp_path / "project", {"pyproject.toml": PYPROJECT, "built/__init__.py": ""})
    releases = pins.read(pins.file_for()) | {"hatchling": "1.25.0", "idna": "3.4"}
    write(held.parent, {held.name: "".join(f"{name}=={release}\n" for name, release in releases.items())})
    env = tmp_path / "env"
    if by == "uv":
        installer.make_environment(env, project, constraints=held)
    else:
        subprocess.run([sys.executable, "-m", "venv", env], check=True)
        python = env / "bin" / "python"
        if by == "pip of today":
            installer.pip("--python", python, "install", "--quiet", "pip", constraints=held)
        installer.pip("install", "--quiet", project, constraints=held, by=python)
    site = site_of(env)
    assert (site / "idna-3.4.dist-info").is_dir()
    assert "Generator: hatchling 1.25.0" in (site / "built-1.dist-info/WHEEL").read_text()

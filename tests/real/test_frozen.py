"""Frozen files say what the hand-written file says, and what their removals free is what a rebuild without them frees.

The example and two applications, each deployed from what `pip freeze`, pip-compile (with its source, and without) and
`uv export` write of it. Nothing is started: the environments stay without bytecode, so that they can be weighed.
"""

import json
import re
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from constraints import pins
from tests.real.cases import load_applications
from tests.real.environments import CACHE, REPOSITORY, UV, provide, provide_tool, run
from tests.support.command import EXAMPLE

pytestmark = pytest.mark.real

PYTHON = "3.11"
APPLICATIONS = ("mcp-server-fetch", "mcp-atlassian")
PROJECTS = ("rag_backend", *APPLICATIONS)
FROZEN = ("freeze", "freeze beside its source", "pip-compile", "pip-compile without its source", "uv export")
DECLARE = re.compile(r"pyproject\.toml|setup\.(?:py|cfg)|Pipfile(?:\.lock)?|.*requirements.*\.(?:txt|in)|.*\.lock")
NOT_COPIED = shutil.ignore_patterns(".venv", ".git", "__pycache__")


@dataclass(frozen=True)
class Deployed:
    """A project without its declarations, what it declares by hand, and the releases that are installed."""

    name: str
    source: Path
    entries: tuple[str, ...]
    lines: tuple[str, ...]
    releases: tuple[str, ...]

    @property
    def home(self) -> Path:
        return CACHE / "frozen" / self.name

    @property
    def held(self) -> Path:
        path = self.home / "constraints.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{line}\n" for line in self.releases))
        return path


@cache
def deployed(name: str) -> Deployed:
    if name == "rag_backend":
        texts = (EXAMPLE / "requirements.txt").read_text(encoding="utf-8").splitlines()
        lines = tuple(line.partition("#")[0].strip() for line in texts)
        held = pins.read(pins.file_for((3, 11)))
        return Deployed(name, EXAMPLE, (), tuple(filter(None, lines)), tuple(f"{one}=={held[one]}" for one in held))
    app = next(app for app in load_applications() if app.name == name)
    place = provide(app)
    question = "import importlib.metadata as m, sys; print('\\n'.join(m.requires(sys.argv[1]) or ()))"
    found = [Requirement(line) for line in run([str(place.python), "-c", question, app.distribution]).splitlines()]
    target = {"python_version": app.python, "python_full_version": f"{app.python}.0"}
    lines = tuple(
        str(line).partition(";")[0].strip()
        for line in found
        if line.marker is None or any(line.marker.evaluate({**target, "extra": extra}) for extra in ("", *app.extras))
    )
    return Deployed(name, place.source, app.entries, lines, app.constraints)


def build(project: Deployed, name: str, requirements: Path) -> Path:
    """Return an environment of what a requirements file asks for: without pip, and without bytecode."""
    folder = project.home / name
    shutil.rmtree(folder, ignore_errors=True)
    run([*UV, "venv", "--quiet", "--python", PYTHON, str(folder)])
    python = str(folder / "bin/python")
    run(
        [*UV, "pip", "install", "--quiet", "--python", python, "-r", str(requirements)],
        extra=pins.variables(project.held),
    )
    return folder


@cache
def environment(project: Deployed) -> Path:
    """Return the environment of the hand-written file, which all frozen files describe."""
    written = project.home / "hand.txt"
    written.parent.mkdir(parents=True, exist_ok=True)
    written.write_text("".join(f"{line}\n" for line in project.lines))
    return build(project, "venv", written)


def copy(project: Deployed, folder: Path) -> Path:
    """Copy the sources of a project, but nothing that declares requirements."""
    shutil.copytree(project.source, folder, ignore=NOT_COPIED)
    for path in folder.iterdir():
        if path.is_file() and DECLARE.fullmatch(path.name):
            path.unlink()
    return folder


def freeze(project: Deployed) -> str:
    return run([*UV, "pip", "freeze", "--python", str(environment(project) / "bin/python")])


def compile_pins(project: Deployed, folder: Path) -> None:
    """Run pip-compile as a user does: it reads requirements.in and writes requirements.txt."""
    releases = pins.read(pins.file_for((3, 11)))
    tool = provide_tool("pip-tools", releases["pip-tools"], python=PYTHON, beside=False)
    command = [str(tool / "bin/pip-compile"), "--quiet", "--strip-extras", "--no-emit-index-url"]
    command += ["--constraint", str(project.held)]
    run([*command, "requirements.in"], cwd=folder, extra=pins.variables(project.held))


def export(project: Deployed, folder: Path) -> None:
    """Run `uv export` as a user does: it reads pyproject.toml and uv.lock and writes requirements.txt."""
    command = [*UV, "--directory", str(folder)]
    run([*command, "lock", "--quiet", "--python", PYTHON])
    run([*command, "export", "--quiet", "--no-hashes", "--no-emit-project", "--frozen", "-o", "requirements.txt"])


def declare(project: Deployed, folder: Path, how: str) -> None:
    """Write the requirement files of a way to deploy."""
    hand = "".join(f"{line}\n" for line in project.lines)
    if how.startswith("freeze"):
        (folder / "requirements.txt").write_text(freeze(project))
    if how == "hand-written":
        (folder / "requirements.txt").write_text(hand)
    elif how == "freeze beside its source" or how.startswith("pip-compile"):
        (folder / "requirements.in").write_text(hand)
    if how.startswith("pip-compile"):
        compile_pins(project, folder)
    if how == "pip-compile without its source":
        (folder / "requirements.in").unlink()
    if how == "uv export":
        listed = "".join(f'  "{line}",\n' for line in project.lines)
        asked = ["-c", "import platform; print(platform.python_version())"]
        release = run([str(environment(project) / "bin/python"), *asked]).strip()
        held = [line for line in project.releases if "@" not in line]
        (folder / "pyproject.toml").write_text(
            f'[project]\nname = "deployed"\nversion = "1"\nrequires-python = "=={release}"\n'
            f"dependencies = [\n{listed}]\n"
            f"[tool.uv]\nconstraint-dependencies = {held}\n"
        )
        export(project, folder)


def audit(project: Deployed, folder: Path, env: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "footprint", "audit", str(folder), "--env", str(env), "-f", "json", "--no-probe"]
    command += [word for entry in project.entries for word in ("--entry", entry)]
    result: dict[str, Any] = json.loads(run(command, cwd=REPOSITORY, ok=(0, 1)))
    return result


@cache
def by_hand(name: str) -> dict[str, Any]:
    """Return the audit of a project that is deployed from its hand-written file."""
    project = deployed(name)
    folder = project.home / "hand-written"
    shutil.rmtree(folder, ignore_errors=True)
    declare(project, copy(project, folder), "hand-written")
    return audit(project, folder, environment(project))


def removed(result: dict[str, Any]) -> dict[str, list[str]]:
    found = (item for item in result["suggestions"] if item["action"] == "remove")
    return {item["distribution"]: item["distributions"] for item in found}


def weight(rows: Iterable[dict[str, Any]]) -> int:
    return sum((row["apparent_bytes"] or 0) + (row["outside_bytes"] or 0) for row in rows)


@pytest.mark.parametrize("how", FROZEN)
@pytest.mark.parametrize("name", PROJECTS)
def test_a_frozen_file_has_the_removals_of_the_hand_written_one(name: str, how: str, tmp_path: Path) -> None:
    project = deployed(name)
    folder = copy(project, tmp_path / "project")
    declare(project, folder, how)
    found, wanted = audit(project, folder, environment(project)), by_hand(name)
    assert removed(found) == removed(wanted) != {}
    assert found["removable_bytes"] == wanted["removable_bytes"] > 0
    rest = without(folder, found["removable_lines"])
    if "requirements.in" in rest or how == "uv export":
        check_compiled_anew(project, folder, rest)
    left = tmp_path / "left.txt"
    left.write_text(rest["requirements.txt"])
    before, after = found["distributions"], audit(project, folder, build(project, "left", left))["distributions"]
    assert found["removable_bytes"] == weight(before) - weight(after)
    gone = {row["name"] for row in before} - {row["name"] for row in after if row["version"] is not None}
    assert gone == {each for names in removed(found).values() for each in names} | {
        line["name"] for line in found["removable_lines"]
    }


def without(folder: Path, lines: Iterable[dict[str, Any]]) -> dict[str, str]:
    """Return the files of a project without the lines that an audit names."""
    going: dict[str, set[int]] = {}
    for line in lines:
        going.setdefault(line["file"], set()).add(line["line"])
    return {
        file: "".join(
            line
            for number, line in enumerate((folder / file).read_text().splitlines(keepends=True), start=1)
            if number not in numbers
        )
        for file, numbers in going.items()
    }


def check_compiled_anew(project: Deployed, folder: Path, rest: dict[str, str]) -> None:
    """What a tool writes without the declared lines is what the audit leaves of the file that it wrote before."""
    source = "pyproject.toml" if "pyproject.toml" in rest else "requirements.in"
    again = folder.parent / "again"
    again.mkdir()
    (again / source).write_text(rest[source])
    if source == "pyproject.toml":
        export(project, again)
    else:
        compile_pins(project, again)
    assert pinned((again / "requirements.txt").read_text()) == pinned(rest["requirements.txt"])


def pinned(text: str) -> set[str]:
    return set(re.findall(r"(?m)^[A-Za-z0-9][\w.-]*==[^\s;]+", text))

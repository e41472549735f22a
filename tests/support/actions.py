"""Runs composite actions and the jobs of workflows as GitHub's runner does, as far as ours and docs/ci.md need it."""

from __future__ import annotations

import functools
import json
import os
import re
import stat
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.support.installer import once_a_session, require_pinned
from tests.support.machine import need

ROOT = Path(__file__).parents[2]

_EXPRESSION = re.compile(r"\$\{\{\s*([\w.-]+)\s*\}\}")  # only paths: inputs.limit, steps.check.outputs.json
_COMMAND = re.compile(r"^::(error|warning|notice|set-output|add-mask|set-env)\b.*")

# Stands for the `gh` of the runner. Its answers are files, what it is told is recorded.
_GH = """#!{python} -I
import json, os, sys
from pathlib import Path

import jq

args, place = sys.argv[1:], Path(os.environ["GH_PLACE"])
body = next((Path(arg[6:]).read_text() for arg in args if arg.startswith("body=@")), None)
with (place / "calls").open("a") as file:
    file.write(json.dumps(dict(args=args, body=body, token=os.environ.get("GH_TOKEN"))) + "\\n")
forbidden = place / "forbidden"
if forbidden.exists() and (body is not None or forbidden.read_text() == "all"):
    print('{{"message":"Resource not accessible by integration","status":"403"}}', end="")
    sys.exit("gh: Resource not accessible by integration (HTTP 403)")
if body is None:
    page = place / ("pulls" if any(arg.endswith("/pulls") for arg in args) else "comments")
    for found in jq.compile(args[args.index("--jq") + 1]).input_text(page.read_text()).all():
        print(found)
"""


# Makes environments with the pip of ours: to install the same pip from what Python brings is half of a recipe's time.
_PYTHON = """#!/bin/sh
if [ "$#" = 3 ] && [ "$1 $2" = "-m venv" ] && [ -d "{site}/pip" ]; then
    set -e
    "{base}" -m venv --without-pip "$3"
    cp -a "{site}/pip" "{site}"/pip-*.dist-info "$3/lib/{minor}/site-packages"
    printf '#!%s\\nimport sys\\nfrom pip._internal.cli.main import main\\nsys.exit(main())\\n' \\
        "$(cd "$3" && pwd)/bin/python" >"$3/bin/pip"
    chmod +x "$3/bin/pip"
else
    exec "{base}" "$@"
fi
"""


@functools.cache
def read_yaml(path: Path) -> Any:
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Call:
    """One run of `gh`."""

    args: tuple[str, ...]
    body: str | None
    token: str | None

    @property
    def method(self) -> str:
        return self.args[self.args.index("--method") + 1] if "--method" in self.args else "GET"


@dataclass(frozen=True, slots=True)
class Runner:
    """A machine that runs jobs: its folders, and what it tells a job of the event."""

    home: Path
    temp: Path
    workspace: Path
    action: Path  # a checkout of footprint
    variables: Mapping[str, str] = field(default_factory=dict)
    event: Mapping[str, Any] = field(default_factory=dict)

    def has(self, **changes: Any) -> Runner:
        return replace(self, **changes)

    @property
    def calls(self) -> tuple[Call, ...]:
        """What `gh` was told."""
        path = self.home / "calls"
        lines = path.read_text().splitlines() if path.exists() else []
        rows = (json.loads(line) for line in lines)
        return tuple(Call(tuple(row["args"]), row["body"], row["token"]) for row in rows)


@dataclass(frozen=True, slots=True)
class Ran:
    """How an action or a job ended. The exit code is that of the first step that failed."""

    exit_code: int
    log: str
    outputs: Mapping[str, str]
    summary: str
    uploads: tuple[str, ...] = ()  # paths that steps of a job hand to other actions

    @property
    def commands(self) -> tuple[str, ...]:
        """The commands that the runner obeys: not those between stop-commands and its end."""
        found, end = [], None
        for line in self.log.splitlines():
            if end is not None:
                end = None if line == f"::{end}::" else end
            elif line.startswith("::stop-commands::"):
                end = line.removeprefix("::stop-commands::")
            elif _COMMAND.match(line):
                found.append(line)
        assert end is None, "commands were never switched on again"
        return tuple(found)


@dataclass(slots=True)
class _State:
    context: dict[str, Any]
    exit_code: int = 0
    log: list[str] = field(default_factory=list)
    uploads: list[str] = field(default_factory=list)
    outputs: Mapping[str, str] = field(default_factory=dict)  # of the last action


def clone_footprint(folder: Path) -> Path:
    """Return a clone of what is committed of this repository, as the runner gets it."""
    need((ROOT / ".git").exists(), "a git checkout of footprint")
    git("clone", "--quiet", "--depth", "1", f"file://{ROOT}", str(folder))
    return folder


def shared_clone(factory: pytest.TempPathFactory) -> Path:
    """Return the one clone of this run, which nobody may change."""
    return once_a_session(factory, "footprint-clone", clone_footprint)


def runner_temp(factory: pytest.TempPathFactory, action: Path) -> Path:
    """Return a runner's folder for what lasts as long as a job; the action has installed footprint once in this run."""
    installed = once_a_session(factory, "action-installed", partial(_install_tool, action))
    temp = factory.mktemp("runner-temp")
    (temp / "footprint-tool").symlink_to(installed / "footprint-tool")
    return temp


def _install_tool(action: Path, folder: Path) -> None:
    variables = _variables(make_runner(folder / "machine", action, temp=folder)) | {"GITHUB_ACTION_PATH": str(action)}
    command = ["bash", str(action / "ci" / "action.sh"), "install"]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    require_pinned_environments(folder)


def git(*args: str, cwd: Path | None = None) -> str:
    """Run git as somebody without settings of their own. It may read the repositories of other users."""
    done = subprocess.run(["git", *args], cwd=cwd, env=git_environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def git_environment(base: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return `base` with an identity for git, and without anybody's settings or a repository around us."""
    settings = {"safe.directory": "*", "init.defaultBranch": "main"}
    told = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "GIT_CONFIG_COUNT": str(len(settings))}
    for at, (key, value) in enumerate(settings.items()):
        told |= {f"GIT_CONFIG_KEY_{at}": key, f"GIT_CONFIG_VALUE_{at}": value}
    for role in ("AUTHOR", "COMMITTER"):
        told |= {f"GIT_{role}_NAME": "tests", f"GIT_{role}_EMAIL": "tests@example.org"}
    return {name: value for name, value in base.items() if not name.startswith("GIT_")} | told


def tool(name: str) -> str:
    """Return a program that requirements-dev.txt installs."""
    path = Path(sys.executable).with_name(name)
    need(path.exists(), f"{name}, of requirements-dev.txt")
    return str(path)


def check_schema(schema: str, path: Path) -> None:
    """Fail unless a file is what its published schema says."""
    command = [tool("check-jsonschema"), "--builtin-schema", schema, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def make_runner(folder: Path, action: Path, *, temp: Path | None = None) -> Runner:
    """Return a machine with an empty workspace, a `gh` and the Python of the tests on PATH."""
    for name in ("home", "bin", "workspace", "temp"):
        (folder / name).mkdir(parents=True)
    write_program(folder / "bin" / "gh", _GH.format(python=sys.executable))
    base = Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}"
    program = _PYTHON.format(base=base, site=sysconfig.get_path("purelib"), minor=base.name)
    for name in ("python3", "python"):  # no links: what a venv made by a link believes differs by version
        write_program(folder / "bin" / name, program)
    (folder / "home" / "comments").write_text("[]")
    (folder / "home" / "pulls").write_text("[]")
    # The tests may run as another user than the one whose checkout this is.
    (folder / "home" / ".gitconfig").write_text(
        "[safe]\n\tdirectory = *\n[user]\n\tname = t\n\temail = t@example.org\n"
    )
    return Runner(folder / "home", temp or folder / "temp", folder / "workspace", action)


def write_program(path: Path, text: str) -> None:
    """Write a file that can be run."""
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def run_action(runner: Runner, inputs: Mapping[str, str] | None = None, *, path: str = ".") -> Ran:
    """Run the composite action at `path` of the checkout in the workspace; unknown inputs are mistakes."""
    folder = runner.action / path
    described = read_yaml(folder / "action.yml")
    known = {name: str(told.get("default", "")) for name, told in described["inputs"].items()}
    assert set(inputs or {}) <= set(known), f"{set(inputs or {}) - set(known)} is no input"
    state = _State(_context(runner) | {"inputs": {**known, **(inputs or {})}, "steps": {}})
    summary = runner.home / "summary"
    summary.write_text("")
    for step in described["runs"]["steps"]:
        assert step["shell"] == "bash"
        _run_step(runner, state, step, folder)
    require_pinned_environments(runner.temp)
    told = {name: _fill(output["value"], state.context) for name, output in described.get("outputs", {}).items()}
    return Ran(
        state.exit_code, "".join(state.log), {key: value for key, value in told.items() if value}, summary.read_text()
    )


def run_job(runner: Runner, job: Mapping[str, Any]) -> Ran:
    """Run the steps of a job in the workspace, where the checkout is: shell steps, and the action by its name."""
    state = _State(_context(runner) | {"steps": {}})
    (runner.home / "summary").write_text("")
    for step in job["steps"]:
        given = {key: _fill(str(value), state.context) for key, value in step.get("with", {}).items()}
        if "run" in step:
            _run_step(runner, state, step, runner.action)
        elif _is_due(step, state) and step["uses"].startswith("OWNER/footprint"):
            path = step["uses"].partition("@")[0].removeprefix("OWNER/footprint").strip("/") or "."
            done = run_action(runner, given, path=path)
            state.log.append(done.log)
            state.exit_code = state.exit_code or done.exit_code
            state.outputs = done.outputs
            state.context["steps"][step.get("id", "")] = {"outputs": done.outputs}
        elif _is_due(step, state):
            state.uploads += [value for key, value in given.items() if key in ("path", "sarif_file")]
    require_pinned_environments(runner.workspace, runner.temp)
    summary = (runner.home / "summary").read_text()
    return Ran(state.exit_code, "".join(state.log), state.outputs, summary, tuple(state.uploads))


def require_pinned_environments(*folders: Path) -> None:
    """Fail where something below was installed that the constraints do not hold."""
    for folder in folders:
        for site in folder.glob("**/lib/python*/site-packages"):
            require_pinned(site)


def _run_step(runner: Runner, state: _State, step: Mapping[str, Any], folder: Path) -> None:
    if not _is_due(step, state):
        return
    assert "${{" not in step["run"], "an expression in a script is an injection"
    out = runner.home / "output"
    out.write_text("")
    script = runner.temp / "step.sh"
    script.write_text(step["run"])
    told = {name: _fill(str(value), state.context) for name, value in step.get("env", {}).items()}
    variables = _variables(runner) | {"GITHUB_ACTION_PATH": str(folder), "GITHUB_OUTPUT": str(out)} | told
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)],
        cwd=runner.workspace,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
    state.log.append(done.stdout)
    state.exit_code = state.exit_code or done.returncode
    rows = (line.partition("=") for line in out.read_text().splitlines())
    state.context["steps"][step.get("id", "")] = {"outputs": {key: value for key, _, value in rows}}


def _is_due(step: Mapping[str, Any], state: _State) -> bool:
    """Whether a step runs: after a failure only those that ask for it."""
    condition = re.sub(r"^\$\{\{|\}\}$", "", str(step.get("if", "success()"))).strip()
    for part in condition.split(" && "):
        if part == "success()":
            due = not state.exit_code
        elif part == "!cancelled()":
            due = True
        else:
            name, operator, wanted = part.rpartition(" != ")
            assert operator and wanted == "''", f"the tests do not know {part!r}"
            due = _look_up(name, state.context) != ""
        if not due:
            return False
    return True


def _context(runner: Runner) -> dict[str, Any]:
    return {
        "github": {"token": "t0ken", "event": runner.event, "workspace": str(runner.workspace)},
        "runner": {"temp": str(runner.temp)},
    }


def _variables(runner: Runner) -> dict[str, str]:
    """What a hosted runner sets, where pip finds the index on this machine, and which releases it is held to."""
    kept = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "http", "HTTP"))}
    return kept | {
        "PATH": f"{runner.home.parent / 'bin'}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(runner.home),
        "LANG": "C.UTF-8",
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_REPOSITORY": "owner/shop",
        "GITHUB_WORKSPACE": str(runner.workspace),
        "GITHUB_STEP_SUMMARY": str(runner.home / "summary"),
        "GITHUB_ENV": str(runner.home / "env"),
        "RUNNER_TEMP": str(runner.temp),
        "GH_PLACE": str(runner.home),
        **runner.variables,
    }


def _fill(text: str, context: Mapping[str, Any]) -> str:
    filled = _EXPRESSION.sub(lambda found: _look_up(found[1], context), text)
    assert "${{" not in filled, f"the tests do not know {text!r}"
    return filled


def _look_up(path: str, context: Mapping[str, Any]) -> str:
    """Return a value of the context; as on the runner, what is not there is empty."""
    value: Any = context
    for part in path.split("."):
        value = value.get(part, "") if isinstance(value, Mapping) else ""
    assert not isinstance(value, Mapping), f"{path} is no value"
    return str(value)

"""Commands that promise to start nothing start nothing: neither of the project nor of its environment."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import packaging
import pytest

from footprint.cli.app import COMMANDS
from tests.support.command import audit_json, footprint, undated
from tests.support.driver import drive_commands
from tests.support.image_archives import make_layer, make_layout
from tests.support.machine import UNCOVERED, install, interpreters, labels, need
from tests.support.projects import write

MINOR = f"{sys.version_info.major}.{sys.version_info.minor}"
FULL = ".".join(map(str, sys.version_info[:3]))

# How each command is used without starting anything. A new command has to be put here, or among those that always do.
STATIC: Mapping[str, Sequence[Sequence[str]]] = {
    "audit": (["--no-probe"], ["--no-probe", "-f", "json"], ["--no-env"]),
    "scan": ([], ["-f", "json"]),
    "imports": ([], ["-f", "json"], ["--no-env"]),
    "why": (["heavy", "--no-probe"], ["heavy", "--audit", "stored.json"]),
    "check": (["--static"], ["--static", "-f", "json", "-q"]),
    "init": (["--no-probe"],),
    "report": (["stored.json"], ["stored.json", "-f", "markdown"], ["stored.json", "--summary"]),
    "trim": (["--no-probe"], ["--no-probe", "--keep", "heavy"]),
    "defer": (["--no-probe"], ["--no-probe", "-f", "json"]),
    "open": (["stored.json", "--no-browser"],),
    "diff": (["stored.json", "stored.json"],),
    "image": (["layout"], ["layout", "-f", "json"]),
    "lsp": ([], ["."]),
    "ask": ([],),
    "explain": ([], ["FP101"]),
    "schema": ([], ["diff"]),
    "cache": ([], ["--clear"]),
}
# fleet: with --no-probe processes of ours alone, which test_fleet_cli puts into such a trap.
ALWAYS_STARTS = frozenset({"cost", "fleet", "probe", "services", "tune", "what-if"})


@dataclass(frozen=True)
class Trap:
    """A project every program of which writes a file into `ran` when somebody runs it."""

    folder: Path

    @property
    def project(self) -> Path:
        return self.folder / "project"

    @property
    def ran(self) -> list[str]:
        return sorted(path.name for path in (self.folder / "ran").iterdir())

    def module(self, name: str) -> str:
        return f"open({str(self.folder / 'ran' / name)!r}, 'w').close()\n"

    def program(self, path: Path, name: str) -> None:
        """Write a script that is an interpreter, but for what it leaves."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n: > '{self.folder}/ran/{name}'\nexec '{sys.executable}' \"$@\"\n")
        path.chmod(0o755)


def make_trap(folder: Path) -> Trap:
    trap = Trap(folder)
    (folder / "ran").mkdir(parents=True)
    names = ("conftest", "setup", "settings", "gunicorn.conf", "manage", "app", "sitecustomize", "usercustomize")
    shadows = ("typing", "tomllib", "argparse", "rich", "packaging", "json", "__future__", "ruamel", "psutil")
    write(trap.project, {f"{name}.py": trap.module(name) + "import heavy\n" for name in names})
    write(trap.project, {f"{name}.py": trap.module(f"shadow {name}") for name in shadows})
    write(trap.project, {"requirements.txt": "heavy\nidle\n", "Procfile": "web: gunicorn app:app\n"})
    for name in ("python", "python3", f"python{MINOR}"):
        trap.program(folder / "home" / name, f"home {name}")
    for name in ("git", "python", "python3", "uv", "pip", "conda", "uname", "ldconfig", "gcc"):
        trap.program(folder / "path" / name, f"path {name}")
    make_repository(trap)
    make_environment(trap, folder / "environments" / "real")
    (trap.project / ".venv").symlink_to(folder / "environments" / "real")
    make_layout(trap.project / "layout", [make_layer({"usr/bin/python3": b"#!/bin/sh\n"})], Cmd=["python3"])
    return trap


def make_repository(trap: Trap) -> None:
    """Make the project a repository with hooks, and a program that `git status` would start."""
    git = trap.project / ".git"
    for name in ("fsmonitor-watchman", "post-checkout", "post-index-change", "pre-commit"):
        trap.program(git / "hooks" / name, f"git {name}")
    hooks = git / "hooks"
    write(git, {"HEAD": "ref: refs/heads/main\n", "objects/.keep": "", "refs/.keep": ""})
    text = f"[core]\n\tfsmonitor = {hooks}/fsmonitor-watchman\n\tpager = {hooks}/pre-commit\n\thooksPath = {hooks}\n"
    write(git, {"config": f"{text}\trepositoryformatversion = 0\n"})


def make_environment(trap: Trap, folder: Path, *, shares: bool = False) -> Path:
    """Make an environment whose python is a script, with programs wherever a start would find some."""
    trap.program(folder / "bin" / "python", "python of the environment")
    (folder / "bin" / "python3").symlink_to("python")
    config = f"home = {trap.folder / 'home'}\nversion = {FULL}\ninclude-system-site-packages = {str(shares).lower()}\n"
    write(folder, {"pyvenv.cfg": config})
    site = folder / f"lib/python{MINOR}/site-packages"
    for name in ("sitecustomize", "usercustomize"):
        write(site, {f"{name}.py": trap.module(f"{name} of the environment")})
    install(site, "heavy", {"heavy/__init__.py": trap.module("heavy").encode()})
    install(site, "idle", {"idle.py": trap.module("idle").encode()})
    write(site, {"trap.pth": f"import sys; exec({trap.module('pth')!r})\nimport sys; sys.path.append('/')\n"})
    return folder


def drive(
    trap: Trap, commands: Sequence[Sequence[str]], *, before: Sequence[str] = (), **variables: str
) -> dict[str, int]:
    """Run commands in the project's folder, programs of the trap first on PATH; return their exit codes."""
    path = f"{trap.folder / 'path'}{os.pathsep}{os.environ['PATH']}"
    return drive_commands(trap.project, commands, before=before, env={"PATH": path, **variables})


@pytest.fixture
def trap(tmp_path: Path) -> Trap:
    return make_trap(tmp_path)


def every_command() -> list[list[str]]:
    return [[name, *args] for name, uses in STATIC.items() for args in uses]


def test_every_command_is_static_in_some_way_or_known_to_start() -> None:
    assert set(COMMANDS) == STATIC.keys() | ALWAYS_STARTS


def test_static_commands_run_nothing(trap: Trap) -> None:
    drive(trap, [["audit", "--no-probe", "-o", "json:stored.json"]])
    codes = drive(trap, [*every_command(), *([name, "--help"] for name in (*STATIC, *ALWAYS_STARTS)), ["--version"]])
    assert trap.ran == []
    assert {words: code for words, code in codes.items() if code not in (0, 1)} == {}
    assert codes["check --static"] == 1  # it found something: idle is unused


@pytest.mark.parametrize("with_path", [False, True], ids=["plain", "PYTHONPATH"])
def test_the_module_runs_nothing_of_the_folder_that_it_is_started_in(trap: Trap, with_path: bool) -> None:
    # What `python -m` imports before any line of ours (types, contextlib and the like) is not in anybody's hands, nor
    # is the sitecustomize that Python itself finds by PYTHONPATH.
    library = write(
        trap.project / "src", {"argparse.py": trap.module("src argparse"), "packaging/__init__.py": "1 / 0\n"}
    )
    if with_path:
        (trap.project / "sitecustomize.py").unlink()
        (trap.project / "usercustomize.py").unlink()
    variables = UNCOVERED | ({"PYTHONPATH": f"{library}{os.pathsep}"} if with_path else {})
    for command in (["scan"], ["imports"], ["check", "--static"], ["audit", "--no-probe"]):
        done = footprint(*command, cwd=trap.project, env=variables, started=True)
        assert done.returncode in (0, 1), done.stderr
        assert "Traceback" not in done.stderr
    assert trap.ran == []


@pytest.mark.parametrize("shadow", ["keyword.py", "keyword/__init__.py"])
def test_a_module_that_python_itself_loads_from_the_folder_is_the_end(shadow: str, tmp_path: Path) -> None:
    write(tmp_path, {shadow: "kwlist = softkwlist = []\niskeyword = issoftkeyword = lambda word: False\n"})
    done = footprint("scan", cwd=tmp_path, env=UNCOVERED, started=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert "loaded as Python's own keyword" in done.stderr and "python -I -m footprint" in done.stderr


def test_folders_of_python_and_of_its_packages_stay_on_the_path() -> None:
    for folder in (Path(os.__file__).parent, Path(packaging.__file__).parents[1]):
        done = footprint("--version", cwd=folder, env={"PYTHONPATH": f":{folder}"})
        assert (done.returncode, done.stderr) == (0, "")
        done = footprint("explain", "FP101", cwd=folder, env={"PYTHONPATH": ""})
        assert (done.returncode, done.stderr) == (0, "")


# Where an environment can be that is not what it seems. Each gives the flags and variables that lead to it.


def a_link_in_it(trap: Trap) -> tuple[list[str], dict[str, str]]:
    python = trap.folder / "environments" / "real" / "bin" / "python"
    python.unlink()
    python.symlink_to(trap.folder / "home" / "python3")
    return [], {}


def an_active_one(trap: Trap) -> tuple[list[str], dict[str, str]]:
    (trap.project / ".venv").unlink()
    return [], {"VIRTUAL_ENV": str(trap.folder / "environments" / "real")}


def a_given_one(trap: Trap) -> tuple[list[str], dict[str, str]]:
    return ["--env", str(make_environment(trap, trap.folder / "given"))], {}


def a_given_program(trap: Trap) -> tuple[list[str], dict[str, str]]:
    return ["--python", str(trap.project / ".venv/bin/python")], {}


def a_program_on_path(trap: Trap) -> tuple[list[str], dict[str, str]]:
    return ["--python", "python3"], {}


def one_of_conda(trap: Trap) -> tuple[list[str], dict[str, str]]:
    env = make_environment(trap, trap.folder / "conda")
    (env / "pyvenv.cfg").unlink()
    write(env, {f"conda-meta/python-{FULL}-h955ad1f_0.json": "{}", f"lib/python{MINOR}/os.py": trap.module("os")})
    return ["--env", str(env)], {"CONDA_PREFIX": str(env), "CONDA_DEFAULT_ENV": "web"}


def one_that_shares_the_system(trap: Trap) -> tuple[list[str], dict[str, str]]:
    env = make_environment(trap, trap.folder / "sharing", shares=True)
    make_environment(trap, trap.folder, shares=True)  # where `home` leads: beside it are site folders, too
    return ["--env", str(env)], {}


def one_in_the_settings(trap: Trap) -> tuple[list[str], dict[str, str]]:
    make_environment(trap, trap.project / "tools")
    write(trap.project, {"pyproject.toml": '[tool.footprint]\npython = "tools/bin/python"\nlive = true\n'})
    return [], {}


def one_that_says_nothing(trap: Trap) -> tuple[list[str], dict[str, str]]:
    env = make_environment(trap, trap.project / "silent")
    (env / "pyvenv.cfg").write_bytes(b"\0\xff=\n" * 1000)
    (env / f"lib/python{MINOR}").rename(env / "lib/other")
    return ["--env", str(env)], {}


PLACES = (
    a_link_in_it,
    an_active_one,
    a_given_one,
    a_given_program,
    a_program_on_path,
    one_of_conda,
    one_that_shares_the_system,
    one_in_the_settings,
    one_that_says_nothing,
)
UNTOLD = {a_program_on_path, one_that_says_nothing}  # no file says which Python that is


@pytest.mark.parametrize("lead", PLACES, ids=lambda lead: lead.__name__)
def test_wherever_an_environment_is_it_is_read_and_not_run(trap: Trap, lead: type) -> None:
    flags, variables = lead(trap)
    commands = [["scan"], ["imports"], ["check", "--static"], ["audit", "--no-probe"], ["why", "heavy", "--no-probe"]]
    codes = drive(trap, [[*words, *flags] for words in commands], **variables)
    assert trap.ran == []
    assert set(codes.values()) <= ({3} if lead in UNTOLD else {0, 1}), codes


def test_the_traps_are_sharp(trap: Trap) -> None:
    done = footprint("scan", "--ask-python", cwd=trap.project)
    assert done.returncode == 0, done.stderr
    assert "python of the environment" in trap.ran
    assert done.stderr.startswith("footprint scan --ask-python starts .venv/bin/python, as you")
    done = footprint("audit", cwd=trap.project)
    assert done.stderr.startswith("footprint audit starts the application with .venv/bin/python, as you. --no-probe")


def test_what_was_not_asked_is_said_once(trap: Trap) -> None:
    done = footprint("scan", cwd=trap.project)
    (said,) = [line for line in done.stderr.splitlines() if "--ask-python" in line]
    assert "trap.pth" in said and "sitecustomize.py" in said


@pytest.mark.parametrize("label", ["3.8", *labels(since=13)])
def test_an_audit_says_the_same_of_an_environment_that_is_read_and_one_that_is_asked(
    label: str, tmp_path: Path
) -> None:
    python = dict(interpreters()).get(label)
    need(python, f"Python {label}")
    assert python is not None
    subprocess.run([python, "-m", "venv", "--without-pip", tmp_path / ".venv"], check=True)
    site = tmp_path / f".venv/lib/python{label.rstrip('d')}/site-packages"
    install(
        site,
        "heavy",
        {"heavy.py": b"import distutils, tomllib\n"},
        metadata="Requires-Dist: old; python_version < '3.9'\n",
    )
    install(site, "old", {"old.py": b""})
    text = (
        "import distutils.core, tomllib, zoneinfo, heavy\nimport sys\nif sys.version_info < (3, 9):\n    import old\n"
    )
    write(tmp_path, {"requirements.txt": "heavy\n", "app.py": text})
    read, asked = (audit_json("--no-probe", *flags, cwd=tmp_path) for flags in ([], ["--ask-python"]))
    assert undated(read) == undated(asked)


def test_no_program_is_executed(trap: Trap) -> None:
    strace = shutil.which("strace")
    need(strace, "strace")
    assert strace is not None
    log = trap.folder / "trace"
    calls = "trace=execve,execveat,fork,vfork"
    drive(trap, [["audit", "--no-probe", "-o", "json:stored.json"]])
    drive(trap, every_command(), before=[strace, "-f", "-qq", "-e", calls, "-o", str(log)])
    (only,) = (line for line in log.read_text().splitlines() if "(" in line and "= -1" not in line)
    assert "execve" in only
    assert trap.ran == []

"""Choosing the target interpreter, and what it says of itself."""

import functools
import json
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from packaging.markers import default_environment

from footprint.collect import interpreter, layout
from footprint.collect.interpreter import question
from footprint.collect.interpreter.conversation import Start
from footprint.errors import InterpreterUnusable, UsageError
from footprint.probe.started_program import ask
from tests.support.machine import PATIENCE_S, interpreters, labels, need
from tests.support.projects import write

pytestmark = pytest.mark.usefixtures("no_active_environment")

BASE = Path(sys.base_prefix, "bin", f"python3.{sys.version_info.minor}")  # outside any environment


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("environments") / "plain"
    venv.create(folder, symlinks=True, with_pip=False)
    return folder


def pretend_environment(folder: Path) -> Path:
    return write(folder, {"bin/python": "#!"}) / "bin/python"


def script(path: Path, text: str) -> Path:
    return write(path.parent, {path.name: f"#!/bin/sh\n{text}\n"}) / path.name


def find(project: Path, python: Path | None = None, env: Path | None = None) -> tuple[Path, str]:
    executable, chosen = interpreter.find(python=python, env=env, project=project)
    return executable, str(chosen)


def test_the_order_of_choice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = pretend_environment(tmp_path / "given")
    env = pretend_environment(tmp_path / "env")
    active = pretend_environment(tmp_path / "active")
    conda = pretend_environment(tmp_path / "conda")
    dotted = pretend_environment(tmp_path / ".venv")
    plain = pretend_environment(tmp_path / "venv")
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "active"))
    monkeypatch.setenv("CONDA_PREFIX", str(tmp_path / "conda"))

    assert find(tmp_path, python=given, env=tmp_path / "env") == (given, "--python")
    assert find(tmp_path, env=tmp_path / "env") == (env, "--env")
    assert find(tmp_path) == (active, "the active environment (VIRTUAL_ENV)")
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "deleted"))
    assert find(tmp_path) == (conda, "the active environment (CONDA_PREFIX)")
    monkeypatch.setenv("CONDA_DEFAULT_ENV", "base")
    assert find(tmp_path) == (dotted, ".venv in the project")
    dotted.unlink()
    assert find(tmp_path) == (plain, "venv in the project")
    plain.unlink()
    assert find(tmp_path) == (env, "env in the project")
    env.unlink()
    chosen, why = find(tmp_path)
    assert chosen == Path(sys.executable)
    assert "--python" in why


def test_a_name_is_looked_up_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = script(tmp_path / "python-of-mine", "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find(tmp_path, python=Path("python-of-mine"))[0] == python


def test_a_relative_path_becomes_absolute_and_stays_a_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "link").symlink_to(sys.executable)
    monkeypatch.chdir(tmp_path)
    assert find(tmp_path, python=Path("link"))[0] == tmp_path / "link"


@pytest.mark.parametrize(
    ("python", "env", "expected"),
    [
        ("missing/python", None, "does not exist"),
        ("no-such-python-anywhere", None, "does not exist"),
        (".", None, "is a folder"),
        (None, "missing", "is not a folder"),
        (None, ".", "neither bin/python nor Scripts/python.exe"),
    ],
)
def test_what_is_given_and_missing_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, python: str | None, env: str | None, expected: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=expected):
        find(tmp_path, python=Path(python) if python else None, env=Path(env) if env else None)


def test_the_running_interpreter_describes_itself() -> None:
    found = interpreter.inspect(Path(sys.executable))
    assert found.executable == Path(sys.executable)
    assert found.version == sys.version_info[:3]
    assert found.cache_tag == sys.implementation.cache_tag
    assert found.prefix == Path(sys.prefix).resolve()
    assert found.markers == dict(default_environment())
    assert found.stdlib_names == sys.stdlib_module_names | {"__main__"}


@pytest.mark.parametrize("label", labels())
def test_every_supported_version_answers(label: str) -> None:
    python = dict(interpreters()).get(label)
    need(python, f"Python {label}")
    assert python is not None
    found = interpreter.inspect(python)
    assert ".".join(map(str, found.version[:2])) == found.markers["python_version"]
    assert found.markers["python_version"] + found.abi_flags == label
    assert found.markers.keys() == default_environment().keys()
    known = {"sys", "builtins", "json", "asyncio", "_ctypes", "math", "sqlite3", "winreg", "zoneinfo"}
    assert known - found.stdlib_names <= ({"zoneinfo"} if label == "3.8" else set())
    assert not {"pip", "site-packages", "__pycache__", "lib-dynload"} & found.stdlib_names
    assert found.site_dirs


def test_an_environment_has_its_own_site_folder_only(environment: Path) -> None:
    # On 64-bit Linux lib64 is a link to lib: the same folder under two names.
    found = interpreter.inspect(environment / "bin" / "python")
    assert len(found.site_dirs) == 1
    assert found.site_dirs[0].is_relative_to(environment.resolve() / "lib")
    assert found.prefix == environment.resolve()
    assert found.executable == environment / "bin" / "python"


def test_system_site_packages_follow_the_environments_own(tmp_path: Path) -> None:
    venv.create(tmp_path / "shared", symlinks=True, with_pip=False, system_site_packages=True)
    own, *others = interpreter.inspect(tmp_path / "shared/bin/python").site_dirs
    assert own.is_relative_to(tmp_path.resolve())
    assert set(others) >= set(interpreter.inspect(BASE).site_dirs)


def test_the_user_site_belongs_to_a_bare_interpreter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONUSERBASE", str(tmp_path))
    asked = subprocess.run([BASE, "-m", "site", "--user-site"], capture_output=True, text=True, check=False)
    user_site = Path(asked.stdout.strip())
    assert user_site not in interpreter.inspect(BASE).site_dirs
    user_site.mkdir(parents=True)
    found = interpreter.inspect(BASE)
    assert found.site_dirs[0] == user_site.resolve()
    assert user_site in found.sys_path
    monkeypatch.setenv("PYTHONNOUSERSITE", "1")
    assert user_site.resolve() not in interpreter.inspect(BASE).site_dirs


def test_a_site_that_prints_does_not_disturb(tmp_path: Path) -> None:
    venv.create(tmp_path / "noisy", symlinks=True, with_pip=False)
    python = tmp_path / "noisy/bin/python"
    site = interpreter.inspect(python).site_dirs[0]
    (site / "noise.pth").write_text("import sys, atexit; print('{\"version\": 1}'); atexit.register(print, 'bye')\n")
    (site / "more.pth").write_text(f"{tmp_path}\n")
    found = interpreter.inspect(python)
    assert found.version == sys.version_info[:3]
    assert tmp_path in found.sys_path
    assert found.site_dirs == (site,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("exit 3", "status 3"),
        ("echo 'no python here' >&2; exit 1", "no python here"),
        ('echo "$@"', "did not answer"),
        ("kill -9 $$", "signal 9"),
        ("exec sleep 600", "within"),
        (
            "printf '%s' '--footprint-begin--{\"version\": [3, 7, 17]}--footprint-end--'",
            "3.7.17, and 3.8 is the oldest",
        ),
    ],
)
def test_what_is_no_usable_python_is_said(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(InterpreterUnusable, match=expected) as raised:
        interpreter.inspect(script(tmp_path / "python", text), timeout_s=1 if expected == "within" else PATIENCE_S)
    assert raised.value.exit_code == 3


def test_a_missing_or_plain_file_is_no_python(tmp_path: Path) -> None:
    with pytest.raises(InterpreterUnusable, match="does not exist"):
        interpreter.inspect(tmp_path / "python")
    (tmp_path / "python").write_text("text")
    with pytest.raises(InterpreterUnusable, match="cannot be run"):
        interpreter.inspect(tmp_path / "python")


def test_bare_folders_take_the_running_interpreters_markers(tmp_path: Path) -> None:
    site = tmp_path / "env/lib/python3.11/site-packages"
    site.mkdir(parents=True)
    (tmp_path / "again").symlink_to(site)
    found = layout.for_site_packages([site, tmp_path / "again"])
    assert found.executable is None
    assert found.site_dirs == (site.resolve(),)
    assert found.prefix == (tmp_path / "env").resolve()
    assert found.markers == dict(default_environment())
    flat = tmp_path / "vendored"
    flat.mkdir()
    assert layout.for_site_packages([flat]).prefix == flat.resolve()


def test_bare_folders_must_exist(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not a folder"):
        layout.for_site_packages([tmp_path / "missing"])
    with pytest.raises(UsageError, match="at least one"):
        layout.for_site_packages([])


# What a file that is named as an interpreter may print: `{}` stands for the true answer.
LIES: dict[str, str | dict[str, object]] = {
    "an empty table": "{}",
    "a list": "[]",
    "a number": "1",
    "deep": "[" * 50_000,
    "an endless number": "9" * 10_000,
    "nothing": "null",
    "negative numbers": {"version": [-3, -11, -1]},
    "large numbers": {"version": [3, 10**30, 0]},
    "two numbers": {"version": [3, 11]},
    "truth for a number": {"version": [3, True, 0]},
    "a text for the version": {"version": "3.11.0"},
    "another version": {"version": [3, 99, 0]},
    "a NUL in a folder": {"site_dirs": ["/a\0b"]},
    "half a character in a folder": {"prefix": "/\ud800"},
    "a folder that is none": {"site_dirs": [None]},
    "a folder without end": {"sys_path": ["x" * 5000]},
    "folders without end": {"sys_path": ["/x"] * 20_000},
    "names that are none": {"stdlib_names": ["a b"]},
    "no names": {"stdlib_names": {}},
    "names without end": {"stdlib_names": [f"n{number}" for number in range(20_000)]},
    "no markers": {"markers": {}},
    "markers that are none": {"markers": {"python_version": 3.11}},
    "a colour": {"platform": "\x1b[31m"},
    "a platform without end": {"platform": "x" * 1000},
}


@pytest.mark.parametrize("case", LIES)
def test_an_answer_that_is_not_an_interpreters_is_refused(tmp_path: Path, case: str) -> None:
    lie, true = LIES[case], _true_answer()
    text = lie if isinstance(lie, str) else json.dumps(true | lie)
    (tmp_path / "answer").write_text(f"--footprint-begin--{text}--footprint-end--\n")
    with pytest.raises(InterpreterUnusable, match="name another with --python"):
        interpreter.inspect(script(tmp_path / "python", f"cat {tmp_path / 'answer'}"))


def test_the_true_answer_is_taken(tmp_path: Path) -> None:
    (tmp_path / "answer").write_text(f"--footprint-begin--{json.dumps(_true_answer())}--footprint-end--\n")
    teller = script(tmp_path / "python", f"cat {tmp_path / 'answer'}")
    assert interpreter.inspect(teller).markers == interpreter.inspect(Path(sys.executable)).markers


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("cat /dev/zero", "it said more than 4 MiB"),
        ("cat /dev/zero >&2", "it said more than 4 MiB"),
        ("yes x--footprint-begin--", "it said more than 4 MiB"),
        ("sleep 600 & sleep 600", "did not answer within"),
        ("exec sleep 600 >&- 2>&-", "did not answer within"),
        ("kill -9 $$", "signal 9"),
        ("printf '\\377\\376'", "status 0"),
    ],
)
def test_what_does_not_end_is_ended(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(InterpreterUnusable, match=why):
        interpreter.inspect(script(tmp_path / "python", text), timeout_s=0.5 if "sleep" in text else PATIENCE_S)


@pytest.mark.parametrize(
    ("leave", "start"),
    [
        ("sleep 600", None),
        ("sleep 600", ask),
        ("setsid sleep 600", ask),
        ("env -i setsid sh -c 'trap \"\" TERM HUP; sleep 600; sleep 600'", ask),
    ],
)
def test_a_process_that_keeps_the_pipes_is_not_waited_for(tmp_path: Path, leave: str, start: Start | None) -> None:
    """It is ended with the interpreter that left it; one that cut itself loose, too, where a supervisor stands by."""
    (tmp_path / "answer").write_text(f"--footprint-begin--{json.dumps(_true_answer())}--footprint-end--\n")
    teller = script(tmp_path / "python", f"{leave} & echo $! > {tmp_path / 'left'}\ncat {tmp_path / 'answer'}")
    told = interpreter.inspect(teller, timeout_s=PATIENCE_S, start=start)
    assert told.version == interpreter.inspect(Path(sys.executable)).version
    left = Path("/proc", (tmp_path / "left").read_text().strip(), "stat")
    assert not left.exists() or left.read_text().rpartition(")")[2].split()[0] in "ZX"


@functools.cache
def _true_answer() -> dict[str, object]:
    asked = f"BEGIN, END = {question._BEGIN!r}, {question._END!r}\n{question._QUESTION}"
    done = subprocess.run([sys.executable, "-I", "-c", asked], capture_output=True, text=True, check=True)
    answer: dict[str, object] = json.loads(done.stdout.partition(question._BEGIN)[2].partition(question._END)[0])
    return answer

"""What a start or a file may do: nothing of the user's is changed, nothing is waited for, nothing is left, all is told.

The inputs are those that once did harm, and others of their kind.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.canary import look, plant
from tests.support.command import footprint
from tests.support.machine import install, sparse

ROOT = Path(__file__).parents[2]

# What the started application does to its HOME; `victim` is a folder of somebody else.
HOMES = {
    "a link to a foreign folder": "os.symlink(victim, home + '/cache')",
    "links on the way down": (
        "os.makedirs(home + '/a/b')\nos.symlink(victim + '/closed', home + '/a/b/c')\nos.chmod(home + '/a', 0)"
    ),
    "a link in its place": "os.rename(home, home + '-2'); os.symlink(victim, home)",
    "a link in place of a removed one": "os.rmdir(home); os.symlink(victim, home)",
    "moved away": "os.rename(home, away + '/moved'); os.mkdir(away + '/moved/x')",
    "a link in place of TMPDIR": "os.rmdir(os.environ['TMPDIR']); os.symlink(victim, os.environ['TMPDIR'])",
    "closed": "open(home + '/x', 'w'); os.mkdir(home + '/d', 0); os.chmod(home, 0)",
    "deep": (
        "down = os.open(home, os.O_RDONLY)\n"
        "for number in range(3000):\n"
        "    os.mkdir('folder', dir_fd=down); below = os.open('folder', os.O_RDONLY, dir_fd=down)\n"
        "    os.close(down); down = below\n"
        "os.symlink(victim, 'link', dir_fd=down)"
    ),
}


@pytest.mark.parametrize("case", HOMES)
def test_what_a_start_does_to_its_home_harms_nobody(tmp_path: Path, case: str) -> None:
    project, temporary = tmp_path / "project", tmp_path / "temporary"
    project.mkdir()
    temporary.mkdir()
    victim = plant(tmp_path / "foreign/victim")
    before = look(victim)
    head = "import os\nhome, victim = os.path.expanduser('~'), os.environ['VICTIM']\naway = os.path.dirname(victim)\n"
    (project / "main.py").write_text(head + HOMES[case].replace("; ", "\n") + "\n")
    command = [sys.executable, "-m", "footprint", "audit", str(project), "--python", sys.executable]
    command += ["--entry", "main.py", "--set", f"VICTIM={victim}", "-f", "json"]
    env = {**os.environ, "TMPDIR": str(temporary)}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr and done.returncode in (0, 3)
    assert json.loads(done.stdout)["entries"][0]["name"]
    assert look(victim) == before
    assert list(temporary.iterdir()) == []
    assert [path.name for path in (tmp_path / "foreign").iterdir()] == ["victim"]


SPECIAL: dict[str, Callable[[Path], object]] = {
    "a pipe": os.mkfifo,
    "zeros": lambda path: path.symlink_to("/dev/zero"),
    "20 GB": sparse,
    "a circle": lambda path: path.symlink_to(path.name),
    "a folder": lambda path: path.mkdir(),
}


@pytest.mark.parametrize("case", SPECIAL)
def test_a_file_that_is_named_and_none_is_refused(tmp_path: Path, case: str) -> None:
    SPECIAL[case](tmp_path / "it")
    (tmp_path / "project").mkdir()
    project, it = str(tmp_path / "project"), str(tmp_path / "it")
    for command in (["report", it], ["why", "x", "--audit", it], ["audit", project, "--no-env", "--env-file", it]):
        done = footprint(*command)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("footprint: cannot read ")
        assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("case", SPECIAL)
def test_files_of_an_environment_and_a_project_may_be_anything(tmp_path: Path, case: str) -> None:
    site, project = tmp_path / "site", tmp_path / "project"
    project.mkdir()
    for name in ("METADATA", "RECORD", "entry_points.txt", "direct_url.json", "top_level.txt"):
        info = install(site, f"bad-{name.partition('.')[0].lower().replace('_', '')}", {})
        (info / name).unlink(missing_ok=True)
        SPECIAL[case](info / name)
    for name in ("one.egg", "two.egg-link", "three.egg-info"):
        SPECIAL[case](site / name)
    for name in (
        "requirements.txt",
        "setup.cfg",
        "uv.lock",
        "Procfile",
        "Dockerfile",
        ".gitignore",
        "main.py",
        "a.ipynb",
    ):
        SPECIAL[case](project / name)
    install(site, "good", {"good.py": b"x = 1\n"})
    (project / "app.py").write_text("import good\n")
    done = footprint("audit", str(project), "--site-packages", str(site), "-f", "json")
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    rows = {row["name"]: row for row in json.loads(done.stdout)["distributions"]}
    assert rows["good"]["evidence"]


VERSIONS = ["==", ">", ".", "", "\\u0000", "..", "==.==", "1 2", "v", "~=", "x" * 5000, "\\u202e"]


@pytest.mark.parametrize("declares", [True, False], ids=["declared", "locked alone"])
@pytest.mark.parametrize("version", VERSIONS)
def test_any_version_may_stand_in_a_lock_file(tmp_path: Path, version: str, declares: bool) -> None:
    if declares:
        project = '[project]\nname = "p"\nversion = "1"\ndependencies = ["a==1", "b>1", "c"]\n'
        (tmp_path / "pyproject.toml").write_text(project)
    packages = "".join(f'[[package]]\nname = "{name}"\nversion = "{version}"\n' for name in "abc")
    (tmp_path / "uv.lock").write_text(f"version = 1\n{packages}")
    (tmp_path / "poetry.lock").write_text(packages)
    (tmp_path / "Pipfile.lock").write_text(f'{{"default": {{"a": {{"version": "{version}"}}}}}}')
    for name in ("json", "markdown"):
        done = footprint("audit", tmp_path, "--no-env", "-f", name)
        assert (done.returncode, done.stderr) == (0, "")


STORED = {
    "empty": "",
    "a table": "{}",
    "a list": "[]",
    "deep": "[" * 60_000,
    "digits": '{"schema_version": ' + "9" * 6000 + "}",
    "no number": '{"schema_version": NaN}',
    "half a character": '{"schema_version": "\\ud800"}',
    "another version": '{"schema_version": -1}',
}


@pytest.mark.parametrize("case", STORED)
def test_a_stored_audit_that_is_none_is_refused(tmp_path: Path, case: str) -> None:
    (tmp_path / "audit.json").write_text(STORED[case])
    for command in (["report"], ["why", "x", "--audit"]):
        done = footprint(*command, str(tmp_path / "audit.json"))
        assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)

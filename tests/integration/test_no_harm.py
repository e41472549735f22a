"""What a start or a file may do: nothing of the user's is changed, nothing is waited for, nothing is left, all is told.

The inputs are those that once did harm, and others of their kind.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.command import footprint
from tests.support.machine import install, sparse

ROOT = Path(__file__).parents[2]

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
        of_project = case == "a folder" and command[0] != "audit"  # it stands for the audit that is stored in it
        assert "has no stored audit" in done.stderr if of_project else done.stderr.startswith("footprint: cannot read ")
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

"""`audit --store`: an audit that a project keeps, is found again by its folder, and is no part of the project."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from footprint.collect.sources.project_files import find_text_files
from tests.support.command import audit_json, footprint, undated
from tests.support.projects import make_shop, write


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = make_shop(tmp_path_factory.mktemp("store") / "shop")
    subprocess.run(["git", "init", "-q", project], check=True)
    assert footprint("audit", "--store", "-o", f"json:{project.parent}/audit.json", cwd=project).returncode == 0
    return project


def test_the_project_has_the_audit_that_was_given_out(shop: Path) -> None:
    assert (shop / ".footprint/audit.json").read_text() == (shop.parent / "audit.json").read_text()


def test_git_does_not_see_it(shop: Path) -> None:
    command = ["git", "-C", str(shop), "status", "--porcelain", "--untracked-files=all"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "requirements.txt" in told and ".footprint" not in told


def test_a_folder_stands_for_its_audit(shop: Path, tmp_path: Path) -> None:
    file = shop.parent / "audit.json"
    assert footprint("report", ".", "-f", "json", cwd=shop).stdout == file.read_text()
    assert footprint("why", "heavy", "--audit", shop).stdout == footprint("why", "heavy", "--audit", file).stdout
    found = json.loads(footprint("diff", shop, file, "-f", "json").stdout)
    assert (found["distributions"], found["notes"]) == ([], [])


@pytest.mark.parametrize("command", [("report",), ("diff", "."), ("why", "heavy", "--audit")])
def test_a_project_without_one_says_what_to_run(tmp_path: Path, command: tuple[str, ...]) -> None:
    done = footprint(*command, ".", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "footprint: . has no stored audit: `footprint audit --store .` stores one\n"


def test_it_is_no_part_of_the_project(tmp_path: Path) -> None:
    """An audit names every distribution: read as text of the project it would be found to name them."""
    shop = make_shop(tmp_path / "shop")
    flags = ("--no-probe", "--store", "--no-gitignore", "--entry", "app")
    first, second, third = (audit_json(*flags, cwd=shop) for _ in range(3))
    assert undated(first) == undated(second) == undated(third)
    write(shop, {".footprint/more.txt": "idle and heavy"})
    assert find_text_files(shop, (), respect_gitignore=False) == ("requirements.txt",)


def test_a_link_of_that_name_is_refused_before_anything_is_started(tmp_path: Path) -> None:
    project = write(tmp_path / "project", {"requirements.txt": "", "main.py": "open('started', 'w')\n"})
    (tmp_path / "elsewhere").mkdir()
    (project / ".footprint").symlink_to("../elsewhere")
    done = footprint("audit", "--store", "--entry", "main.py", cwd=project)
    assert (done.returncode, done.stdout) == (2, "")
    assert "cannot write .footprint: it is not a folder" in done.stderr
    assert not (project / "started").exists() and not [*(tmp_path / "elsewhere").iterdir()]


def test_an_application_that_puts_a_link_there_loses_no_report(tmp_path: Path) -> None:
    code = "import os\nos.symlink('../elsewhere', '.footprint')\n"
    project = write(tmp_path / "project", {"requirements.txt": "", "main.py": code})
    (tmp_path / "elsewhere").mkdir()
    done = footprint("audit", "--store", "--entry", "main.py", cwd=project)
    assert done.returncode == 2 and "main.py" in done.stdout
    assert "cannot write .footprint: it is not a folder" in done.stderr
    assert not [*(tmp_path / "elsewhere").iterdir()]

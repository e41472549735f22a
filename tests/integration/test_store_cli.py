"""`audit --store`: an audit that a project keeps, is found again by its folder, and is no part of the project."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from footprint.collect.sources.project_files import find_text_files
from tests.support.command import audit_json, footprint, undated
from tests.support.projects import make_shop, site_of, write


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


@pytest.mark.parametrize("link", [".footprint", ".footprint/audit.json"])
def test_no_link_is_followed_to_an_audit(shop: Path, tmp_path: Path, link: str) -> None:
    other = tmp_path / "other"
    (other / link).parent.mkdir(parents=True)
    (other / link).symlink_to(shop / link)
    done = footprint("report", other)
    assert (done.returncode, done.stdout) == (2, "")
    assert "is a link, and none is followed there" in done.stderr


def test_an_audit_that_cannot_be_read_is_not_taken_for_none(tmp_path: Path) -> None:
    shop = make_shop(tmp_path / "shop")
    asked = ("what-if", "--no-start", "--without", "idle", "--entry", "app")
    assert footprint(*asked, cwd=shop).returncode == 0
    write(shop, {".footprint/audit.json": "{}"})
    done = footprint(*asked, cwd=shop)
    assert (done.returncode, done.stdout) == (2, "") and "not an audit" in done.stderr


def test_it_is_no_part_of_the_project(tmp_path: Path) -> None:
    """An audit names every distribution: read as text of the project it would be found to name them."""
    shop = make_shop(tmp_path / "shop")
    flags = ("--no-probe", "--store", "--no-gitignore", "--entry", "app")
    first, second, third = (audit_json(*flags, cwd=shop) for _ in range(3))
    assert undated(first) == undated(second) == undated(third)
    write(shop, {".footprint/more.txt": "idle and heavy"})
    assert find_text_files(shop, (), respect_gitignore=False) == ("requirements.txt",)


def test_an_audit_is_compared_with_the_one_that_it_replaces(tmp_path: Path) -> None:
    shop = make_shop(tmp_path / "shop")
    flags = ("--no-probe", "--store", "-f", "summary")
    assert "Since" not in footprint("audit", *flags, cwd=shop).stdout
    shutil.rmtree(next(site_of(shop / ".venv").glob("idle-*")))
    for gone in (1, 0):
        done = footprint("audit", *flags, "--before", ".", cwd=shop)
        assert (done.returncode, done.stderr) == (0, "")
        assert re.search(rf"Since \.: disk, .* 0 distributions new, {gone} gone", done.stdout)


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_format_for_readers_tells_what_changed(shop: Path, tmp_path: Path, language: str) -> None:
    stored = json.loads((shop / ".footprint/audit.json").read_text())
    stored["disk"]["site_apparent_bytes"] += 3 << 20
    (tmp_path / "before.json").write_text(json.dumps(stored))
    heading, change = {"en": ("Before and after", "-3.0"), "es": ("Antes y después", "-3,0")}[language]
    for name in ("table", "markdown", "html"):
        shown = footprint("report", shop, "--before", tmp_path / "before.json", "-f", name, "--lang", language).stdout
        assert heading in shown and change in shown, name
        assert heading not in footprint("report", shop, "-f", name, "--lang", language).stdout, name


BEFORE = {
    "no file": (["--before", "none.json"], "cannot read none.json: no such file"),
    "nothing stored": (["--before", "."], ". has no stored audit: `footprint audit --store .` stores one"),
    "something else": (["--before", "main.py"], "not an audit written by `footprint audit -f json`"),
}


@pytest.mark.parametrize("case", BEFORE)
def test_what_cannot_be_compared_is_told_before_anything_is_started(tmp_path: Path, case: str) -> None:
    project = write(tmp_path / "project", {"requirements.txt": "", "main.py": "open('started', 'w')\n"})
    flags, words = BEFORE[case]
    done = footprint("audit", "--entry", "main.py", *flags, cwd=project)
    assert (done.returncode, done.stdout) == (2, "") and words in done.stderr
    assert not (project / "started").exists()


def test_standard_input_is_one_audit(shop: Path) -> None:
    done = footprint("report", "-", "--before", "-", stdin=(shop / ".footprint/audit.json").read_text())
    assert done.returncode == 2 and "not both" in done.stderr


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
    assert done.returncode == 2 and "MiB on disk" in done.stdout
    assert "cannot write .footprint: it is not a folder" in done.stderr
    assert not [*(tmp_path / "elsewhere").iterdir()]

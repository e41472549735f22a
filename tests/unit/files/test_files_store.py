"""The store of a project: what is put there, and what is refused with nothing changed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from footprint.files import store
from footprint.files.store import check_store, stored_audit, write_store
from footprint.files.writer import NotWritten


def tree(folder: Path) -> dict[str, str | bytes]:
    """Return all that lies below a folder: content of files, target of links, kind of the rest."""
    found: dict[str, str | bytes] = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found[name] = f"link to {path.readlink()}"
        else:
            found[name] = path.read_bytes() if path.is_file() else "folder" if path.is_dir() else "other"
    return found


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/audit.json").write_text("theirs")
    (tmp_path / "project").mkdir()
    return tmp_path / "project"


def test_an_audit_is_stored_and_replaced(project: Path) -> None:
    for text in (b"first", b"second"):
        write_store(check_store(project), text)
        assert stored_audit(project).read_bytes() == text
    assert tree(project) == {
        ".footprint": "folder",
        ".footprint/.gitignore": b"*\n",
        ".footprint/audit.json": b"second",
    }


def test_what_somebody_wrote_beside_it_stays(project: Path) -> None:
    (project / ".footprint").mkdir()
    (project / ".footprint/.gitignore").write_text("")
    (project / ".footprint/before.json").write_text("{}")
    write_store(check_store(project), b"new")
    assert tree(project / ".footprint") == {".gitignore": b"", "audit.json": b"new", "before.json": b"{}"}


def test_a_project_may_be_a_link(project: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(project)
    write_store(check_store(tmp_path / "link"), b"new")
    assert stored_audit(project).read_bytes() == b"new"


def link_of_folder(project: Path) -> None:
    (project / ".footprint").symlink_to("../elsewhere")


def link_to_nothing(project: Path) -> None:
    (project / ".footprint").symlink_to("../new")


def file_of_that_name(project: Path) -> None:
    (project / ".footprint").write_text("mine")


def pipe_of_that_name(project: Path) -> None:
    os.mkfifo(project / ".footprint")


def link_of_file(project: Path) -> None:
    (project / ".footprint").mkdir()
    (project / ".footprint/audit.json").symlink_to("../../elsewhere/audit.json")


def link_of_gitignore(project: Path) -> None:
    (project / ".footprint").mkdir()
    (project / ".footprint/.gitignore").symlink_to("../../elsewhere/audit.json")


def pipe_in_it(project: Path) -> None:
    (project / ".footprint").mkdir()
    os.mkfifo(project / ".footprint/audit.json")


def folder_in_it(project: Path) -> None:
    (project / ".footprint/audit.json").mkdir(parents=True)


HOSTILE: dict[Callable[[Path], None], str] = {
    link_of_folder: "it is not a folder",
    link_to_nothing: "it is not a folder",
    file_of_that_name: "it is not a folder",
    pipe_of_that_name: "it is not a folder",
    link_of_file: "it is not a regular file",
    link_of_gitignore: "it is not a regular file",
    pipe_in_it: "it is not a regular file",
    folder_in_it: "it is not a regular file",
}


@pytest.mark.parametrize("plant", HOSTILE, ids=lambda plant: plant.__name__)
def test_what_is_no_folder_of_files_is_refused(project: Path, tmp_path: Path, plant: Callable[[Path], None]) -> None:
    plant(project)
    before = tree(tmp_path)
    with pytest.raises(NotWritten, match=HOSTILE[plant]) as caught:
        check_store(project)
    assert ".footprint" in str(caught.value) and tree(tmp_path) == before


@pytest.mark.parametrize("plant", [*HOSTILE][:-3], ids=lambda plant: plant.__name__)
def test_what_comes_after_the_look_is_not_followed(
    project: Path, tmp_path: Path, plant: Callable[[Path], None]
) -> None:
    """An application that is measured may put it there. A link in place of the .gitignore is left as it is."""
    place = check_store(project)
    plant(project)
    before = tree(tmp_path)
    with pytest.raises(NotWritten):
        write_store(place, b"new")
    assert tree(tmp_path) == before


def test_a_link_in_place_of_the_gitignore_is_left_alone(project: Path, tmp_path: Path) -> None:
    place = check_store(project)
    link_of_gitignore(project)
    write_store(place, b"new")
    assert (project / ".footprint/.gitignore").is_symlink()
    assert (tmp_path / "elsewhere/audit.json").read_text() == "theirs"


def test_another_project_in_its_place_gets_nothing(project: Path, tmp_path: Path) -> None:
    place = check_store(project)
    project.rename(tmp_path / "moved")
    project.symlink_to("elsewhere")
    before = tree(tmp_path)
    with pytest.raises(NotWritten, match="not the folder that it was"):
        write_store(place, b"new")
    assert tree(tmp_path) == before


def test_a_disk_that_refuses_leaves_nothing_new(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(files: object) -> None:
        raise NotWritten(".footprint/audit.json", "No space left on device")

    place = check_store(project)
    monkeypatch.setattr(store, "write_together", refuse)
    with pytest.raises(NotWritten, match="No space left"):
        write_store(place, b"new")
    assert tree(project) == {}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_closed_folder_is_told_before_anything_is_measured(project: Path) -> None:
    project.chmod(0o500)
    with pytest.raises(NotWritten, match="Permission denied"):
        check_store(project)
    project.chmod(0o700)


def test_a_project_that_is_gone(project: Path) -> None:
    shutil.rmtree(project)
    with pytest.raises(NotWritten, match="No such file"):
        check_store(project)

"""Which folders of an environment are the project's own."""

from dataclasses import replace
from pathlib import Path

import pytest

from footprint.audit.target import OwnFolders, split_own
from footprint.collect import layout
from footprint.model.installed_environment import Installed, SourcePlace


def folders(project: Path, prefix: Path, place: Path, *path: Path) -> OwnFolders:
    place.mkdir(parents=True, exist_ok=True)
    python = replace(layout.describe_running(), prefix=prefix, site_dirs=(), sys_path=path)
    places = (SourcePlace(place.name, place),)
    one = Installed("acme", "acme", "1", prefix, "acme-1.dist-info", (), (), "editable", places=places)
    return split_own([one], python, project)


@pytest.mark.parametrize(
    ("place", "prefix", "is_own"),
    [
        ("project/libs/acme", "elsewhere", True),
        ("project/acme", "elsewhere", True),
        ("libs/acme", "elsewhere", False),
        ("project/.venv/src/acme", "project/.venv", False),
        ("project/src/acme", "project", True),  # python -m venv . in the project
        ("project/libs/acme", ".", True),  # /usr/src/app, where Python is that of /usr
    ],
)
def test_a14_an_editable_install_in_the_project_is_its_own(
    tmp_path: Path, place: str, prefix: str, is_own: bool
) -> None:
    found = folders(tmp_path / "project", tmp_path / prefix, tmp_path / place)
    assert bool(found.installed[0].places) is not is_own
    assert bool(found.roots) is is_own
    assert found.checkouts == ()


def test_a14_a_repository_in_the_project_is_none_of_it(tmp_path: Path) -> None:
    (tmp_path / "project/src/acme/.git").mkdir(parents=True)
    found = folders(tmp_path / "project", tmp_path / "elsewhere", tmp_path / "project/src/acme/acme")
    assert (len(found.installed[0].places), found.roots, found.checkouts) == (1, (), ("src/acme",))


def test_a16_folders_of_the_path_in_the_project_are_roots(tmp_path: Path) -> None:
    project = tmp_path / "project"
    inside = project / "parts"
    site = project / ".venv/lib/python3.11/site-packages"
    for folder in (inside, site):
        folder.mkdir(parents=True)
    found = folders(project, project / ".venv", tmp_path / "libs/acme", inside, site, tmp_path)
    assert found.roots == ("parts",)


def test_the_project_in_the_package_of_another_is_left_alone(tmp_path: Path) -> None:
    found = folders(tmp_path / "libs/acme/examples", tmp_path / "elsewhere", tmp_path / "libs/acme")
    assert (found.installed[0].places, found.roots) == ((), ())

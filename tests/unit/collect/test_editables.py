"""Where editable installs have their modules: what the table of cases cannot hold, links and hostile files."""

from pathlib import Path

import pytest

from footprint.collect.metadata import read_installed
from footprint.collect.metadata.editables import read_places
from tests.support.machine import install
from tests.support.projects import write


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "libs/acme/acmepkg"
    write(folder, {"__init__.py": ""})
    return folder


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    return folder


def places(site: Path, *names: str, source: str | None = None) -> list[tuple[str, str]]:
    found = read_places(site, "acme-1.0.dist-info", names, source)
    return [(place.module, str(place.path)) for place in found]


def test_a14_a_link_to_the_package(site: Path, source: Path) -> None:
    """`flit install --symlink` and the like."""
    (site / "acmepkg").symlink_to(source)
    assert places(site, "acmepkg", "acme-1.0.dist-info/RECORD") == [("acmepkg", str(site / "acmepkg"))]


def test_a14_a_single_module_is_a_place(site: Path, source: Path) -> None:
    (source.parent / "single.py").touch()
    (site / "acme.pth").write_text(f"# a comment\n\n{source.parent}\nno/such/folder\n")
    assert places(site, "acme.pth") == [("acmepkg", str(source)), ("single", str(source.parent / "single.py"))]


def test_a14_finders_that_know_the_build_folder_only(site: Path, source: Path) -> None:
    """meson-python: the project's own folder is looked into."""
    (site / "acme-editable.pth").write_text("import _acme_editable_loader")
    (site / "_acme_editable_loader.py").write_text(
        "install('acme', {'acmepkg'}, '/nowhere/build/cp311', ['ninja'], None)"
    )
    url = f"file://{source.parent}"
    assert places(site, "acme-editable.pth", source=url) == [("acmepkg", str(source))]


@pytest.mark.parametrize(
    "text",
    ["", "\0", "import", "import (", "import __editable___x; x()", "\ufeffimport  y", "a" * 100_000, "/" * 5000, "."],
)
def test_a_path_file_of_anything_gives_no_error(site: Path, text: str) -> None:
    (site / "acme.pth").write_text(text)
    assert places(site, "acme.pth", "../up.pth", "gone.pth", "nul\0.pth", source="file:///nowhere\0") == []


@pytest.mark.parametrize(
    "finder",
    [
        "MAPPING = {1: 2, None: '/', **x}",
        "MAPPING = {'a b': '/', 'a.b': 'relative'}",
        "f('x', '/no/such')",
        "(" * 300,
        "x.",
    ],
)
def test_a_finder_of_anything_gives_no_error(site: Path, finder: str) -> None:
    write(site, {"acme.pth": "import _finder", "_finder.py": finder})
    assert places(site, "acme.pth") == []


@pytest.mark.parametrize("line", ["/", ".", "..", "/usr", "/proc"])
def test_noop_a_path_line_to_a_whole_system_is_no_package(site: Path, line: str) -> None:
    write(site, {"other.py": "", "acme.pth": f"{line}\n"})
    assert places(site, "acme.pth") == []


def test_noop_what_is_no_editable_install_has_no_places(site: Path, source: Path) -> None:
    install(site, "acme", {"acme.pth": f"{source.parent}\n".encode()})
    (one,), _ = read_installed([site])
    assert one.places == ()

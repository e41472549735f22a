"""The net of the real applications catches what it is asked for: it reaches into the second look, which may move."""

from pathlib import Path

from tests.cases.case import install_lib, libs, served
from tests.real.net import look_in
from tests.support.projects import write


def test_what_is_not_imported_is_looked_for_though_nothing_gets_advice(tmp_path: Path) -> None:
    write(
        tmp_path / "project",
        served("import web", "web", "spoken", "silent", **{"jobs.toml": 'backend = "spoken"\n'}),
    )
    for name, item in libs("web spoken silent").items():
        install_lib(tmp_path / "site", name, item)
    found = look_in(tmp_path / "project", {"site_packages": (tmp_path / "site",)})
    assert found.sought_count == 2
    assert found.found == {"spoken": '"spoken" in jobs.toml:1'}

"""`footprint open`: a page that stays when the command has ended, and a browser that is told where it is."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from tests.support.command import footprint
from tests.support.projects import make_shop, write


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = make_shop(tmp_path_factory.mktemp("open") / "shop")
    assert footprint("audit", "--no-probe", "--store", cwd=project).returncode == 0
    return project


@pytest.fixture
def browser(tmp_path: Path) -> Path:
    """Return a browser that writes down what it is to show."""
    path = tmp_path / "browser"
    path.write_text(f"#!{sys.executable}\nimport sys\nopen({str(tmp_path / 'shown')!r}, 'w').write(sys.argv[1])\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("stored", [(), (".",), (".footprint/audit.json",)])
def test_the_page_is_written_and_shown(shop: Path, tmp_path: Path, browser: Path, stored: tuple[str, ...]) -> None:
    done = footprint("open", *stored, cwd=shop, env={"TMPDIR": str(tmp_path), "BROWSER": f"{browser} %s"})
    assert (done.returncode, done.stderr) == (0, "")
    page = Path(done.stdout.strip())
    assert (tmp_path / "shown").read_text() == page.as_uri()
    assert page.read_text() == footprint("report", ".", "-f", "html", "--top", "0", cwd=shop).stdout
    assert stat.S_IMODE(page.parent.stat().st_mode) == 0o700


def test_no_browser_is_started_where_none_is_wanted(shop: Path, tmp_path: Path, browser: Path) -> None:
    variables = {"TMPDIR": str(tmp_path), "BROWSER": f"{browser} %s"}
    done = footprint("open", "--no-browser", cwd=shop, env=variables)
    assert (done.returncode, done.stderr) == (0, "") and Path(done.stdout.strip()).exists()
    assert not (tmp_path / "shown").exists()


def test_without_a_display_the_path_is_enough(shop: Path, tmp_path: Path) -> None:
    variables = {"TMPDIR": str(tmp_path), "BROWSER": "", "DISPLAY": "", "WAYLAND_DISPLAY": ""}
    done = footprint("open", cwd=shop, env=variables)
    assert done.returncode == 0 and Path(done.stdout.strip()).exists()
    assert sys.platform == "darwin" or "there is no browser to open here" in done.stderr


def test_the_page_speaks_the_language_that_is_asked_for(shop: Path, tmp_path: Path) -> None:
    done = footprint("open", "--no-browser", "--lang", "es", cwd=shop, env={"TMPDIR": str(tmp_path)})
    assert '<html lang="es"' in Path(done.stdout.strip()).read_text()


def test_a_project_without_an_audit_says_what_to_run(tmp_path: Path) -> None:
    done = footprint("open", cwd=write(tmp_path, {"app.py": ""}), env={"TMPDIR": str(tmp_path)})
    assert (done.returncode, done.stdout) == (2, "")
    assert "`footprint audit --store .` stores one" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["app.py"]

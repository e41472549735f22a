"""A second scan of an unchanged environment comes from the cache and says what the first one says: real installs."""

import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from footprint.collect import disk, interpreter
from footprint.collect.disk import kept_scan, tree_state
from footprint.collect.disk.kept_scan import KeptScan
from footprint.collect.metadata import read_installed
from footprint.files.cache_folder import CacheFolder
from tests.integration.test_disk_du import environment, make_project, make_wheel, pip, uv, wheels
from tests.support import installer
from tests.support.command import footprint

pytestmark = pytest.mark.slow


def test_pip_and_uv_install_replace_downgrade_and_remove(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))
    for module in (tree_state, kept_scan):  # else it would wait two seconds after each
        monkeypatch.setattr(module, "TOO_CLOSE_NS", 0)
    python = environment(tmp_path / "env")
    old, new = wheels(tmp_path / "wheels"), tmp_path / "newer"
    new.mkdir()
    newer = make_wheel(new, "plain", {"plain/__init__.py": b"value = 2\n"}, version="2.0")
    same = make_wheel(new, "single", {"single.py": b"value = 3\n" * 2000})  # of the same version and size
    target = interpreter.inspect(python)
    cache = CacheFolder(str(tmp_path / "kept"), named=True)
    steps: dict[str, Callable[[], object]] = {
        "installed": lambda: pip(python, "--no-compile", *old),
        "upgraded": lambda: pip(python, "--no-deps", newer),
        "downgraded": lambda: pip(python, "--no-deps", old[0]),
        "installed again": lambda: pip(python, "--no-deps", "--force-reinstall", same),
        "editable": lambda: pip(python, "--no-deps", "-e", make_project(tmp_path / "source", "editproj")),
        "by uv": lambda: uv(python, "--no-index", newer),
        "compiled again by Python": lambda: compile_all(python, "-f"),
        "compiled with less in it": lambda: compile_all(python, "-o", "2"),
        "compiled by uv": lambda: uv(python, "--no-index", "--reinstall", "--compile-bytecode", newer),
        "removed": lambda: installer.pip("--python", python, "uninstall", "--yes", "--quiet", "data", "single"),
    }
    for name, step in steps.items():
        step()
        time.sleep(0.02)  # longer than a tick of the clock of any file system here
        installed, _ = read_installed(target.site_dirs)
        kept = KeptScan(cache, target, installed)
        assert kept.recall() is None, name
        wanted = disk.scan(target, installed)
        assert disk.scan(target, installed, cache=cache) == wanted, name
        assert kept.recall() is not None, name
        assert disk.scan(target, installed, cache=cache) == wanted, name


def compile_all(python: Path, *how: str) -> None:
    site = next(python.parent.parent.glob("lib/*/site-packages"))
    subprocess.run([python, "-m", "compileall", "-q", *how, str(site / "plain")], check=True)


def test_the_commands_say_the_same_with_it(tmp_path: Path) -> None:
    python = environment(tmp_path / "env")
    pip(python, *wheels(tmp_path / "wheels"))
    project = tmp_path / "project"
    project.mkdir()
    (project / "requirements.txt").write_text("plain\nsingle\n")
    (project / "app.py").write_text("import plain\n")
    time.sleep(tree_state.TOO_CLOSE_NS / 1e9 + 0.1)  # else all is too new to be kept
    env = {"FOOTPRINT_CACHE": str(tmp_path / "kept")}

    def run(command: str, *more: str) -> dict[str, Any]:
        done = footprint(command, str(project), "--env", str(python.parent.parent), "-f", "json", *more, env=env)
        assert done.returncode in (0, 1), done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        found.pop("measured", None)
        return found

    for command in (("scan",), ("audit", "--no-probe"), ("check", "--static")):
        wanted = run(*command, "--no-cache")
        assert run(*command) == wanted
        assert run(*command) == wanted
    path = next(python.parent.parent.glob("lib/*/site-packages/plain/__init__.py"))
    with path.open("a") as file:  # as an editor writes: no name comes or goes
        file.write("# more\n" * 10_000)
    for command in (("scan",), ("audit", "--no-probe")):
        found = run(*command)
        assert found == run(*command, "--no-cache")
        weight = next(row for row in found["distributions"] if row["name"] == "plain")["apparent_bytes"]
        assert weight > path.stat().st_size > 70_000

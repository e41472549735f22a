"""The scan against `du`, to the byte, on environments made by the real installers."""

import compileall
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from footprint.collect import disk, interpreter, layout
from footprint.collect.metadata import read_installed
from footprint.model.installed_environment import DiskScan, Installed, Interpreter
from tests.support import installer
from tests.support.machine import need, record_row

pytestmark = pytest.mark.slow
DEBIAN = Path("/usr/lib/python3/dist-packages")


def du(*options: str, paths: tuple[Path, ...]) -> int:
    need(shutil.which("du"), "du")
    command = ["du", "-s", "-c", "--block-size=1", *options, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    need(done.returncode == 0, f"GNU du ({done.stderr.strip()})")
    return int(done.stdout.splitlines()[-1].split()[0])


def folder_bytes(paths: tuple[Path, ...], tmp_path: Path) -> int:
    """Return the apparent bytes of folders that this du leaves out: coreutils 9.2 and later count files only."""
    empty = tmp_path / "empty-for-du"
    empty.mkdir(exist_ok=True)
    if du("--apparent-size", paths=(empty,)):
        return 0
    return sum(Path(folder).lstat().st_size for path in paths for folder, _, _ in os.walk(path))


def weigh(python: Interpreter, tmp_path: Path) -> tuple[DiskScan, dict[str, Installed]]:
    """Scan and compare with du before returning."""
    installed, _ = read_installed(python.site_dirs)
    found = disk.scan(python, installed)
    assert found.reconciles
    assert found.total_allocated_bytes == du(paths=python.site_dirs)
    assert found.total_apparent_bytes == du("--apparent-size", paths=python.site_dirs) + folder_bytes(
        python.site_dirs, tmp_path
    )
    return found, {one.name: one for one in installed}


def make_wheel(folder: Path, name: str, files: dict[str, bytes], version: str = "1.0") -> Path:
    info = f"{name}-{version}.dist-info"
    everything = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(record_row(path, content) for path, content in everything.items()) + f"{info}/RECORD,,\n"
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for member, content in {**everything, f"{info}/RECORD": record.encode()}.items():
            wheel.writestr(member, content)
    return path


# A build backend of thirty lines inside the project: real editable and local installs without an index.
BACKEND = """
import pathlib, zipfile

NAME = {name!r}
INFO = NAME + "-1.0.dist-info"

def write(folder, files):
    files[INFO + "/METADATA"] = "Metadata-Version: 2.1\\nName: " + NAME + "\\nVersion: 1.0\\n"
    files[INFO + "/WHEEL"] = "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
    files[INFO + "/entry_points.txt"] = "[console_scripts]\\n" + NAME + " = " + NAME + ":x\\n"
    files[INFO + "/RECORD"] = "".join(path + ",,\\n" for path in [*files, INFO + "/RECORD"])
    name = NAME + "-1.0-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(folder, name), "w") as wheel:
        for path, text in files.items():
            wheel.writestr(path, text)
    return name

def build_wheel(folder, config_settings=None, metadata_directory=None):
    source = pathlib.Path(NAME, "__init__.py").read_text()
    return write(folder, {{NAME + "/__init__.py": source, NAME + "-1.0.data/data/share/" + NAME: "d" * 500}})

def build_editable(folder, config_settings=None, metadata_directory=None):
    return write(folder, {{"__editable__." + NAME + ".pth": str(pathlib.Path.cwd()) + "\\n"}})
"""


def make_project(folder: Path, name: str) -> Path:
    """Write a project with one module, a script and a data file outside site-packages."""
    (folder / name).mkdir(parents=True)
    (folder / name / "__init__.py").write_text("x = 1\n" * 500)
    (folder / "backend.py").write_text(BACKEND.format(name=name))
    (folder / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    )
    return folder


def environment(folder: Path) -> Path:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    return folder / "bin" / "python"


def pip(python: Path, *arguments: str | Path) -> None:
    installer.pip("--python", python, "install", "--quiet", *arguments)


def uv(python: Path, *arguments: str | Path) -> None:
    installer.uv("pip", "install", "--quiet", "--python", python, "--link-mode", "hardlink", *arguments)


def wheels(folder: Path) -> list[Path]:
    """Return wheels that cover the usual shapes: a package with .libs, a single module, a shared namespace, data."""
    folder.mkdir(exist_ok=True)
    code = b"value = 1\n" * 2000
    return [
        make_wheel(
            folder, "plain", {"plain/__init__.py": code, "plain/sub/mod.py": code, "plain.libs/l.so": b"e" * 9999}
        ),
        make_wheel(folder, "single", {"single.py": code}),
        make_wheel(folder, "space_a", {"space/a/__init__.py": code}),
        make_wheel(folder, "space_b", {"space/b/__init__.py": code}),
        make_wheel(folder, "data", {"data/__init__.py": b"", "data-1.0.data/data/share/data/big": b"d" * 5000}),
    ]


def test_a_pip_environment(tmp_path: Path) -> None:
    python = environment(tmp_path / "env")
    pip(python, *wheels(tmp_path / "wheels"))
    found, installed = weigh(interpreter.inspect(python), tmp_path)
    assert sorted(installed) == ["data", "plain", "single", "space-a", "space-b"]
    assert (found.unowned, found.conflicts, found.notes, found.has_bytecode) == ((), (), (), True)
    uses = {use.name: use for use in found.uses}
    assert uses["data"].outside_bytes == 5000
    assert all(uses[name].bytecode_bytes > 0 for name in installed)
    assert {name for name, _ in uses["plain"].parts} >= {"plain", "plain.libs"}
    site = found.site_dirs[0]
    assert found.shared_bytes == sum(folder.stat().st_size for folder in (site, site / "space"))


def test_a_uv_environment_before_and_after_compiling(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    python = environment(tmp_path / "env")
    uv(python, "--no-index", *wheels(tmp_path / "wheels"))
    target = interpreter.inspect(python)
    before, _ = weigh(target, tmp_path)
    assert not before.has_bytecode
    assert before.hard_linked_bytes > 50_000
    assert before.unowned_bytes == sum(one.apparent_bytes for one in before.unowned)
    compileall.compile_dir(target.site_dirs[0], quiet=2)
    after, _ = weigh(target, tmp_path)
    assert after.has_bytecode
    assert after.unowned == before.unowned  # every .pyc went to the owner of its .py
    assert sum(use.bytecode_bytes for use in after.uses) > 0


def test_editable_and_local_installs(tmp_path: Path) -> None:
    python = environment(tmp_path / "env")
    editable = make_project(tmp_path / "editable", "editproj")
    local = make_project(tmp_path / "local", "localproj")
    pip(python, "--no-deps", "-e", editable, local)
    found, installed = weigh(interpreter.inspect(python), tmp_path)
    assert (installed["editproj"].origin, installed["localproj"].origin) == ("editable", "local")
    assert installed["editproj"].source_url == editable.as_uri()
    uses = {use.name: use for use in found.uses}
    assert uses["localproj"].outside_bytes >= 500  # share and the script
    assert uses["localproj"].apparent_bytes > 3000 + 500
    assert "editproj/__init__.py" not in found.owners[0]
    assert found.unowned == ()


def test_a_target_folder(tmp_path: Path) -> None:
    python = environment(tmp_path / "env")
    package = tmp_path / "package"
    pip(python, "--target", package, *wheels(tmp_path / "wheels"), make_project(tmp_path / "local", "localproj"))
    found, _ = weigh(layout.for_site_packages([package]), tmp_path)
    assert (package / "bin/localproj").exists()
    assert (found.unowned, found.notes) == ((), ())
    assert "bin" in dict(next(use.parts for use in found.uses if use.name == "localproj"))


def test_debians_own_packages(tmp_path: Path) -> None:
    need(DEBIAN.is_dir() and any(DEBIAN.glob("*-info")), "Debian's python3 packages")
    found, installed = weigh(layout.for_site_packages([DEBIAN]), tmp_path)
    assert all(one.origin == "system" for one in installed.values())
    assert found.unowned_bytes < found.total_apparent_bytes / 4

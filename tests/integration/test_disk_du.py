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
from tests.support.projects import site_of, write

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


def test_two_distributions_that_own_the_same_files(tmp_path: Path) -> None:
    python = environment(tmp_path / "env")
    folder = tmp_path / "wheels"
    folder.mkdir()
    full = make_wheel(
        folder, "cvfull", {"cv/__init__.py": b"x" * 900, "cv/same.py": b"s = 1\n", "cvfull.libs/a.so": b"1"}
    )
    headless = make_wheel(folder, "cvheadless", {"cv/__init__.py": b"y = 1\n", "cv/same.py": b"s = 1\n"})
    pip(python, "--no-compile", full)
    pip(python, "--no-compile", headless)
    found, _ = weigh(interpreter.inspect(python), tmp_path)
    assert [(one.path, one.owner, one.others) for one in found.conflicts] == [
        ("cv/__init__.py", "cvheadless", ("cvfull",)),
        ("cv/same.py", "cvfull", ("cvheadless",)),
    ]


def test_what_setup_py_install_left(tmp_path: Path) -> None:
    python = environment(tmp_path / "env")
    target = interpreter.inspect(python)
    site = target.site_dirs[0]
    files = {
        "Old-1.0-py3.11.egg-info/PKG-INFO": "Name: Old\nVersion: 1.0\n",
        "Old-1.0-py3.11.egg-info/top_level.txt": "old\noldmodule\n",
        "Old-1.0-py3.11.egg-info/SOURCES.txt": "setup.py\nold/__init__.py\n",
        "old/__init__.py": "x = 1\n",
        "old/data/table.csv": "1,2\n" * 2000,
        "oldmodule.py": "y = 1\n",
        "listed-1.0.egg-info/PKG-INFO": "Name: listed\nVersion: 1.0\n",
        "listed-1.0.egg-info/installed-files.txt": "../listed.py\nPKG-INFO\ninstalled-files.txt\n",
        "listed.py": "z = 1\n",
        "distutils_one-0.1.egg-info": "Name: distutils_one\nVersion: 0.1\n",
        "distutils_one.py": "w = 1\n",
        "unpacked-2.0-py3.11.egg/EGG-INFO/PKG-INFO": "Name: unpacked\nVersion: 2.0\n",
        "unpacked-2.0-py3.11.egg/unpacked/__init__.py": "v = 1\n",
        "developed.egg-link": f"{tmp_path / 'source'}\n.\n",
        "easy-install.pth": f"./unpacked-2.0-py3.11.egg\n{tmp_path / 'source'}\n",
    }
    write(site, files)
    compileall.compile_dir(site, quiet=2)
    found, installed = weigh(target, tmp_path)
    assert sorted(installed) == ["developed", "distutils-one", "listed", "old", "unpacked"]
    assert [one.path for one in found.unowned] == ["easy-install.pth"]
    assert {use.name for use in found.uses if use.bytecode_bytes} == {"distutils-one", "listed", "old", "unpacked"}


def test_debians_own_packages(tmp_path: Path) -> None:
    need(DEBIAN.is_dir() and any(DEBIAN.glob("*-info")), "Debian's python3 packages")
    found, installed = weigh(layout.for_site_packages([DEBIAN]), tmp_path)
    assert all(one.origin == "system" for one in installed.values())
    assert found.unowned_bytes < found.total_apparent_bytes / 4


def test_the_environment_that_runs_the_tests(tmp_path: Path) -> None:
    python = interpreter.inspect(Path(sys.executable))
    # Other tests may compile modules here meanwhile; a second look settles it.
    for _ in range(3):
        try:
            found, _ = weigh(python, tmp_path)
            break
        except AssertionError:
            continue
    else:
        found, _ = weigh(python, tmp_path)
    assert found.owners[0]["pytest/__init__.py"] == "pytest"


@pytest.mark.network
def test_distributions_from_the_index_by_pip_and_uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    names = ("attrs", "idna", "six", "markupsafe", "pyyaml")
    by_pip, by_uv = environment(tmp_path / "by-pip"), environment(tmp_path / "by-uv")
    pip(by_pip, *names)
    uv(by_uv, *names)
    for python in (by_pip, by_uv):
        installer.require_pinned(site_of(python.parents[1]))
    pip_found, installed = weigh(interpreter.inspect(by_pip), tmp_path)
    uv_found, _ = weigh(interpreter.inspect(by_uv), tmp_path)
    assert sorted(installed) == sorted(names)
    assert pip_found.unowned == ()
    sources = [
        {use.name: use.apparent_bytes - use.bytecode_bytes for use in found.uses} for found in (pip_found, uv_found)
    ]
    for name in names:  # the same files but for RECORD's bytecode rows, INSTALLER and emptied folders
        assert abs(sources[0][name] - sources[1][name]) < 20_000
    assert pip_found.owners == uv_found.owners

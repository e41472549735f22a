"""The source trees and the tools that reading imports is compared on, fetched once into .cache/imports."""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
import sys
import tarfile
import urllib.request
import venv
import zipfile
from pathlib import Path

from environments import CONSTRAINTS, run_pip
from rounds import ROOT

CACHE = ROOT / ".cache" / "imports"
WHEELS = {  # pinned: the figures of one day can be repeated on another
    "django": "Django==5.2.19",
    "pandas": "pandas==3.1.1",
    "sympy": "sympy==1.14.0",
    "airflow": "apache-airflow-core==3.3.2",
}
LISTED = {  # releases that say by `__lazy_modules__` what is lazy from Python 3.15 on, in most of their files
    "filelock": "filelock==4.3.1",
    "hist": "hist==2.12.1",
    "plumbum": "plumbum==2.0.2",
    "scikit-build-core": "scikit_build_core==1.1.2",
    "virtualenv": "virtualenv==21.15.11",
}
_SDIST = re.compile(r'sdist = \{ url = "(?P<url>[^"]+)".*sha256 = "(?P<sha256>[0-9a-f]{64})"')
DEPTRIES = ("0.24.0", "0.25.1")


def tree(name: str) -> Path:
    """Return the folder with the unpacked wheel of one of WHEELS or LISTED."""
    folder = CACHE / "trees" / name
    if not folder.exists():
        wheels = CACHE / "wheels" / name
        only = ("--no-deps", "--only-binary=:all:", "--python-version=3.11")
        pinned = CONSTRAINTS / "bench-trees.txt"
        run_pip(Path(sys.executable), "download", *only, "--dest", wheels, (WHEELS | LISTED)[name], held=pinned)
        (wheel,) = wheels.glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder)
    return folder


def source_tree(name: str) -> Path:
    """Return the folder with the unpacked source distribution of one of WHEELS: tests and documentation as well."""
    folder = CACHE / "sources" / name
    if not folder.exists():
        with tarfile.open(fileobj=io.BytesIO(_source_archive(WHEELS[name])), mode="r:gz") as packed:
            packed.extractall(folder, filter="data")
    (inner,) = folder.iterdir()
    return inner


def _source_archive(requirement: str) -> bytes:
    """Return the source distribution that the index has for `name==version`, as a lock file names it.

    Not by `pip download`: that prepares its metadata, for which pandas configures its whole build.
    """
    command = [
        str(ROOT / ".venv" / "bin" / "uv"),
        "pip",
        "compile",
        "--quiet",
        "--no-deps",
        "--format=pylock.toml",
        "-",
    ]
    found = subprocess.run(command, input=requirement, capture_output=True, text=True, check=True)
    named = _SDIST.search(found.stdout)
    if named is None:
        sys.exit(f"the index has no source distribution of {requirement}")
    with urllib.request.urlopen(named["url"]) as answer:
        data: bytes = answer.read()
    if hashlib.sha256(data).hexdigest() != named["sha256"]:
        sys.exit(f"{requirement}: the archive is not the one that the index names")
    return data


def deptry(version: str) -> Path:
    """Return the folder of an environment with one version of deptry."""
    folder = CACHE / f"deptry-{version}"
    python = folder / "bin" / "python"
    if not (folder / "complete").exists():
        venv.create(folder, clear=True, with_pip=True)
        run_pip(python, "install", f"deptry=={version}")
        (folder / "complete").touch()
    return folder


def python_files(folder: Path) -> list[Path]:
    """Return the .py files below a folder in a stable order."""
    return sorted(folder.rglob("*.py"))

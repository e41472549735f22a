"""The only room of the tests that installs from an index: by pip or uv, held to the files in constraints/."""

import fcntl
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from constraints import pins

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / "environments"
_UV = (sys.executable, "-m", "uv")
# A shell's own settings, which would lead another interpreter astray or leave it without bytecode.
_DROPPED = frozenset({"VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE"})


class InstallFailed(Exception):
    """What pip or uv was asked to do did not happen, or brought something that no constraint names."""


def uv(*arguments: str | Path, constraints: Path | None = None, cwd: Path | None = None) -> str:
    """Run uv and return what it prints. `constraints`: a file instead of that of this interpreter."""
    return _run([*_UV, *arguments], constraints, cwd)


def pip(*arguments: str | Path, constraints: Path | None = None, by: str | Path = sys.executable) -> str:
    """Run the pip of an environment and return what it prints; `--python PATH` first to install into another one."""
    return _run([by, "-m", "pip", "--disable-pip-version-check", *arguments], constraints, None)


def make_filled(env: Path, wheels: Path, *words: str | Path) -> Path:
    """Return a virtual environment into which its own pip has installed what `words` ask for, from `wheels` alone."""
    subprocess.run([sys.executable, "-m", "venv", env], check=True)
    pip = (env / "bin/python", "-m", "pip", "-q", "--disable-pip-version-check")
    subprocess.run([*pip, "install", "--no-index", "--find-links", wheels, *words], check=True)
    return env


def make_environment(folder: Path, *lines: str | Path, constraints: Path | None = None) -> Path:
    """Return the interpreter of a new environment without pip and without bytecode, as uv makes it."""
    uv("venv", "--quiet", "--python", sys.executable, folder)
    python = folder / "bin" / "python"
    uv("pip", "install", "--quiet", "--python", python, *lines, constraints=constraints)
    return python


def lock(project: Path, *lines: str) -> None:
    """Write a pyproject.toml that asks for `lines`, and its uv.lock: `uv lock` knows only the constraints in there."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    held = [f"{name}=={release}" for name, release in pins.read(pins.file_for()).items()]
    asked = f'[project]\nname = "x"\nversion = "0"\nrequires-python = "=={version}.*"\n'
    held = [] if os.environ.get(pins.NEWEST) else held
    project.mkdir(parents=True, exist_ok=True)
    (project / "pyproject.toml").write_text(
        f"{asked}dependencies = {list(lines)}\n[tool.uv]\nconstraint-dependencies = {held}\n"
    )
    uv("lock", "--quiet", "--directory", project)
    found = re.findall(r'(?m)^name = "([^"]+)"\nversion', (project / "uv.lock").read_text(encoding="utf-8"))
    if floating := set(found) - {"x", *pins.read(pins.file_for())} if held else set():
        raise InstallFailed(f"not held by constraints/, add it there and `make pins`: {', '.join(sorted(floating))}")


def kept(name: str, fill: Callable[[Path], object], *told: object, constraints: Path | None = None) -> Path:
    """Return a folder that `fill` made, once for all workers and all runs: nobody may write more than bytecode to it.

    It is made anew where the releases, the interpreter or `told` are others. `make clean` removes it.
    """
    CACHE.mkdir(parents=True, exist_ok=True)
    key = pins.key(constraints or pins.file_for(), *told)
    return _made_once(CACHE, f"{name}-{key}", fill, older=f"{name}-{'?' * len(key)}")


def once_a_session(factory: pytest.TempPathFactory, name: str, fill: Callable[[Path], object]) -> Path:
    """Return a folder that `fill` made, once for all workers of this run."""
    base = factory.getbasetemp()
    return _made_once(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base, name, fill, older=name)


def unpinned(site: Path, releases: Mapping[str, str] | None = None) -> list[str]:
    """Return what is installed in a folder from an index and is not the release that the constraints name.

    What came from a folder or a file has direct_url.json, and what Python itself brings has no constraint.
    """
    known = pins.read(pins.file_for()) if releases is None else releases
    found = []
    for info in sorted(site.glob("*.dist-info")):
        name, _, version = info.name.removesuffix(".dist-info").partition("-")
        wanted = known.get(name.replace("_", "-").replace(".", "-").lower())
        bundled = name in ("pip", "setuptools") and wanted != version
        if version.partition("+")[0] != wanted and not bundled and not (info / "direct_url.json").exists():
            found.append(f"{name} {version}: {wanted or 'no constraint'}")
    return [] if os.environ.get(pins.NEWEST) else found


def require_pinned(site: Path, releases: Mapping[str, str] | None = None) -> None:
    """Raises: InstallFailed if the environment came from the index of the day."""
    if floating := unpinned(site, releases):
        raise InstallFailed(f"not held by constraints/, add it there and `make pins`: {'; '.join(floating)}")


def _run(command: list[str | Path], constraints: Path | None, cwd: Path | None) -> str:
    env = {name: value for name, value in os.environ.items() if name not in _DROPPED} | pins.variables(constraints)
    done = subprocess.run(list(map(str, command)), cwd=cwd, env=env, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise InstallFailed(f"{' '.join(map(str, command))} ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def _made_once(base: Path, name: str, fill: Callable[[Path], object], *, older: str) -> Path:
    """Keep other workers waiting while one makes it. The folder is there, empty, when `fill` is called."""
    folder, made = base / name, base / f"{name}.made"
    with (base / f"{older.partition('?')[0]}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            for left in base.glob(older):
                shutil.rmtree(left)
                Path(f"{left}.made").unlink(missing_ok=True)
            folder.mkdir()
            fill(folder)
            made.touch()
    return folder

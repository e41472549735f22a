"""A weight auditor is judged by its own weight: what a fresh install of the wheel brings, what its help loads."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from footprint.units import MIB
from tests.support.installer import pip, require_pinned

ROOT = Path(__file__).parents[2]
BYTES_AT_MOST = 10 * MIB
DISTRIBUTIONS_AT_MOST = 12

# None of these has work to do before a command is chosen.
NOT_FOR_HELP = ("rich", "markdown_it", "packaging", "psutil", "ruamel", "tomlkit", "pydantic", "footprint.collect")

# What venv itself puts there; older Pythons bring setuptools too.
NOT_OURS = ("pip", "setuptools", "_distutils_hack", "pkg_resources", "distutils-precedence")

_IMPORTED = re.compile(r"^import time:\s+\d+ \|\s+\d+ \|\s*(\S+)\s*$", re.MULTILINE)
_INSTALLED = (
    "import importlib.metadata as m, json;"
    "print(json.dumps({d.metadata['Name'].lower(): d.version for d in m.distributions()}))"
)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An environment with the built wheel and what it requires, and nothing else but pip; no bytecode of ours."""
    folder = tmp_path_factory.mktemp("own-weight")
    python = folder / "venv" / "bin" / "python"
    _run(sys.executable, "-m", "venv", str(folder / "venv"))
    pip("--python", python, "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, ROOT)
    (wheel,) = folder.glob("*.whl")
    pip("--python", python, "install", "--quiet", "--no-compile", wheel)
    require_pinned(next(folder.glob("venv/lib/*/site-packages")))
    yield python


@pytest.mark.slow
@pytest.mark.network
def test_a_fresh_install_is_small(fresh: Path) -> None:
    installed = json.loads(_run(str(fresh), "-I", "-c", _INSTALLED)).keys() - set(NOT_OURS)
    weights = _weigh(fresh.parents[1])
    heaviest = sorted(weights.items(), key=lambda item: -item[1])[:8]
    assert "footprint-audit" in installed
    assert len(installed) <= DISTRIBUTIONS_AT_MOST, sorted(installed)
    assert sum(weights.values()) <= BYTES_AT_MOST, heaviest


@pytest.mark.slow
@pytest.mark.network
def test_the_installed_wheel_runs_and_brings_its_data(fresh: Path) -> None:
    version = _run(str(fresh.parent / "footprint"), "--version")
    assert re.search(r"\d+\.\d+", version)
    assert _run(str(fresh), "-I", "-m", "footprint", "--version") == version
    assert _package_files(ROOT) == _package_files(next(fresh.parents[1].glob("lib/*/site-packages")))


@pytest.mark.parametrize("flag", ["--help", "--version"])
def test_help_loads_nothing_that_only_a_command_needs(flag: str) -> None:
    command = (sys.executable, "-X", "importtime", "-m", "footprint", flag)
    run = subprocess.run(command, capture_output=True, text=True, check=True, env=_environment(), cwd=ROOT)
    imported = _IMPORTED.findall(run.stderr)
    assert "footprint" in imported  # the trace was read
    loaded = [name for name in imported if any(name == no or name.startswith(f"{no}.") for no in NOT_FOR_HELP)]
    assert not loaded


def _weigh(environment: Path) -> dict[str, int]:
    """Return apparent bytes per top-level entry of what was installed, bin included, bytecode left out."""
    weights: dict[str, int] = {}
    (site,) = environment.glob("lib/*/site-packages")
    for base, pattern in ((site, "*"), (environment / "bin", "footprint*")):
        for path in base.glob(pattern):
            if re.split(r"-\d|\.", path.name)[0] in NOT_OURS:  # pip, pip-26.3.dist-info, distutils-precedence.pth
                continue
            inside = path.rglob("*") if path.is_dir() else [path]
            name = f"{base.name}/{path.name}"
            weights[name] = sum(file.stat().st_size for file in inside if file.is_file() and file.suffix != ".pyc")
    return weights


def _package_files(base: Path) -> set[str]:
    found = (path.relative_to(base) for path in (base / "footprint").rglob("*") if path.is_file())
    return {path.as_posix() for path in found if "__pycache__" not in path.parts}


def _run(*command: str) -> str:
    run = subprocess.run(command, capture_output=True, text=True, check=False, env=_environment())
    assert run.returncode == 0, f"{command}: {run.stderr[-2000:]}"
    return run.stdout


def _environment() -> dict[str, str]:
    """The environment without what would load more into a child, or leave it without bytecode."""
    dropped = ("PYTHON", "COVERAGE_")
    return {name: value for name, value in os.environ.items() if not name.startswith(dropped)}

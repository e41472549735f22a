"""Real editable installs of folders beside the project, by the build backends that the constraints name."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from footprint.audit.run import run_audit
from footprint.config.audit_settings import read_options
from footprint.model.audit import Audit
from footprint.units import MIB
from tests.support.installer import make_environment, uv
from tests.support.projects import write

_FILES = {"{}/__init__.py": 'import {}.data\n__version__ = "1.0"\n', "{}/data.py": 'BIG = b"x" * (6 << 20)\n'}
_SETUPTOOLS, _HATCHLING = ("setuptools.build_meta", "setuptools"), ("hatchling.build", "hatchling")
# name: backend, its requirement, the folder of the package in the project, settings
BACKENDS: Mapping[str, tuple[str, str, str, str]] = {
    "setuptools, flat": (*_SETUPTOOLS, "acmepkg", '[tool.setuptools]\npackages = ["acmepkg"]\n'),
    "setuptools, src": (*_SETUPTOOLS, "src/acmepkg", ""),
    "setuptools, another folder": (
        *(*_SETUPTOOLS, "lib"),
        '[tool.setuptools]\npackages = ["acmepkg"]\n[tool.setuptools.package-dir]\nacmepkg = "lib"\n',
    ),
    "hatchling": (*_HATCHLING, "src/acmepkg", '[tool.hatch.build.targets.wheel]\npackages = ["src/acmepkg"]\n'),
    "hatchling, exact": (
        *(*_HATCHLING, "acmepkg"),
        '[tool.hatch.build]\ndev-mode-exact = true\n[tool.hatch.build.targets.wheel]\npackages = ["acmepkg"]\n',
    ),
    "flit": ("flit_core.buildapi", "flit_core", "acmepkg", '[tool.flit.module]\nname = "acmepkg"\n'),
    "poetry": (
        *("poetry.core.masonry.api", "poetry-core", "acmepkg"),
        '[tool.poetry]\npackages = [{ include = "acmepkg" }]\n',
    ),
    "pdm": ("pdm.backend", "pdm-backend", "src/acmepkg", ""),
    "uv": ("uv_build", "uv_build", "src/acmepkg", '[tool.uv.build-backend]\nmodule-name = "acmepkg"\n'),
}
_TWO = ("setuptools, flat", "hatchling, exact")


def make_library(folder: Path, name: str) -> Path:
    backend, requirement, place, settings = BACKENDS[name]
    root = Path(place).parent
    files = {str(root / path.format(Path(place).name)): text.format("acmepkg") for path, text in _FILES.items()}
    project = '[project]\nname = "acme-three"\nversion = "1.0"\ndescription = "x"\ndependencies = ["iniconfig"]\n'
    build = f'[build-system]\nrequires = ["{requirement}"]\nbuild-backend = "{backend}"\n'
    return write(folder, {**files, "tests/__init__.py": "", "pyproject.toml": f"{build}{project}{settings}"})


def audit(folder: Path, library: Path) -> Audit:
    project = write(
        folder / "app",
        {
            "main.py": "import acmepkg\napp = 1\n",
            "Procfile": "web: gunicorn main:app\n",
            "requirements.txt": "-e ../lib\n",
        },
    )
    make_environment(folder / "env", "iniconfig", "editables")
    uv("pip", "install", "--quiet", "--python", folder / "env/bin/python", "--no-deps", "-e", library)
    return run_audit(read_options({"env": folder / "env"}, project))


@pytest.mark.parametrize(
    "name", [name if name in _TWO else pytest.param(name, marks=pytest.mark.slow_check) for name in BACKENDS]
)
def test_a14_an_editable_install_is_read_and_measured_as_any_other(name: str, tmp_path: Path) -> None:
    found = audit(tmp_path, make_library(tmp_path / "lib", name))
    rows = {row.name: row for row in found.distributions}
    row = rows["acme-three"]
    assert (row.usage.value, row.confidence, row.loaded_at_stage) == ("startup", "certain", "import")
    assert (row.origin, [at.raw for at in row.declared]) == ("editable", ["../lib"])
    assert row.outside_bytes is not None
    assert 60 < row.outside_bytes < 100_000
    assert row.startup_self_rss_bytes is not None
    assert 6 * MIB <= row.startup_self_rss_bytes < 8 * MIB
    assert rows["iniconfig"].usage.value == "transitive"
    assert found.disk.reconciles
    assert (found.undeclared, [item.code for item in found.findings]) == ((), [])
    (entry,) = found.entries
    last = {stage.reading.stage: stage.reading.rss_bytes for stage in entry.stages}["import"]
    assert sum(part.rss_bytes for part in entry.memory) == last
    assert not [note for note in found.notes if note.code == "local-path-outside"]

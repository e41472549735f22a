"""What tests of several readers start from."""

from pathlib import Path

import pytest


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    return tmp_path / "env"


@pytest.fixture
def site(prefix: Path) -> Path:
    folder = prefix / "lib/python3.11/site-packages"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def no_active_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX", "CONDA_DEFAULT_ENV", "PYTHONUSERBASE", "PYTHONNOUSERSITE"):
        monkeypatch.delenv(variable, raising=False)

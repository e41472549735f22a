"""What tests of several commands start from."""

import random
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.actions import runner_temp, shared_clone
from tests.support.command import EXAMPLE_ENV
from tests.support.installer import kept, require_pinned, uv
from tests.support.machine import need


@pytest.fixture
def port() -> int:
    """Return a port of this machine that nobody listened at just now, and that no connection is given by itself."""
    chance = random.SystemRandom()
    while True:
        number = chance.randrange(10_000, 30_000)
        with socket.socket() as found, suppress(OSError):
            found.bind(("", number))
            return number


@pytest.fixture
def private_temporary_folder(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """Return the folder for temporary files: what is left in it is ours, and there must be nothing."""
    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setenv("TMPDIR", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


@pytest.fixture(scope="session")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a clone of what is committed, as a runner gets it: nobody may change it."""
    return shared_clone(tmp_path_factory)


@pytest.fixture(scope="module")
def temp(tmp_path_factory: pytest.TempPathFactory, clone: Path) -> Path:
    """Return a runner's folder in which the action has installed footprint."""
    return runner_temp(tmp_path_factory, clone)


@pytest.fixture(scope="session")
def gunicorn() -> Path:
    """Gunicorn and its uvicorn worker in a folder beside the example's environment."""
    need(EXAMPLE_ENV.exists(), "the example's environment")

    def fill(folder: Path) -> None:
        into = ("--compile-bytecode", "--python", EXAMPLE_ENV / "bin/python", "--target", folder)
        uv("pip", "install", "--quiet", "--no-deps", *into, "gunicorn", "packaging")
        require_pinned(folder)

    return kept("gunicorn", fill, "compiled")

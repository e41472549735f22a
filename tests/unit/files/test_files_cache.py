"""Our own cache: what is in it comes back, and whatever else stands there is only missing."""

import json
import os
from pathlib import Path

import pytest

from footprint.files.cache import read_cached, write_cached
from tests.support.projects import write


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("FOOTPRINT_NO_CACHE", raising=False)
    return tmp_path / "footprint"


def test_what_is_kept_comes_back(folder: Path) -> None:
    assert read_cached("servers", "a") is None
    write_cached("servers", "a", {"x": 1})
    write_cached("servers", "b", [2])
    assert (read_cached("servers", "a"), read_cached("servers", "b")) == ({"x": 1}, [2])
    assert sorted(path.name for path in folder.iterdir()) == ["servers.json", "servers.lock"]


def test_only_the_last_values_stay(folder: Path) -> None:
    for number in range(60):
        write_cached("servers", str(number), number)
    assert (read_cached("servers", "19"), read_cached("servers", "20")) == (None, 20)
    assert len(json.loads((folder / "servers.json").read_text())) == 40


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[" * 100_000, "\udcff"])
def test_a_broken_file_is_only_missing(text: str, folder: Path) -> None:
    write(folder, {"servers.json": text.encode("utf-8", "surrogateescape")})
    assert read_cached("servers", "a") is None
    write_cached("servers", "a", 1)
    assert read_cached("servers", "a") == 1


def test_it_is_left_alone_where_that_is_asked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTPRINT_NO_CACHE", "1")
    write_cached("servers", "a", 1)
    assert read_cached("servers", "a") is None
    assert not folder.exists()


def test_a_folder_that_cannot_be_made_is_harmless(folder: Path) -> None:
    folder.write_text("a file")
    write_cached("servers", "a", 1)
    assert read_cached("servers", "a") is None


def test_a_relative_folder_is_none(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would lie in the project. Source: XDG Base Directory Specification."""
    monkeypatch.chdir(folder.parent)
    monkeypatch.setenv("XDG_CACHE_HOME", "caches")
    monkeypatch.setenv("HOME", str(folder.parent / "home"))
    write_cached("servers", "a", 1)
    assert read_cached("servers", "a") == 1
    assert [path.name for path in folder.parent.iterdir()] == ["home"]


@pytest.mark.parametrize("is_there", [False, True])
def test_nothing_is_written_in_the_home_of_somebody_else(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *, is_there: bool
) -> None:
    if is_there:
        folder.mkdir()
    own = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: own + 1)
    write_cached("servers", "a", 1)
    assert not is_there or not list(folder.iterdir())
    assert folder.exists() == is_there

"""The folder of what is kept: ours alone, whole or not there, bounded, and never in the way."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from footprint.files import cache_folder
from footprint.files.cache_folder import CacheFolder, find_cache_folder
from tests.support.machine import need


@pytest.fixture
def kept(tmp_path: Path) -> CacheFolder:
    return CacheFolder(str(tmp_path / "a" / "facts"))


def file_in(kept: CacheFolder) -> Path:
    (only,) = Path(kept.path).iterdir()
    return only


def test_what_is_kept_comes_back(kept: CacheFolder) -> None:
    assert kept.read("a") is None
    kept.write("a", b"1")
    kept.write("b", b"")
    kept.write("a", b"2")
    assert (kept.read("a"), kept.read("b"), kept.read("c")) == (b"2", b"", None)
    assert Path(kept.path).stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in Path(kept.path).iterdir()} == {0o600}
    assert kept.weigh()[0] == 2


def test_clear_removes_what_is_ours_alone(kept: CacheFolder) -> None:
    kept.write("a", b"1")
    Path(kept.path, "notes.txt").write_text("of the user")
    assert (kept.clear(), kept.read("a"), kept.clear()) == (1, None, 0)
    assert os.listdir(kept.path) == ["notes.txt"]  # noqa: PTH208


BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "cut off": lambda data: data[:-1],
    "a byte more": lambda data: data + b"x",
    "another byte": lambda data: data[:-1] + b"x",
    "foreign": lambda data: b"SQLite format 3\0" * 10,
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_not_whole_is_not_there(name: str, kept: CacheFolder) -> None:
    kept.write("a", b"content")
    file_in(kept).write_bytes(BROKEN[name](file_in(kept).read_bytes()))
    assert kept.read("a") is None
    kept.write("a", b"again")
    assert kept.read("a") == b"again"


def test_links_are_not_followed(kept: CacheFolder, tmp_path: Path) -> None:
    kept.write("a", b"1")
    file = file_in(kept)
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    assert kept.read("a") is None
    kept.write("a", b"2")
    assert (kept.read("a"), file.is_symlink()) == (b"2", False)


def test_a_file_of_two_names_is_not_ours_alone(kept: CacheFolder, tmp_path: Path) -> None:
    kept.write("a", b"1")
    (tmp_path / "other").hardlink_to(file_in(kept))
    assert kept.read("a") is None


@pytest.mark.parametrize("mode", [0o750, 0o701, 0o777])
def test_a_folder_that_others_may_enter_is_not_used(mode: int, kept: CacheFolder) -> None:
    kept.write("a", b"1")
    Path(kept.path).chmod(mode)
    kept.write("b", b"2")
    assert (kept.read("a"), kept.clear(), kept.is_usable()) == (None, 0, False)
    assert len(list(Path(kept.path).iterdir())) == 1


def test_a_folder_that_is_a_link_is_not_used(kept: CacheFolder, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "a").mkdir()
    Path(kept.path).symlink_to(tmp_path / "real")
    kept.write("a", b"1")
    assert (kept.read("a"), list((tmp_path / "real").iterdir())) == (None, [])


def test_nothing_is_made_in_the_home_of_somebody_else(tmp_path: Path) -> None:
    need(os.geteuid() == 0, "root: gives a folder away")
    os.chown(tmp_path, 12345, 12345)
    kept = CacheFolder(str(tmp_path / ".cache" / "footprint" / "facts"))
    kept.write("a", b"1")
    assert (kept.read("a"), kept.is_usable(), list(tmp_path.iterdir())) == (None, False, [])
    named = CacheFolder(str(tmp_path / "facts"), named=True)
    named.write("a", b"1")
    assert named.read("a") == b"1"


def test_what_was_used_longest_ago_goes_first(kept: CacheFolder) -> None:
    for number in range(4):
        kept.write(str(number), bytes(1000))
    kept.trim(10_000)
    assert kept.weigh()[0] == 4
    old = time.time() - 10_000
    for path in Path(kept.path).iterdir():
        os.utime(path, (old, old))
    assert kept.read("2") is not None  # it is used again
    kept.trim(2_100)
    assert (kept.weigh()[0], kept.read("2") is not None) == (2, True)


def test_all_files_are_looked_at_once_and_after_much_was_written(
    kept: CacheFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []
    listed = cache_folder._list

    def look(folder: int) -> list[tuple[str, os.stat_result]]:
        looked.append(folder)
        return listed(folder)

    monkeypatch.setattr(cache_folder, "_list", look)
    counts = []
    for number in range(20):
        kept.write(str(number), bytes(1 << 20))
        counts.append(len(looked))
    assert counts == [1] * 8 + [2] * 8 + [3] * 4  # every 8 MiB
    other = CacheFolder(f"{kept.path}-other", named=True)
    for name in ("a", "b", "a"):
        other.write(name, b"1")
        assert len(looked) == counts[-1] + 1  # each folder by itself


def test_it_is_never_larger_than_the_bound(kept: CacheFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_folder, "BYTES_AT_MOST", 10 << 20)
    monkeypatch.setattr(cache_folder, "_UNTRIMMED", 2 << 20)
    for number in range(40):
        kept.write(str(number), bytes(1 << 20))
        assert kept.weigh()[1] <= 10 << 20
    assert kept.read("39") is not None


def test_what_nobody_finished_is_removed(kept: CacheFolder) -> None:
    kept.write("a", b"1")
    beside = Path(kept.path, f".{file_in(kept).name}.{'0' * 16}")
    beside.write_bytes(b"half")
    kept.trim()
    assert beside.exists()  # somebody may be at it
    os.utime(beside, (1, 1))
    kept.trim()
    assert not beside.exists()
    assert kept.read("a") == b"1"


PLACES = {  # variables -> the folder, below the place of the test
    "named": ({"FOOTPRINT_CACHE": "own"}, "own"),
    "named in CI": ({"FOOTPRINT_CACHE": "own", "CI": "true"}, "own"),
    "none, by an empty name": ({"FOOTPRINT_CACHE": "", "XDG_CACHE_HOME": "xdg"}, None),
    "none in CI": ({"CI": "true", "XDG_CACHE_HOME": "xdg"}, None),
    "none where none is wanted": ({"FOOTPRINT_NO_CACHE": "1", "FOOTPRINT_CACHE": "own"}, None),
    "XDG": ({"XDG_CACHE_HOME": "xdg"}, "xdg/footprint/facts"),
    "home": ({}, "home/.cache/footprint/facts"),
    "home, with an empty XDG": ({"XDG_CACHE_HOME": ""}, "home/.cache/footprint/facts"),
}


@pytest.mark.parametrize("name", PLACES)
def test_where_it_is(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    variables, place = PLACES[name]
    for each in ("FOOTPRINT_CACHE", "FOOTPRINT_NO_CACHE", "CI", "XDG_CACHE_HOME"):
        monkeypatch.delenv(each, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for key, value in variables.items():
        monkeypatch.setenv(key, str(tmp_path / value) if value in ("own", "xdg") else value)
    found = find_cache_folder()
    assert (found and found.path) == (str(tmp_path / place) if place else None)
    assert list(tmp_path.iterdir()) == []

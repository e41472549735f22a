"""The times of inodes: the same by every way of asking, and never an answer where there is no such name."""

import os
import struct
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.files import change_times as module
from footprint.files.change_times import ChangeTimes, StatxTimes, change_times, pack_times

only_where_statx_is = pytest.mark.skipif(
    sys.platform != "linux" or sys.implementation.name != "cpython", reason="the system has no statx"
)
WAYS: dict[str, Callable[[], ChangeTimes]] = {"lstat": ChangeTimes, "what there is": change_times}


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[int]:
    """Return an open folder with all kinds of names in it."""
    (tmp_path / "file").write_bytes(b"x")
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "é \n").write_bytes(b"")
    (tmp_path / os.fsdecode(b"\xff")).write_bytes(b"")
    time.sleep(0.02)
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "nowhere").symlink_to("absent")
    os.mkfifo(tmp_path / "pipe")
    descriptor = os.open(tmp_path, getattr(os, "O_PATH", os.O_RDONLY))
    yield descriptor
    os.close(descriptor)


NAMES = (b"file", b"inner", "inner/é \n".encode(), b"\xff", b"link", b"nowhere", b"pipe", b".")


def times_of(folder: int, names: tuple[bytes, ...]) -> bytes:
    return pack_times([os.lstat(name, dir_fd=folder).st_ctime_ns for name in names])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("count", [0, 1, 2, 63, 64, 65, 1000])
def test_every_way_says_what_lstat_says(way: str, count: int, folder: int) -> None:
    asked, names = WAYS[way](), (NAMES * 200)[:count]
    asked.ask(folder, names)
    asked.ask(folder, [])
    asked.ask(folder, list(NAMES))
    assert asked.packed() == times_of(folder, names + NAMES)


@pytest.mark.parametrize("way", WAYS)
def test_one_is_asked_name_by_name_and_another_does_not_share_its_buffer(way: str, folder: int) -> None:
    one, other = WAYS[way](), WAYS[way]()
    for name in NAMES * 150:
        one.ask(folder, [name])
        other.ask(folder, [b"file"])
    assert one.packed() == times_of(folder, NAMES * 150)
    assert other.packed() == times_of(folder, (b"file",) * len(NAMES) * 150)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", [b"absent", b"file/below", b"x" * 5000, b"link/below"])
def test_a_name_that_is_not_there_is_an_error(way: str, name: bytes, folder: int) -> None:
    for names in ([name], [*NAMES, name], [name, *NAMES], [*NAMES * 100, name]):
        with pytest.raises(OSError):
            WAYS[way]().ask(folder, names)


@only_where_statx_is
def test_statx_is_what_asks(folder: int) -> None:
    assert isinstance(change_times(), StatxTimes)


def _refused(*_: object) -> int:
    return -1


def _lies(*_: object) -> int:
    return 0  # and nothing is in the buffer


@only_where_statx_is
@pytest.mark.parametrize("answer", [_refused, _lies])
def test_a_system_that_refuses_or_says_something_else_is_asked_by_lstat(
    answer: Callable[..., int], monkeypatch: pytest.MonkeyPatch, folder: int
) -> None:
    _, answers, places = module._find_statx()
    monkeypatch.setattr(module, "_find_statx", lambda: (answer, answers, places))
    asked = change_times()
    assert type(asked) is ChangeTimes
    asked.ask(folder, NAMES)
    assert asked.packed() == times_of(folder, NAMES)


@only_where_statx_is
@pytest.mark.parametrize("error", [ImportError, AttributeError, OSError, TypeError, ValueError])
def test_a_python_without_the_means_asks_by_lstat(error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> Any:
        raise error

    monkeypatch.setattr(module, "_find_statx", fail)
    assert type(change_times()) is ChangeTimes


@only_where_statx_is
def test_no_answer_outlives_a_change(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1")
    descriptor = os.open(tmp_path, os.O_RDONLY)
    found = set()
    for _ in range(3):
        asked = change_times()
        asked.ask(descriptor, [b"a"])
        found.add(asked.packed())
        time.sleep(0.03)
        (tmp_path / "a").chmod(0o600)
    os.close(descriptor)
    assert len(found) == 3


_TIMES = st.lists(st.integers(0, (1 << 62) - 1), max_size=20)


@only_where_statx_is
@given(_TIMES, _TIMES, st.integers(1, 8))
def test_any_times_are_packed_as_those_of_lstat(one: list[int], other: list[int], room: int) -> None:
    packed = _packed_by_statx(one, room)
    assert packed == pack_times(one)
    assert (packed == pack_times(other)) == (one == other)


@only_where_statx_is
@given(_TIMES, st.integers(-(1 << 62), -1), _TIMES)
def test_a_time_before_1970_is_never_the_same(before: list[int], time: int, after: list[int]) -> None:
    times = [*before, time, *after]
    try:
        packed = _packed_by_statx(times, 4)
    except OverflowError:
        return
    assert packed != pack_times(times)


def _packed_by_statx(times: list[int], room: int) -> bytes:
    """Return what is made of times by a statx that says them, with room for some answers."""
    answers = bytearray(256 * room)

    def statx(_folder: int, name: bytes, _flags: int, _mask: int, place: int) -> int:
        seconds, nanoseconds = divmod(int(name), 10**9)
        struct.pack_into("=qI", answers, place + 96, seconds, nanoseconds)
        return 0

    asked = StatxTimes(statx, answers, range(0, 256 * room, 256))
    asked.ask(0, [str(time).encode() for time in times])
    return asked.packed()

"""The reader of strangers' files: what is not a regular file of bounded size is refused, and never waited for."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from footprint.files.reader import NotRead, read_given, read_regular, read_start
from tests.support.machine import are_permissions_obeyed, need, obey_permissions, sparse

GIB = 1 << 30


def test_a_file_is_read_whole_and_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x" * 100)
    (tmp_path / "link").symlink_to("file")
    found = [read_regular(tmp_path / name, bytes_at_most=100) for name in ("file", "link")]
    found += [read_regular(str(tmp_path / "file"), bytes_at_most=100), read_given(tmp_path / "link", bytes_at_most=100)]
    assert found == [b"x" * 100] * 4
    (tmp_path / "file").write_bytes(b"")
    assert read_regular(tmp_path / "file", bytes_at_most=100) == b""


def test_a_file_that_tells_no_size_is_read_up_to_the_limit() -> None:
    assert b"Name:" in read_regular("/proc/self/status", bytes_at_most=1 << 16)
    with pytest.raises(NotRead, match=r"larger than 10 B"):
        read_regular("/proc/self/status", bytes_at_most=10)
    assert len(read_start("/proc/self/status", bytes_at_most=10)) == 10


def test_the_start_of_a_large_file_is_all_that_is_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"begin" + bytes(1000))
    os.truncate(tmp_path / "file", 20 * GIB)
    assert read_start(tmp_path / "file", bytes_at_most=5) == b"begin"
    (tmp_path / "short").write_bytes(b"be")
    assert read_start(tmp_path / "short", bytes_at_most=5) == b"be"


def _ring(path: Path) -> None:
    path.symlink_to(path.with_name("other"))
    path.with_name("other").symlink_to(path)


REFUSED: list[tuple[str, Callable[[Path], object], str, str]] = [
    ("nothing", lambda path: None, "absent", "no such file"),
    ("link to nothing", lambda path: path.symlink_to("nowhere"), "absent", "no such file"),
    ("folder", Path.mkdir, "not-regular", "not a regular file"),
    ("pipe", os.mkfifo, "not-regular", "not a regular file"),
    ("link to zeros", lambda path: path.symlink_to("/dev/zero"), "not-regular", "not a regular file"),
    ("link to a terminal", lambda path: path.symlink_to("/dev/tty"), "not-regular", "not a regular file"),
    ("sparse", sparse, "too-large", "larger than 5.0 MiB"),
    ("link in a ring", _ring, "unreadable", "Too many levels of symbolic links"),
]


@pytest.mark.parametrize("read", [read_regular, read_given])
@pytest.mark.parametrize(("make", "reason", "text"), [pytest.param(*row[1:], id=row[0]) for row in REFUSED])
def test_anything_else_is_refused_at_once(
    make: Callable[[Path], object], reason: str, text: str, read: Callable[..., bytes], tmp_path: Path
) -> None:
    make(tmp_path / "it")
    with pytest.raises(NotRead) as refused:
        read(tmp_path / "it", bytes_at_most=5 << 20)
    assert (refused.value.reason, str(refused.value)) == (reason, text)


@pytest.mark.parametrize("name", ["a\0b", "\ud800", "x" * 300, "y/" * 3000 + "z", ""])
def test_a_name_that_no_file_can_have_is_refused(name: str, tmp_path: Path) -> None:
    for read in (read_regular, read_start, read_given):
        with pytest.raises(NotRead) as refused:
            read(f"{tmp_path}/{name}", bytes_at_most=10)
        assert str(refused.value)


def test_what_may_not_be_read_says_so(tmp_path: Path) -> None:
    need(are_permissions_obeyed(tmp_path), "a user whom permissions hold")
    (tmp_path / "file").write_text("x")
    (tmp_path / "file").chmod(0)
    code = "import sys\nfrom footprint.files.reader import read_regular\nread_regular(sys.argv[1], bytes_at_most=9)"
    command = [sys.executable, "-c", code, str(tmp_path / "file")]
    done = subprocess.run(command, preexec_fn=obey_permissions, capture_output=True, text=True, check=False)
    assert done.stderr.endswith("footprint.files.reader.NotRead: Permission denied\n")


def test_a_pipe_is_not_opened_so_its_writer_goes_on_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    code = "import sys; open(sys.argv[1], 'wb').write(b'x' * 100)"
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "pipe")]) as writing:
        for _ in range(20):
            with pytest.raises(NotRead):
                read_regular(tmp_path / "pipe", bytes_at_most=10)
        assert (tmp_path / "pipe").open("rb").read() == b"x" * 100
    assert writing.returncode == 0


def test_a_pipe_that_the_shell_hands_over_is_read_up_to_the_limit() -> None:
    reading, writing = os.pipe()
    os.write(writing, b"x" * 100)
    os.close(writing)
    assert read_given(f"/dev/fd/{reading}", bytes_at_most=100) == b"x" * 100
    os.close(reading)
    code = "from footprint.files.reader import read_given\nread_given('/dev/stdin', bytes_at_most=1000)"
    command = f'cat /dev/zero | {sys.executable} -c "{code}"'
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert done.stderr.endswith("footprint.files.reader.NotRead: larger than 1000 B\n")

"""The writer: a file is written whole, or it stays as it was; and nothing lies beside it."""

import os
import resource
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from footprint.files.writer import NotWritten, append_file, check_place, write_file
from tests.support.canary import look, plant
from tests.support.machine import UNCOVERED, are_permissions_obeyed, need, obey_permissions, only_where, runs

ROOT = Path(__file__).parents[3]


@contextmanager
def no_larger_than(count_bytes: int) -> Iterator[None]:
    """A disk that is full after so many bytes of one file."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (count_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def as_a_user_whom_permissions_hold(code: str, *arguments: str) -> str:
    """Run `code` there and return what it printed."""
    command = [sys.executable, "-c", "import sys\nfrom footprint.files.writer import *\n" + code, *arguments]
    done = subprocess.run(command, preexec_fn=obey_permissions, capture_output=True, text=True, check=False, cwd=ROOT)
    return done.stdout + done.stderr


def test_a_file_is_written_and_replaced(tmp_path: Path) -> None:
    write_file(tmp_path / "file", b"one")
    write_file(str(tmp_path / "file"), b"two")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("file", b"two")]
    umask = os.umask(0o027)
    write_file(tmp_path / "other", b"")
    os.umask(umask)
    assert stat.S_IMODE((tmp_path / "other").stat().st_mode) == 0o640


def test_a_file_is_another_one_when_it_was_written(tmp_path: Path) -> None:
    """Whoever reads it meanwhile has the old one whole; another name of the old one keeps it."""
    (tmp_path / "file").write_bytes(b"one")
    os.link(tmp_path / "file", tmp_path / "other")
    with (tmp_path / "file").open("rb") as reading:
        write_file(tmp_path / "file", b"two")
        assert reading.read() == b"one"
    assert (tmp_path / "other").read_bytes() == b"one"


def test_mode_owner_and_attributes_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"one")
    if os.geteuid() == 0:
        os.chown(path, 65534, 65533)
    path.chmod(0o640)
    try:
        os.setxattr(path, "user.note", b"kept")
    except OSError:
        attributes = []
    else:
        attributes = ["user.note"]
    before = path.stat()
    write_file(path, b"two")
    after = path.stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)
    assert os.listxattr(path) == attributes
    assert path.read_bytes() == b"two"


def test_a_link_is_written_through(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there/file").write_bytes(b"one")
    (tmp_path / "link").symlink_to("there/file")
    (tmp_path / "new").symlink_to("there/new")
    write_file(tmp_path / "link", b"two")
    write_file(tmp_path / "new", b"two")
    assert (tmp_path / "link").is_symlink() and (tmp_path / "new").is_symlink()
    assert [path.read_bytes() for path in sorted((tmp_path / "there").iterdir())] == [b"two", b"two"]


@pytest.mark.parametrize("old", [b"old" * 10, b"old" * 5000, None], ids=["short", "longer than the limit", "none"])
def test_a_full_disk_leaves_the_old_file_and_nothing_beside_it(old: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "file"
    if old is not None:
        path.write_bytes(old)
    before = look(tmp_path) if old is None else {".": look(tmp_path)["."], "file": look(tmp_path)["file"]}
    with no_larger_than(1000), pytest.raises(NotWritten, match=f"cannot write {path}: File too large"):
        write_file(path, b"new" * 1000)
    with no_larger_than(1000), pytest.raises(NotWritten, match="File too large"):
        append_file(path, b"new" * 1000)
    after = look(tmp_path)
    assert {name: (*found[:3], found[4]) for name, found in after.items()} == {
        name: (*found[:3], found[4]) for name, found in before.items()
    }


def test_a_full_file_system_is_told_and_changes_nothing(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(small)]
    only_where(runs(*mounting), "the right to mount")
    try:
        (small / "file").write_bytes(b"old")
        (small / "rest").write_bytes(bytes(40_000))
        for write in (write_file, append_file):
            with pytest.raises(NotWritten, match="No space left on device"):
                write(small / "file", b"x" * 50_000)
        assert sorted(path.name for path in small.iterdir()) == ["file", "rest"]
        assert (small / "file").read_bytes() == b"old"
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_a_file_that_is_a_mount_of_its_own_is_written_in_place(tmp_path: Path) -> None:
    """As containers are handed single files of the host."""
    (tmp_path / "host").write_bytes(b"old")
    (tmp_path / "file").touch()
    mounting = ["mount", "--bind", str(tmp_path / "host"), str(tmp_path / "file")]
    only_where(runs(*mounting), "the right to mount")
    try:
        write_file(tmp_path / "file", b"new and longer")
        assert (tmp_path / "host").read_bytes() == b"new and longer"
        write_file(tmp_path / "file", b"n")
        assert (tmp_path / "host").read_bytes() == b"n"
        (tmp_path / "host").write_bytes(b"old" * 100)
        with no_larger_than(1000), pytest.raises(NotWritten):
            write_file(tmp_path / "file", b"x" * 2000)
        assert (tmp_path / "host").read_bytes() == b"old" * 100
        assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "host"]
    finally:
        subprocess.run(["umount", str(tmp_path / "file")], check=True)


def test_a_place_that_is_closed_to_us_is_told_and_left(tmp_path: Path) -> None:
    need(are_permissions_obeyed(tmp_path), "a user whom permissions hold")
    (tmp_path / "firm").mkdir()
    (tmp_path / "firm/file").write_bytes(b"old")
    (tmp_path / "firm").chmod(0o555)
    for name in ("file", "new"):
        told = as_a_user_whom_permissions_hold("write_file(sys.argv[1], b'new')", str(tmp_path / "firm" / name))
        assert f"Permission denied: the folder {tmp_path / 'firm'} is not writable" in told
    assert as_a_user_whom_permissions_hold("append_file(sys.argv[1], b'new')", str(tmp_path / "firm/file")) == ""
    assert (tmp_path / "firm/file").read_bytes() == b"oldnew"
    (tmp_path / "firm").chmod(0o755)
    (tmp_path / "firm/file").chmod(0o444)
    told = as_a_user_whom_permissions_hold("check_place(sys.argv[1])", str(tmp_path / "firm/file"))
    assert f"cannot write {tmp_path / 'firm/file'}: Permission denied: it is not writable" in told


def test_a_file_whose_owner_we_cannot_give_keeps_him() -> None:
    only_where(os.geteuid() == 0, "root, to give a file away")
    code = (
        "import os, sys\nfrom footprint.files.writer import write_file\n"
        "os.setgroups([])\nos.setgid(65534)\nos.setuid(65534)\nwrite_file(sys.argv[1], b'longer than it was')"
    )
    # Not in pytest's own folder: each session that begins closes that to everybody else.
    with tempfile.TemporaryDirectory(prefix="footprint-test-") as folder:
        file = Path(folder, "file")
        file.write_bytes(b"old")
        file.chmod(0o666)
        os.chown(file, 65533, 65533)
        Path(folder).chmod(0o777)
        subprocess.run([sys.executable, "-c", code, str(file)], check=True, cwd=ROOT, env={**os.environ, **UNCOVERED})
        assert file.read_bytes() == b"longer than it was"
        assert file.stat().st_uid == 65533
        assert [path.name for path in Path(folder).iterdir()] == ["file"]


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("", "it names no file"),
        ("not/there/x.json", "No such file or directory: make the folder {here}/not/there first"),
        ("folder", "it is a folder; name a file in it"),
        ("new/", "it names a folder; name a file in it"),
        ("file/x.json", "Not a directory"),
        ("x" * 300, "File name too long"),
        ("a\0b", "this cannot be the name of a file"),
        ("a\ud800b", "this cannot be the name of a file"),
        ("ring", "Too many levels of symbolic links"),
        ("lost", "No such file or directory: make the folder {here}/nowhere first"),
        ("socket", "it is neither a file nor a pipe"),
        ("/dev/fd/77", "this descriptor is not open"),
    ],
)
def test_a_place_where_nothing_can_be_written_is_told_before(
    path: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    Path("file").touch()
    Path("ring").symlink_to("ring")
    Path("lost").symlink_to("nowhere/x")
    os.mknod("socket", stat.S_IFSOCK | 0o600)
    before = look(tmp_path)
    with pytest.raises(NotWritten) as refused:
        check_place(path)
    assert refused.value.why == why.format(here=tmp_path)
    with pytest.raises(NotWritten):
        write_file(path, b"x")
    assert look(tmp_path) == before


def test_a_link_that_comes_after_the_check_is_not_followed(tmp_path: Path) -> None:
    victim = plant(tmp_path / "victim")
    before = look(victim)
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"old")
    inner, outer, old = (check_place(tmp_path / name) for name in ("folder/new", "new", "file"))
    (tmp_path / "new").symlink_to(victim / "kept.txt")
    (tmp_path / "file").unlink()
    (tmp_path / "file").symlink_to(victim / "kept.txt")
    (tmp_path / "folder").rmdir()
    (tmp_path / "folder").symlink_to(victim)
    for place, write in ((inner, write_file), (inner, append_file), (outer, append_file), (old, write_file)):
        with pytest.raises(NotWritten):
            write(place, b"x")
    assert look(victim) == before


def test_a_pipe_and_a_device_are_written_to(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(NotWritten, match="nobody reads from it"):
        write_file(tmp_path / "pipe", b"x")
    copy = tmp_path / "copy"
    with copy.open("wb") as to, subprocess.Popen(["cat", str(tmp_path / "pipe")], stdout=to):
        while True:
            with suppress(NotWritten):  # not there yet
                write_file(tmp_path / "pipe", b"x" * 200_000)  # more than a pipe holds
                break
    assert copy.read_bytes() == b"x" * 200_000
    write_file("/dev/null", b"x")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    with pytest.raises(NotWritten, match="cannot write /dev/full: No space left on device"):
        write_file("/dev/full", b"x")


OWN_OUTPUT: list[tuple[str, Callable[[Path], str]]] = [
    ("/dev/stdout", lambda file: "/dev/stdout"),
    ("/dev/fd/1", lambda file: "/dev/fd/1"),
    ("/proc/self/fd/1", lambda file: "/proc/self/fd/1"),
    ("the file itself", str),
]


@pytest.mark.parametrize("of", [pytest.param(row[1], id=row[0]) for row in OWN_OUTPUT])
def test_what_goes_to_our_own_output_follows_what_was_printed(of: Callable[[Path], str], tmp_path: Path) -> None:
    code = (
        "import sys\nfrom footprint.files.writer import write_file\nprint('before', flush=True)\n"
        "write_file(sys.argv[1], b'between\\n')\nprint('after')"
    )
    with (tmp_path / "file").open("wb") as output:
        subprocess.run([sys.executable, "-c", code, of(tmp_path / "file")], stdout=output, check=True, cwd=ROOT)
    assert (tmp_path / "file").read_text() == "before\nbetween\nafter\n"


def test_an_addition_goes_to_the_end(tmp_path: Path) -> None:
    append_file(tmp_path / "file", b"one\n")
    append_file(tmp_path / "file", b"two\n")
    assert (tmp_path / "file").read_bytes() == b"one\ntwo\n"

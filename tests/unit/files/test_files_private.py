"""A folder of our own is removed whatever an application made of it, and nothing else is touched."""

import os
import resource
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import IO

import pytest

from footprint.ending import undisturbed
from footprint.errors import CannotMeasure
from footprint.files import private
from footprint.files.private import nameless_file, private_folder
from tests.support.canary import look, plant
from tests.support.machine import UNCOVERED, only_where, runs
from tests.support.projects import write

ROOT = Path(__file__).parents[3]
NOBODY = 65534
Spoil = Callable[[Path, Path], object]


def link_to_a_foreign_folder(home: Path, victim: Path) -> None:
    (home / "cache").symlink_to(victim)
    (home / "deep/er").mkdir(parents=True)
    (home / "deep/er/link").symlink_to(victim / "closed")
    (home / "file").symlink_to(victim / "kept.txt")


def hard_link_to_a_foreign_file(home: Path, victim: Path) -> None:
    os.link(victim / "kept.txt", home / "kept.txt")


def replaced_by_a_link(home: Path, victim: Path) -> None:
    home.rename(home.with_name("elsewhere"))
    home.symlink_to(victim)


def removed_and_replaced_by_a_link(home: Path, victim: Path) -> None:
    home.rmdir()
    home.symlink_to(victim, target_is_directory=True)


def removed_and_made_again(home: Path, victim: Path) -> None:
    home.rmdir()
    home.mkdir()
    (home / "link").symlink_to(victim)
    (home / "full").write_text("x")


def removed(home: Path, victim: Path) -> None:
    home.rmdir()


def replaced_by_a_file(home: Path, victim: Path) -> None:
    home.rename(home.with_name("elsewhere"))
    home.write_text("x")


def renamed_into_itself(home: Path, victim: Path) -> None:
    (home / "data").mkdir()
    (home / "data").rename(home / "moved")
    (home / "moved/file").write_text("x")


def moved_out_of_ours(home: Path, victim: Path) -> None:
    (home / "full").write_text("x")
    (home.parent / "far/away").mkdir(parents=True)
    home.rename(home.parent / "far/away/home")


def moved_below_unreadable_folders(home: Path, victim: Path) -> None:
    (home.parent / "far/away").mkdir(parents=True)
    home.rename(home.parent / "far/away/home")
    (home.parent / "far/away").chmod(0o311)


def unreadable_folders(home: Path, victim: Path) -> None:
    for mode in (0, 0o200, 0o444, 0o111, 0o500):
        folder = home / f"mode{mode:o}" / "inner"
        write(folder, {"file": "x"})
        (folder / "link").symlink_to(victim)
        folder.chmod(mode)
        folder.parent.chmod(mode)


def closed_itself(home: Path, victim: Path) -> None:
    (home / "file").write_text("x")
    home.chmod(0)


def special_files(home: Path, victim: Path) -> None:
    os.mkfifo(home / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        before = Path.cwd()
        os.chdir(home)  # the path of a socket is short
        listening.bind("socket")
        os.chdir(before)


def any_names(home: Path, victim: Path) -> None:
    for name in (b"\xff\xfe", b"new\nline", b"-rf", b" ", b"*", b"x" * 255, b"\x1b[31m", "\u202e".encode()):
        folder = home / os.fsdecode(name)
        write(folder, {"file": "x"})


def deeper_than_any_path(home: Path, victim: Path, levels: int = 500) -> None:
    folder = os.open(home, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir("deep-down", dir_fd=folder)
        inner = os.open("deep-down", os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = inner
    os.symlink(victim, "link", dir_fd=folder)
    os.close(os.open("file", os.O_CREAT | os.O_WRONLY, dir_fd=folder))
    os.close(folder)


def many_files(home: Path, victim: Path) -> None:
    (home / "many").mkdir()
    for number in range(private._BATCH * 2 + 1):  # more than are listed at once
        os.close(os.open(home / f"many/{number}", os.O_CREAT | os.O_WRONLY))


def many_folders(home: Path, victim: Path) -> None:
    for number in range(300):
        (home / f"wide/{number}").mkdir(parents=True)


SPOILT: tuple[Spoil, ...] = (
    link_to_a_foreign_folder,
    hard_link_to_a_foreign_file,
    replaced_by_a_link,
    removed_and_replaced_by_a_link,
    removed_and_made_again,
    removed,
    replaced_by_a_file,
    renamed_into_itself,
    moved_out_of_ours,
    moved_below_unreadable_folders,
    unreadable_folders,
    closed_itself,
    special_files,
    any_names,
    deeper_than_any_path,
    many_files,
    many_folders,
)
CASES = [pytest.param(spoil, id=spoil.__name__) for spoil in SPOILT]


def spoil_and_leave(spoil: Spoil, place: Path, *, inner: bool) -> None:
    """Make a private folder below `place`, spoil it or a folder in it, and check that nothing of it is left."""
    temporary = place / "temporary"
    temporary.mkdir()
    os.environ["TMPDIR"] = str(temporary)
    victim = plant(place / "victim")
    before = look(victim)
    with private_folder("home", ("home",) if inner else ()) as folder:
        spoil(folder / "home" if inner else folder, victim)
    assert look(victim) == before
    left = [path for path in temporary.rglob("*") if path.name not in ("far", "away", "elsewhere")]
    assert left == []
    others = [path for path in temporary.rglob("*") if path.name == "elsewhere"]
    assert others == [], "a folder of ours under another name"


@pytest.fixture(autouse=True)
def same_temporary_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(private, "_BATCH", 100)
    monkeypatch.setenv("TMPDIR", os.environ.get("TMPDIR", "/tmp"))  # given back after the test


@pytest.mark.parametrize("inner", [False, True], ids=["outer", "inner"])
@pytest.mark.parametrize("spoil", CASES)
def test_nothing_is_left_and_nothing_else_is_touched(
    spoil: Spoil, inner: bool, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    spoil_and_leave(spoil, tmp_path, inner=inner)
    assert capfd.readouterr().err == ""


def test_an_ordinary_user_leaves_nothing_either() -> None:
    only_where(os.geteuid() == 0, "root, to become somebody else")
    code = (
        "import os, sys, pathlib\nfrom tests.unit.files import test_files_private as cases\n"
        "cases.private._BATCH = 100\n"
        "os.chdir(sys.argv[1])\n"  # the checkout may be root's alone
        "os.setgroups([])\nos.setgid(cases.NOBODY)\nos.setuid(cases.NOBODY)\n"  # the interpreter may be root's alone
        "for number, spoil in enumerate(cases.SPOILT):\n"
        "    for inner in (False, True):\n"
        "        place = pathlib.Path(sys.argv[1], f'{number}{inner}')\n"
        "        place.mkdir()\n"
        "        cases.spoil_and_leave(spoil, place, inner=inner)\n"
    )
    # Not in pytest's own folder: each session that begins closes that to everybody else.
    with tempfile.TemporaryDirectory(prefix="footprint-test-") as folder:
        Path(folder).chmod(0o777)
        command = [sys.executable, "-c", code, folder]
        done = subprocess.run(
            command, cwd=ROOT, env={**os.environ, **UNCOVERED}, capture_output=True, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (0, "")


def test_two_descriptors_are_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with private_folder("home") as home:
        deeper_than_any_path(home, tmp_path, levels=3000)
        opened = len(list(Path("/proc/self/fd").iterdir()))
        resource.setrlimit(resource.RLIMIT_NOFILE, (opened + 4, hard))
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert list(tmp_path.iterdir()) == []


def test_a_mount_is_left_alone_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    victim, temporary = plant(tmp_path / "victim"), tmp_path / "temporary"
    temporary.mkdir()
    victim.chmod(0o555)  # as it is, nobody would be let in to remove what is there
    before = look(victim)
    monkeypatch.setenv("TMPDIR", str(temporary))
    with private_folder("home") as home:
        (home / "deep/mounted").mkdir(parents=True)
        mounting = ["mount", "--bind", str(victim), str(home / "deep/mounted")]
        mounted = runs(*mounting)
    (mount,) = temporary.rglob("mounted") if mounted else (None,)
    if mount:
        subprocess.run(["umount", str(mount)], check=True)
    only_where(mounted, "the right to mount")
    assert look(victim) == before
    assert "of the temporary folder footprint-home-" in capfd.readouterr().err


def test_what_may_not_be_removed_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with private_folder("home") as home:
        write(home, {"other/firm": "x"})
        is_firm = runs("chattr", "+i", str(home / "other/firm"))
    for path in tmp_path.rglob("firm"):
        runs("chattr", "-i", str(path))
    only_where(is_firm, "chattr, on a file system that knows it")
    (line,) = capfd.readouterr().err.splitlines()
    assert line.startswith("footprint: 'firm' and ")
    assert [path.name for path in tmp_path.rglob("firm")] == ["firm"]


def test_it_is_removed_when_the_work_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with pytest.raises(ZeroDivisionError), private_folder("home", ("tmp",)) as home:
        (home / "tmp/file").write_text("x")
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_removal_is_brought_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    calls: list[int] = []

    def interrupted(top: int) -> list[str]:
        calls.append(top)
        if len(calls) == 1:
            raise KeyboardInterrupt
        return empty(top)

    empty = private._empty
    monkeypatch.setattr(private, "_empty", interrupted)
    with pytest.raises(KeyboardInterrupt), private_folder("home") as home:
        (home / "file").write_text("x")
    assert list(tmp_path.iterdir()) == []


def test_nobody_else_can_enter_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with private_folder("home", ("tmp",)) as home:
        assert [folder.stat().st_mode & 0o777 for folder in (home, home / "tmp")] == [0o700, 0o700]
        assert home.parent == tmp_path


def test_a_place_that_cannot_be_written_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path / "not there"))
    monkeypatch.setenv("TEMP", str(tmp_path))
    with private_folder("home") as home:
        assert home.parent == tmp_path


def test_where_no_folder_can_be_made_the_way_out_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(private, "temporary_places", lambda: iter([str(tmp_path / "not there")]))
    with pytest.raises(CannotMeasure, match="not there: No such file or directory\\): set TMPDIR"), private_folder("x"):
        pass


def test_somebody_who_goes_on_writing_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(private, "_AT_MOST_S", 0.0)
    code = (
        "import os, sys, itertools\nfolder = os.open(sys.argv[1], os.O_RDONLY)\n"
        "for number in itertools.count():\n"
        "    os.close(os.open(str(number), os.O_CREAT | os.O_WRONLY, dir_fd=folder))\n"
        "    if number == 1000: print(flush=True)\n"
    )
    with private_folder("home") as home:
        writing = subprocess.Popen(
            [sys.executable, "-c", code, str(home)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        with writing:
            assert writing.stdout is not None
            writing.stdout.readline()
            assert private._empty(os.open(home, os.O_RDONLY)) == ["files that come faster than they can be removed"]
            writing.kill()
        monkeypatch.setattr(private, "_AT_MOST_S", 60.0)
    assert capfd.readouterr().err == ""


def test_without_handles_no_mode_is_changed_through_a_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on macOS, which has no descriptor without rights."""
    monkeypatch.delattr(os, "O_PATH", raising=False)
    monkeypatch.setattr(private, "_HANDLE_FLAGS", os.O_RDONLY | os.O_NOFOLLOW)
    spoil_and_leave(link_to_a_foreign_folder, tmp_path, inner=False)


def test_the_command_cannot_end_while_a_nameless_file_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    came_in: list[bool] = []

    def make() -> IO[bytes]:
        # The thread that ends a command is another one: it waits for what is half made.
        ending = Thread(target=lambda: came_in.append(undisturbed().acquire(blocking=False)))
        ending.start()
        ending.join()
        return BytesIO()

    monkeypatch.setattr(tempfile, "TemporaryFile", make)
    nameless_file()
    assert came_in == [False]

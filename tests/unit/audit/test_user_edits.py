"""Edits of the user's files are written all or not at all, never over what nobody has committed, and can be undone."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from footprint.audit.user_edits import FileEdit, write_edits
from footprint.errors import UsageError
from tests.support.machine import are_permissions_obeyed, obey_permissions, only_where
from tests.unit.files.test_files_writer import no_larger_than

ROOT = Path(__file__).parents[3]


def git(folder: Path, *words: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false", *words],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip


def project(folder: Path, files: Sequence[str] = ("a.txt", "b.txt"), *, committed: bool = False) -> Path:
    folder.mkdir(exist_ok=True)
    for name in files:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"old " + name.encode())
    if committed:
        git(folder, "init", "-q")
        git(folder, "add", ".")
        git(folder, "commit", "-qm", "one")
    return folder


def edits(*names: str) -> list[FileEdit]:
    return [FileEdit(name, b"old " + name.encode(), b"new " + name.encode()) for name in names]


def look(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


OLD = {"a.txt": b"old a.txt", "b.txt": b"old b.txt"}
NEW = {"a.txt": b"new a.txt", "b.txt": b"new b.txt"}


def test_without_git_the_old_text_is_kept_and_the_undoing_undoes(tmp_path: Path) -> None:
    folder = project(tmp_path / "p")
    (folder / "a.txt").chmod(0o600)
    written = write_edits(folder, [*edits("a.txt", "b.txt"), FileEdit("c d.txt", None, b"c")])
    assert written.paths == ("a.txt", "b.txt", "c d.txt") and written.kept == ("a.txt.orig", "b.txt.orig")
    assert look(folder) == {**NEW, "c d.txt": b"c", **{f"{name}.orig": text for name, text in OLD.items()}}
    assert stat.S_IMODE((folder / "a.txt.orig").stat().st_mode) == 0o600
    subprocess.run(["sh", "-ec", "\n".join(written.undo)], cwd=folder, check=True)
    assert look(folder) == OLD


def test_what_is_committed_is_undone_by_git(tmp_path: Path) -> None:
    folder = project(tmp_path / "p", ["a.txt", "b.txt", "it's.txt"], committed=True)
    inner = project(folder / "inner")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "two")
    before = look(folder)
    written = write_edits(folder, edits("a.txt", "b.txt", "it's.txt"))
    assert look(folder) == {**NEW, "it's.txt": b"new it's.txt"} and written.kept == ()
    subprocess.run(["sh", "-ec", "\n".join(written.undo)], cwd=folder, check=True)
    assert look(folder) == before
    below = write_edits(inner, edits("a.txt"))  # the project is a folder of the work tree
    assert below.kept == ()
    subprocess.run(["sh", "-ec", "\n".join(below.undo)], cwd=inner, check=True)
    assert look(inner) == OLD


def change(folder: Path) -> None:
    (folder / "b.txt").write_bytes(b"old b.txt\n")


def stage(folder: Path) -> None:
    change(folder)
    git(folder, "add", "b.txt")


def rename(folder: Path) -> None:
    git(folder, "mv", "b.txt", "c.txt")
    git(folder, "mv", "a.txt", "b.txt")
    (folder / "a.txt").write_bytes(b"old a.txt")
    git(folder, "add", "a.txt")


def not_looked_at(folder: Path) -> None:
    git(folder, "update-index", "--assume-unchanged", "b.txt")
    change(folder)


def skipped(folder: Path) -> None:
    git(folder, "update-index", "--skip-worktree", "b.txt")
    change(folder)


@pytest.mark.parametrize("how", [change, stage, rename, not_looked_at, skipped])
def test_changes_that_nobody_committed_are_written_over_by_force_alone(
    tmp_path: Path, how: Callable[[Path], None]
) -> None:
    folder = project(tmp_path / "p", committed=True)
    how(folder)
    before = look(folder)
    asked = [FileEdit(name, before[name], b"new " + name.encode()) for name in OLD]
    with pytest.raises(
        UsageError, match=r"b\.txt: it has changes that are not committed; commit them, or give --force"
    ):
        write_edits(folder, asked)
    assert look(folder) == before
    written = write_edits(folder, asked, force=True)
    assert look(folder)["b.txt.orig"] == before["b.txt"] and look(folder)["b.txt"] == b"new b.txt"
    subprocess.run(["sh", "-ec", "\n".join(reversed(written.undo))], cwd=folder, check=True)
    assert look(folder) == before


def test_what_git_does_not_have_is_kept_as_without_it(tmp_path: Path) -> None:
    folder = project(tmp_path / "p", committed=True)
    (folder / ".gitignore").write_text("d.txt\n")
    project(folder, ["c.txt", "d.txt"])
    assert write_edits(folder, edits("a.txt", "c.txt", "d.txt")).kept == ("c.txt.orig", "d.txt.orig")


def test_no_old_text_is_lost_to_an_older_one(tmp_path: Path) -> None:
    folder = project(tmp_path / "p")
    (folder / "b.txt.orig").write_bytes(b"older")
    with pytest.raises(UsageError, match=r"b\.txt\.orig, which is to keep the text of now, holds another one"):
        write_edits(folder, edits("a.txt", "b.txt"), force=True)
    assert look(folder) == {**OLD, "b.txt.orig": b"older"}
    (folder / "b.txt.orig").write_bytes(OLD["b.txt"])  # of an attempt that was undone by hand
    assert write_edits(folder, edits("a.txt", "b.txt")).kept == ("a.txt.orig", "b.txt.orig")


def test_a_file_that_changed_since_it_was_read_is_left_alone(tmp_path: Path) -> None:
    folder = project(tmp_path / "p")
    change(folder)
    with pytest.raises(UsageError, match=r"b\.txt: it is another file than when it was read"):
        write_edits(folder, edits("a.txt", "b.txt"), force=True)
    assert look(folder) == {**OLD, "b.txt": b"old b.txt\n"}
    with pytest.raises(UsageError, match="another file"):
        write_edits(folder, [FileEdit("a.txt", None, b"")])


def test_git_that_does_not_answer_is_no_yes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = project(tmp_path / "p", committed=True)
    (folder / ".git/index").write_bytes(b"nonsense")
    with pytest.raises(UsageError, match="git does not tell whether changes are not committed"):
        write_edits(folder, edits("a.txt"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="there is no program git"):
        write_edits(folder, edits("a.txt"))
    assert look(folder) == OLD
    assert write_edits(folder, edits("a.txt"), force=True).kept == ("a.txt.orig",)


def test_git_is_asked_without_being_touched_and_runs_nothing_of_the_project(tmp_path: Path) -> None:
    folder = project(tmp_path / "p", committed=True)
    git(folder, "config", "core.fsmonitor", f"touch {tmp_path}/ran; false")
    os.utime(folder / "a.txt")  # so that its index is out of date
    before = {path: path.read_bytes() for path in (folder / ".git").rglob("*") if path.is_file()}
    assert write_edits(folder, edits("a.txt")).kept == ()
    assert {path: path.read_bytes() for path in (folder / ".git").rglob("*") if path.is_file()} == before
    assert not (tmp_path / "ran").exists()


def test_a_full_disk_changes_no_file(tmp_path: Path) -> None:
    folder = project(tmp_path / "p")
    with no_larger_than(1000), pytest.raises(UsageError, match=r"cannot write .*b\.txt: File too large"):
        write_edits(folder, [*edits("a.txt"), FileEdit("b.txt", OLD["b.txt"], b"x" * 2000)])
    assert look(folder) == OLD


def test_a_replacement_that_fails_takes_the_others_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, real = project(tmp_path / "p"), os.replace

    def replace(source: str, target: str, **folders: int) -> None:
        if target == "b.txt":
            raise OSError(28, "No space left on device")
        real(source, target, **folders)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(UsageError, match="No space left on device"):
        write_edits(folder, edits("a.txt", "b.txt"))
    assert look(folder) == OLD


def test_killed_between_two_files_each_is_whole_and_the_old_texts_are_there(tmp_path: Path) -> None:
    folder = project(tmp_path / "p")
    code = f"""
import os
from pathlib import Path
from footprint.audit.user_edits import FileEdit, write_edits
real = os.replace
def replace(source, target, **folders):
    os._exit(9) if target == "b.txt" else real(source, target, **folders)
os.replace = replace
write_edits(Path({str(folder)!r}), [FileEdit(n, b"old " + n.encode(), b"new") for n in ("a.txt", "b.txt")])
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)
    left = {name: text for name, text in look(folder).items() if not name.endswith(".tmp")}
    assert done.returncode == 9
    assert left == {"a.txt": b"new", "b.txt": OLD["b.txt"], **{f"{name}.orig": text for name, text in OLD.items()}}


def test_a_folder_that_is_closed_changes_no_file(tmp_path: Path) -> None:
    only_where(are_permissions_obeyed(tmp_path), "closed folders")
    folder = project(tmp_path / "p", ["a.txt", "closed/b.txt"])
    code = f"""
from pathlib import Path
from footprint.audit.user_edits import FileEdit, write_edits
try:
    write_edits(Path({str(folder)!r}), [FileEdit(n, b"old " + n.encode(), b"new") for n in ("a.txt", "closed/b.txt")])
except Exception as error:
    print(error)
"""
    (folder / "closed").chmod(0o555)
    for path in (tmp_path, folder):
        path.chmod(0o777)
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, preexec_fn=obey_permissions, capture_output=True, text=True, check=False, cwd=ROOT)
    (folder / "closed").chmod(0o755)
    assert "Permission denied" in done.stdout, done.stderr
    assert look(folder) == {"a.txt": b"old a.txt"} and look(folder / "closed") == {"b.txt": b"old closed/b.txt"}


def test_a_link_is_written_through_and_its_own_tree_asked(tmp_path: Path) -> None:
    there = project(tmp_path / "there", committed=True)
    folder = project(tmp_path / "p", ["b.txt"])
    (folder / "a.txt").symlink_to(there / "a.txt")
    written = write_edits(folder, edits("a.txt"))
    assert (folder / "a.txt").is_symlink() and look(there)["a.txt"] == b"new a.txt" and written.kept == ()
    subprocess.run(["sh", "-ec", "\n".join(written.undo)], cwd=folder, check=True)
    assert look(there) == OLD


def test_nothing_to_write_writes_nothing(tmp_path: Path) -> None:
    folder = project(tmp_path / "p")
    written = write_edits(folder, [FileEdit("a.txt", OLD["a.txt"], OLD["a.txt"])])
    assert (written.paths, written.kept, written.undo, look(folder)) == ((), (), (), OLD)

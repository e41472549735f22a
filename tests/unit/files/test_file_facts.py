"""Answers about files: kept while the files are what they were, asked anew when they are not."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from footprint.files import file_facts
from footprint.files.cache_folder import BYTES_AT_MOST, CacheFolder
from footprint.files.file_facts import FileFacts
from footprint.files.reader import StatedContent, try_read_stated
from tests.support.machine import overfill

LONG_AGO = 1_600_000_000_000_000_000


class Asking:
    """One file, asked in runs of their own; counts what is read and sorted."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.file = folder / "site" / "lib.py"
        self.file.parent.mkdir()
        self.kept = CacheFolder(str(folder / "facts"))
        self.write("import a")
        self.read = self.sorted = 0
        monkeypatch.setattr(file_facts, "TOO_CLOSE_NS", 0)  # files that were just written are old ones here

    def write(self, text: str) -> None:
        self.file.write_text(text)
        os.utime(self.file, ns=(LONG_AGO, LONG_AGO))

    def ask(self, question: str = "words") -> Any:
        facts = FileFacts(self.kept)
        found = facts.shelf("dist").ask(str(self.file), question, self._read, self._sort)
        facts.keep()
        return found

    def _read(self, file: str) -> StatedContent | None:
        self.read += 1
        return try_read_stated(file, bytes_at_most=100)

    def _sort(self, data: bytes) -> list[str]:
        self.sorted += 1
        return data.decode().split()


@pytest.fixture
def asking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Asking:
    return Asking(tmp_path, monkeypatch)


def test_an_unchanged_file_is_not_read_again(asking: Asking) -> None:
    assert [asking.ask(), asking.ask(), asking.ask()] == [["import", "a"]] * 3
    assert (asking.read, asking.sorted) == (1, 1)


def test_questions_are_apart(asking: Asking) -> None:
    asking.ask("one"), asking.ask("two"), asking.ask("one")
    assert (asking.read, asking.sorted) == (2, 2)


def replace_file(asking: Asking) -> None:
    asking.file.rename(asking.file.with_suffix(".old"))
    asking.write("import b")


def edit_in_place(asking: Asking) -> None:
    with asking.file.open("r+") as file:
        file.write("import b")
    os.utime(asking.file, ns=(LONG_AGO, LONG_AGO))


CHANGES: dict[str, Callable[[Asking], object]] = {
    "longer": lambda asking: asking.write("import b "),
    "same size and time, another inode": replace_file,
    "same size, time and inode": edit_in_place,
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_file_that_differs_is_asked_anew(name: str, asking: Asking) -> None:
    assert asking.ask() == ["import", "a"]
    CHANGES[name](asking)
    assert asking.ask() == ["import", "b"]
    assert asking.ask() == ["import", "b"]
    assert asking.sorted == 2


def test_a_file_that_was_touched_is_read_and_not_sorted(asking: Asking) -> None:
    asking.ask()
    os.utime(asking.file, ns=(LONG_AGO + 1, LONG_AGO + 1))
    assert asking.ask() == ["import", "a"]
    assert (asking.read, asking.sorted) == (2, 1)
    asking.ask()
    assert asking.read == 2  # its new times are known


def test_times_too_close_to_the_reading_prove_nothing(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_facts, "TOO_CLOSE_NS", 10**12)
    asking.ask(), asking.ask()
    assert (asking.read, asking.sorted) == (2, 1)


def swap_folders(asking: Asking) -> None:
    """An installer renames a folder, writes another one in its place..."""
    folder = asking.file.parent
    folder.rename(folder.with_name("aside"))
    folder.mkdir()
    asking.write("import b")


def swap_back(asking: Asking) -> None:
    """...fails, and renames it back: no file in it has another time."""
    folder = asking.file.parent
    folder.rename(folder.with_name("other"))
    folder.with_name("aside").rename(folder)


MIDDLES: dict[str, tuple[Callable[[Asking], object], Callable[[Asking], object]]] = {
    "edited, and edited back": (edit_in_place, lambda asking: asking.write("import a")),
    "in a folder that was renamed, and back": (swap_folders, swap_back),
}


@pytest.mark.parametrize("is_close", [False, True], ids=["long ago", "just now"])
@pytest.mark.parametrize("name", MIDDLES)
def test_what_was_read_between_two_states_is_not_kept(
    name: str, asking: Asking, monkeypatch: pytest.MonkeyPatch, *, is_close: bool
) -> None:
    """One file alone, and several together; the first question is asked before."""
    if is_close:
        monkeypatch.setattr(file_facts, "TOO_CLOSE_NS", 10**12)
    there, back = MIDDLES[name]
    facts, file = FileFacts(asking.kept), str(asking.file)
    shelf = facts.shelf("dist")
    assert shelf.ask(file, "before", asking._read, asking._sort) == ["import", "a"]
    assert shelf.ask_once("before", [file], asking._read, asking.file.read_text) == "import a"
    there(asking)
    assert shelf.ask(file, "meanwhile", asking._read, asking._sort) == ["import", "b"]
    assert shelf.ask_once("meanwhile", [file], asking._read, asking.file.read_text) == "import b"
    back(asking)
    facts.keep()
    again = FileFacts(asking.kept).shelf("dist")
    for question in ("before", "meanwhile"):
        assert again.ask(file, question, asking._read, asking._sort) == ["import", "a"]
        assert again.ask_once(question, [file], asking._read, asking.file.read_text) == "import a"


def test_what_was_read_before_the_file_was_looked_at_is_not_kept(asking: Asking) -> None:
    """A reader may have it in memory."""
    earlier = asking._read(str(asking.file))
    replace_file(asking)
    facts = FileFacts(asking.kept)
    assert facts.shelf("dist").ask(str(asking.file), "words", lambda _: earlier, asking._sort) == ["import", "a"]
    facts.keep()
    assert asking.ask() == ["import", "b"]


def test_a_file_that_is_gone_has_no_answer(asking: Asking) -> None:
    asking.ask()
    asking.file.unlink()
    assert asking.ask() is None


def test_another_version_of_ours_asks_anew(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    asking.ask()
    monkeypatch.setattr(file_facts, "_maker", lambda: "another")
    asking.ask()
    assert asking.sorted == 2


STORED = ["", "{", "[]", "null", "[" * 100_000, '{"files": 1}', '{"questions": [], "files": {"x": []}}', "\udcff"]


@pytest.mark.parametrize("text", STORED)
def test_what_does_not_look_like_ours_is_not_there(text: str, asking: Asking) -> None:
    asking.kept.write(file_facts.stored_key("dist"), text.encode("utf-8", "surrogateescape"))
    assert asking.ask() == ["import", "a"]
    assert asking.ask() == ["import", "a"]
    assert asking.sorted == 1


def test_the_last_questions_and_the_files_that_are_there_stay(asking: Asking) -> None:
    for number in range(30):
        asking.ask(str(number))
    gone = asking.file.with_name("gone.py")
    gone.write_text("x")
    facts = FileFacts(asking.kept)
    facts.shelf("dist").ask(str(gone), "29", asking._read, lambda data: 1)
    facts.keep()
    gone.unlink()
    asking.ask("30")
    stored = json.loads(asking.kept.read(file_facts.stored_key("dist")) or b"")
    assert stored["questions"] == [str(number) for number in range(19, 31)]
    assert list(stored["files"]) == [str(asking.file)]


def test_what_is_kept_is_bounded(asking: Asking) -> None:
    overfill(asking.kept)
    asking.ask()
    assert asking.kept.weigh()[1] <= BYTES_AT_MOST
    asking.ask()
    assert asking.sorted == 1


def test_nothing_is_kept_without_a_place(asking: Asking) -> None:
    facts = FileFacts(None)
    assert facts.shelf("dist").ask(str(asking.file), "q", asking._read, asking._sort) == ["import", "a"]
    facts.keep()
    assert not facts.is_kept


_ANSWERING = (
    *("footprint.collect.imports.scan.scanner", "footprint.collect.imports.walker", "footprint.collect.mentions"),
    *("footprint.collect.third_party.late_loads", "footprint.collect.choices.third_party_choosers"),
)


def test_whatever_an_answer_comes_from_is_part_of_the_key() -> None:
    """What only reads bytes is not: another way to read the same bytes is no other answer."""
    code = f"import sys, {', '.join(_ANSWERING)}\n"
    code += "print(*(each.__file__ for name, each in sys.modules.items() if name.startswith('footprint.')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    package = Path(file_facts.__file__).parents[1]
    rooms = {Path(file).parent.relative_to(package).as_posix() for file in done.stdout.split()}
    assert rooms >= {".", "model", "collect/imports/scan", "collect/third_party"}
    assert rooms - {"files"} <= set(file_facts._MAKERS)

"""Trees by strangers' names: nothing is written outside, through whatever link, and modes are plain."""

import stat
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from footprint.files.unpacked_tree import UnpackedTree

Step = Callable[[UnpackedTree], None]
REFUSED: Mapping[str, Step] = {
    "a file above": lambda tree: tree.put("../evil", [b"x"], 0o644),
    "a file above a folder": lambda tree: tree.put("folder/../../evil", [b"x"], 0o644),
    "an absolute file": lambda tree: tree.put("/evil", [b"x"], 0o644),
    "a file through a link": lambda tree: tree.put("out/evil", [b"x"], 0o644),
    "a file far below a link": lambda tree: tree.put("out/kept/evil", [b"x"], 0o644),
    "a folder through a link": lambda tree: tree.make_folder("out/evil"),
    "a folder in the place of a link": lambda tree: tree.make_folder("out"),
    "folders through a link": lambda tree: tree.make_folders("out/a/b"),
    "a link through a link": lambda tree: tree.link("out/evil", "x"),
    "a name through a link": lambda tree: tree.add_name("out/evil", "file"),
    "a name of a file outside": lambda tree: tree.add_name("evil", "out/secret"),
    "the permissions of a folder outside": lambda tree: tree.set_mode("out", 0o777),
    "a file in the place of a folder": lambda tree: tree.put("folder", [b"x"], 0o644),
    "no name": lambda tree: tree.put("", [b"x"], 0o644),
}


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path]:
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    (outside / "kept").mkdir(parents=True)
    (outside / "secret").write_text("secret")
    return root, outside


@pytest.mark.parametrize("case", REFUSED)
def test_nothing_is_written_outside(case: str, places: tuple[Path, Path]) -> None:
    root, outside = places
    with UnpackedTree(root) as tree:
        tree.make_folder("folder")
        tree.put("file", [b"1"], 0o644)
        tree.link("out", str(outside))
        before = {path: path.lstat().st_mtime_ns for path in (root.parent, *outside.rglob("*"), outside)}
        with pytest.raises((OSError, ValueError)):
            REFUSED[case](tree)
        tree.put("after", [b"still here"], 0o644)  # it goes on where it was
    assert {path: path.lstat().st_mtime_ns for path in before} == before
    assert sorted(each.name for each in root.iterdir()) == ["after", "file", "folder", "out"]
    assert (outside / "secret").read_text() == "secret"


def test_a_tree_has_what_it_was_given(places: tuple[Path, Path]) -> None:
    root, outside = places
    with UnpackedTree(root) as tree:
        tree.make_folders("a/b")
        tree.set_mode("a/b", 0o3077)
        tree.put("a/b/tool", [b"one", memoryview(b"two")], 0o6051)
        tree.add_name("again", "a/b/tool")
        tree.link("link", str(outside / "secret"))
        tree.put("link", [b"in its place"], 0o644)
        assert tree.free_bytes() > 0
    tool = (root / "a/b/tool").stat()
    assert (root / "again").samefile(root / "a/b/tool") and (root / "again").read_bytes() == b"onetwo"
    assert stat.S_IMODE(tool.st_mode) == 0o651
    assert stat.S_IMODE((root / "a/b").stat().st_mode) == 0o777
    assert (root / "link").read_bytes() == b"in its place" and (outside / "secret").read_text() == "secret"


def test_no_descriptor_is_left(places: tuple[Path, Path]) -> None:
    before = len([*Path("/dev/fd").iterdir()])
    for step in REFUSED.values():
        with UnpackedTree(places[0]) as tree, pytest.raises((OSError, ValueError)):
            tree.make_folders("folder/below")
            step(tree)
            raise ValueError  # what is nothing to refuse without a link
    assert len([*Path("/dev/fd").iterdir()]) == before

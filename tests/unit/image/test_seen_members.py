"""What of an image is laid down: each content once, under all names that a container sees."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from footprint.analysis.images.layer_tree import LayerTree
from footprint.image.seen_members import find_seen
from footprint.model.image_files import FILE, FOLDER, HARD_LINK, LINK, OTHER, LayerEntry, LayerFiles


def layer(entries: Mapping[str, LayerEntry], *deleted: str) -> LayerFiles:
    return LayerFiles(entries, deleted, (), {})


def a_file(count: int = 1) -> LayerEntry:
    return LayerEntry(FILE, count)


def a_name(of: str) -> LayerEntry:
    return LayerEntry(HARD_LINK, 0, b"", of)


@dataclass(frozen=True)
class Case:
    layers: tuple[LayerFiles, ...]
    files: tuple[Mapping[str, list[str]], ...]
    folders: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    file_bytes: int = 1
    left_out: int = 0


CASES = {
    "a file": Case((layer({"a/b": a_file()}),), ({"a/b": ["a/b"]},), ("a",)),
    "replaced above": Case((layer({"a": a_file(9)}), layer({"a": a_file()})), ({}, {"a": ["a"]})),
    "deleted": Case((layer({"a": a_file(9)}), layer({}, "a")), ({}, {}), file_bytes=0),
    "two names": Case((layer({"a": a_file(), "b": a_name("a")}),), ({"a": ["a", "b"]},)),
    "two names, the first deleted": Case(
        (layer({"a": a_file(), "b": a_name("a")}), layer({}, "a")), ({"a": ["b"]}, {})
    ),
    "a name of a name": Case((layer({"a": a_file(), "b": a_name("a"), "c": a_name("b")}),), ({"a": ["a", "b", "c"]},)),
    "a name of a file below": Case((layer({"a": a_file()}), layer({"b": a_name("a")})), ({"a": ["a", "b"]}, {})),
    "a name of nothing": Case((layer({"b": a_name("a")}),), ({},), file_bytes=0, left_out=1),
    "names in a circle": Case((layer({"a": a_name("b"), "b": a_name("a")}),), ({},), file_bytes=0, left_out=2),
    "a name of a link": Case(
        (layer({"a": LayerEntry(LINK, 0, b"", "/x"), "b": a_name("a")}),), ({},), (), (("a", "/x"),), 0, 1
    ),
    "a device": Case((layer({"a": LayerEntry(OTHER, 0)}),), ({},), file_bytes=0, left_out=1),
    "what a container gets": Case(
        (layer({"dev/a": a_file(), "proc": LayerEntry(LINK, 0, b"", "/x"), "sys": LayerEntry(FOLDER, 0),
                "devil": a_file()}),), ({"devil": ["devil"]},)),
    "a folder in the place of a link": Case(
        (layer({"a": LayerEntry(LINK, 0, b"", "/etc")}), layer({"a/b": a_file()})), ({}, {"a/b": ["a/b"]}), ("a",)
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_laid_down(name: str) -> None:
    case, tree = CASES[name], LayerTree()
    for number, files in enumerate(case.layers, 1):
        tree.lay(number, files)
    seen = find_seen(tree, case.layers)
    found = tuple({member: sorted(names) for member, names in each.files.items()} for each in seen.layers)
    assert found == case.files
    assert all(member == names[0] for each in seen.layers for member, names in each.files.items() if member in names)
    assert (seen.folders, seen.links) == (case.folders, case.links)
    assert (seen.file_bytes, seen.left_out) == (case.file_bytes, case.left_out)

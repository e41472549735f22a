"""Whatever the tree and whatever the RECORDs claim, the parts add up to an independent count of the disk."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from footprint.collect import disk
from footprint.collect.metadata import read_installed
from tests.unit.collect.test_disk import target

NAMES = st.sampled_from(
    ["a", "b.py", "c.so", "__pycache__", "b.cpython-311.pyc", "b.pyc", "a.libs", "d e", "ü", "x\x1b"]
)
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)
KINDS = st.sampled_from(["file", "file", "file", "folder", "link", "hard link"])
TREES = st.lists(st.tuples(PATHS, KINDS, st.integers(0, 9000)), max_size=25)
CLAIMED = st.one_of(
    PATHS, PATHS.map("../../../bin/".__add__), PATHS.map("../../../../".__add__), PATHS.map("./".__add__)
)
RECORDS = st.lists(st.lists(CLAIMED, max_size=12), max_size=4)
TAILS = st.sampled_from(["", "b.py", '"', "\0\0", "{own}/RECORD,,\n", "{own}/RECORD,,\r\n"])


def build(site: Path, tree: list[tuple[str, str, int]]) -> None:
    """Write what can be written: a name may stand where another entry needs a folder."""
    for path, kind, size in tree:
        place = site / path
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            if kind == "folder":
                place.mkdir()
            elif kind == "link":
                place.symlink_to("../a")
            elif kind == "hard link" and (files := [one for one in site.rglob("*") if one.is_file()]):
                os.link(files[0], place)
            elif not place.exists():
                place.write_bytes(b"x" * size)
        except OSError:
            continue


def count_disk(site: Path) -> tuple[int, int, int]:
    """Return apparent bytes, allocated bytes and names of all below, as du counts: inodes once, folders too."""
    seen: set[tuple[int, int]] = set()
    apparent = allocated = names = 0
    for folder, _, files in os.walk(site):
        # os.walk lists links to folders among the folders, which scandir tells apart.
        links = [entry.path for entry in os.scandir(folder) if entry.is_symlink() and entry.is_dir()]
        everything = [folder, *(os.path.join(folder, name) for name in files), *links]  # noqa: PTH118
        names += len(everything) - 1
        for path in everything:
            status = os.lstat(path)
            if (status.st_dev, status.st_ino) not in seen:
                seen.add((status.st_dev, status.st_ino))
                apparent += status.st_size
                allocated += status.st_blocks * 512
    return apparent, allocated, names


@settings(max_examples=150, deadline=None)
@given(tree=TREES, records=RECORDS, tail=TAILS, legacy=st.booleans())
def test_every_tree_reconciles(
    tree: list[tuple[str, str, int]], records: list[list[str]], tail: str, legacy: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        prefix = Path(folder).resolve()
        site = prefix / "lib/python3.11/site-packages"
        site.mkdir(parents=True)
        for number, claimed in enumerate(records):
            info = site / f"dist{number}-1.{'egg' if legacy else 'dist'}-info"
            info.mkdir()
            (info / ("PKG-INFO" if legacy else "METADATA")).write_text(f"Name: dist{number}\nVersion: 1\n")
            rows = "".join(f"{path},,{len(path)}\n" for path in claimed) + tail.replace("{own}", info.name)
            (info / ("top_level.txt" if legacy else "RECORD")).write_text(rows.replace(",,", "") if legacy else rows)
        build(site, tree)

        installed, _ = read_installed([site])
        found = disk.scan(target(prefix, site), installed)

        apparent, allocated, names = count_disk(site)
        assert (found.total_apparent_bytes, found.total_allocated_bytes) == (apparent, allocated)
        assert found.reconciles
        assert sum(one.apparent_bytes for one in found.unowned) == found.unowned_bytes
        assert sum(use.file_count for use in found.uses) + sum(one.file_count for one in found.unowned) == names
        for use in found.uses:
            assert sum(size for _, size in use.parts) == use.apparent_bytes
            assert 0 <= use.bytecode_bytes <= use.apparent_bytes


@settings(max_examples=50, deadline=None)
@given(tree=TREES, claims=st.lists(PATHS, max_size=12))
def test_one_whole_record_owns_exactly_what_it_lists(tree: list[tuple[str, str, int]], claims: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        prefix = Path(folder).resolve()
        site = prefix / "lib/python3.11/site-packages"
        info = site / "only-1.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text("Name: only\nVersion: 1\n")
        (info / "RECORD").write_text("".join(f"{path},,\n" for path in [*claims, f"{info.name}/RECORD"]))
        build(site, tree)
        installed, _ = read_installed([site])
        found = disk.scan(target(prefix, site), installed)
        importable = (".py", ".so")
        listed = {path for path in claims if path.endswith(importable) and os.path.lexists(site / path)}
        on_disk = {path for path in listed if (site / path).is_symlink() or not (site / path).is_dir()}
        direct = {path for path in on_disk if not any(parent.is_symlink() for parent in (site / path).parents)}
        assert set(found.owners[0]) == direct

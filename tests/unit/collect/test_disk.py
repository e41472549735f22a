"""Who owns what on disk, on small hand-written trees."""

import os
from pathlib import Path

import pytest

from footprint.collect import disk
from footprint.collect.metadata import read_installed
from footprint.errors import EnvironmentUnreadable
from footprint.model.installed_environment import DiskScan, DiskUse
from tests.support.builders import interpreter
from tests.support.machine import install, record_row

X = b"x" * 100


def scan(prefix: Path, *site_dirs: Path) -> DiskScan:
    installed, _ = read_installed(site_dirs)
    found = disk.scan(interpreter(prefix, *site_dirs), installed)
    assert found.reconciles
    assert [use.name for use in found.uses] == [one.name for one in installed]
    return found


def use_of(found: DiskScan, name: str) -> DiskUse:
    return next(use for use in found.uses if use.name == name)


def put(path: Path, content: bytes = X) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def add(info: Path, rows: str) -> None:
    with (info / "RECORD").open("a") as record:
        record.write(rows)


def codes(found: DiskScan) -> list[str]:
    return [note.code for note in found.notes]


def test_record_decides_not_the_folders_name(prefix: Path, site: Path) -> None:
    install(site, "scikit-learn", {"sklearn/__init__.py": X, "scikit_learn.libs/libgomp.so": X, "_sk.so": X})
    found = scan(prefix, site)
    parts = dict(use_of(found, "scikit-learn").parts)
    assert parts.keys() == {"sklearn", "scikit_learn.libs", "_sk.so", "scikit_learn-1.0.dist-info"}
    assert use_of(found, "scikit-learn").file_count == 6
    assert sum(parts.values()) == use_of(found, "scikit-learn").apparent_bytes
    assert found.unowned_bytes == 0
    assert found.shared_bytes == site.stat().st_size
    own = "sklearn/__init__.py scikit_learn.libs/libgomp.so _sk.so"
    assert found.owners == (dict.fromkeys(own.split(), "scikit-learn"),)


BYTECODE = {
    "beside the package": "pkg/__pycache__/mod.cpython-311.pyc",
    "optimised": "pkg/__pycache__/mod.cpython-311.opt-1.pyc",
    "of another interpreter": "pkg/__pycache__/mod.pypy310.pyc",
    "rewritten by pytest": "pkg/__pycache__/mod.cpython-311-pytest-8.4.2.pyc",
    "of a module with dots": "pkg/__pycache__/a.b.cpython-311.pyc",
    "legacy place": "pkg/mod.pyc",
    "at the top": "__pycache__/single.cpython-311.pyc",
    "top, legacy": "single.pyc",
}


@pytest.mark.parametrize("case", BYTECODE)
def test_bytecode_belongs_to_the_owner_of_its_source(prefix: Path, site: Path, case: str) -> None:
    install(site, "other", {"other/mod.py": X})
    install(site, "mine", {"pkg/mod.py": X, "pkg/a.b.py": X, "single.py": X})
    before = scan(prefix, site)
    put(site / BYTECODE[case], b"c" * 77)
    found = scan(prefix, site)
    mine, own = use_of(found, "mine"), use_of(before, "mine")
    assert mine.bytecode_bytes == 77 + cache_folder_bytes(site / BYTECODE[case])
    assert mine.apparent_bytes - mine.bytecode_bytes == own.apparent_bytes, "bytecode comes and goes whole"
    assert mine.file_count == own.file_count + 1
    assert use_of(found, "other") == use_of(before, "other")
    assert found.unowned == ()


def cache_folder_bytes(path: Path) -> int:
    """Return the own size of the folder that holds nothing but bytecode, 0 where a .pyc lies beside its source."""
    return path.parent.lstat().st_size if path.parent.name == "__pycache__" else 0


NOT_BYTECODE_OF_MINE = {
    "no such source": "pkg/__pycache__/gone.cpython-311.pyc",
    "a cache by another name": "pkg/my__pycache__/mod.cpython-311.pyc",
    "not bytecode": "pkg/__pycache__/mod.cpython-311.nbi",
}


@pytest.mark.parametrize("case", NOT_BYTECODE_OF_MINE)
def test_what_has_no_owner_stays_unowned(prefix: Path, site: Path, case: str) -> None:
    install(site, "mine", {"pkg/mod.py": X})
    put(site / NOT_BYTECODE_OF_MINE[case], b"c" * 77)
    found = scan(prefix, site)
    (one,) = found.unowned
    assert NOT_BYTECODE_OF_MINE[case].startswith(one.path)
    assert one.file_count == 1
    assert use_of(found, "mine").bytecode_bytes == 0


def test_bytecode_is_told_by_majority(prefix: Path, site: Path) -> None:
    install(site, "mine", {f"m{number}.py": X for number in range(4)})
    assert not scan(prefix, site).has_bytecode
    for number in range(2):
        put(site / f"__pycache__/m{number}.cpython-311.pyc")
    assert not scan(prefix, site).has_bytecode
    put(site / "__pycache__/m2.cpython-311.pyc")
    assert scan(prefix, site).has_bytecode


def test_folders_go_to_the_only_owner_below_else_are_shared(prefix: Path, site: Path) -> None:
    install(site, "one", {"space/one/deep/m.py": X})
    install(site, "two", {"space/two/m.py": X})
    found = scan(prefix, site)
    folder = (site / "space").stat().st_size
    assert found.shared_bytes == site.stat().st_size + folder
    infos = sum(path.lstat().st_size for path in [*site.glob("one*"), *site.glob("one*/*")])
    below = [site / "space/one", site / "space/one/deep", site / "space/one/deep/m.py"]
    assert use_of(found, "one").apparent_bytes == infos + sum(path.stat().st_size for path in below)


def test_unowned_is_named_at_the_topmost_path(prefix: Path, site: Path) -> None:
    install(site, "mine", {"pkg/mod.py": X})
    put(site / "stray/a/b.txt")
    put(site / "stray/c.txt")
    put(site / "pkg/stray.txt", b"1")
    put(site / "loose.pth", b"22")
    found = scan(prefix, site)
    assert [(one.path, one.file_count) for one in found.unowned] == [
        ("stray", 2),
        ("loose.pth", 1),
        ("pkg/stray.txt", 1),
    ]
    assert sum(one.apparent_bytes for one in found.unowned) == found.unowned_bytes


def test_an_empty_folder_follows_what_stands_around_it(prefix: Path, site: Path) -> None:
    install(site, "mine", {"pkg/mod.py": X})
    (site / "pkg/__pycache__/deeper").mkdir(parents=True)
    (site / "empty/inside").mkdir(parents=True)
    found = scan(prefix, site)
    assert [one.path for one in found.unowned] == ["empty"]
    assert found.shared_bytes == site.stat().st_size


def test_what_no_start_reads_is_told_by_its_kind_to_the_byte(prefix: Path, site: Path) -> None:
    files = [
        "pkg/tests/test_a.py",
        "pkg/tests/data/a.h",
        "tests/b.pyi",
        "pkg/a.h",
        "pkg/inner/b.pxd",
        "pkg/a.pyi",
        "pkg/lib.a",
    ]
    others = ["pkg/test/a.py", "pkg/testing.py", "pkg/tests.py", "pkg/a.html", "pkg/h", "pkg/_a.so"]
    install(site, "pkg", {path: X * number for number, path in enumerate((*files, *others), start=1)})
    found = {each.kind: (each.apparent_bytes, each.file_count) for each in scan(prefix, site).idle}
    assert found == {
        "tests": (600, 3), "headers": (900, 2), "static libraries": (700, 1), "type stubs": (600, 1),
    }  # fmt: skip
    assert list(found) == ["headers", "static libraries", "tests", "type stubs"]


def test_files_outside_site_packages_have_their_own_column(prefix: Path, site: Path) -> None:
    put(prefix / "bin/tool", b"t" * 30)
    put(prefix / "share/doc/readme", b"d" * 12)
    rows = "../../../bin/tool,,30\r\n../../../share/doc/../doc/readme,,\n../../../bin/gone,,5\n"
    add(install(site, "mine", {"pkg/mod.py": X}), rows)
    found = scan(prefix, site)
    assert use_of(found, "mine").outside_bytes == 42
    assert found.total_apparent_bytes == sum(path.lstat().st_size for path in [site, *site.rglob("*")])
    assert codes(found) == []


def test_dots_and_absolute_paths_inside_are_resolved(prefix: Path, site: Path) -> None:
    for name in "abc":
        put(site / f"pkg/{name}.py")
    add(install(site, "mine", {}), f"./pkg/a.py,,\npkg/../pkg//b.py,,\n{site}/pkg/c.py,,\n")
    found = scan(prefix, site)
    assert (found.unowned, codes(found)) == ((), [])


def test_a_file_claimed_twice_is_counted_once(prefix: Path, site: Path) -> None:
    install(site, "first", {"cv2/a.py": b"one", "cv2/same.py": X, "cv2/__pycache__/a.cpython-311.pyc": b"p"})
    install(site, "second", {"cv2/a.py": b"longer", "cv2/same.py": X, "cv2/__pycache__/a.cpython-311.pyc": b"p"})
    _without_evidence(site, "first", ".pyc")
    _without_evidence(site, "second", ".pyc")
    found = scan(prefix, site)
    assert [(one.path, one.owner, one.others, one.apparent_bytes) for one in found.conflicts] == [
        ("cv2/__pycache__/a.cpython-311.pyc", "second", ("first",), 1),
        ("cv2/a.py", "second", ("first",), 6),
        ("cv2/same.py", "first", ("second",), 100),
    ]
    assert found.owners[0]["cv2/a.py"] == "second"
    folder = cache_folder_bytes(site / "cv2/__pycache__/a.cpython-311.pyc")
    assert use_of(found, "second").bytecode_bytes == 1 + folder


def _without_evidence(site: Path, name: str, suffix: str) -> None:
    record = site / f"{name}-1.0.dist-info/RECORD"
    rows = [row.split(",")[0] + ",," if f"{suffix}," in row else row for row in record.read_text().splitlines()]
    record.write_text("\n".join(rows) + "\n")


def test_the_hash_decides_where_sizes_agree(prefix: Path, site: Path) -> None:
    install(site, "a", {"pkg/m.py": b"old"})
    install(site, "b", {"pkg/m.py": b"new"})
    assert scan(prefix, site).owners[0]["pkg/m.py"] == "b"
    (site / "pkg/m.py").write_bytes(b"old")
    assert scan(prefix, site).owners[0]["pkg/m.py"] == "a"
    (site / "pkg/m.py").write_bytes(b"neither")
    assert scan(prefix, site).owners[0]["pkg/m.py"] == "a"


def test_a_conflict_outside_is_counted_once(prefix: Path, site: Path) -> None:
    put(prefix / "bin/tool", b"t" * 30)
    for name in ("a", "b"):
        add(install(site, name, {}), record_row("../../../bin/tool", b"t" * (30 if name == "b" else 31)))
    found = scan(prefix, site)
    assert (use_of(found, "a").outside_bytes, use_of(found, "b").outside_bytes) == (0, 30)
    assert [one.owner for one in found.conflicts] == ["b"]


def test_each_inode_is_counted_once(prefix: Path, site: Path) -> None:
    install(site, "mine", {"pkg/m.py": X})
    before = scan(prefix, site)
    os.link(site / "pkg/m.py", site / "pkg/again.py")
    os.link(site / "pkg/m.py", site / "pkg/third.py")
    found = scan(prefix, site)
    sizes = {path.lstat().st_ino: path.lstat().st_size for path in [site, *site.rglob("*")]}
    assert found.total_apparent_bytes == sum(sizes.values())
    assert (before.hard_linked_bytes, found.hard_linked_bytes) == (0, 100)


def test_links_are_weighed_as_links_and_not_followed(prefix: Path, site: Path, tmp_path: Path) -> None:
    big = put(tmp_path / "cache/big.so", b"b" * 100_000)
    install(site, "mine", {"pkg/m.py": X})
    (site / "pkg/big.so").symlink_to(big)
    (site / "pkg/loop").symlink_to("loop")
    (site / "pkg/up").symlink_to("..")
    (site / "folder").symlink_to(big.parent)
    (site / "nowhere").symlink_to("missing")
    found = scan(prefix, site)
    assert found.total_apparent_bytes < 100_000
    assert codes(found) == ["symbolic-links"]
    assert found.notes[0].message.startswith("5 symbolic links")


def test_a_site_folder_inside_another_is_counted_once(prefix: Path, site: Path) -> None:
    inner = site / "vendor"
    install(site, "outer", {"outer.py": X})
    install(inner, "inner", {"inner.py": X, "pkg/m.py": X})
    alone = scan(prefix, site)
    found = scan(prefix, site, inner)
    assert found.total_apparent_bytes == alone.total_apparent_bytes
    assert found.unowned == ()
    assert found.owners == (
        {"outer.py": "outer", "vendor/inner.py": "inner", "vendor/pkg/m.py": "inner"},
        {"inner.py": "inner", "pkg/m.py": "inner"},
    )


def test_two_site_folders_are_two_trees(prefix: Path, site: Path) -> None:
    plat = prefix / "lib64/python3.11/site-packages"
    install(plat, "native", {"native.so": X})
    put(plat / "_mixed.so")
    row = "../../../lib64/python3.11/site-packages/_mixed.so,,100\n"
    add(install(site, "mixed", {"mixed.py": X}), row)
    found = scan(prefix, site, plat)
    assert found.unowned == ()
    assert found.shared_bytes == site.stat().st_size + plat.stat().st_size
    assert found.owners == ({"mixed.py": "mixed"}, {"native.so": "native", "_mixed.so": "mixed"})
    assert use_of(found, "mixed").outside_bytes == 0


def test_the_same_folder_under_two_names_is_counted_once(prefix: Path, site: Path) -> None:
    (prefix / "lib64").symlink_to("lib")
    other = prefix / "lib64/python3.11/site-packages"
    put(site / "n.py")
    add(install(site, "mine", {"m.py": X}), "../../../lib64/python3.11/site-packages/n.py,,100\n")
    found = scan(prefix, site)
    assert (found.unowned, use_of(found, "mine").outside_bytes) == ((), 0)
    assert scan(prefix, site, other).total_apparent_bytes == found.total_apparent_bytes


def test_the_source_folder_of_an_editable_install_is_weighed_apart(prefix: Path, site: Path, tmp_path: Path) -> None:
    put(tmp_path / "source/big.py", b"b" * 100_000)
    put(tmp_path / "source/__pycache__/big.cpython-311.pyc", b"b" * 100_000)  # comes with use
    info = install(site, "mine", {"__editable__.mine-1.0.pth": f"{tmp_path / 'source'}\n".encode()})
    (info / "direct_url.json").write_text('{"url": "file:///source", "dir_info": {"editable": true}}')
    found = scan(prefix, site)
    assert found.total_apparent_bytes < 50_000
    assert found.reconciles
    assert use_of(found, "mine").outside_bytes == 100_000
    assert found.site_dirs == (site, tmp_path / "source")
    assert found.owners[1] == {"big.py": "mine"}


def test_an_empty_site_folder(prefix: Path, site: Path) -> None:
    found = scan(prefix, site)
    assert found.total_apparent_bytes == found.shared_bytes == site.stat().st_size
    assert (found.uses, found.unowned, found.has_bytecode) == ((), (), False)


def test_without_descriptors_paths_give_the_same(prefix: Path, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(site, "one", {"space/one/m.py": X, "space/one/__pycache__/m.cpython-311.pyc": X})
    install(site, "two", {"space/two/m.py": X})
    put(site / "stray/file")
    by_descriptor = scan(prefix, site)
    monkeypatch.setattr("footprint.collect.disk.walk._HAS_FD", False)
    assert scan(prefix, site) == by_descriptor


def test_a_missing_site_folder(prefix: Path, site: Path) -> None:
    missing = prefix / "missing"
    install(site, "mine", {"m.py": X})
    installed, _ = read_installed([site])
    found = disk.scan(interpreter(prefix, missing, site), installed)
    assert codes(found) == ["site-unreadable"]
    assert found.owners == ({}, {"m.py": "mine"})
    with pytest.raises(EnvironmentUnreadable, match="missing"):
        disk.scan(interpreter(prefix, missing), ())

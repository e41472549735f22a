"""Weights that are kept from one run to the next: the same as without, whatever happened to the files meanwhile."""

import json
import os
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from footprint.collect import disk
from footprint.collect.disk import kept_scan, tree_state
from footprint.collect.disk.kept_scan import KeptScan
from footprint.collect.metadata import read_installed
from footprint.files.cache_folder import BYTES_AT_MOST, CacheFolder
from footprint.model.installed_environment import DiskScan, Interpreter
from tests.support.builders import interpreter
from tests.support.machine import install, overfill, record_row

X, Y = b"x" * 100, b"y" * 100


class Place:
    """An environment with what there is: packages, bytecode, a script, a file claimed twice, a link out of it."""

    def __init__(self, folder: Path) -> None:
        self.prefix = folder / "env"
        self.site = self.prefix / "lib/python3.11/site-packages"
        self.site.mkdir(parents=True)
        self.cache = CacheFolder(str(folder / "kept"), named=True)
        (self.prefix / "bin").mkdir()
        (self.prefix / "bin/tool").write_bytes(X)
        files = {"pkg/mod.py": X, "pkg/deep/er/m.py": X, "pkg/same.py": X, "pkg/tests/a.h": X, "_one.so": X}
        info = install(self.site, "one", {**files, "pkg/__pycache__/mod.cpython-311.pyc": X})
        with (info / "RECORD").open("a") as record:
            record.write("../../../bin/tool,,100\n")
        install(self.site, "two", {"two/__init__.py": X, "pkg/same.py": Y})
        (self.site / "stray.txt").write_bytes(X)
        (self.site / "pkg/link").symlink_to(self.prefix / "bin")

    def python(self) -> Interpreter:
        return interpreter(self.prefix, self.site)

    def scan(self, *, cached: bool) -> DiskScan:
        installed, _ = read_installed((self.site,))
        return disk.scan(self.python(), installed, cache=self.cache if cached else None)

    def recall(self) -> DiskScan | None:
        installed, _ = read_installed((self.site,))
        return KeptScan(self.cache, self.python(), installed).recall()

    def contents(self) -> list[bytes]:
        return kept_scan._separate(next(Path(self.cache.path).iterdir()).read_bytes()[16:])

    def write_over(self, path: str, content: bytes) -> None:
        """Write into a file in its place, and give it its time back."""
        before = (self.site / path).stat()
        with (self.site / path).open("r+b") as file:
            file.write(content)
        os.utime(self.site / path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Return a place of which what is found is kept at once: files that are older than two seconds take two seconds."""
    for module in (tree_state, kept_scan):
        monkeypatch.setattr(module, "TOO_CLOSE_NS", 0)
    made = Place(tmp_path)
    _wait_for_the_clock(tmp_path)
    return made


def _wait_for_the_clock(folder: Path) -> None:
    """Wait until the file system's clock has moved on: some tick a hundred times in a second."""
    probe = folder / "clock"
    probe.touch()
    first = probe.stat().st_ctime_ns
    while probe.stat().st_ctime_ns == first:
        time.sleep(0.002)
        os.utime(probe)


def replace_behind_its_back(place: Place) -> None:
    """Put another file in the place of one and give the folder its time back, as `rsync -t` and `tar` do."""
    folder = (place.site / "pkg").stat()
    (place.site / "new.py").write_bytes(X * 3)
    (place.site / "new.py").replace(place.site / "pkg/mod.py")
    os.utime(place.site / "pkg", ns=(folder.st_atime_ns, folder.st_mtime_ns))


def claim_otherwise(place: Place) -> None:
    """Rewrite a RECORD in its place, as long as before: what it says of the file that two claim is another."""
    record = "two-1.0.dist-info/RECORD"
    text = (place.site / record).read_bytes()
    place.write_over(record, text.replace(record_row("pkg/same.py", Y).encode(), record_row("pkg/same.py", X).encode()))


def lead_elsewhere(place: Place) -> None:
    (place.prefix / "bin").rename(place.prefix / "old")
    (place.prefix / "other").mkdir()
    (place.prefix / "other/tool").write_bytes(X * 7)
    (place.prefix / "bin").symlink_to("other")


def be_a_folder(place: Place) -> None:
    (place.site / "_one.so").unlink()
    (place.site / "_one.so").mkdir()


def link_elsewhere(place: Place) -> None:
    (place.site / "pkg/link").unlink()
    (place.site / "pkg/link").symlink_to(place.prefix / "bin/of/another")


def reinstall(place: Place, version: str) -> None:
    uninstall(place)
    install(place.site, "two", {"two/__init__.py": X * 2}, version=version)


def uninstall(place: Place) -> None:
    for path in place.site.glob("two*"):
        shutil.rmtree(path)


CHANGES: dict[str, Callable[[Place], object]] = {
    "a file grows in its place": lambda place: place.write_over("pkg/mod.py", X * 9),
    "a file is written over, as long as before": lambda place: place.write_over("pkg/mod.py", Y),
    "what tells two claims apart is written over": lambda place: place.write_over("pkg/same.py", X),
    "a file is cut off": lambda place: os.truncate(place.site / "pkg/deep/er/m.py", 3),
    "a RECORD is written over": claim_otherwise,
    "a file is replaced unseen": replace_behind_its_back,
    "a file is new": lambda place: (place.site / "pkg/deep/er/new.py").write_bytes(X),
    "a file is gone": lambda place: (place.site / "pkg/deep/er/m.py").unlink(),
    "a file is renamed": lambda place: (place.site / "pkg/mod.py").rename(place.site / "pkg/dom.py"),
    "a folder is new": lambda place: (place.site / "pkg/deep/empty").mkdir(),
    "a folder is moved": lambda place: (place.site / "pkg/deep").rename(place.site / "two/deep"),
    "a file is a folder": be_a_folder,
    "a file has a second name elsewhere": lambda place: os.link(place.site / "pkg/mod.py", place.prefix / "mod.py"),
    "a link leads elsewhere": link_elsewhere,
    "a script grows": lambda place: (place.prefix / "bin/tool").write_bytes(X * 5),
    "a script is gone": lambda place: (place.prefix / "bin/tool").unlink(),
    "the folder of scripts is another": lead_elsewhere,
    "a distribution is gone": uninstall,
    "a distribution is newer": lambda place: reinstall(place, "2.0"),
    "a distribution is older": lambda place: reinstall(place, "0.1"),
    "a distribution is installed again": lambda place: reinstall(place, "1.0"),
    "a distribution is new": lambda place: install(place.site, "three", {"three.py": X}),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_nothing_that_changed_is_believed(name: str, place: Place) -> None:
    first = place.scan(cached=True)
    assert first == place.scan(cached=False) == place.recall()
    CHANGES[name](place)
    assert place.recall() is None
    after = place.scan(cached=False)
    assert place.scan(cached=True) == after
    _wait_for_the_clock(place.prefix)
    assert place.scan(cached=True) == after == place.scan(cached=True)


CACHE = "pkg/__pycache__"
BYTECODE = f"{CACHE}/mod.cpython-311.pyc"


def replace(place: Place, path: str, content: bytes) -> None:
    """Write a file beside its place and rename it, as Python does with bytecode."""
    (place.site / f"{path}.new").write_bytes(content)
    (place.site / f"{path}.new").replace(place.site / path)


def replace_folder(place: Place) -> None:
    shutil.copytree(place.site / CACHE, place.prefix / "other")
    (place.prefix / "other/mod.cpython-311.pyc").write_bytes(X * 4)
    shutil.rmtree(place.site / CACHE)
    (place.prefix / "other").rename(place.site / CACHE)


def copy_over(place: Place) -> None:
    """Write into bytecode and its source, as `cp -r` of another version does; the source is as long as before."""
    place.write_over("pkg/mod.py", Y)
    place.write_over(BYTECODE, X * 4)


def be_a_link(place: Place) -> None:
    (place.site / CACHE).rename(place.prefix / "elsewhere")
    (place.site / CACHE).symlink_to(place.prefix / "elsewhere")


def put(path: str) -> Callable[[Place], object]:
    def make(place: Place) -> None:
        (place.site / path).parent.mkdir(parents=True, exist_ok=True)
        (place.site / path).write_bytes(X)

    return make


def over(path: str) -> Callable[[Place], object]:
    return lambda place: place.write_over(path, X * 4)


def nothing(_: Place) -> None:
    return


# What is there before the first scan, and what changes after it.
BYTECODE_CHANGES: dict[str, tuple[Callable[[Place], object], Callable[[Place], object]]] = {
    "is replaced": (nothing, lambda place: replace(place, BYTECODE, X * 4)),
    "is replaced by as much": (nothing, lambda place: replace(place, BYTECODE, Y)),
    "is new": (nothing, lambda place: replace(place, f"{CACHE}/same.cpython-311.pyc", X)),
    "is gone": (nothing, lambda place: (place.site / BYTECODE).unlink()),
    "its folder is another": (nothing, replace_folder),
    "its folder is gone": (nothing, lambda place: shutil.rmtree(place.site / CACHE)),
    "its source is written over": (nothing, lambda place: place.write_over("pkg/mod.py", Y)),
    "it and its source are written over": (nothing, copy_over),
    "of two distributions, of which one is compiled": (
        put(f"{CACHE}/same.cpython-311.pyc"),
        lambda place: replace(place, f"{CACHE}/same.cpython-311.pyc", X * 4),
    ),
    "data beside it": (put(f"{CACHE}/data.nbi"), over(f"{CACHE}/data.nbi")),
    "with data beside it": (put(f"{CACHE}/data.nbi"), over(BYTECODE)),
    "without a source": (put(f"{CACHE}/gone.cpython-311.pyc"), over(f"{CACHE}/gone.cpython-311.pyc")),
    "its source is a folder": (put("pkg/mod2.py/x"), over("pkg/mod2.py/x")),
    "of a source that is a folder": (
        lambda place: (put("pkg/odd.py/x")(place), put(f"{CACHE}/odd.cpython-311.pyc")(place)),
        over(f"{CACHE}/odd.cpython-311.pyc"),
    ),
    "beside its source": (put("pkg/mod.pyc"), over("pkg/mod.pyc")),
    "in a folder of a like name": (
        lambda place: (put("pkg/x.py")(place), put("pkg/my__pycache__/x.cpython-311.pyc")(place)),
        over("pkg/my__pycache__/x.cpython-311.pyc"),
    ),
    "below its folder": (put(f"{CACHE}/in/mod.cpython-311.pyc"), over(f"{CACHE}/in/mod.cpython-311.pyc")),
    "with another name elsewhere": (
        lambda place: os.link(place.site / BYTECODE, place.prefix / "other.pyc"),
        lambda place: (place.prefix / "other.pyc").write_bytes(X * 4),
    ),
    "that gets another name": (nothing, lambda place: os.link(place.site / BYTECODE, place.site / f"{BYTECODE[:-1]}o")),
    "whose folder becomes a link": (nothing, be_a_link),
    "whose folder is a link": (be_a_link, lambda place: (place.site / CACHE).unlink()),
}


@pytest.mark.parametrize("name", BYTECODE_CHANGES)
def test_no_bytecode_that_changed_is_believed(name: str, place: Place) -> None:
    prepare, change = BYTECODE_CHANGES[name]
    prepare(place)
    _wait_for_the_clock(place.prefix)
    first = place.scan(cached=True)
    assert first == place.scan(cached=False) == place.recall()
    change(place)
    assert place.recall() is None
    assert place.scan(cached=True) == place.scan(cached=False)


def test_bytecode_behind_a_link_has_no_weight_to_change(place: Place) -> None:
    be_a_link(place)
    _wait_for_the_clock(place.prefix)
    first = place.scan(cached=True)
    (place.prefix / "elsewhere/mod.cpython-311.pyc").write_bytes(X * 4)
    assert place.recall() == first == place.scan(cached=False)


@pytest.mark.parametrize("tag", ["cpython-311", "cpython-311.opt-1", "cpython-311-pytest-8.4.2", "pypy39"])
def test_bytecode_alone_written_over_in_its_place_is_not_seen(tag: str, place: Place) -> None:
    """The one change that is not: nothing of Python's writes so, and each such file that is not asked saves time."""
    (place.site / BYTECODE).rename(place.site / f"{CACHE}/mod.{tag}.pyc")
    _wait_for_the_clock(place.prefix)
    first = place.scan(cached=True)
    place.write_over(f"{CACHE}/mod.{tag}.pyc", X * 4)
    assert place.recall() == first != place.scan(cached=False)


def test_what_is_kept_is_used_and_is_the_same_to_the_order(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    first = place.scan(cached=True)
    monkeypatch.delattr(disk, "_weigh")
    again = place.scan(cached=True)
    assert again == first
    assert again.reconciles
    assert [list(files.items()) for files in again.owners] == [list(files.items()) for files in first.owners]
    assert [list(use.folders.items()) for use in again.uses] == [list(use.folders.items()) for use in first.uses]
    assert [one.owner for one in again.conflicts] == ["two"]
    assert again.path_files == first.path_files


def be_read_through_a_link(place: Place) -> None:
    info = place.site / "two-1.0.dist-info"
    info.rename(place.prefix / "elsewhere")
    info.symlink_to(place.prefix / "elsewhere")


def have_a_record_elsewhere(place: Place) -> None:
    record = place.site / "two-1.0.dist-info/RECORD"
    record.rename(place.prefix / "RECORD")
    record.symlink_to(place.prefix / "RECORD")


def be_claimed_twice_by_a_link(place: Place) -> None:
    (place.site / "pkg/same.py").rename(place.prefix / "same.py")
    (place.site / "pkg/same.py").symlink_to(place.prefix / "same.py")


NOT_KEPT: dict[str, Callable[[Place], object]] = {
    "metadata behind a link": be_read_through_a_link,
    "a RECORD behind a link": have_a_record_elsewhere,
    "a file that two claim behind a link": be_claimed_twice_by_a_link,
    "claims by name, with links": lambda place: (place.site / "two-1.0.dist-info/RECORD").unlink(),
}


@pytest.mark.parametrize("name", NOT_KEPT)
def test_what_is_read_elsewhere_is_not_kept(name: str, place: Place) -> None:
    NOT_KEPT[name](place)
    _wait_for_the_clock(place.prefix)
    assert place.scan(cached=True) == place.scan(cached=False)
    assert place.recall() is None


@pytest.mark.parametrize("module", [tree_state, kept_scan], ids=["in the trees", "outside of them"])
def test_what_changed_a_moment_ago_is_not_kept(module: object, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within a tick of the clock a second change bears the same time: git calls such an entry racy."""
    monkeypatch.setattr(module, "TOO_CLOSE_NS", 3600 * 10**9)
    place.scan(cached=True)
    assert place.recall() is None
    monkeypatch.setattr(module, "TOO_CLOSE_NS", -3600 * 10**9)
    place.scan(cached=True)
    assert place.recall() is not None


def _with(**changed: object) -> Callable[[dict[str, Any]], object]:
    return lambda kept: {**kept, **changed}


def _with_scan(**changed: object) -> Callable[[dict[str, Any]], object]:
    return lambda kept: {**kept, "scan": {**kept["scan"], **changed}}


def _with_tree(root: object) -> Callable[[dict[str, Any]], object]:
    return lambda kept: {**kept, "trees": [[root, kept["trees"][0][1]]]}


HOSTILE: dict[str, Callable[[dict[str, Any]], object]] = {
    "a list": lambda kept: [],
    "a text": lambda kept: "\ud800",
    "nothing": lambda kept: {},
    "no trees": _with(trees=[]),
    "a tree more": lambda kept: {**kept, "trees": kept["trees"] * 2},
    "a tree that is a number": _with(trees=[7]),
    "another environment": _with(environment="0"),
    "no folders of distributions": _with(folders=[]),
    "folders of one distribution alone": lambda kept: {**kept, "folders": [sum(kept["folders"])]},
    "folders that are texts": _with(folders=["1", "2"]),
    "more folders than there are": lambda kept: {**kept, "folders": [9, *kept["folders"]]},
    "numbers that are texts": _with_scan(total_apparent_bytes="1"),
    "switches for numbers": _with_scan(shared_bytes=True),
    "sums that do not add up": _with_scan(total_apparent_bytes=1),
    "no weights": _with_scan(uses=[]),
    "weights of nobody": _with_scan(uses=[["x", [1, 1, 1, 1, 1], []]]),
    "weights that are texts": _with_scan(uses=[["one", ["1"] * 5, []], ["two", [1] * 5, []]]),
    "another tree": _with_tree("/"),
    "a tree with a NUL": _with_tree("\0"),
    "a tree whose place is a number": _with_tree(7.5),
    "another digest": lambda kept: {**kept, "trees": [[kept["trees"][0][0], "0"]]},
    "files outside that are none": _with(outside={"\0": [1]}),
    "links of numbers": _with(real=[[1, 2]]),
}


PATHS, WEIGHTS, ROWS, LOOKS, OWNERS = range(1, 6)
HOSTILE_PARTS: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "nothing": lambda parts: [],
    "values alone": lambda parts: parts[:1],
    "a part less": lambda parts: parts[:-1],
    "a part more": lambda parts: [*parts, b""],
    "values that are none": lambda parts: [b"\xff", *parts[1:]],
    "paths less": lambda parts: _put(parts, PATHS, b"x\0"),
    "paths without an end": lambda parts: _put(parts, PATHS, parts[PATHS].replace(b"\0", b"/")),
    "weights less": lambda parts: _put(parts, WEIGHTS, parts[WEIGHTS][8:]),
    "weights that are cut off": lambda parts: _put(parts, WEIGHTS, parts[WEIGHTS][1:]),
    "a tree without names": lambda parts: _put(parts, ROWS, b""),
    "a tree with other names": lambda parts: _put(parts, ROWS, b"//a//b"),
    "a folder more": lambda parts: _put(parts, ROWS, parts[ROWS] + b"\0pkg"),
    "folders above": lambda parts: _put(parts, ROWS, b".." + parts[ROWS]),
    "looks of no folder": lambda parts: _put(parts, LOOKS, b""),
    "looks that are cut off": lambda parts: _put(parts, LOOKS, parts[LOOKS][1:]),
    "other looks": lambda parts: _put(parts, LOOKS, b"x" * len(parts[LOOKS])),
    "no owners": lambda parts: _put(parts, OWNERS, b""),
    "half an owner": lambda parts: _put(parts, OWNERS, parts[OWNERS][1:]),
}
HOSTILE_FILES = {
    "empty": b"",
    "cut off in a number": b"abc",
    "no parts": bytes(8),
    "more parts than bytes": b"\xff" * 64,
    "parts without lengths": b"\x02" + bytes(7),
    "parts that are longer": b"\x01" + bytes(7) + b"\x09" + bytes(7),
    "parts that are shorter": b"\x01" + bytes(7) + bytes(8) + b"more",
}


def _put(parts: list[bytes], place: int, part: bytes) -> list[bytes]:
    return [*parts[:place], part, *parts[place + 1 :]]


def _values(name: str) -> Callable[[list[bytes]], bytes]:
    return lambda parts: kept_scan._join([json.dumps(HOSTILE[name](json.loads(parts[0]))).encode(), *parts[1:]])


def _parts(name: str) -> Callable[[list[bytes]], bytes]:
    return lambda parts: kept_scan._join(HOSTILE_PARTS[name](parts))


ALL_HOSTILE: dict[str, Callable[[list[bytes]], bytes]] = {
    **{name: _values(name) for name in HOSTILE},
    **{f"parts: {name}": _parts(name) for name in HOSTILE_PARTS},
    **{f"file: {name}": lambda parts, file=file: file for name, file in HOSTILE_FILES.items()},  # type: ignore[misc]
}


@pytest.mark.parametrize("name", ALL_HOSTILE)
def test_whatever_is_kept_it_is_only_missing(name: str, place: Place) -> None:
    wanted = place.scan(cached=True)
    installed, _ = read_installed((place.site,))
    kept = KeptScan(place.cache, place.python(), installed)
    place.cache.write(kept._key, ALL_HOSTILE[name](place.contents()))
    assert place.recall() is None
    assert place.scan(cached=True) == wanted


def test_what_is_kept_is_bounded(place: Place) -> None:
    overfill(place.cache)
    found = place.scan(cached=True)
    assert place.cache.weigh()[1] <= BYTES_AT_MOST
    assert place.recall() == found


def test_many_at_once_say_the_same(place: Place) -> None:
    wanted = place.scan(cached=False)
    with ThreadPoolExecutor(4) as pool:
        assert all(found == wanted for found in pool.map(lambda _: place.scan(cached=True), range(12)))
    assert place.recall() == wanted


NAMES = st.sampled_from(["a.py", "b.pyc", "tests", "c.so", "d\udc80", "e\n.py"])
STEPS = st.lists(st.tuples(st.sampled_from(["put", "over", "cut", "folder", "away"]), NAMES, NAMES), max_size=4)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_changes(steps: list[tuple[str, str, str]], place: Place) -> None:
    place.scan(cached=True)
    for step, first, second in steps:
        _step(place.site / "pkg" / first, place.site / "pkg" / first / second, step)
        assert place.scan(cached=True) == place.scan(cached=False)


def _step(path: Path, inner: Path, step: str) -> None:
    if path.is_dir() and step in ("put", "over"):
        inner.write_bytes(X)
    elif path.is_dir():
        shutil.rmtree(path)
    elif step == "folder" and not path.exists():
        path.mkdir()
    elif step in ("put", "over"):
        path.write_bytes(X if step == "put" else Y * 3)
    elif path.exists():
        path.unlink() if step == "away" else os.truncate(path, 1)


def test_a_site_folder_without_a_file(place: Place) -> None:
    shutil.rmtree(place.site)
    place.site.mkdir()
    _wait_for_the_clock(place.prefix)
    wanted = place.scan(cached=False)
    assert place.scan(cached=True) == wanted == place.recall()
    assert (wanted.uses, dict(wanted.owners[0])) == ((), {})

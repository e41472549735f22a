"""What a real disk holds: damage, old formats, hostile names. Each is a note; the sums still reconcile."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footprint.collect import disk
from footprint.collect.metadata import read_installed
from tests.support.builders import interpreter
from tests.support.machine import install, need
from tests.unit.collect.test_disk import add, codes, put, scan, use_of

X = b"x" * 100
EVERYTHING = {"pkg/__init__.py": X, "pkg/data.bin": X, "pkg.libs/lib.so": X}


DAMAGE = {
    "ends in the middle of a row": b"pkg/__init__.py,sha256=x,100\npkg.libs/lib.so,,\npkg/dat",
    "ends at a row": b"pkg/__init__.py,sha256=x,100\npkg.libs/lib.so,,\n",
    "empty": b"",
    "zero bytes": b"pkg/__init__.py,sha256=x,100\npkg.libs/lib.so,,\n\0\0\0\0\0\0",
    "not UTF-8": b"pkg/__init__.py,sha256=x,100\npkg.libs/lib.so,,\npkg/\xff.py,,\npkg-1.0.dist-info/RECORD,,\n",
    "an open quote": b'pkg/__init__.py,sha256=x,100\npkg.libs/lib.so,,\n"pkg/data.bin,,\nrest',
    "UTF-16": "pkg/__init__.py,,\n".encode("utf-16"),
}


@pytest.mark.parametrize("case", DAMAGE)
def test_a_damaged_record_falls_back_to_names(prefix: Path, site: Path, case: str) -> None:
    info = install(site, "pkg", EVERYTHING)
    whole = scan(prefix, site)
    (info / "RECORD").write_bytes(DAMAGE[case])
    found = scan(prefix, site)
    assert codes(found) == ["record-damaged"]
    assert found.unowned == ()
    assert use_of(found, "pkg").file_count == use_of(whole, "pkg").file_count


def test_no_record_at_all_falls_back_to_top_level_txt(prefix: Path, site: Path) -> None:
    info = install(site, "my-dist", {"other/m.py": X, "single.py": X, "ext.cpython-311-x86_64-linux-gnu.so": X})
    (info / "RECORD").unlink()
    (info / "top_level.txt").write_text("other\nsingle\next\nmissing\n")
    found = scan(prefix, site)
    assert (codes(found), found.unowned) == (["record-missing"], ())


def test_guesses_leave_what_others_list(prefix: Path, site: Path) -> None:
    (install(site, "guessing", {"space/a.py": X}) / "RECORD").write_text("space/a.py,,\n")
    (install(site, "regular", {"reg/__init__.py": X, "reg/b.py": X}) / "RECORD").write_text("reg/b.py,,\n")
    install(site, "exact", {"space/b.py": X, "reg/plugin.py": X})
    put(site / "space/stray.py", b"1")
    put(site / "reg/stray.py", b"22")
    found = scan(prefix, site)
    # A namespace that others fill is nobody's; a package with an __init__ is its owner's.
    assert [one.path for one in found.unowned] == ["space/stray.py"]
    regular = dict.fromkeys(("reg/__init__.py", "reg/b.py", "reg/stray.py"), "regular")
    assert found.owners[0] == {**regular, "space/a.py": "guessing", "space/b.py": "exact", "reg/plugin.py": "exact"}


def test_record_that_escapes_is_noted_and_not_followed(prefix: Path, site: Path, tmp_path: Path) -> None:
    put(tmp_path / "secret", b"s" * 5000)
    put(prefix / "bin/tool", b"t" * 7)
    info = install(site, "evil", {"evil.py": X})
    add(info, f"../../../../secret,,\n{tmp_path}/secret,,\n/etc/passwd,,\n../../../bin/tool,,\n")
    add(info, "../../../../../../../../../../../etc/passwd,,\n" + "../" * 3000 + "etc/passwd,,\n")
    found = scan(prefix, site)
    assert codes(found) == ["record-escapes"]
    assert "5 paths" in found.notes[0].message
    assert use_of(found, "evil").outside_bytes == 7


def test_a_folder_link_does_not_lead_out(prefix: Path, site: Path, tmp_path: Path) -> None:
    put(tmp_path / "elsewhere/secret", b"s" * 5000)
    (prefix / "share").symlink_to(tmp_path / "elsewhere")
    add(install(site, "evil", {}), "../../../share/secret,,\n")
    found = scan(prefix, site)
    assert (codes(found), use_of(found, "evil").outside_bytes) == (["record-escapes"], 0)


RECORD_FORMS: dict[str, Callable[[str], str]] = {
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "no last end of line": lambda text: text.removesuffix("\n"),
    "blank lines": lambda text: text.replace("\n", "\n\n"),
    "everything quoted": lambda text: "".join(
        ",".join(f'"{field}"' for field in row.split(",")) + "\r\n" for row in text.splitlines()
    ),
    "no hash and size columns": lambda text: "".join(row.split(",")[0] + ",,\n" for row in text.splitlines()),
    "backwards": lambda text: "".join(f"{row}\n" for row in reversed(text.splitlines())),
}


@pytest.mark.parametrize("case", RECORD_FORMS)
def test_forms_of_record_that_say_the_same(prefix: Path, site: Path, case: str) -> None:
    info = install(site, "pkg", EVERYTHING)
    whole = scan(prefix, site)
    (info / "RECORD").write_bytes(RECORD_FORMS[case]((info / "RECORD").read_text()).encode())
    found = scan(prefix, site)
    assert (found.owners, found.unowned, found.notes) == (whole.owners, (), ())


ODD_NAMES = {
    "comma": ("pkg/a,b.py", '"pkg/a,b.py",,'),
    "comma, unquoted by an old writer": ("pkg/a,b.py", "pkg/a,b.py,,"),
    "quote": ('pkg/a"b.py', '"pkg/a""b.py",,'),
    "line break": ("pkg/a\nb.py", '"pkg/a\nb.py",,'),
    "space": ("pkg/a b.py", "pkg/a b.py,,"),
    "not ASCII": ("pkg/ümläut-日本.py", "pkg/ümläut-日本.py,,"),
    "leading dots": ("pkg/..hidden.py", "pkg/..hidden.py,,"),
    "backslash": ("pkg/a\\b.py", "pkg/a\\b.py,,"),
    "terminal escape": ("pkg/\x1b[31mred.py", "pkg/\x1b[31mred.py,,"),
}


@pytest.mark.parametrize("case", ODD_NAMES)
def test_odd_file_names_are_owned(prefix: Path, site: Path, case: str) -> None:
    name, row = ODD_NAMES[case]
    info = install(site, "pkg", {"pkg/__init__.py": X})
    (site / name).write_bytes(X)
    text = (info / "RECORD").read_text()
    (info / "RECORD").write_bytes(f"{row}\n{text}".encode())
    found = scan(prefix, site)
    assert (found.unowned, codes(found)) == ((), [])
    assert found.owners[0][name] == "pkg"


def test_names_that_are_no_utf8_are_weighed_and_shown_escaped(prefix: Path, site: Path) -> None:
    info = install(site, "pkg", {"pkg/__init__.py": X})
    for name in (b"pkg/recorded-\xe9.py", b"stray-\xe9.txt", b"stray-\x1b[2J.txt"):
        Path(os.fsdecode(os.fsencode(site) + b"/" + name)).write_bytes(X)
    (info / "RECORD").write_bytes(b"pkg/recorded-\xe9.py,,\n" + (info / "RECORD").read_bytes())
    found = scan(prefix, site)
    assert sorted(one.path for one in found.unowned) == ["stray-\\x1b[2J.txt", "stray-\\xe9.txt"]
    assert found.owners[0][os.fsdecode(b"pkg/recorded-\xe9.py")] == "pkg"
    for shown in [*(one.path for one in found.unowned), *(note.message for note in found.notes)]:
        assert shown.isprintable()


def test_a_record_that_is_a_folder_and_one_that_lists_folders(prefix: Path, site: Path) -> None:
    (install(site, "a", {"a.py": X}) / "RECORD").unlink()
    (site / "a-1.0.dist-info/RECORD").mkdir()
    add(install(site, "b", {"b/m.py": X}), "b/,,\nb,,\n")
    found = scan(prefix, site)
    assert codes(found) == ["record-missing"]
    assert found.unowned == ()


def test_links_that_loop_are_harmless(prefix: Path, site: Path) -> None:
    rows = "pkg/self/self/self/m.py,,\npkg/a/x.py,,\n./pkg/a/y.py,,\n../../../loop/x,,\n"
    add(install(site, "pkg", {"pkg/m.py": X}), rows)
    for name, leads_to in (("self", "."), ("a", "b"), ("b", "a")):
        (site / "pkg" / name).symlink_to(leads_to)
    (prefix / "loop").symlink_to("loop")
    found = scan(prefix, site)
    assert sorted(one.path for one in found.unowned) == ["pkg/a", "pkg/b", "pkg/self"]


def test_special_files_are_weighed_not_opened(prefix: Path, site: Path) -> None:
    install(site, "pkg", {"pkg/m.py": X})
    os.mkfifo(site / "pkg/pipe")
    assert [one.path for one in scan(prefix, site).unowned] == ["pkg/pipe"]


def test_a_very_deep_tree_ends_in_a_note(prefix: Path, site: Path) -> None:
    install(site, "pkg", {"pkg/m.py": X})
    put(site.joinpath("deep", *["d"] * 250, "f"))
    assert codes(scan(prefix, site)) == ["folder-too-deep"]


def test_an_unreadable_folder_is_a_note_and_the_rest_goes_on() -> None:
    need(hasattr(os, "fork"), "fork")
    with tempfile.TemporaryDirectory() as folder:  # tmp_path is closed to other users, and root is refused nothing
        prefix = Path(folder).resolve()
        prefix.chmod(0o755)
        site = prefix / "lib/python3.11/site-packages"
        install(site, "pkg", {"pkg/m.py": X, "pkg/closed/n.py": X, "zzz.py": X})
        put(site / "stray/closed/x")
        closed = [site / "pkg/closed", site / "stray/closed"]
        for one in closed:
            one.chmod(0)
        try:
            found = _as_nobody(lambda: _describe(prefix, site))
        finally:
            for one in closed:
                one.chmod(0o755)
    assert found == "folder-unreadable pkg/closed;folder-unreadable stray/closed|stray|m.py zzz.py"


def _describe(prefix: Path, site: Path) -> str:
    found = scan(prefix, site)
    notes = ";".join(f"{note.code} {note.path}" for note in found.notes)
    owned = " ".join(sorted(path.rpartition("/")[2] for path in found.owners[0]))
    return f"{notes}|{' '.join(one.path for one in found.unowned)}|{owned}"


def _as_nobody(describe: Callable[[], str]) -> str:
    """Run in a child that is not root, for whom permissions do not count."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            if os.getuid() == 0:
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
            os.write(writer, describe().encode())
            status = 0
        except BaseException as error:  # the child must not return into pytest
            os.write(writer, repr(error).encode())
        finally:
            os._exit(status)
    os.close(writer)
    with os.fdopen(reader) as stream:
        text = stream.read()
    os.waitpid(child, 0)
    return text


def test_a_file_in_place_of_a_folder(prefix: Path, site: Path) -> None:
    add(install(site, "pkg", {"pkg": X}), "pkg/m.py,,\n../../../bin/x/y,,\n")
    put(prefix / "bin/x")
    found = scan(prefix, site)
    assert (found.unowned, use_of(found, "pkg").outside_bytes) == ((), 0)


def test_installed_files_txt_lists_exactly(prefix: Path, site: Path) -> None:
    info = site / "old-1.0-py3.11.egg-info"
    put(info / "PKG-INFO", b"Name: old\nVersion: 1.0\n")
    put(info / "installed-files.txt", b"../old/__init__.py\n../old/__pycache__/__init__.cpython-311.pyc\nPKG-INFO\n")
    put(site / "old/__init__.py")
    put(site / "old/__pycache__/__init__.cpython-311.pyc")
    put(site / "old/not_listed.txt")
    found = scan(prefix, site)
    assert [one.path for one in found.unowned] == ["old/not_listed.txt"]
    assert codes(found) == []


def test_legacy_names(prefix: Path, site: Path) -> None:
    put(site / "perf-0.1.egg-info", b"Name: perf\nVersion: 0.1\n")  # distutils: a file
    put(site / "perf.cpython-311-x86_64-linux-gnu.so")
    info = site / "lazr.uri-1.0.egg-info"
    put(info / "PKG-INFO", b"Name: lazr.uri\nVersion: 1.0\n")
    put(info / "top_level.txt", b"lazr\n")
    put(info / "namespace_packages.txt", b"lazr\n")
    put(site / "lazr/uri/__init__.py")
    put(site / "lazr/other/__init__.py")
    put(site / "folder-1.0-py3.11.egg/EGG-INFO/PKG-INFO", b"Name: folder\nVersion: 1.0\n")
    put(site / "folder-1.0-py3.11.egg/folder/__init__.py")
    put(site / "linked.egg-link", b"/nowhere\n.\n")
    found = scan(prefix, site)
    assert [one.path for one in found.unowned] == ["lazr/other"]
    assert found.owners[0] == {
        "perf.cpython-311-x86_64-linux-gnu.so": "perf",
        "lazr/uri/__init__.py": "lazr-uri",
        "folder-1.0-py3.11.egg/folder/__init__.py": "folder",
    }


def test_two_of_one_name_leave_the_other_unowned(prefix: Path, site: Path) -> None:
    install(site, "a", {"a.py": X}, version="1.0")
    install(site, "a", {"a.py": X}, version="2.0")
    assert [one.path for one in scan(prefix, site).unowned] == ["a-1.0.dist-info"]


def test_top_level_txt_cannot_claim_the_whole_folder(prefix: Path, site: Path) -> None:
    info = install(site, "evil", {})
    (info / "RECORD").unlink()
    (info / "top_level.txt").write_text("..\n.\n/\n/etc\n../../bin\n\n")
    install(site, "good", {"good.py": X})
    put(site / "stray/x")
    found = scan(prefix, site)
    assert [one.path for one in found.unowned] == ["stray"]


def test_an_installed_from_elsewhere_weighs_nothing(prefix: Path, site: Path, tmp_path: Path) -> None:
    install(tmp_path / "other", "pkg", {"m.py": X})
    installed, _ = read_installed([tmp_path / "other"])
    found = disk.scan(interpreter(prefix, site), installed)
    assert found.reconciles
    assert found.uses[0].apparent_bytes == 0


# Whatever the tree and whatever the RECORDs claim, the parts add up to an independent count of the disk

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
        found = disk.scan(interpreter(prefix, site), installed)

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
        found = disk.scan(interpreter(prefix, site), installed)
        importable = (".py", ".so")
        listed = {path for path in claims if path.endswith(importable) and os.path.lexists(site / path)}
        on_disk = {path for path in listed if (site / path).is_symlink() or not (site / path).is_dir()}
        direct = {path for path in on_disk if not any(parent.is_symlink() for parent in (site / path).parents)}
        assert set(found.owners[0]) == direct

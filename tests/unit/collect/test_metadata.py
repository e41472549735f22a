"""Reading what is installed: the good, the old and the broken."""

import importlib.metadata
import json
import os
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from footprint.collect.metadata import read_installed
from footprint.errors import EnvironmentUnreadable
from footprint.model.installed_environment import EntryPointRecord, Installed
from footprint.model.note import Note
from tests.support.machine import install, sparse


def read(*site_dirs: Path) -> tuple[tuple[Installed, ...], tuple[Note, ...]]:
    return read_installed(site_dirs)


def only(*site_dirs: Path) -> tuple[Installed, list[str]]:
    (one,), notes = read(*site_dirs)
    return one, [note.code for note in notes]


def put(folder: Path, **files: str | bytes) -> Path:
    """Write files into a folder; double underscores stand for the dot of a suffix."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        (folder / name.replace("__", ".")).write_bytes(data)
    return folder


def test_a_distribution_as_pip_writes_it(tmp_path: Path) -> None:
    info = install(
        tmp_path,
        "Scikit_Learn.X",
        {"sklearn/__init__.py": b""},
        version="1.2",
        metadata="Requires-Dist: numpy>=1.26\nRequires-Dist: pandas (>=2) ; extra == 'Data_Frames'\n"
        "Provides-Extra: Data_Frames\nLicense: one\n        two\nRequires-Python: >=3.9\n",
    )
    put(info, REQUESTED="", entry_points__txt="[console_scripts]\nrun = a.b:c\n# no\n; no\n\n[x.plugins]\np=q\n")
    (info / "METADATA").open("a").write("\nName: not a header\nRequires-Dist: not-a-header\n")
    assert only(tmp_path) == (
        Installed(
            name="scikit-learn-x",
            display_name="Scikit_Learn.X",
            version="1.2",
            site_dir=tmp_path,
            info_name="Scikit_Learn.X-1.2.dist-info",
            requires=("numpy>=1.26", "pandas (>=2) ; extra == 'Data_Frames'"),
            entry_points=(EntryPointRecord("console_scripts", "run", "a.b:c"), EntryPointRecord("x.plugins", "p", "q")),
            origin="index",
            source_url=None,
        ),
        [],
    )


# what METADATA of version 1 says of a, and what it requires
HEADERS = {
    "crlf": ("Name: a\r\nVersion: 1\r\nRequires-Dist: b\r\n\r\nName: c\r\n", "b"),
    "case of header names": ("NAME: a\nversion: 1\nrequires-dist: b\n", "b"),
    "folded line": ("Name: a\nVersion: 1\nRequires-Dist: b;\n   python_version > '3'\n", "b; python_version > '3'"),
    "blank in a folded licence": ("Name: a\nLicense: x\n        \n        y\nVersion: 1\nRequires-Dist: b\n", "b"),
    "byte order mark": ("\ufeffName: a\nVersion: 1\n", ""),
    "long description": ("Name: a\nVersion: 1\n\n" + "Name: c\n" * 5000, ""),
    "long headers": ("Name: a\nLicense: " + "\n        word" * 5000 + "\nVersion: 1\nRequires-Dist: b\n\n", "b"),
    "no end of line": ("Name: a\nVersion: 1", ""),
}


@pytest.mark.parametrize("case", HEADERS)
def test_headers(tmp_path: Path, case: str) -> None:
    text, requires = HEADERS[case]
    put(tmp_path / "a-1.dist-info", METADATA=text)
    one, codes = only(tmp_path)
    assert (one.name, one.version, ", ".join(one.requires), codes) == ("a", "1", requires, [])


def test_the_import_names_that_metadata_says(tmp_path: Path) -> None:
    text = (
        "Name: a\nVersion: 1\nImport-Name: threepkg\nImport-Name: threepkg._core ; private\nImport-Name:\n"
        "import-namespace: acme\nImport-Name: no name\n"
    )
    put(tmp_path / "a-1.dist-info", METADATA=text)
    assert only(tmp_path)[0].import_names == ("threepkg", "threepkg._core", "acme")


DIRECT_URLS = {
    "editable": ({"url": "file:///src/a", "dir_info": {"editable": True}}, "editable"),
    "local": ({"url": "file:///src/a", "dir_info": {}}, "local"),
    "vcs": ({"url": "https://x/a.git", "vcs_info": {"vcs": "git", "commit_id": "0"}}, "vcs"),
    "archive": ({"url": "file:///a.whl", "archive_info": {}}, "archive"),
}


@pytest.mark.parametrize("case", DIRECT_URLS)
def test_direct_url(tmp_path: Path, case: str) -> None:
    data, origin = DIRECT_URLS[case]
    put(install(tmp_path, "a", {}), direct_url__json=json.dumps(data))
    one, codes = only(tmp_path)
    assert (one.origin, one.source_url, codes) == (origin, data["url"], [])


WHOLE = "Name: a\nVersion: 2\n"
BROKEN = {
    "no Name": ({"METADATA": "Version: 2\n"}, "my-dist", "2", "metadata-no-name"),
    "empty METADATA": ({"METADATA": ""}, "my-dist", "1.0", "metadata-no-name"),
    "no METADATA": ({"RECORD": "a.py,,\n"}, "my-dist", "1.0", "metadata-no-name"),
    "Name is no name": ({"METADATA": "Name: \x1b[31mred\nVersion: 2\n"}, "my-dist", "2", "metadata-no-name"),
    "latin-1": ({"METADATA": f"{WHOLE}Author: Andr\xe9\n".encode("latin-1")}, "a", "2", "metadata-not-utf8"),
    "direct_url.json is no JSON": ({"METADATA": WHOLE, "direct_url__json": "{"}, "a", "2", "direct-url-unreadable"),
    "direct_url.json is a list": ({"METADATA": WHOLE, "direct_url__json": "[]"}, "a", "2", "direct-url-unreadable"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_metadata_is_a_note(tmp_path: Path, case: str) -> None:
    files, name, version, code = BROKEN[case]
    put(tmp_path / "My_Dist-1.0.dist-info", **files)  # type: ignore[arg-type]
    one, codes = only(tmp_path)
    assert (one.name, one.version, codes) == (name, version, [code])


NO_DISTRIBUTION = {
    "empty folder": ("a-1.dist-info", "metadata-missing"),
    "what pip could not remove": ("~umpy-2.0.dist-info", "leftover"),
}


@pytest.mark.parametrize("case", NO_DISTRIBUTION)
def test_no_distribution_but_a_note(tmp_path: Path, case: str) -> None:
    name, code = NO_DISTRIBUTION[case]
    (tmp_path / name).mkdir()
    found, notes = read(tmp_path)
    assert (found, [note.code for note in notes]) == ((), [code])


def test_metadata_that_is_a_folder_does_not_end_the_audit(tmp_path: Path) -> None:
    (tmp_path / "a-1.dist-info/METADATA").mkdir(parents=True)
    install(tmp_path, "b", {})
    one, codes = only(tmp_path)
    assert (one.name, codes) == ("b", ["metadata-unreadable"])


def test_the_first_site_folder_wins(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    install(first, "a", {}, version="1.0")
    install(second, "A", {}, version="9.0")
    one, codes = only(first, second)
    assert (one.version, one.site_dir, codes) == ("1.0", first, ["duplicate-metadata"])


def test_two_of_one_name_the_newer_wins(tmp_path: Path) -> None:
    install(tmp_path, "a", {"a/__init__.py": b"same"}, version="1.9")
    install(tmp_path, "a", {"a/__init__.py": b"same"}, version="1.10")
    one, codes = only(tmp_path)
    assert (one.version, codes) == ("1.10", ["duplicate-metadata"])


def test_two_of_one_name_the_one_that_fits_the_disk_wins(tmp_path: Path) -> None:
    install(tmp_path, "a", {"a/__init__.py": b"new and longer"}, version="1.10")
    install(tmp_path, "a", {"a/__init__.py": b"old"}, version="1.9")
    one, codes = only(tmp_path)
    assert (one.version, codes) == ("1.9", ["duplicate-metadata"])


def test_an_egg_info_folder_with_requires_txt(tmp_path: Path) -> None:
    put(
        tmp_path / "Old-2.0-py3.11.egg-info",
        PKG_INFO="",
        requires__txt="six\n\n[:python_version<'3.9']\nzoneinfo\n\n[Fast]\nspeed @ https://x/y\n\n[fast:os_name=='nt']\nwin\n",
    ).joinpath("PKG_INFO").rename(tmp_path / "Old-2.0-py3.11.egg-info/PKG-INFO")
    one, _ = only(tmp_path)
    assert (one.name, one.version) == ("old", "2.0")
    assert one.requires == (
        "six",
        "zoneinfo; (python_version<'3.9')",
        'speed @ https://x/y ; extra == "Fast"',
        "win; (os_name=='nt') and extra == \"fast\"",
    )


def test_an_egg_info_file_of_distutils(tmp_path: Path) -> None:
    (tmp_path / "perf-0.1.egg-info").write_text("Metadata-Version: 1.0\nName: perf\nVersion: 0.1\n")
    one, codes = only(tmp_path)
    assert (one.name, one.version, codes) == ("perf", "0.1", [])


def test_an_egg_link_names_its_source(tmp_path: Path) -> None:
    source = tmp_path / "source"
    put(source / "my_tool.egg-info", entry_points__txt="[console_scripts]\nx = y:z\n")
    (source / "my_tool.egg-info/PKG-INFO").write_text("Name: my-tool\nVersion: 3\n")
    site = put(tmp_path / "site")
    (site / "my-tool.egg-link").write_text(f"{source}\n.\n")
    one, codes = only(site)
    assert (one.name, one.version, one.origin, one.source_url) == ("my-tool", "3", "editable", source.as_uri())
    assert one.entry_points == (EntryPointRecord("console_scripts", "x", "y:z"),)
    assert codes == []


def test_an_egg_link_to_nowhere(tmp_path: Path) -> None:
    (tmp_path / "gone.egg-link").write_text("/nowhere/at/all\n.\n")
    one, codes = only(tmp_path)
    assert (one.name, one.origin, codes) == ("gone", "editable", ["editable-source-missing"])


def test_eggs_folder_and_zip(tmp_path: Path) -> None:
    info = put(tmp_path / "folder-1.0-py3.11.egg/EGG-INFO")
    (info / "PKG-INFO").write_text("Name: folder\nVersion: 1.0\n")
    with zipfile.ZipFile(tmp_path / "zipped-2.0-py3.11.egg", "w") as egg:
        egg.writestr("EGG-INFO/PKG-INFO", "Name: zipped\nVersion: 2.0\n")
        egg.writestr("EGG-INFO/requires.txt", "six\n")
    (tmp_path / "broken-1.0-py3.11.egg").write_bytes(b"PK no zip")
    found, notes = read(tmp_path)
    assert [(one.name, one.version, one.requires) for one in found] == [
        ("folder", "1.0", ()),
        ("zipped", "2.0", ("six",)),
    ]
    assert [note.code for note in notes] == ["metadata-unreadable"]


ORIGINS = {
    "Debian": ("usr/lib/python3/dist-packages", None, "system"),
    "pip on Debian": ("usr/local/lib/python3.11/dist-packages", None, "index"),
    "rpm": ("usr/lib/python3.11/site-packages", "rpm", "system"),
    "conda": ("env/lib/python3.11/site-packages", "conda", "index"),
    "unknown": ("env/lib/python3.11/site-packages", None, "index"),
}


@pytest.mark.parametrize("case", ORIGINS)
def test_who_installed(tmp_path: Path, case: str) -> None:
    folder, installer, origin = ORIGINS[case]
    info = put(tmp_path / folder / "a-1.dist-info", METADATA="Name: a\nVersion: 1\n")
    if installer:
        put(info, INSTALLER=installer)
    one, _ = only(tmp_path / folder)
    assert one.origin == origin


def test_a_missing_folder_is_a_note_unless_it_is_the_only_one(tmp_path: Path) -> None:
    install(tmp_path / "site", "a", {})
    one, codes = only(tmp_path / "missing", tmp_path / "site")
    assert (one.name, codes) == ("a", ["site-unreadable"])
    with pytest.raises(EnvironmentUnreadable, match="missing"):
        read(tmp_path / "missing")


def test_nothing_installed(tmp_path: Path) -> None:
    put(tmp_path, README__txt="", six__py="")
    assert read(tmp_path) == ((), ())
    assert read() == ((), ())


def test_notes_are_fit_for_a_terminal(tmp_path: Path) -> None:
    (tmp_path / "a\x1b[31m-1.dist-info").mkdir()
    (_, notes) = read(tmp_path)
    assert [note.path for note in notes] == ["a\\x1b[31m-1.dist-info"]


def test_the_standard_library_reads_the_same() -> None:
    """importlib.metadata as oracle, over what is installed for these tests."""
    site_dirs = [Path(entry) for entry in sys.path if Path(entry).name in ("site-packages", "dist-packages")]
    ours = {(one.site_dir, one.info_name): one for one in read_installed(site_dirs)[0]}
    checked = 0
    for theirs in importlib.metadata.distributions(path=[str(folder) for folder in site_dirs]):
        path = Path(str(theirs.locate_file("."))), Path(str(theirs._path)).name  # type: ignore[attr-defined]
        if path not in ours or not path[1].endswith(".dist-info"):
            continue
        one = ours[path]
        checked += 1
        assert (one.display_name, one.version) == (theirs.metadata["Name"], theirs.version)
        assert [" ".join(line.split()) for line in one.requires] == [
            " ".join(line.split()) for line in theirs.requires or []
        ]
        assert {(point.group, point.name, point.value) for point in one.entry_points} == {
            (point.group, point.name, point.value) for point in theirs.entry_points
        }
    assert checked >= 5


def _zip(path: Path, **texts: bytes) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as egg:
        for name, text in texts.items():
            egg.writestr(f"EGG-INFO/{name.replace('__', '.').replace('_', '-')}", text)


def _encrypted(path: Path) -> None:
    _zip(path, PKG_INFO=b"Name: x\n")
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    path.write_bytes(data)


def _damaged(path: Path) -> None:
    _zip(path, PKG_INFO=b"Name: x\n" * 1000)
    data = bytearray(path.read_bytes())
    data[60:70] = b"\xff" * 10
    path.write_bytes(data)


def _many_names(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as egg:
        for number in range(50_000):
            egg.writestr(f"{number:0100}", b"")


def _zeros(path: Path) -> None:
    path.symlink_to("/dev/zero")


NOT_READ: dict[str, Callable[[Path], object]] = {
    "pipe": os.mkfifo,
    "zeros": _zeros,
    "sparse": sparse,
    "circle": lambda path: path.symlink_to(path.name),
}
EGGS: dict[str, Callable[[Path], object]] = {
    **NOT_READ,
    "bomb": lambda path: _zip(path, PKG_INFO=b"Name: x\n" + bytes(100 << 20)),
    "bomb of requirements": lambda path: _zip(path, PKG_INFO=b"Name: x\n", requires__txt=b"a\n" * (20 << 20)),
    "encrypted": _encrypted,
    "damaged": _damaged,
    "many names": _many_names,
    "no zip file": lambda path: path.write_bytes(b"PK\5\6"),
    "empty": lambda path: path.write_bytes(b""),
}


@pytest.mark.parametrize("case", EGGS)
def test_an_egg_that_is_none_is_a_note_and_the_others_are_read(tmp_path: Path, case: str) -> None:
    EGGS[case](tmp_path / "bad-1.0-py3.11.egg")
    install(tmp_path, "good", {})
    one, codes = only(tmp_path)
    assert (one.name, codes) == ("good", ["metadata-unreadable"])


@pytest.mark.parametrize(
    "name", ["bad.egg-link", "bad-1.dist-info/METADATA", "bad-1.egg-info/PKG-INFO", "bad.egg-info"]
)
@pytest.mark.parametrize("case", NOT_READ)
def test_metadata_that_is_no_file_is_not_waited_for(tmp_path: Path, case: str, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    NOT_READ[case](tmp_path / name)
    install(tmp_path, "good", {})
    found, notes = read(tmp_path)
    if case == "sparse" and "egg-link" not in name:  # its beginning holds no name
        assert [note.code for note in notes] == ["metadata-unreadable"] or "bad" in [one.name for one in found]
    else:
        assert [one.name for one in found] == ["good"]
        assert [note.code for note in notes] == ["metadata-unreadable"]


@pytest.mark.parametrize("name", ["entry_points.txt", "INSTALLER", "direct_url.json", "requires.txt"])
@pytest.mark.parametrize("case", NOT_READ)
def test_what_goes_with_metadata_may_be_anything(tmp_path: Path, case: str, name: str) -> None:
    info = install(tmp_path, "a", {})
    (info / name).unlink(missing_ok=True)
    NOT_READ[case](info / name)
    one, codes = only(tmp_path)
    assert one.name == "a"
    assert codes[0] == "metadata-unreadable"


@pytest.mark.parametrize(
    "text",
    [
        '{"url": "\\ud800"}',
        '{"url": "file:///\\udc80\\u0000"}',
        "[" * 50_000,
        '{"a":' * 50_000,
        '{"url": 1e999}',
        "9" * 5000,
        '{"url": "' + "x" * 100_000 + '"}',
        "\ufeff{}",
        "null",
    ],
)
def test_any_direct_url_is_a_note_or_an_address_that_can_be_shown(tmp_path: Path, text: str) -> None:
    info = install(tmp_path, "a", {})
    (info / "direct_url.json").write_text(text)
    one, codes = only(tmp_path)
    assert codes == ([] if one.source_url else ["direct-url-unreadable"])
    assert (one.source_url or "").isprintable()


@pytest.mark.parametrize("line", ["/a\0b", "\0", "x" * 60_000, "../" * 5000, "/dev/zero", "~", "\ufffe\r\x0b"])
def test_any_line_may_stand_in_an_egg_link(tmp_path: Path, line: str) -> None:
    (tmp_path / "a.egg-link").write_text(line)
    one, codes = only(tmp_path)
    assert (one.name, one.origin, len(codes) <= 1) == ("a", "editable", True)
    assert (one.source_url or "").isprintable()


def test_a_name_and_a_version_are_no_longer_than_names_are(tmp_path: Path) -> None:
    info = install(tmp_path, "a", {})
    (info / "METADATA").write_text(f"Name: {'x' * 100_000}\nVersion: {'1' * 100_000}\n")
    one, _ = only(tmp_path)
    assert (one.name, len(one.version)) == ("a", 255)


def test_folders_without_a_name_are_no_distributions(tmp_path: Path) -> None:
    for name in (".dist-info", ".egg-info", "-.dist-info"):
        put(tmp_path / name, METADATA="Version: 1\n")
    found, _ = read(tmp_path)
    assert all(one.name for one in found)

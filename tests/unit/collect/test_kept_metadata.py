"""Metadata that is kept from one run to the next: the same as read anew, whatever happened to the files meanwhile."""

import json
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from footprint.collect.metadata import kept_metadata, read_installed
from footprint.collect.metadata.kept_metadata import recall_installed
from footprint.files.cache_folder import CacheFolder
from footprint.model.installed_environment import Installed
from tests.support.machine import install


class Place:
    """Two site folders with distributions of several kinds."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.site, self.second = folder, folder / "lib/site-packages", folder / "second"
        self.site.mkdir(parents=True)
        self.second.mkdir()
        self.cache = CacheFolder(str(folder / "kept"), named=True)
        self.one = install(self.site, "one", {"one.py": b""})
        (self.one / "INSTALLER").write_text("uv\n")
        (self.one / "entry_points.txt").write_text("[console_scripts]\none = one:main\n")
        metadata = (self.one / "METADATA").read_text()
        (self.one / "METADATA").write_text(
            f"{metadata}Requires-Dist: two>=1\nRequires-Dist: \u00fc; extra == 'x'\n\nText\n"
        )
        (install(self.second, "two", {"two.py": b""}) / "direct_url.json").write_text(
            json.dumps({"url": "https://host/two.whl", "archive_info": {}})
        )
        old = self.second / "old-1.0.egg-info"
        old.mkdir()
        (old / "PKG-INFO").write_text("Name: old\nVersion: 1.0\n")
        (old / "requires.txt").write_text("one\n[x]\ntwo\n")
        (self.second / "lone-1.0.egg-info").write_text("Name: lone\nVersion: 1.0\n")

    @property
    def sites(self) -> tuple[Path, ...]:
        return self.site, self.second

    def read(self) -> tuple[tuple[Installed, ...], bool]:
        """Return what is installed by what is kept, and whether that was read anew."""
        with pytest.MonkeyPatch.context() as patch:
            asked = []

            def read(sites: tuple[Path, ...]) -> Any:
                asked.append(sites)
                return read_installed(sites)

            patch.setattr(kept_metadata, "read_installed", read)
            found, notes = recall_installed(self.cache, self.sites)
        assert (found, notes) == read_installed(self.sites)
        return found, bool(asked)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Return a place of which what is read is kept at once: files that are older than two seconds take two seconds."""
    monkeypatch.setattr(kept_metadata, "TOO_CLOSE_NS", 0)
    made = Place(tmp_path)
    _wait_for_the_clock(tmp_path)
    return made


def _wait_for_the_clock(folder: Path) -> None:
    probe = folder / "clock"
    probe.touch()
    first = probe.stat().st_ctime_ns
    while probe.stat().st_ctime_ns == first:
        time.sleep(0.002)
        os.utime(probe)


def test_what_is_kept_is_what_was_read(place: Place) -> None:
    first, was_read = place.read()
    again, is_read = place.read()
    assert (was_read, is_read) == (True, False)
    assert again == first
    assert [one.name for one in first] == ["lone", "old", "one", "two"]
    assert {one.name: one.origin for one in again}["two"] == "archive"
    assert [type(value) for value in (again[2].requires, again[2].entry_points, again[2].import_names)] == [tuple] * 3


def write_over(path: Path, text: str) -> None:
    """Write into a file in its place, and give it its time back."""
    before = path.stat()
    with path.open("r+") as file:
        file.write(text)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def replace_unseen(place: Place) -> None:
    """Put another file in the place of one and give the folder its time back."""
    before = place.one.stat()
    (place.one / "new").write_text("Name: one\nVersion: 3.0\n")
    (place.one / "new").replace(place.one / "METADATA")
    os.utime(place.one, ns=(before.st_atime_ns, before.st_mtime_ns))


def be_another_folder(place: Place) -> None:
    """Rename a folder away and put a copy in its place that says something else."""
    place.one.rename(place.folder / "away")
    shutil.copytree(place.folder / "away", place.one)
    write_over(place.one / "METADATA", "Metadata-Version: 2.1\nName: uno")


def be_another_site(place: Place) -> None:
    place.site.rename(place.folder / "old")
    place.site.mkdir()


CHANGES: dict[str, Callable[[Place], object]] = {
    "a version is written over": lambda place: write_over(place.second / "old-1.0.egg-info/PKG-INFO", "Name: new"),
    "the only file of a distribution": lambda place: write_over(place.second / "lone-1.0.egg-info", "Name: lore"),
    "requirements are written over": lambda place: write_over(place.second / "old-1.0.egg-info/requires.txt", "two"),
    "an installer is another": lambda place: write_over(place.one / "INSTALLER", "pip"),
    "a script is another": lambda place: write_over(place.one / "entry_points.txt", "[console_scripts]\nuno"),
    "a file is replaced unseen": replace_unseen,
    "a folder is another": be_another_folder,
    "a file is new": lambda place: (place.one / "direct_url.json").write_text('{"url": "https://x/y", "vcs_info": {}}'),
    "a file is gone": lambda place: (place.one / "entry_points.txt").unlink(),
    "a distribution is gone": lambda place: shutil.rmtree(place.one),
    "a distribution is new": lambda place: install(place.site, "three", {"three.py": b""}),
    "a distribution is there twice": lambda place: install(place.site, "two", {"two.py": b""}, version="2.0"),
    "a distribution is of another site folder": lambda place: place.one.rename(place.second / place.one.name),
    "a site folder is another": be_another_site,
    "a site folder is gone": lambda place: shutil.rmtree(place.second),
    "an uninstall was cut off": lambda place: place.one.rename(place.site / "~ne-1.0.dist-info"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_nothing_that_changed_is_believed(name: str, place: Place) -> None:
    place.read()
    CHANGES[name](place)
    assert place.read()[1]
    _wait_for_the_clock(place.folder)
    place.read()
    place.read()


def be_editable(place: Place) -> None:
    url = {"url": (place.folder / "source").as_uri(), "dir_info": {"editable": True}}
    (place.folder / "source").mkdir()
    (place.one / "direct_url.json").write_text(json.dumps(url))


def lie_elsewhere(place: Place, path: Path) -> None:
    path.rename(place.folder / "elsewhere")
    path.symlink_to(place.folder / "elsewhere")


NOT_KEPT: dict[str, Callable[[Place], object]] = {
    "an editable install": be_editable,
    "an egg": lambda place: (place.site / "egg-1.0.egg/EGG-INFO").mkdir(parents=True),
    "a link of an egg": lambda place: (place.site / "egg.egg-link").write_text(f"{place.folder}\n."),
    "a folder behind a link": lambda place: lie_elsewhere(place, place.one),
    "a file behind a link": lambda place: lie_elsewhere(place, place.one / "METADATA"),
    "a file that is not read behind a link": lambda place: lie_elsewhere(place, place.one / "INSTALLER"),
    "what there is a note of": lambda place: (place.site / "~x-1.0.dist-info").mkdir(),
}


@pytest.mark.parametrize("name", NOT_KEPT)
def test_what_may_change_unseen_is_not_kept(name: str, place: Place) -> None:
    NOT_KEPT[name](place)
    _wait_for_the_clock(place.folder)
    place.read()
    assert place.read()[1]


def test_what_changed_a_moment_ago_is_not_kept(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_metadata, "TOO_CLOSE_NS", 3600 * 10**9)
    place.read()
    assert place.read()[1]


def _row(**changed: Any) -> Callable[[dict[str, Any]], object]:
    """Return what changes a value of the first row, by its place."""
    places = ("name", "display_name", "version", "info_name", "site", "requires", "points", "origin", "url", "imports")

    def change(kept: dict[str, Any]) -> object:
        row = [changed.get(name, value) for name, value in zip(places, kept["installed"][0], strict=True)]
        return {**kept, "installed": [row, *kept["installed"][1:]]}

    return change


HOSTILE: dict[str, Callable[[dict[str, Any]], object]] = {
    "a list": lambda kept: [],
    "a text": lambda kept: "\ud800",
    "nothing": lambda kept: {},
    "no places": lambda kept: {**kept, "places": []},
    "other places": lambda kept: {**kept, "places": [["x"], ["y"]]},
    "places with a NUL": lambda kept: {**kept, "places": [["\0"], []]},
    "places that are numbers": lambda kept: {**kept, "places": [1, 2]},
    "other looks": lambda kept: {**kept, "looks": "0"},
    "rows that are numbers": lambda kept: {**kept, "installed": [1]},
    "rows that are short": lambda kept: {**kept, "installed": [["x"]]},
    "a name that is a number": _row(name=1),
    "a site folder that is not there": _row(site=7),
    "requirements that are a number": _row(requires=1),
    "requirements of numbers": _row(requires=[1]),
    "entry points of two words": _row(points=[["a", "b"]]),
    "entry points that are numbers": _row(points=[[1, 2, 3]]),
    "an origin that there is none of": _row(origin="x"),
    "an origin that is a list": _row(origin=[]),
    "a place that is a number": _row(url=1),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_is_kept_it_is_only_missing(name: str, place: Place) -> None:
    place.read()
    path = next(Path(place.cache.path).iterdir())
    key = kept_metadata._key_of(place.sites)
    place.cache.write(key, json.dumps(HOSTILE[name](json.loads(path.read_bytes()[16:]))).encode())
    assert place.read()[1]
    assert not place.read()[1]

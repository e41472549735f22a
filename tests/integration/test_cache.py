"""What is kept between runs changes no answer: whole documents with it and without it, whatever happens meanwhile."""

import json
import os
import re
import shutil
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import footprint
from tests.support.machine import install
from tests.support.projects import make_env, site_of, write

ASKS = b"def use():\n    import asked\n    return asked\n"
ASKS_NOT = b"def use():\n    import askex\n    return askex\n"
LONG_AGO = 1_600_000_000


class Place:
    """A project whose `lib` asks for `asked` in a function, its environment, and a folder for what is kept."""

    def __init__(self, folder: Path) -> None:
        self.project = write(
            folder / "project",
            {"requirements.txt": "lib\nasked\nidle\n", "app.py": "import lib\n", "Procfile": "web: python app.py\n"},
        )
        self.env = make_env(folder / "env")
        self.site = site_of(self.env)
        self.kept = folder / "kept"
        self.install("1.0", ASKS)
        install(self.site, "asked", {"asked.py": b""})
        install(self.site, "idle", {"idle/__init__.py": b"import importlib\nimportlib.import_module('x')\n"})

    def install(self, version: str, core: bytes) -> None:
        install(self.site, "lib", {"lib/__init__.py": b"from lib import core\n", "lib/core.py": core}, version=version)
        self.age()

    def uninstall(self, name: str) -> None:
        for path in self.site.glob(f"{name}*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    def age(self) -> None:
        for path in (*self.site.rglob("*.py"), *self.project.rglob("*.py")):
            os.utime(path, (LONG_AGO, LONG_AGO))

    def audit(self, *more: str, started: bool = False) -> dict[str, Any]:
        env = {"FOOTPRINT_CACHE": str(self.kept)}
        words = ("audit", str(self.project), "--env", str(self.env), "--no-probe", "-f", "json", *more)
        done = footprint(*words, env=env, started=started)
        assert (done.returncode, done.stderr) == (0, "")
        found: dict[str, Any] = json.loads(done.stdout)
        del found["measured"]
        return found

    def use_of(self, name: str, audit: dict[str, Any]) -> str:
        return next((row["usage"] for row in audit["distributions"] if row["name"] == name), "not there")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def touch(place: Place) -> None:
    for path in place.site.rglob("*.py"):
        path.touch()


def edit_unseen(place: Place) -> None:
    """Same size and time of change; the time of the inode is another."""
    (place.site / "lib" / "core.py").write_bytes(ASKS_NOT)
    place.age()


def replace_by_a_newer(place: Place) -> None:
    place.uninstall("lib")
    place.install("2.0", ASKS_NOT)


def downgrade(place: Place) -> None:
    place.uninstall("lib")
    place.install("0.9", b"import asked\n")


def edit_the_project_unseen(place: Place) -> None:
    place.age()
    (place.project / "app.py").write_text("import idl\n")
    place.age()


def put_a_folder(place: Place) -> None:
    (place.site / "lib" / "core.py").unlink()
    (place.site / "lib" / "core.py").mkdir()


CHANGES: dict[str, tuple[Callable[[Place], None], str]] = {  # and what `asked` is then
    "nothing": (lambda place: None, "implied"),
    "every file is touched": (touch, "implied"),
    "a module is edited unseen": (edit_unseen, "unused"),
    "a distribution is replaced": (replace_by_a_newer, "unused"),
    "a distribution is downgraded": (downgrade, "implied"),
    "a distribution is gone": (lambda place: place.uninstall("lib"), "unused"),
    "what is asked for is gone": (lambda place: place.uninstall("asked"), "unused"),
    "the project is edited unseen": (edit_the_project_unseen, "unused"),
    "a file is a folder now": (put_a_folder, "unused"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_the_same_answers_with_and_without(name: str, place: Place) -> None:
    change, use = CHANGES[name]
    first = place.audit()
    assert (first, place.use_of("asked", first)) == (place.audit("--no-cache"), "implied")
    assert list(place.kept.iterdir())
    assert place.audit() == first
    change(place)
    after = place.audit()
    assert after == place.audit("--no-cache") == place.audit()
    assert place.use_of("asked", after) in (use, "not there")


def test_what_is_kept_is_really_used(place: Place) -> None:
    """Else all the tests above hold without any cache: an answer that was changed by hand shows."""
    first = place.audit()
    place.audit()  # with files that are older than their reading
    for path in place.kept.iterdir():
        content = re.sub(rb'\["asked",\d+,"use",(?:true|false)\]', b"", path.read_bytes()[16:])
        path.write_bytes(b"".join((*(n.to_bytes(8, "little") for n in (len(content), zlib.crc32(content))), content)))
    assert place.use_of("asked", place.audit()) == "unused"
    assert place.audit("--no-cache") == first


def test_two_audits_at_once_say_the_same(place: Place) -> None:
    wanted = place.audit("--no-cache")
    with ThreadPoolExecutor(4) as pool:
        assert all(found == wanted for found in pool.map(lambda _: place.audit(started=True), range(6)))
    assert place.audit() == wanted


def test_whatever_stands_there_is_only_missing(place: Place) -> None:
    wanted = place.audit()
    for path in place.kept.iterdir():
        path.write_bytes(b"\xff" * 100)
    assert place.audit() == wanted
    shutil.rmtree(place.kept)
    place.kept.write_text("a file")
    assert place.audit() == wanted


@pytest.mark.parametrize("where", ["a file in its way", "a file system that takes nothing"])
def test_a_home_that_cannot_be_written_is_no_matter(place: Place, tmp_path: Path, where: str) -> None:
    (tmp_path / "home").write_text("", encoding="utf-8")
    home = tmp_path / "home" if where == "a file in its way" else Path("/proc")  # holds for root as well
    place.kept = home / "footprint" / "facts"
    assert place.audit() == place.audit("--no-cache")
    assert not place.kept.exists()


def test_the_command_says_where_it_is_and_removes_it(place: Place) -> None:
    place.audit()
    env = {"FOOTPRINT_CACHE": str(place.kept)}
    said = footprint("cache", env=env).stdout
    assert re.fullmatch(rf"{re.escape(str(place.kept))}: files: [1-9]\d*, .*\n", said)
    assert "files removed: " in footprint("cache", "--clear", env=env).stdout
    assert list(place.kept.iterdir()) == []
    assert footprint("cache", env={"FOOTPRINT_CACHE": ""}).stdout.startswith("nothing is kept")

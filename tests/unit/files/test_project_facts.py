"""The imports of project files: recalled for the same content, read for any other, and nothing else is made of them."""

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from footprint.collect.imports.scan.scanner import scan_imports
from footprint.collect.imports.walker import read_imports
from footprint.files.cache_folder import CacheFolder
from footprint.files.file_facts import stored_key
from footprint.files.project_facts import ProjectFacts
from footprint.model.handed_names import Asked, Loader, Taker, Taking
from footprint.model.source_modules import FileImports

EVERYTHING = b"""\
import os, sys as system
from . import near
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    import heavy
try:
    import fast
except ImportError:
    fast = None
if system.version_info < (3, 11):
    import tomli
__all__ = ["x"]
APPS = ["shop.app:main"]

def load(name):
    return __import__(name)

def f():
    import late
    load("a.b")
    __import__(system.argv[1])

class C:
    import inner
"""
ASKED = Asked(
    (("load", Loader("load", Taker("loaded"), "__import__()")),),
    (Taking("m.APPS", (("key", 0),), "loaded", "module", "x", False),),
)

Read = Callable[..., FileImports]
READERS: dict[str, Read] = {
    "by a scan": scan_imports,
    "in full": read_imports,
    "with what others ask": lambda data, **named: read_imports(data, asked=ASKED, **named),
}


class Kept:
    """One project in runs of its own; counts what is read."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.project = CacheFolder(str(folder / "facts")), folder / "project"
        self.read = 0

    def find(self, data: bytes, how: str = "in full", module: str = "app", path: str = "app.py") -> FileImports:
        facts = ProjectFacts(self.folder, self.project)
        found = facts.find(path, (how, module, False), data, lambda: self._read(data, how, module, path))
        facts.keep()
        return found

    def _read(self, data: bytes, how: str, module: str, path: str) -> FileImports:
        self.read += 1
        return READERS[how](data, path=path, module=module, is_package=False)

    @property
    def key(self) -> str:
        return stored_key(f"project {self.project}")


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path)


@pytest.mark.parametrize("how", READERS)
def test_all_that_a_file_says_comes_back(how: str, kept: Kept) -> None:
    wanted = READERS[how](EVERYTHING, path="app.py", module="app", is_package=False)
    assert wanted.sites
    assert [kept.find(EVERYTHING, how), kept.find(EVERYTHING, how)] == [wanted, wanted]
    assert kept.read == 1


DIFFERENT: dict[str, dict[str, str]] = {
    "another module": {"module": "pkg.app"},
    "another way": {"how": "by a scan"},
    "another path": {"path": "other.py"},
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_what_differs_is_read(name: str, kept: Kept) -> None:
    kept.find(EVERYTHING), kept.find(EVERYTHING, **DIFFERENT[name])
    assert kept.read == 2


def test_another_content_is_read_whatever_the_file_is_called(kept: Kept) -> None:
    assert [site.module for data in (b"import a", b"import b", b"import a") for site in kept.find(data).sites] == [
        "a",
        "b",
        "a",
    ]
    assert kept.read == 3


def test_files_that_are_not_met_are_forgotten(kept: Kept) -> None:
    kept.find(b"import a", path="a.py"), kept.find(b"import b", path="b.py")
    kept.find(b"import a", path="a.py")
    assert kept.read == 3


HOSTILE = {
    "a function": pickle.dumps(print),
    "a call": b"cos\nsystem\n(S'exit 7'\ntR.",
    "another class": pickle.dumps({"app.py": {("in full", "app", False): (b"", Path())}}),
    "no mapping": pickle.dumps([1]),
    "no reading": pickle.dumps({"app.py": {("in full", "app", False): 1}}),
    "cut off": pickle.dumps({"app.py": {}})[:-2],
    "text": b"{}",
    "empty": b"",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_else_is_made_of_what_stands_there(name: str, kept: Kept) -> None:
    kept.folder.write(kept.key, HOSTILE[name])
    assert kept.folder.read(kept.key) == HOSTILE[name]
    assert [site.module for site in kept.find(b"import a").sites] == ["a"]
    assert [site.module for site in kept.find(b"import a").sites] == ["a"]
    assert kept.read == 1

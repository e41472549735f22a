"""The modules of a project as a whole: recalled while nothing that they follow from differs, read again else."""

import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from footprint.audit import source_marks
from footprint.audit.source_marks import find_headers, find_headers_early
from footprint.collect.imports.scan.scanner import scan_imports
from footprint.collect.sources import Foreign, find_sources, read_found
from footprint.files import kept_sources
from footprint.files.cache_folder import BYTES_AT_MOST, CacheFolder
from footprint.files.file_facts import stored_key
from footprint.files.kept_sources import ReadingInputs
from footprint.files.project_facts import ProjectFacts
from footprint.files.reader import try_read
from footprint.model.source_modules import EntryPoint, ProjectSources, Reach, ReachedModule
from footprint.values import replace
from tests.support.machine import overfill
from tests.support.projects import write

FILES = {"app.py": "import ab\n", "pkg/__init__.py": "", "pkg/late.py": "def f():\n    import cd\n"}


class Runs:
    """One project, read in runs of its own; counts the readings."""

    def __init__(self, folder: Path) -> None:
        self.project, self.folder = write(folder / "project", FILES), CacheFolder(str(folder / "facts"))
        self.target, self.known, self.asks, self.entries = "3.11", "x", False, "entries"
        self.entry, self.leads = EntryPoint("", ""), True
        self.read = self.read_further = 0
        self.meanwhile: Callable[[], object] = lambda: None  # done between the scan and what is read further

    def run(self) -> tuple[ProjectSources, tuple[Reach, ...]]:
        return self.read_with(ProjectFacts(self.folder, self.project))

    def open(self) -> ProjectFacts:
        """Return what is kept after one more run."""
        facts = ProjectFacts(self.folder, self.project)
        self.read_with(facts)
        return facts

    def read_with(self, facts: ProjectFacts) -> tuple[ProjectSources, tuple[Reach, ...]]:
        found = find_sources(self.project)
        inputs = ReadingInputs(found.files, self.target, str(found), lambda: self.known)

        def scan(data: bytes, *, path: str, module: str, is_package: bool) -> object:
            return facts.find(
                path,
                ("scan", module, is_package),
                data,
                lambda: scan_imports(data, path=path, module=module, is_package=is_package),
            )

        def read() -> tuple[ProjectSources, bool]:
            self.read += 1
            sources = read_found(self.project, found, read=scan, foreign=Foreign(frozenset()))  # type: ignore[arg-type]
            return sources, self.asks

        sources = facts.find_sources(inputs, read)
        result = facts.find_reached(sources, self.entries, lambda: self._read_further(sources))
        facts.keep()
        return result

    def _read_further(self, sources: ProjectSources) -> tuple[ProjectSources, tuple[Reach, ...]]:
        self.read_further += 1
        self.meanwhile()
        first, *others = sources.modules
        words = tuple((try_read(self.path(), bytes_at_most=100) or b"").decode("latin-1").split())
        reached = tuple(ReachedModule(each.path, each.module, "lazy", each.sites) for each in sources.modules)
        reach = Reach(self.entry, reached if self.leads else (), frozenset({("app.py", "f")}), ())
        return replace(sources, modules=(replace(first, binds=words), *others)), (reach,)

    def path(self, name: str = "app.py") -> Path:
        return self.project / name

    @property
    def stored(self) -> str:
        return stored_key(f"sources {os.path.realpath(self.project)} {self.target}")


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runs:
    monkeypatch.setattr(kept_sources, "TOO_CLOSE_NS", -(1 << 60))  # files that were just written are old ones here
    return Runs(tmp_path)


def edit_unseen(runs: Runs) -> None:
    """Same size and time of change."""
    before = runs.path().stat()
    runs.path().write_text("import xy\n")
    os.utime(runs.path(), ns=(before.st_atime_ns, before.st_mtime_ns))


def replace_by_another(runs: Runs) -> None:
    before = runs.path().stat()
    other = runs.path("other")
    other.write_text("import xy\n")
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(runs.path())


def link_elsewhere(runs: Runs) -> None:
    runs.path().unlink()
    runs.path("pkg/real.py").write_text("import xy\n")
    runs.path().symlink_to("pkg/real.py")


def put_a_folder(runs: Runs) -> None:
    runs.path().unlink()
    runs.path().mkdir()


CHANGES: dict[str, Callable[[Runs], object]] = {
    "edited": lambda runs: runs.path().write_text("import abc\n"),
    "edited in place, the same size and time": edit_unseen,
    "replaced by another of the same size and time": replace_by_another,
    "renamed": lambda runs: runs.path().rename(runs.path("web.py")),
    "deleted": lambda runs: runs.path().unlink(),
    "another file": lambda runs: runs.path("more.py").write_text("import xy\n"),
    "a folder in its place": put_a_folder,
    "a link in its place": link_elsewhere,
    "another encoding": lambda runs: runs.path().write_bytes("import ab\n".encode("utf-16")),
    "a declared encoding": lambda runs: runs.path().write_bytes(b"# coding: latin-1\nimport ab\n"),
    "stated otherwise": lambda runs: runs.path("setup.cfg").write_text("[tool:pytest]\npythonpath = pkg\n"),
    "another Python": lambda runs: setattr(runs, "target", "3.12"),
    "a package no more": lambda runs: runs.path("pkg/__init__.py").unlink(),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_differs_is_read_and_told_as_without_anything_kept(name: str, runs: Runs) -> None:
    first = runs.run()
    assert (runs.run(), runs.read, runs.read_further) == (first, 1, 1)
    CHANGES[name](runs)
    found = runs.run()
    assert (runs.read, runs.read_further) == (2, 2)
    assert (runs.run(), runs.read) == (found, 2)
    runs.folder.clear()
    assert (runs.run(), runs.read) == (found, 3)


NOTHING: dict[str, Callable[[Runs], object]] = {
    "nothing": lambda runs: None,
    "touched": lambda runs: os.utime(runs.path()),
    "written again": lambda runs: runs.path().write_text("import ab\n"),
    "copied over": lambda runs: (
        runs.path().rename(runs.path("app.txt")),
        runs.path().write_bytes(runs.path("app.txt").read_bytes()),
    ),
    "another text beside": lambda runs: runs.path("readme.md").write_text("import"),
}


@pytest.mark.parametrize("name", NOTHING)
def test_what_says_the_same_is_not_read_again(name: str, runs: Runs) -> None:
    first = runs.run()
    NOTHING[name](runs)
    assert [runs.run(), runs.run()] == [first, first]
    assert (runs.read, runs.read_further) == (1, 1)


def test_times_too_close_to_the_reading_prove_nothing(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_sources, "TOO_CLOSE_NS", 1 << 60)
    first = runs.run()
    assert (runs.run(), runs.read) == (first, 1)  # its content has the same digest
    edit_unseen(runs)
    assert runs.run() != first


def test_a_file_that_changes_while_it_is_read_is_read_again(runs: Runs) -> None:
    facts = ProjectFacts(runs.folder, runs.project)
    for data in (b"import ab\n", b"import xy\n"):
        facts.find(
            "app.py",
            (data.decode(), "app", False),
            data,
            lambda: scan_imports(b"", path="", module="", is_package=False),
        )
    found = find_sources(runs.project)
    inputs = ReadingInputs(found.files, runs.target, str(found), lambda: runs.known)
    facts.find_sources(inputs, lambda: (ProjectSources((), (), ()), False))
    facts.keep()
    runs.path().write_text("import xy\n")
    assert [site.module for module in runs.run()[0].modules for site in module.sites] == ["xy", "cd"]


class Marks:
    """A question about all files, asked in runs of its own; has the paths of which it was answered."""

    def __init__(self, runs: Runs, *paths: str) -> None:
        self.runs, self.paths = runs, paths or ("app.py", "pkg/late.py")
        self.asked: list[str] = []
        self.read: Callable[[str], bytes | None] = lambda path: try_read(runs.path(path), bytes_at_most=100)

    def ask(self) -> list[str]:
        """Return the contents of the files."""
        said = self.runs.open().ask_of_all("contents", self.paths, self.read, self.say)
        assert [*said] == [path for path in self.paths if path in said]
        return [*said.values()]

    def say(self, path: str, data: bytes) -> str | None:
        self.asked.append(path)
        return data.decode() or None


def test_what_is_asked_of_all_files_is_answered_once(runs: Runs) -> None:
    marks = Marks(runs)
    assert marks.ask() == marks.ask() == ["import ab\n", FILES["pkg/late.py"]]
    assert marks.asked == ["app.py", "pkg/late.py"]


@pytest.mark.parametrize("change", [edit_unseen, replace_by_another, link_elsewhere])
def test_it_is_asked_again_once_a_file_differs(change: Callable[[Runs], object], runs: Runs) -> None:
    marks = Marks(runs)
    marks.ask()
    change(runs)
    assert marks.ask() == marks.ask() == ["import xy\n", FILES["pkg/late.py"]]
    assert marks.asked == ["app.py", "pkg/late.py"] * 2


def test_an_answer_of_other_contents_than_those_that_were_read_is_not_kept(runs: Runs) -> None:
    marks, read = Marks(runs), try_read
    marks.read = lambda path: b"import xy\n"  # renamed, and renamed back after
    assert marks.ask() == ["import xy\n"] * 2
    marks.read = lambda path: read(runs.path(path), bytes_at_most=100)
    assert marks.ask() == marks.ask() == ["import ab\n", FILES["pkg/late.py"]]
    assert marks.asked == ["app.py", "pkg/late.py"] * 2


def test_a_file_that_no_reading_found_is_looked_at_each_time_in_its_place(runs: Runs) -> None:
    write(runs.project.parent, {"stub.pyi": "import ef\n"})
    marks = Marks(runs, "gone.py", "../stub.pyi", "app.py")
    assert marks.ask() == marks.ask() == ["import ef\n", "import ab\n"]
    assert sorted(marks.asked) == ["../stub.pyi"] * 2 + ["app.py"] + ["gone.py"] * 2


SECRET = EntryPoint("web", "app:hunter2", command="uvicorn app:app --token hunter2")


@pytest.mark.parametrize("leads", [True, False])
def test_nothing_is_kept_of_an_entry(runs: Runs, *, leads: bool) -> None:
    runs.entry, runs.leads = SECRET, leads
    _, fresh = runs.run()
    _, (*kept,) = runs.run()
    assert runs.read_further == 1
    assert kept == ([replace(fresh[0], entry=EntryPoint("", ""))] if leads else [])
    assert all(b"hunter2" not in each.read_bytes() for each in Path(runs.folder.path).rglob("*") if each.is_file())


def edit(runs: Runs) -> None:
    runs.path().write_text("import xy\n")


def swap_folders(runs: Runs) -> None:
    """All files below are others, and none of those that come back has another time."""
    runs.project.rename(runs.project.with_name("aside"))
    write(runs.project, FILES | {"app.py": "import xy\n"})


def swap_back(runs: Runs) -> None:
    runs.project.rename(runs.project.with_name("other"))
    runs.project.with_name("aside").rename(runs.project)


MIDDLES: dict[str, tuple[Callable[[Runs], object], Callable[[Runs], object]]] = {
    "edited, and edited back": (edit, lambda runs: runs.path().write_text(FILES["app.py"])),
    "in a folder that was renamed, and back": (swap_folders, swap_back),
}


@pytest.mark.parametrize("is_recalled", [False, True], ids=["the first time", "entries alone are others"])
@pytest.mark.parametrize("is_close", [False, True], ids=["long ago", "just now"])
@pytest.mark.parametrize("name", MIDDLES)
def test_what_was_read_between_two_states_is_not_kept(
    name: str, runs: Runs, monkeypatch: pytest.MonkeyPatch, *, is_close: bool, is_recalled: bool
) -> None:
    there, back = MIDDLES[name]
    if is_close:
        monkeypatch.setattr(kept_sources, "TOO_CLOSE_NS", 1 << 60)
    if is_recalled:
        runs.run()
        runs.entries = "others"
    runs.meanwhile = lambda: there(runs)
    assert runs.run()[0].modules[0].binds == ("import", "xy")
    back(runs)
    runs.meanwhile = lambda: None
    assert runs.run()[0].modules[0].binds == ("import", "ab")


def test_names_that_the_reading_asked_for_are_compared(runs: Runs) -> None:
    runs.run()
    runs.known = "y"
    runs.run()
    assert runs.read == 1
    runs.asks = True
    runs.path("more.py").write_text("")
    runs.run(), runs.run()
    assert runs.read == 2
    runs.known = "z"
    runs.run()
    assert runs.read == 3


def test_what_is_kept_is_bounded(runs: Runs) -> None:
    overfill(runs.folder)
    first = runs.run()
    assert runs.folder.weigh()[1] <= BYTES_AT_MOST
    assert (runs.run(), runs.read) == (first, 1)


def test_files_that_were_not_opened_are_not_forgotten(runs: Runs) -> None:
    runs.run(), runs.run()
    facts = ProjectFacts(runs.folder, runs.project)
    known = facts._load()
    edit_unseen(runs)
    runs.run()
    assert known.keys() == ProjectFacts(runs.folder, runs.project)._load().keys()


def test_nothing_of_what_was_asked_is_kept_but_a_digest(runs: Runs) -> None:
    runs.run()
    stored = runs.folder.read(runs.stored) or b""
    assert b"pkg/late.py" in stored
    assert b"entries" not in stored


HOSTILE = {
    "a function": pickle.dumps(print),
    "a call": b"cos\nsystem\n(S'exit 7'\ntR.",
    "another shape": pickle.dumps((1, 2, 3)),
    "no modules": pickle.dumps(("", {}, None, None, None)),
    "no statuses": pickle.dumps(("", 1, None, ProjectSources((), (), ()), None)),
    "cut off": pickle.dumps(("", {}, None, ProjectSources((), (), ()), None))[:-2],
    "text": b"{}",
    "empty": b"",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_else_is_made_of_what_stands_there(name: str, runs: Runs) -> None:
    first = runs.run()
    runs.folder.write(runs.stored, HOSTILE[name])
    assert (runs.run(), runs.read) == (first, 2)


_HEADER = "# /// script\n# dependencies = []\n# ///\n"
_PATHS = ("LICENSE", "app.py", "pkg/__init__.py", "pkg/late.py", "stub.pyi", "tool")


@pytest.fixture
def with_scripts(runs: Runs) -> Runs:
    shebang = "#!/usr/bin/env python3\n"
    texts = {"LICENSE": _HEADER, "stub.pyi": _HEADER, "tool": shebang + _HEADER, "pkg/late.py": "x = 1\n" + _HEADER}
    write(runs.project, texts)
    return runs


def test_headers_of_scripts_are_looked_for_once(with_scripts: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    without = find_headers(with_scripts.project, _PATHS, kept=None)
    assert without == ["pkg/late.py", "stub.pyi", "tool"]
    assert find_headers(with_scripts.project, _PATHS, kept=with_scripts.open()) == without
    monkeypatch.setattr(source_marks, "try_read", None)
    assert find_headers(with_scripts.project, _PATHS, kept=with_scripts.open()) == without


@pytest.mark.parametrize("path", ["app.py", "stub.pyi", "tool"])
def test_a_header_that_comes_or_goes_is_noticed(path: str, with_scripts: Runs) -> None:
    before = find_headers(with_scripts.project, _PATHS, kept=with_scripts.open())
    file = with_scripts.path(path)
    text = file.read_text()
    file.write_text(text.replace("///", "...") if "///" in text else _HEADER + text)
    after = find_headers(with_scripts.project, _PATHS, kept=with_scripts.open())
    assert set(before) ^ set(after) == {path}
    assert after == find_headers(with_scripts.project, _PATHS, kept=None)


def find_early(runs: Runs) -> list[str]:
    return find_headers_early(runs.project, _PATHS, kept=ProjectFacts(runs.folder, runs.project))


def test_headers_are_looked_for_once_before_anything_is_read(
    with_scripts: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = find_early(with_scripts)
    assert there == ["pkg/late.py", "stub.pyi", "tool"]
    monkeypatch.setattr(source_marks, "find_script_headers", lambda root, paths: [])
    assert find_early(with_scripts) == there


@pytest.mark.parametrize("path", ["LICENSE", "app.py", "stub.pyi", "tool"])
def test_a_header_that_comes_or_goes_is_noticed_early(path: str, with_scripts: Runs) -> None:
    find_early(with_scripts)
    file = with_scripts.path(path)
    file.write_text("#!/usr/bin/env python3\n" + _HEADER if "///" not in file.read_text() or path == "LICENSE" else "")
    assert find_early(with_scripts) == find_headers_early(with_scripts.project, _PATHS, kept=None)


def test_an_early_look_at_what_may_still_change_unseen_is_not_kept(
    with_scripts: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_sources, "TOO_CLOSE_NS", 1 << 60)
    find_early(with_scripts)
    monkeypatch.setattr(source_marks, "find_script_headers", lambda root, paths: [])
    assert find_early(with_scripts) == []


def test_an_early_look_is_the_look_of_the_reading(runs: Runs) -> None:
    facts = ProjectFacts(runs.folder, runs.project)
    facts.find_early("any", ["app.py"], list)
    edit_unseen(runs)
    first = runs.read_with(facts)
    assert [site.module for module in first[0].modules for site in module.sites] == ["xy", "cd"]
    assert runs.run() == first
    assert runs.read == 2  # the file was another one when it was read than when it was looked at


def no_reading(*given: object) -> NoReturn:
    pytest.fail(f"read once more: {given}")


def test_what_is_answered_along_with_the_reading_is_not_read_again(runs: Runs) -> None:
    marks = Marks(runs)
    facts = ProjectFacts(runs.folder, runs.project)
    facts.ask_along("contents", marks.say)
    runs.read_with(facts)
    assert sorted(marks.asked) == sorted(FILES)
    contents = {path: FILES[path] for path in marks.paths}
    assert facts.ask_of_all("contents", marks.paths, no_reading, no_reading) == contents
    assert runs.open().ask_of_all("contents", marks.paths, no_reading, no_reading) == contents


def test_what_is_asked_while_files_are_read_is_kept_when_they_are(runs: Runs) -> None:
    marks, early = Marks(runs), dict[str, str]()
    facts, found = ProjectFacts(runs.folder, runs.project), find_sources(runs.project)
    inputs = ReadingInputs(found.files, runs.target, str(found), lambda: runs.known)
    facts.ask_along("contents", marks.say)
    empty = scan_imports(b"", path="", module="", is_package=False)

    def read() -> tuple[ProjectSources, bool]:
        for path, text in FILES.items():
            facts.find(path, ("scan", path, False), text.encode(), lambda: empty)
        early.update(facts.ask_of_all("contents", marks.paths, no_reading, no_reading))
        return ProjectSources((), (), ()), True

    facts.find_sources(inputs, read)
    facts.keep()
    assert early == {path: FILES[path] for path in marks.paths}
    later = ProjectFacts(runs.folder, runs.project)

    def names() -> str:
        assert later.ask_of_all("contents", marks.paths, no_reading, no_reading) == early
        return runs.known

    later.find_sources(replace(inputs, known_names=names), no_reading)

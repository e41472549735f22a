"""The baseline file under git: branches that change different things merge, and a diff of it can be read."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from footprint.analysis.gate.baseline_update import update
from footprint.collect.baseline_file import read_baseline, write_baseline
from footprint.errors import UsageError
from footprint.model.baseline import Baseline, EntryBaseline, EnvironmentBaseline
from footprint.units import MIB
from tests.support.actions import git_environment
from tests.support.machine import need

KEY = "cpython-3.11-linux-x86_64-glibc"
OTHER = "cpython-3.12-linux-x86_64-glibc"
NAME = "footprint-baseline.json"

STARTUP = {"fastapi": 22 * MIB, "numpy": 13 * MIB, "pydantic": 9 * MIB, "starlette": 5 * MIB}
ENTRIES = {
    name: EntryBaseline(size * MIB, (size + 30) * MIB, MIB // 10, startup=STARTUP)
    for name, size in (("cron", 40), ("web", 100), ("worker", 60))
}
ENVIRONMENT = EnvironmentBaseline("3.11.7", "0.1.0", 700 * MIB, 73, {"numpy": 55 * MIB, "torch": 400 * MIB}, ENTRIES)


class Repository:
    """A git repository with the baseline file in it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        self._folder = folder
        self.git("init", "-q", "-b", "main")
        self.commit(Baseline({KEY: ENVIRONMENT}))

    def git(self, *words: str, succeeds: bool = True) -> str:
        command = ["git", "-C", str(self._folder), *words]
        done = subprocess.run(command, capture_output=True, text=True, env=git_environment(), check=False)
        assert (done.returncode == 0) == succeeds, done.stdout + done.stderr
        return done.stdout

    def commit(self, baseline: Baseline) -> None:
        write_baseline(self.path, baseline)
        self.git("add", NAME)
        self.git("commit", "-q", "-m", "baseline")

    def branch(self, name: str, baseline: Baseline) -> None:
        """Commit a baseline on a branch of its own that leaves from main."""
        self.git("switch", "-q", "-c", name, "main")
        self.commit(baseline)

    def merge(self, *, conflicts: bool = False) -> None:
        """Merge the branch `two` into `one`."""
        self.git("switch", "-q", "one")
        self.git("merge", "-q", "--no-edit", "two", succeeds=not conflicts)

    def diff(self) -> list[str]:
        """Return the removed and added lines since main, without blanks around them."""
        lines = self.git("diff", "-U0", "main").splitlines()
        return [line[0] + line[1:].strip() for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    need(shutil.which("git"), "git")
    return Repository(tmp_path)


def _entry(name: str, **fields: object) -> dict[str, EntryBaseline]:
    return {name: replace(ENTRIES[name], **fields)}  # type: ignore[arg-type]


def _file(entries: dict[str, EntryBaseline] | None = None, **fields: object) -> Baseline:
    environment = replace(ENVIRONMENT, **{"entries": {**ENTRIES, **(entries or {})}, **fields})  # type: ignore[arg-type]
    return Baseline({KEY: environment})


def _all_of(name: str, by: int) -> dict[str, EntryBaseline]:
    """Return an entry of which every figure is another, and that has loaded one distribution more and one less."""
    was = ENTRIES[name]
    assert was.anon_bytes is not None
    startup = {other: size_bytes + by for other, size_bytes in was.startup.items() if other != "fastapi"}
    return {
        name: EntryBaseline(
            was.anon_bytes + by, was.rss_bytes + by, was.noise_bytes + by, was.rss_bytes, 1.5, {"zope": by, **startup}
        )
    }


CRON, WEB, WORKER = _all_of("cron", MIB), _all_of("web", 2 * MIB), _all_of("worker", 3 * MIB)
NEW = EntryBaseline(30 * MIB, 50 * MIB, MIB // 10, startup=STARTUP)

CLEAN = [
    pytest.param(_file(CRON), _file(WEB), _file(CRON | WEB), id="every figure of neighbours"),
    pytest.param(_file(WEB), _file(WORKER), _file(WEB | WORKER), id="every figure, the last entry among them"),
    pytest.param(_file(WORKER), _file({"zeta": NEW}), _file(WORKER | {"zeta": NEW}), id="one behind the changed last"),
    pytest.param(_file(CRON), _file({"api": NEW}), _file(CRON | {"api": NEW}), id="one before the changed first"),
    pytest.param(_file({"api": NEW}), _file({"zeta": NEW}), _file({"api": NEW, "zeta": NEW}), id="new at both ends"),
    pytest.param(_file({"db": NEW}), _file({"wide": NEW}), _file({"db": NEW, "wide": NEW}), id="new in two gaps"),
    pytest.param(
        _file(WEB, disk_bytes=710 * MIB, heavy={"numpy": 65 * MIB, "torch": 400 * MIB}),
        _file(WORKER, known={"FP101": ("nltk",)}),
        _file(
            WEB | WORKER,
            disk_bytes=710 * MIB,
            heavy={"numpy": 65 * MIB, "torch": 400 * MIB},
            known={"FP101": ("nltk",)},
        ),
        id="the environment and an entry, a finding and another entry",
    ),
    pytest.param(
        _file(_entry("web", calls={"GET /a": (9 * MIB, MIB)})),
        _file(_entry("worker", calls={"jobs:a": (9 * MIB, MIB)})),
        _file(_entry("web", calls={"GET /a": (9 * MIB, MIB)}) | _entry("worker", calls={"jobs:a": (9 * MIB, MIB)})),
        id="calls of two entries",
    ),
    pytest.param(
        _file(WORKER),
        Baseline({KEY: ENVIRONMENT, OTHER: ENVIRONMENT}),
        Baseline({KEY: replace(ENVIRONMENT, entries=ENTRIES | WORKER), OTHER: ENVIRONMENT}),
        id="an entry, and another environment",
    ),
]


@pytest.mark.parametrize(("one", "two", "both"), CLEAN)
def test_branches_that_change_different_entries_merge_by_themselves(
    repository: Repository, one: Baseline, two: Baseline, both: Baseline
) -> None:
    repository.branch("one", one)
    repository.branch("two", two)
    repository.merge()
    merged = repository.path.read_bytes()
    write_baseline(repository.path, both)
    assert repository.path.read_bytes() == merged


SAME_PLACE = [
    pytest.param({"wide": NEW}, {"win": replace(NEW, anon_bytes=31 * MIB)}, id="between the same two"),
    pytest.param({"zeta": NEW}, {"zulu": replace(NEW, anon_bytes=31 * MIB)}, id="behind the last"),
    pytest.param(WEB, _all_of("web", 7 * MIB), id="the same figures"),
]


@pytest.mark.parametrize(("one", "two"), SAME_PLACE)
@pytest.mark.parametrize("side", ["--ours", "--theirs"])
def test_a_conflict_is_named_and_either_side_with_an_update_mends_it(
    repository: Repository, one: dict[str, EntryBaseline], two: dict[str, EntryBaseline], side: str
) -> None:
    repository.branch("one", _file(one))
    repository.branch("two", _file(two))
    repository.merge(conflicts=True)
    lines = repository.path.read_text().splitlines()
    first = next(number for number, line in enumerate(lines, start=1) if line.startswith("<<<<<<<"))
    with pytest.raises(UsageError) as caught:
        read_baseline(repository.path)
    assert str(caught.value) == (
        f"{repository.path}:{first}: it holds the markers of an unresolved merge. "
        "Resolve the merge, or take either side and run: footprint check --update-baseline"
    )
    repository.git("checkout", side, NAME)
    taken = read_baseline(repository.path)
    done = update(taken, _file(one | two), allow_increase="web" in one)  # two new entries need no leave to raise
    write_baseline(repository.path, done.baseline)
    assert (done.refused, len(done.changes) == 1) == ((), "web" not in one)
    assert done.baseline.environments[KEY].entries.keys() == ENTRIES.keys() | one.keys() | two.keys()
    # a second update finds nothing to do: the file says what was measured
    assert update(read_baseline(repository.path), _file(one | two), allow_increase=False).changes == ()


def test_a_figure_that_both_changed_conflicts_in_its_line_only(repository: Repository) -> None:
    repository.branch("one", _file(_entry("web", anon_bytes=101 * MIB)))
    repository.branch("two", _file(_entry("web", anon_bytes=102 * MIB) | CRON))
    repository.merge(conflicts=True)
    text = repository.path.read_text()
    assert text.count("<<<<<<<") == 1
    conflict = text[text.index("<<<<<<<") : text.index(">>>>>>>")].splitlines()[1:]
    assert [line.strip() for line in conflict] == [
        '"startup_anon_mib": 101.0,',
        "=======",
        '"startup_anon_mib": 102.0,',
    ]


# what is committed before, what is written then, and the lines of the diff since main
DIFFS: dict[str, tuple[dict[str, Any], dict[str, Any], list[str]]] = {
    "a distribution that entered startup": (
        {},
        {"entries": _entry("web", anon_bytes=147 * MIB, rss_bytes=183 * MIB, startup={**STARTUP, "pandas": 53 * MIB})},
        [
            '-"startup_anon_mib": 100.0,',
            '-"startup_rss_mib": 130.0,',
            '+"startup_anon_mib": 147.0,',
            '+"startup_rss_mib": 183.0,',
            '+"pandas": 53.0,',
        ],
    ),
    "the last name has a comma more": (
        {},
        {"entries": _entry("web", startup={**STARTUP, "xgboost": 53 * MIB})},
        ['-"starlette": 5.0', '+"starlette": 5.0,', '+"xgboost": 53.0'],
    ),
    "a new finding and a gone distribution are one line each": (
        {"known": {"FP101": ("nltk", "zope")}},
        {"heavy": {"torch": 400 * MIB}, "known": {"FP101": ("boto3", "nltk", "zope")}},
        ['-"numpy": 55.0,', '+"boto3",'],
    ),
}


@pytest.mark.parametrize("name", DIFFS)
def test_a_diff_reads_as_what_changed(repository: Repository, name: str) -> None:
    before, after, lines = DIFFS[name]
    if before:
        repository.commit(_file(**before))
    done = update(read_baseline(repository.path), _file(**after), allow_increase=True)
    write_baseline(repository.path, done.baseline)
    assert repository.diff() == lines


def test_an_update_that_changes_nothing_leaves_the_repository_clean(repository: Repository) -> None:
    stored = read_baseline(repository.path)
    other_day = _entry("web", anon_bytes=100 * MIB + 9000, rss_bytes=131 * MIB, noise_bytes=7000)
    done = update(stored, _file(other_day, tool_version="0.2.0"), allow_increase=True)
    write_baseline(repository.path, done.baseline)
    assert repository.git("status", "--porcelain") == ""

"""Removals of single distributions: what a trial says, and what really uninstalling does to the start and the tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from footprint.audit.checkout import open_checkout
from footprint.audit.entry_starts import measure
from footprint.audit.listener import silent
from footprint.collect import disk
from footprint.config.options import Options
from footprint.model.installed_environment import DiskScan
from footprint.model.trial import Engine
from footprint.trial.bench import Bench, UserCommand
from footprint.trial.changes import remove, try_changes
from trials.applications import TESTED, Ended, Tested, copied, ended, place_of, uninstall

# application -> distribution -> how it is used, by reading the code; the truth is found by uninstalling it
ASKED: dict[str, dict[str, str]] = {
    "mcp-atlassian": {
        "fastmcp": "metadata alone: version(), guarded",
        "fastmcp-slim": "imported",
        "atlassian-python-api": "imported",
        "jaraco-functools": "namespace",
        "backports-tarfile": "namespace",
        "pytest-asyncio": "tests, by an entry point",
        "coverage": ".pth hook",
        "types-cachetools": "data alone",
        "tzdata": "data alone",
        "fakeredis": "unused",
        "trio": "guarded",
        "unidecode": "guarded",
        "pyperclip": "transitive",
        "python-multipart": "guarded and raised again",
        "email-validator": "guarded and raised again",
        "dukpy": "transitive",
    },
    "ihatemoney": {
        "pytest-flask": "tests, by an entry point",
        "email-validator": "imported",
        "pymysql": "by a URL",
        "psycopg2-binary": "by a URL",
        "tzdata": "data alone",
        "greenlet": "guarded",
        "blinker": "transitive",
        "dnspython": "transitive",
        "deprecated": "transitive",
        "cachetools": "imported",
    },
    "datasette": {
        "pytest-asyncio": "tests, by an entry point",
        "beautifulsoup4": "tests",
        "setuptools": ".pth hook",
        "hupper": "lazy",
        "trustme": "tests",
        "pytest-timeout": "tests, by an entry point",
        "click-default-group": "imported",
        "certifi": "data alone",
    },
}


@dataclass(frozen=True, slots=True)
class Judged:
    """One distribution: what happened without it, and what the trial said."""

    application: str
    distribution: str
    kind: str
    needed: str  # what no longer worked, really; empty: nothing
    verdict: str

    @property
    def is_right(self) -> bool:
        """Whether the trial said what happened."""
        return self.verdict == ("breaks" if self.needed else "proved")


def judge_removals(engine: Engine | None) -> Iterator[Judged]:
    """Yield a row per distribution of ASKED."""
    for tested in TESTED:
        with copied(place_of(tested), linked=True) as copy:
            first, second = (ended(copy, tested, tested.few) for _ in range(2))
            whole = Ended(first.starts and second.starts, first.passed & second.passed)
        assert whole.starts and whole.passed, (tested.name, first.words)
        bench, scan = _bench(tested, engine)
        for name, kind in ASKED[tested.name].items():
            (change,) = try_changes(bench, [remove(name)], scan).changes
            yield Judged(tested.name, name, kind, _needed(tested, name, whole), change.verdict)


def _bench(tested: Tested, engine: Engine | None) -> tuple[Bench, DiskScan]:
    place = place_of(tested)
    options = Options.of(project=place.source, env=place.venv, entries=(tested.entry,))
    checkout = open_checkout(options, silent)
    python = checkout.target
    runtimes, scan = measure(checkout, silent, lambda: disk.scan(python.interpreter, python.there))
    words = ("python", "-m", "pytest", "-q", *tested.few)
    bench = Bench(checkout, runtimes, UserCommand(words, place.source), silent)
    bench.shadows.engine = engine
    return bench, scan


def _needed(tested: Tested, name: str, whole: Ended) -> str:
    with copied(place_of(tested), linked=True) as copy:
        uninstall(copy.python, [name])
        left = ended(copy, tested, tested.few)
    if not left.starts:
        return f"start: {left.words}"
    lost = whole.passed - left.passed
    return f"{len(lost)} of {len(whole.passed)} tests" if lost else ""

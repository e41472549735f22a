"""What came of changes that were tried in a shadow: verdicts with their reasons, and the figures measured there."""

from __future__ import annotations

from typing import Literal

from footprint.names import DistributionName
from footprint.values import dataclass

# likely: nothing broke, and what was tried cannot show all that it may break; no gain: nothing broke, nothing is saved
TrialVerdict = Literal["proved", "likely", "breaks", "no gain", "not tried"]
# What was tried: the start to ready, the lazy imports that worked before, the command of the user; of the real command
# that it gets ready, and its answers to requests.
JudgedBy = Literal["start", "first use", "tests", "live", "requests"]
ChangeKind = Literal["remove", "move", "narrow", "uninstall", "set", "defer"]
Engine = Literal["overlay", "links"]
WrittenKind = Literal["written", "deleted", "mode"]
_DONE: dict[WrittenKind, str] = {"written": "writes", "deleted": "removes", "mode": "changes the mode of"}


@dataclass(frozen=True, slots=True)
class WrittenPath:
    """What a program did to one file or folder; `path` is absolute."""

    path: str
    kind: WrittenKind

    @property
    def words(self) -> str:
        """Say it: `writes /srv/app/app.db`."""
        return f"{_DONE[self.kind]} {self.path}"


@dataclass(frozen=True, slots=True)
class Breakage:
    """What a change broke, and where. `path:line` is the project's own code, `needed_at` whoever's that asked."""

    by: JudgedBy
    message: str  # of the error, on one line
    entry: str | None = None
    path: str | None = None
    line: int | None = None
    needed_at: str | None = None  # "uvicorn/config.py:12"
    tests: tuple[str, ...] = ()  # that passed before


@dataclass(frozen=True, slots=True)
class TriedStart:
    """One entry before and after, at its last start-up stage. None: this platform does not tell."""

    entry: str
    rss_before_bytes: int
    rss_after_bytes: int
    peak_before_bytes: int | None
    peak_after_bytes: int | None


@dataclass(frozen=True, slots=True)
class TriedChange:
    """One of the changes: what became of it. `names` leave together."""

    subject: str  # the distribution, the variable, or the place of the import
    kind: ChangeKind
    names: tuple[DistributionName, ...]
    verdict: TrialVerdict
    by: tuple[JudgedBy, ...] = ()  # what was tried and went well
    breakage: Breakage | None = None
    reason: str = ""  # why it was not tried


@dataclass(frozen=True, slots=True)
class Trial:
    """Several changes made at once; those that break something were put back. The figures are of those that hold."""

    engine: Engine | None  # None: nothing was tried
    changes: tuple[TriedChange, ...]
    starts: tuple[TriedStart, ...] = ()
    disk_bytes: int | None = None  # freed by what holds
    shared: tuple[DistributionName, ...] = ()  # that left with several removals, and with none of them alone
    start_count: int = 0  # starts that it took
    written: tuple[WrittenPath, ...] = ()  # what the last start and the command did; thrown away
    flaky: tuple[str, ...] = ()  # tests that were left out: unchanged they ended in two ways
    command: str = ""  # whose result was compared
    command_is_judged: bool = False  # it ended in one way in two runs unchanged
    links_because: str = ""  # why the shadow was of links

    @property
    def holding(self) -> tuple[TriedChange, ...]:
        """The changes that hold together."""
        return tuple(each for each in self.changes if each.verdict in ("proved", "likely", "no gain"))

    def change_of(self, kind: str, subject: str) -> TriedChange | None:
        """Return what became of a change: by the action and the subject of the suggestion that asks for it."""
        found = (each for each in self.changes if (each.kind, each.subject) == (kind, subject))
        return next(found, None)

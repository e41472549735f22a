"""One input of the campaign, what came of it, and what was wrong with that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Runner = Literal["warm", "process"]  # a fork of a process that has all modules loaded, or a new process

FIGURE_AT_LEAST_BYTES = 48 << 20  # what entries that forge their figures really hold


@dataclass(frozen=True, slots=True)
class Blow:
    """Signals to send while the command runs."""

    number: int
    delays_s: tuple[float, ...]  # one signal each, counted from the one before
    from_ready: bool = True  # the first from where signals are answered, else from the start of the process


@dataclass(frozen=True, slots=True)
class Output:
    """A file that the command is told to write: `before` is what it held, None where it was not there."""

    path: Path
    before: bytes | None
    format: str


@dataclass(frozen=True, slots=True)
class Case:
    """One call of the command line, and what may come of it."""

    arguments: tuple[str, ...]
    working_dir: Path
    does: str  # for the reader: what the input is
    env: Mapping[str, str] = field(default_factory=dict)
    stdin: bytes = b""
    runner: Runner = "warm"
    static: bool = True  # starts nothing, writes nothing into the project
    secrets: tuple[str, ...] = ()
    may_change: tuple[str, ...] = ()  # patterns of paths of the place that the command or the application may change
    links_hard: bool = False  # the application makes hard links: times of change are its own doing
    blow: Blow | None = None
    outputs: tuple[Output, ...] = ()
    listed: frozenset[str] = frozenset()  # what else may lie beside the outputs
    json: str = ""  # "audit", "check" or "any": what standard output has to be, if it is anything
    file_size_limit: int | None = None
    stdout: Literal["pipe", "full", "closed"] = "pipe"
    exit_codes: frozenset[int] = frozenset({0, 1, 2, 3})
    hang_s: float = 150.0  # by the clock, which a busy machine may need; work and waiting have limits of their own
    forges: bool = False  # the application reports figures that are not its own
    refused: bool = False  # it cannot do what it is asked, and has to say so before it starts anything
    distrusted: bool = False  # its records are of a kind that no honest start writes
    calm: bool = False  # what the application does is no reason not to measure it
    measures: bool = False  # a report has to be printed, whatever becomes of the files
    disk: tuple[Path, int] | None = None  # a small file system that was mounted, and its size


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the command ended, and what it left behind."""

    returncode: int
    stdout: bytes
    stderr: bytes
    wall_s: float
    hung: str = ""
    processes: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()
    starts: int = 0  # how often the application really ran
    peak_bytes: int = 0  # of memory


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong. `kind` is a word to count by."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """One input, judged."""

    kind: str
    index: int
    does: str
    returncode: int
    wall_s: float
    starts: int
    user: str
    faults: tuple[Fault, ...]

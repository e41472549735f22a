"""What a live measurement saw: the real command, ready and after requests, as the sum of all its processes."""

from __future__ import annotations

from typing import Literal

from footprint.model.note import Note
from footprint.model.runtime import GrowthLine, ProbeRun
from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class ProcessMemory:
    """One process at one moment. None: the kernel does not tell."""

    pid: int
    parent: int
    command: str  # as the process list shows it
    is_python: bool
    rss_bytes: int
    anon_bytes: int | None
    pss_bytes: int | None  # its share of pages that several processes have
    peak_rss_bytes: int | None = None  # since the start, or since the request


@dataclass(frozen=True, slots=True)
class TreeMemory:
    """All processes of the command at one moment. RSS counts shared pages once per process, PSS once in all."""

    when: Literal["ready", "requests"]
    after_us: int  # since the command was started
    processes: tuple[ProcessMemory, ...]  # the command's own first, then by start
    total_bytes: int | None = None  # as a host of its own counts: what several have, once
    growing_bytes: int | None = None  # in the last seconds, where it had not come to rest when the time was over
    most_rss_bytes: int | None = None  # the largest sum that was seen on the way to this reading
    serving: tuple[int, ...] = ()  # the processes that take requests or jobs: workers, or the only one
    request: str = ""  # that was sent before: "GET /embed"
    grown: tuple[int, ...] = ()  # those of `serving` that grew by it
    lines: tuple[GrowthLine, ...] = ()  # what grew since the reading before, the largest first

    @property
    def rss_bytes(self) -> int:
        """Return the sum over the processes."""
        return sum(process.rss_bytes for process in self.processes)

    @property
    def anon_bytes(self) -> int | None:
        """Return the sum over the processes; None if one is not known."""
        return _sum([process.anon_bytes for process in self.processes])

    @property
    def pss_bytes(self) -> int | None:
        """Return the sum over the processes; None if one is not known."""
        return _sum([process.pss_bytes for process in self.processes])

    @property
    def excess_bytes(self) -> int:
        """Return by how much all together were higher at most: each at its highest at the same moment, or as seen."""
        at_once = sum((each.peak_rss_bytes or 0) - each.rss_bytes for each in self.processes if each.peak_rss_bytes)
        return max(at_once, (self.most_rss_bytes or 0) - self.rss_bytes, 0)


def _sum(values: list[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


@dataclass(frozen=True, slots=True)
class LiveAnswer:
    """What a request got, as often as it was sent. None: no answer."""

    request: str  # "GET /embed"
    statuses: tuple[int | None, ...]


LiveEnd = Literal["stopped", "killed", "exited", "not-ready", "not-started"]


@dataclass(frozen=True, slots=True)
class LiveRun:
    """One command from its start to its end.

    stopped: by the signal, as asked; killed: it ignored the signal; exited: by itself, before it was ready;
    not-ready: its time was over; not-started: there is no such command.
    """

    command: tuple[str, ...]
    end: LiveEnd
    message: str | None  # why there is no reading
    ready_by: str | None  # "http://127.0.0.1:8000/health answered 200"
    readings: tuple[TreeMemory, ...]
    runs: tuple[tuple[int, ProbeRun], ...]  # by pid: what each recorded Python process had loaded at the last reading
    left_over: tuple[str, ...]  # commands that outlived it and were ended
    output_tail: str
    notes: tuple[Note, ...] = ()
    ready_after_us: int | None = None  # since the start; the readings wait for rest
    listening: tuple[str, ...] = ()  # "127.0.0.1:8000", "unix:/run/app.sock"
    workers: int | None = None  # as many as were asked for; None: not known
    answers: tuple[LiveAnswer, ...] = ()  # to the requests that could be sent

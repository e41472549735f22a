"""What entries take on their host: the real command live, several workers, several entries: in the JSON contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from footprint.model.runtime import CountedBy, ForkMemory, GrowthLine, StageName
from footprint.names import DistributionName, ModuleName
from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class LiveGrowth:
    """By how much all processes grew when a request was sent, and how many of those that serve took part."""

    request: str  # "GET /embed"
    total_bytes: int
    grown_count: int
    missing_bytes: int  # what the others would add, by the one that grew most: an estimate
    lines: tuple[GrowthLine, ...] = ()  # where, the largest first


@dataclass(frozen=True, slots=True)
class LiveReading:
    """The real command of an entry, ready (after the requests, if any were sent): the sum over its processes.

    RSS counts pages that several processes share once for each, PSS once; but that leaves a share of the interpreter's
    pages to other programs that run now.
    """

    command: str
    source: str  # where the command stands
    ready_by: str  # "http://127.0.0.1:8000/health answered 200"
    ready_after_us: int  # since the start, as the next
    read_after_us: int  # a port may be open long before the workers behind it have come to rest
    process_count: int  # with a shell in front, and other programs
    python_count: int
    rss_bytes: int
    anon_bytes: int | None
    pss_bytes: int | None
    total_bytes: int  # as a host of its own counts: pages that several have, once; the RSS of one Python process
    counted_by: CountedBy = "alone"
    growing_bytes: int | None = None  # in the last seconds, where it had not come to rest when the time was over
    peak_bytes: int | None = None  # of the total, at most, from the start to the reading; None: not known
    listening: tuple[str, ...] = ()  # "127.0.0.1:8000", "unix:/run/app.sock"
    worker_count: int = 1  # processes that take requests or jobs
    workers_wanted: int | None = None  # that the command asks for; None: not known
    requests: tuple[LiveGrowth, ...] = ()  # what each request that was sent added
    ready_total_bytes: int | None = None  # the total before the first request
    ready_peak_bytes: int | None = None
    lines: tuple[GrowthLine, ...] = ()  # where it grew until it was ready, the largest first


@dataclass(frozen=True, slots=True)
class ServerMemory:
    """A server at rest that serves nothing: anonymous bytes of each worker, of all beside them, and files once."""

    above_bytes: int  # with what the workers share with it
    worker_bytes: int  # of each its own
    file_bytes: int
    modules: tuple[ModuleName, ...]  # in memory where the application is


@dataclass(frozen=True, slots=True)
class ServerMemories:
    """A server with one worker, with several, and with several that share the application; None: not measured."""

    one: ServerMemory | None = None
    several: ServerMemory | None = None
    forked: ServerMemory | None = None
    collected: ServerMemory | None = None  # the last, once each worker's garbage collector had gone over everything


@dataclass(frozen=True, slots=True)
class ServingPart:
    """What a server adds to the processes of an application: anonymous bytes, and those of files."""

    above_bytes: int  # all that stands beside the workers, with what these share with it
    own_bytes: int  # of each worker, what an empty application has with it
    known_bytes: int  # of both, what the measured process of the entry has, too: the interpreter, common modules
    file_bytes: int  # that the measured process has not
    measured: bool  # with the server of this environment; False: an estimate from another one
    # Of forks of a process that has the application, once each has collected its garbage; None: not measured.
    collected_above_bytes: int | None = None
    collected_own_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Serving:
    """Which server serves an entry, with how many workers."""

    server: str
    workers: int | None  # None: only the machine says
    workers_from: Literal["option", "environment", "settings", "default", "cores"]
    preload: bool | None  # the workers are forks of a process that has the application
    one: ServingPart  # with one worker
    several: ServingPart
    forked: ServingPart  # with preload
    fork: ForkMemory | None = None  # of the entry itself; None: not measured
    called: ForkMemory | None = (
        None  # to what of its memory a fork wrote that did its calls, without a fork's beginning
    )

    def part(self, workers: int, *, preload: bool) -> ServingPart:
        """Return the part for so many workers."""
        return self.forked if preload else self.one if workers == 1 else self.several


# Of workers that are forks of a process that has the application: ready, none has collected its garbage; collected,
# each has, and so has written to every page with an object that the collector looks after.
WorkerState = Literal["ready", "collected"]
STATE_WORDS: Mapping[WorkerState, str] = {
    "ready": "when they are ready",
    "collected": "once each has collected its garbage",
}


@dataclass(frozen=True, slots=True)
class StateRow:
    """What an entry takes with forked workers in one of their states, and between which figures that lies."""

    state: WorkerState
    total_bytes: int
    least_bytes: int
    most_bytes: int


@dataclass(frozen=True, slots=True)
class WorkersStage:
    """What an entry takes with its workers at the end of one stage, which every one of them has come to.

    `peak_bytes` is an upper bound: every worker needs the most that one needed, all at one moment.
    """

    stage: StageName
    total_bytes: int  # at rest
    peak_bytes: int | None  # None: not known
    worker_bytes: int  # of each
    states: tuple[StateRow, ...] = ()  # with preload
    fits: bool | None = None  # at rest and at the peak; None: there is no limit


@dataclass(frozen=True, slots=True)
class WorkersRow:
    """What an entry takes with several workers, estimated from one process: not the sum of their RSS.

    `total_bytes` is the process above the workers, each worker's own pages, and the pages of files once; with preload
    that of the state that decides, since every host comes to it. All figures are of the start: `stages` has those of
    later stages, too.
    """

    entry: str
    server: str  # "none": no known one
    workers: int
    preload: bool
    total_bytes: int
    supervisor_bytes: int
    worker_bytes: int  # of each
    file_bytes: int
    fresh_bytes: int | None = None  # the total with preload before a worker's garbage collector went over everything
    limit_bytes: int | None = None
    fits: bool | None = None  # every stage does; None: there is no limit
    measured: bool = False  # the server is, with an empty application; the total is an estimate all the same
    fork_measured: bool = False  # what a forked worker writes to is; False: a share that others had
    states: tuple[StateRow, ...] = ()  # with preload
    decides: WorkerState | None = None  # which of them is held against the limit
    stages: tuple[WorkersStage, ...] = ()  # the start as far as it came, lazy imports, calls; each on top of the start
    fitting_workers: int | None = None  # where it does not fit: as many as would; None: it does, or nothing limits it


@dataclass(frozen=True, slots=True)
class MissingNeed:
    """A distribution that the start command of an entry needs and the environment has not."""

    distribution: DistributionName
    asked_by: str  # "gunicorn -k gevent"
    installed_by: str | None  # "Dockerfile:3": may bring it where it is deployed; None: nothing does, it cannot start


@dataclass(frozen=True, slots=True)
class HostRow:
    """All measured entries on one host, from one process of each, with their servers and workers."""

    entries: tuple[str, ...]
    total_bytes: int  # anonymous pages of all, and each file's pages once
    unshared_bytes: int  # the sum of their RSS: in containers of their own
    common_bytes: int  # what every one of them loads, in the one where it is least
    common: tuple[DistributionName, ...]  # the distributions among that
    serving_bytes: int = 0  # of both totals: servers and further workers
    unknown: tuple[str, ...] = ()  # entries of which only the machine says how many workers: one of each is counted

"""What entries take on their host: the real command live, several workers, several entries: in the JSON contract."""

from __future__ import annotations

from typing import Literal

from footprint.model.live import GrowthLine
from footprint.model.runtime import CountedBy
from footprint.names import DistributionName
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

    RSS counts pages that several processes share once for each. So does PSS once, but it leaves a share of the
    interpreter's pages to other programs that run now.
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


Server = Literal["gunicorn", "uvicorn", "none"]  # uvicorn: any that starts its workers afresh; none: no known one


@dataclass(frozen=True, slots=True)
class WorkersRow:
    """What an entry takes with several workers, estimated from one process: not the sum of their RSS.

    `total_bytes` is the process above the workers, each worker's own pages, and the pages of files once.
    """

    entry: str
    server: Server
    workers: int
    preload: bool
    total_bytes: int
    supervisor_bytes: int
    worker_bytes: int  # of each
    file_bytes: int
    fresh_bytes: int | None = None  # the total with preload before a worker's garbage collector went over everything
    limit_bytes: int | None = None
    fits: bool | None = None  # None: there is no limit


@dataclass(frozen=True, slots=True)
class HostRow:
    """All measured entries on one host, from one process of each."""

    entries: tuple[str, ...]
    total_bytes: int  # anonymous pages of all, and each file's pages once
    unshared_bytes: int  # the sum of their RSS: in containers of their own
    common_bytes: int  # what every one of them loads, in the one where it is least
    common: tuple[DistributionName, ...]  # the distributions among that

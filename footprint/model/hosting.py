"""What entries take on their host: the real command live, several workers, several entries: in the JSON contract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from footprint.names import DistributionName


@dataclass(frozen=True, slots=True)
class LiveReading:
    """The real command of an entry, ready (after the requests, if any were sent): the sum over its processes.

    RSS counts pages that several processes share once for each, PSS once in all.
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
    total_bytes: int  # what the host has to hold: PSS of several Python processes, RSS of one
    peak_bytes: int | None = None  # the most of it from the start to the reading; None: not known


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

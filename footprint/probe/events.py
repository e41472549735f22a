"""The bytes that the child wrote, turned into a ProbeRun. Pure: no clock, no process, no file.

A record is RS (0x1e), a letter, fields, newline, the tag of its start taken off by records.py; what stands
between newline and RS is passed over, as is a record cut short. `reading` is a line of /proc/self/statm,
absent on other platforms:

    h hook page-bytes main-thread          the hooks are set
    p name TAB name ...                    modules in memory before that
    s stage ns module-count peak-kB threads TAB reading    a stage is over; the process waits to be read from
                                           outside; `threads` of Python run beside the main one
    g ns TAB reading                       it goes on; the time between counts for nothing
    b number thread ns name TAB reading    a load begins; <entry>, <factory>, <lifespan>, <first-use> wrap stages
    q number line name                     that load was asked for by a function, or by name: in which module and line
    e number ns ok TAB reading             that load ended; ok is 1 or the identity of what it raised
    t thread line path                     what is added from the last record on is of this line of the project, until
                                           the next of them for the same load; line 0 where it is not known
    r ns TAB reading                       a line of the main thread's load under way is over
    v kB children                          that line took the high-water mark so far; children 1: a process came of it
    i thread TAB name TAB name ...         what the load under way in this thread asked for
    c / w                                  a source was compiled for the cache / a .pyc was written
    d ns kB kB kind TAB path:line          a process of a live measurement has grown, and its high-water mark
    l outcome                              how the lifespan answered
    n count                                lazy imports are tried from here on
    j pid status                           a fork has been a worker, read before and after it collected its garbage
    k index                                all that this one asks for is in memory already
    u index status length                  it was tried in a fork, or after the last all together; `length` bytes
                                           of records of the fork follow
    f message                              in a fork: it failed
    x kind TAB identity TAB message TAB path:line ...   the entry raised
    m name TAB path                        a module in memory at the end
    y name                                 a module that the interpreter (3.15 and later) still keeps for its first use
    z                                      the last record

The growth between two consecutive records is charged to the load that ended, or else to the load under
way in the thread that wrote the later one. Where a stage was read from outside, that is its figure, and what
it differs by from the child's own is charged to the span that ended with it. So the self costs add up to end
minus start exactly, whatever the threads do; with two threads importing at once, each may be charged for what
the other allocated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal, cast

from footprint.model.runtime import ProbeRun, StageName
from footprint.names import ModuleName
from footprint.probe.readings import OutsideReading
from footprint.probe.replay import Raised, Replay
from footprint.probe.witness import Witness
from footprint.values import dataclass

Hook = Literal["find_and_load", "meta_path", "none"]

_COMPILED = b"\x1ec\n"
_PYC_WRITTEN = b"\x1ew\n"
_TRYING = re.compile(rb"\x1en \d+\n")
_START = re.compile(rb"\x1eh (find_and_load|meta_path|none) (\d{3,7}) (\d{1,19})\n")


@dataclass(frozen=True, slots=True)
class Recording:
    """One stream of records, read. `run` is None when not even the bare reading came."""

    run: ProbeRun | None
    hook: Hook
    lifespan: str | None  # "complete", "unsupported"; None: not an ASGI application
    raised: Raised | None
    stage: StageName  # the last that began
    under_way: tuple[ModuleName, ...]  # begun and not ended, or unwound by the exception; outermost first
    failed_first_use: str | None  # in the records of a fork: why its import failed
    finished: bool
    malformed_count: int
    doubts: tuple[str, ...] = ()  # what no honest start can have written, in words
    latest_ns: int = 0
    most_bytes: int = 0
    thread_count: int = 0  # beside the main one, at the end of the last stage


def count_compiled(data: bytes) -> int:
    """Return how many sources were compiled for the bytecode cache, without reading the rest."""
    return data.count(_COMPILED)


def count_cached(data: bytes) -> int:
    """Return how many .pyc files were really written."""
    return data.count(_PYC_WRITTEN)


def is_finished(data: bytes) -> bool:
    """Say whether the entry went through to its last record."""
    return data.endswith(b"\x1ez\n") and b"\x1ex " not in data


def is_trying(data: bytes) -> bool:
    """Say whether the start is over and lazy imports are being tried."""
    return _TRYING.search(data) is not None


def parse(
    data: bytes, outside: Sequence[OutsideReading] | None = None, stage_rss: Mapping[str, int] | None = None
) -> Recording:
    """Read every record that is whole. Never raises, whatever the bytes are.

    `outside` are the readings taken while the process waited at the end of a stage: the figures of the stages.
    `stage_rss` stands in for them where a process cannot be stopped. None of either: its own word is taken.
    """
    start = _START.search(data)
    replay = Replay(
        page_bytes=int(start[2]) if start else 4096,
        main_thread=int(start[3]) if start else None,
        stage_rss=stage_rss or {},
        witness=Witness(outside),
    )
    for piece in data.decode("utf-8", "backslashreplace").split("\x1e"):
        line, newline, _ = piece.partition("\n")
        if newline:
            replay.feed(line)
    return Recording(
        run=replay.finish(count_compiled(data)),
        hook=cast(Hook, start[1].decode()) if start else "none",
        lifespan=replay.lifespan,
        raised=replay.raised,
        stage=replay.stage,
        under_way=replay.under_way(),
        failed_first_use=replay.failed_first_use,
        finished=replay.finished,
        malformed_count=replay.malformed_count,
        doubts=replay.witness.doubts(),
        latest_ns=replay.witness.latest_ns,
        most_bytes=replay.witness.most_bytes,
        thread_count=replay.thread_count,
    )

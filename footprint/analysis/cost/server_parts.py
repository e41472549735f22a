"""What serves an entry beside the process that was measured: the server, further workers. Pure.

A server is measured with an empty application. What the measured process of the entry has, too, is taken off: the bare
interpreter, and the modules that both have in memory, at what these took in the entry's own start.
"""

from __future__ import annotations

from collections.abc import Collection

from footprint.knowledge.servers import BY_PROGRAM, CORES, Server
from footprint.model.audit import EntryRow
from footprint.model.memory_rows import FitPart
from footprint.model.runtime import ProbeRun, StageReading
from footprint.model.service_memory import ServerMemories, ServerMemory, Serving, ServingPart
from footprint.model.source_modules import EntryPoint
from footprint.names import ModuleName
from footprint.units import MIB

# Where the server is not installed or was not started: CPython 3.11, gunicorn 23.0 and uvicorn 0.34 on Linux x86-64,
# beyond an application that has most of the modules; 2026-11.
_ELSEWHERE = {
    "bare": ServingPart(int(17.6 * MIB), int(-1.7 * MIB), 0, 0, measured=False),
    "application": ServingPart(0, int(2.9 * MIB), 0, 0, measured=False),
    "fresh": ServingPart(int(20.8 * MIB), int(2.9 * MIB), 0, 0, measured=False),
    None: ServingPart(0, int(2.9 * MIB), 0, 0, measured=False),
}
# With preload: the share of anonymous pages that a worker writes to, of the server, and of an application where no fork
# was measured. The first full garbage collection writes to every page with a container on it (0.44 to 0.47 in three
# applications; lifespan handlers may bring it about at once); before that it is next to nothing (below 0.01 in three).
PRELOAD_WRITTEN_RATIO = 0.445
PRELOAD_FRESH_RATIO = 0.01
# Of data in buffers (arrays, bytes, weights) a worker writes to nothing at all: six workers of an application with a
# buffer of 150 MiB had 212 MiB together. Modules of a project that make less than this make no data worth a word.
SMALLEST_DATA_BYTES = 16 * MIB


def build_serving(entry: EntryPoint, measured: ServerMemories, run: ProbeRun | None) -> Serving | None:
    """Return how an entry is served; `measured` is its server, as far as it was started."""
    server = BY_PROGRAM.get(entry.server or "")
    if server is None:
        return None
    count, source = entry.workers, entry.workers_from
    if source is None and server.default != CORES:
        count = server.default
    memories = ((measured.one, 1), (measured.several, 2), (measured.forked, 2))
    one, several, forked = (_beyond(memory, run, server, workers) for memory, workers in memories)
    fork = run.fork if run is not None else None
    return Serving(
        server.name, count, source or ("default" if count else "cores"), is_preloaded(entry), one, several, forked, fork
    )


def is_preloaded(entry: EntryPoint) -> bool | None:
    """Whether the workers of an entry are forks of a process that has it; None: nothing says so."""
    server = BY_PROGRAM.get(entry.server or "")
    return entry.preload if entry.preload is not None else (server is not None and server.forks_it(entry.pool)) or None


def _beyond(memory: ServerMemory | None, run: ProbeRun | None, server: Server, count: int) -> ServingPart:
    """Return what a server adds to the process that was measured."""
    bare = next((row for row in run.stages if row.stage == "interpreter"), None) if run is not None else None
    if memory is None or run is None or bare is None or bare.anon_bytes is None:
        return _ELSEWHERE[server.workers if server.has_master or count > 1 else None]
    rss, anon = _common(run, frozenset(memory.modules))
    return ServingPart(
        above_bytes=memory.above_bytes,
        own_bytes=memory.worker_bytes,
        known_bytes=bare.anon_bytes + anon,
        file_bytes=max(memory.file_bytes - (bare.rss_bytes - bare.anon_bytes) - (rss - anon), 0),
        measured=True,
    )


def _common(run: ProbeRun, modules: Collection[ModuleName]) -> tuple[int, int]:
    """Return RSS and anon of the modules that the start of the entry loaded and the server has, too."""
    costs = [cost for cost in run.costs if cost.module in modules and cost.stage != "first_use"]
    return sum(cost.self_rss_bytes for cost in costs), sum(cost.self_anon_bytes or 0 for cost in costs)


def written_bytes(entry: EntryRow, anon_bytes: int, part: ServingPart) -> tuple[int, int]:
    """Return how many anonymous bytes of the import a forked worker writes to: little at first, in the end at most.

    What any worker of its server has of its own from the first comes on top: what a fork wrote at once is among that.
    """
    own = sum(part.rss_bytes for part in entry.memory if part.kind == "first-party")
    objects = anon_bytes - (min(own, anon_bytes) if own >= SMALLEST_DATA_BYTES else 0)
    ready = int(objects * PRELOAD_FRESH_RATIO)  # by what it does to become ready, and a fork of ours does not
    fork = entry.serving.fork if entry.serving is not None else None
    if fork is None:
        return ready, int(anon_bytes * PRELOAD_WRITTEN_RATIO)
    fresh = max(fork.fresh_bytes - max(part.own_bytes, 0), ready)
    beyond = max(part.above_bytes - part.known_bytes, 0)  # of the server, which a collector goes over, too
    most = max(min(fork.collected_bytes, anon_bytes), ready) + int(beyond * PRELOAD_WRITTEN_RATIO)
    return min(fresh, anon_bytes), most


def serving_parts(entry: EntryRow, reading: StageReading) -> tuple[FitPart, ...]:
    """Return what has to stand beside the measured process and its children; empty where no server is known."""
    serving = entry.serving
    if serving is None or reading.anon_bytes is None:
        return ()
    count = serving.workers or 1
    part = serving.part(count, preload=bool(serving.preload))
    server = part.above_bytes + part.own_bytes - part.known_bytes + part.file_bytes
    parts = [FitPart("server", server, measured=part.measured)]
    once, each = children_of(entry, reading, preload=bool(serving.preload))
    excess = max((highest_of(entry, reading) or 0) - reading.rss_bytes - once - each, 0)
    if serving.preload:
        imported = import_anon(entry, reading.anon_bytes)
        written = written_bytes(entry, imported, part)[1]
        workers = (count - 1) * (part.own_bytes + reading.anon_bytes - imported + each) + count * written
        parts.append(FitPart("workers", workers, measured=False))
    elif count > 1:
        workers = (count - 1) * (reading.anon_bytes + part.own_bytes - part.known_bytes + each)
        parts.append(FitPart("workers", workers, measured=False, peak_bytes=workers + (count - 1) * excess))
    return tuple(parts)


def import_anon(entry: EntryRow, most: int) -> int:
    """Return the anonymous bytes that importing an entry left: what forks of it begin with."""
    found = next((row.reading.anon_bytes for row in entry.stages if row.reading.stage == "import"), None)
    return most if found is None else min(found, most)


def children_of(entry: EntryRow, reading: StageReading, *, preload: bool) -> tuple[int, int]:
    """Return what the processes that an entry starts take: once, by a master that imports it, and for each worker."""
    imported = (row.reading.children_bytes for row in entry.stages if row.reading.stage == "import")
    once = min(next(imported, 0), reading.children_bytes) if preload else 0
    return once, reading.children_bytes - once


def highest_of(entry: EntryRow, reading: StageReading) -> int | None:
    """Return the most that a stage needed with its children; of a start that of the highest of its stages."""
    start = (row.reading for row in entry.stages if row.reading.stage != "first_use")
    peaks = [each.highest_bytes for each in ([reading] if reading.stage == "first_use" else start)]
    known = [peak for peak in peaks if peak is not None]
    return max(known) if known and len(known) == len(peaks) else None

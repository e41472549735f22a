"""What an entry takes with its server and so many workers, from one measured process: verdicts and estimates. Pure.

Anonymous pages are each process's own, except those that a fork shares until one side writes to them; pages of files
are there once, however many processes map them. So a host sees

    the process above the workers + N x (a worker's own anonymous pages) + the file pages once.

Forked workers have two states (`WorkerState`). What one writes to until it is ready is little; its first full garbage
collection writes to every page with an object on it that the collector looks after. Both were seen in a fork of the
measured process and in the server with nothing to serve. What these two have in common (the interpreter, modules) is
taken off once. docs/accuracy.md has the errors (benchmarks/bench_workers.py). What traffic adds is in none of it.
"""

from __future__ import annotations

from footprint.knowledge.servers import BY_PROGRAM, Server
from footprint.model.audit import EntryRow
from footprint.model.memory_rows import FitPart
from footprint.model.runtime import LATER, ForkMemory, StageReading
from footprint.model.service_memory import Serving, ServingPart, StateRow
from footprint.units import MIB
from footprint.values import dataclass

# The share of anonymous pages that a collection writes to: of an application where no fork was measured, of the
# interpreter and modules of the standard library. 0.44 to 0.47 in three applications, 0.41 to 0.50 of the standard
# library on CPython 3.10 to 3.13.
COLLECTED_RATIO = 0.445
# That of a server with nothing to serve, where it was not measured: 0.26 of gunicorn's, 0.34 of celery's.
SERVER_COLLECTED_RATIO = 0.3
# The share of an application's objects that a worker writes to on the way to be ready: below 0.01 in three.
READY_RATIO = 0.01
# Of data in buffers (arrays, bytes, weights) a worker writes to nothing at all: six workers of an application with a
# buffer of 150 MiB had 212 MiB together. Modules of a project that make less than this make no data worth a word.
SMALLEST_DATA_BYTES = 16 * MIB
# What a forked worker writes to at the least before it runs any Python: 0.4 to 2.3 MiB in fourteen services of uWSGI.
IDLE_WRITTEN_BYTES = 4 * MIB // 10
# By how much an estimate may be off: the worst of benchmarks/bench_workers.py, in both states.
ERROR_RATIO = 0.05

_NO_SERVER, _NO_PROGRAM = ServingPart(0, 0, 0, 0, measured=False), Server("none", "script")


@dataclass(frozen=True, slots=True)
class Forks:
    """Forked workers none of which has collected its garbage yet."""

    ready_bytes: int  # of all processes together
    fewer_bytes: int  # of it: what workers may not write to that run no Python yet, or whose calls collect no garbage
    # What the process above them may have more. Where it works on it collects its own garbage, and what it writes to is
    # no longer theirs: with small applications celery's has at once.
    more_bytes: int
    beside_bytes: int  # of the second state: what other forks of the server have more once they have collected theirs
    is_seen: bool  # what a fork writes to was measured

    def states(self, total_bytes: int) -> tuple[StateRow, StateRow]:
        """Return both states; `total_bytes` is that of the second."""
        least, most = 1 - ERROR_RATIO, 1 + ERROR_RATIO
        ready_most = min(self.ready_bytes + self.more_bytes, max(total_bytes, self.ready_bytes))
        ready_least = self.ready_bytes - self.fewer_bytes
        return (
            StateRow("ready", self.ready_bytes, int(ready_least * least), int(ready_most * most)),
            StateRow("collected", total_bytes, int((total_bytes - self.beside_bytes) * least), int(total_bytes * most)),
        )


@dataclass(frozen=True, slots=True)
class ServiceEstimate:
    """What so many workers take; of forked ones once each has collected its garbage."""

    workers: int
    above_bytes: int
    own_bytes: int  # of each worker
    file_bytes: int
    server_bytes: int  # of all that: what the server has beside the process that was measured
    measured: bool  # the server was, with nothing to serve
    forks: Forks | None = None  # None: the workers are none

    excess_bytes: int | None = None  # by how much one worker was higher at most than at rest; None: not known
    excess_count: int = 1  # of so many processes at one moment

    @property
    def total_bytes(self) -> int:
        """All of it, at rest."""
        return self.above_bytes + self.workers * self.own_bytes + self.file_bytes

    @property
    def peak_bytes(self) -> int | None:
        """The most that all of them may need at one moment."""
        return None if self.excess_bytes is None else self.total_bytes + self.excess_count * self.excess_bytes


def estimate_service(
    entry: EntryRow, reading: StageReading, serving: Serving | None, *, workers: int, preload: bool
) -> ServiceEstimate | None:
    """Return what `workers` processes of an entry take with their server; None where anonymous memory is not told."""
    if reading.anon_bytes is None:
        return None
    anon = reading.anon_bytes
    part = serving.part(workers, preload=preload) if serving is not None else _NO_SERVER
    file = reading.rss_bytes - anon + part.file_bytes
    server = part.above_bytes + part.own_bytes - part.known_bytes + part.file_bytes
    once, each = _children_of(entry, reading, preload=preload)
    highest = highest_of(entry, reading)
    excess = None if highest is None else max(highest - reading.rss_bytes - reading.children_bytes, 0)
    if not preload:
        own = max(anon + part.own_bytes - part.known_bytes, 0) + each
        return ServiceEstimate(
            *(workers, part.above_bytes, own, file, server, part.measured), excess_bytes=excess, excess_count=workers
        )
    imported = _import_anon(entry, anon)
    later = anon - imported + each  # what it does beyond the import, every worker does by itself
    called = serving.called if serving is not None and reading.stage == "calls" else None
    ready, collected = _fork_parts(entry, imported, part, serving, called)
    program = BY_PROGRAM.get(serving.server, _NO_PROGRAM) if serving is not None else _NO_PROGRAM
    by_calls = min(called.fresh_bytes, ready.written_bytes) if called is not None else 0  # a collection may be in it
    shared = imported - part.known_bytes
    fresh = max(ready.above_bytes + shared, 0) + once + workers * (ready.own_bytes + later) + file
    above = max(collected.above_bytes + shared, 0) + once + program.other_forks * collected.written_bytes
    own, grown = collected.own_bytes + later, collected.own_bytes - ready.own_bytes
    forks = Forks(
        ready_bytes=min(fresh, above + workers * own + file),
        fewer_bytes=workers * (max(part.own_bytes - IDLE_WRITTEN_BYTES, 0) * program.idle_workers + by_calls),
        more_bytes=grown * program.master_works,
        beside_bytes=grown * program.other_forks,
        is_seen=serving is not None and serving.fork is not None,
    )
    # what comes later each worker may need at once for a moment; what the start needed only one process did
    count = workers if reading.stage in LATER else 1
    return ServiceEstimate(workers, above, own, file, server, part.measured, forks, excess, count)


@dataclass(frozen=True, slots=True)
class _ForkPart:
    """In one state: the server's process above the workers, and what each of these has of its own by forking."""

    above_bytes: int
    own_bytes: int
    written_bytes: int  # of that: to what the application has made


def _fork_parts(
    entry: EntryRow, imported: int, part: ServingPart, serving: Serving | None, called: ForkMemory | None
) -> tuple[_ForkPart, _ForkPart]:
    """Return both states; of a fork that was measured what the server's own workers have as well is taken off.

    `called`: what a fork wrote to that did calls, before and after it collected its garbage.
    """
    fork = serving.fork if serving is not None else None
    data = sum(each.rss_bytes for each in entry.memory if each.kind == "first-party")
    objects = imported - (min(data, imported) if data >= SMALLEST_DATA_BYTES else 0)
    least = int(objects * READY_RATIO)  # by what it does to become ready, which a fork of ours does not
    at_once = max(fork.fresh_bytes - max(part.own_bytes, 0), 0) if fork is not None else 0
    written = min(max(at_once, least) + (called.fresh_bytes if called is not None else 0), imported)
    ready = _ForkPart(part.above_bytes, part.own_bytes + written, written)
    common = int(part.known_bytes * COLLECTED_RATIO)
    by_collecting = fork.collected_bytes - fork.fresh_bytes if fork is not None else int(imported * COLLECTED_RATIO)
    if fork is not None and by_collecting < common // 2:  # frozen, or the collector is off: so are the server's objects
        return ready, _ForkPart(ready.above_bytes, ready.own_bytes + by_collecting, written + by_collecting)
    by_collecting = max(by_collecting, called.collected_bytes) if called is not None else by_collecting
    above, own = part.collected_above_bytes, part.collected_own_bytes
    if above is None or own is None:
        above, own = part.above_bytes, part.own_bytes + int(max(part.above_bytes, 0) * SERVER_COLLECTED_RATIO)
    written = min(at_once + max(by_collecting - common, least), imported)
    return ready, _ForkPart(above, max(own + written, ready.own_bytes), written)


def serving_parts(entry: EntryRow, reading: StageReading) -> tuple[FitPart, ...]:
    """Return what has to stand beside the measured process and its children; empty where no server is known."""
    serving = entry.serving
    if serving is None:
        return ()
    count, preload = serving.workers or 1, bool(serving.preload)
    found = estimate_service(entry, reading, serving, workers=count, preload=preload)
    if found is None:
        return ()
    parts = [FitPart("server", found.server_bytes, measured=found.measured)]
    workers = found.total_bytes - reading.rss_bytes - reading.children_bytes - found.server_bytes
    peak = workers + (found.excess_count - 1) * (found.excess_bytes or 0)  # the measured process has its own
    if found.forks is not None:
        parts.append(FitPart("workers", workers, measured=False, peak_bytes=peak, state="collected"))
    elif count > 1:
        parts.append(FitPart("workers", workers, measured=False, peak_bytes=peak))
    return tuple(parts)


def _import_anon(entry: EntryRow, most: int) -> int:
    """Return the anonymous bytes that importing an entry left: what forks of it begin with."""
    found = next((row.reading.anon_bytes for row in entry.stages if row.reading.stage == "import"), None)
    return most if found is None else min(found, most)


def _children_of(entry: EntryRow, reading: StageReading, *, preload: bool) -> tuple[int, int]:
    """Return what the processes that an entry starts take: once, by a master that imports it, and for each worker."""
    imported = (row.reading.children_bytes for row in entry.stages if row.reading.stage == "import")
    once = min(next(imported, 0), reading.children_bytes) if preload else 0
    return once, reading.children_bytes - once


def highest_of(entry: EntryRow, reading: StageReading) -> int | None:
    """Return the most that a stage needed with its children; of a start that of the highest of its stages."""
    start = (row.reading for row in entry.stages if row.reading.stage not in LATER)
    peaks = [each.highest_bytes for each in ([reading] if reading.stage in LATER else start)]
    known = [peak for peak in peaks if peak is not None]
    return max(known) if known and len(known) == len(peaks) else None

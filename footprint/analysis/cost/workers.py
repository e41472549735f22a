"""What an entry takes with several workers, estimated from one measured process. Pure.

Anonymous pages are each process's own, except those that a fork shares until one side writes to them; pages of
files are there once, however many processes map them. So a host sees

    the process above the workers + N x (a worker's own anonymous pages) + the file pages once.

Adding up RSS instead counts the file pages N times. The constants were measured on Linux x86-64, CPython 3.11,
gunicorn 23.0 and uvicorn 0.34 in 2026-11; docs/accuracy.md has the errors (benchmarks/bench_workers.py). What
traffic adds is in none of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from footprint.model.audit import EntryRow
from footprint.model.hosting import Server, WorkersRow
from footprint.model.memory import Limit
from footprint.units import MIB
from footprint.values import dataclass

# Anonymous memory of the server's own modules and loop, in each process that serves.
SERVER_ANON_BYTES = int(2.9 * MIB)
# The process above the workers. gunicorn's master without the application; each worker, forked from it, shares a part.
GUNICORN_MASTER_BYTES = int(17.6 * MIB)
GUNICORN_INHERITED_BYTES = int(4.6 * MIB)
# uvicorn's supervisor has imported uvicorn, and starts the resource tracker of multiprocessing beside it.
UVICORN_SUPERVISOR_BYTES = int(20.8 * MIB)
# With preload: the share of the application's anonymous pages that a worker writes to. The first full garbage
# collection in a worker writes to every page with a container on it (0.44 to 0.47 in three applications; lifespan
# handlers may bring it about at once); before that it is little (0.05 to 0.09 in two).
PRELOAD_WRITTEN_RATIO = 0.445
PRELOAD_FRESH_RATIO = 0.07
# Of data in buffers (arrays, bytes, weights) a worker writes to nothing at all: six workers of an application with a
# buffer of 150 MiB had 212 MiB together. Modules of a project that make less than this make no data worth a word.
SMALLEST_DATA_BYTES = 16 * MIB

_FORKING = re.compile(r"(?:^|[\s/])gunicorn(?=\s|$)")
_SPAWNING = re.compile(r"(?:^|[\s/])(?:uvicorn|hypercorn|granian|fastapi)(?=\s|$)")


@dataclass(frozen=True, slots=True)
class SinglePart:
    """One process of an entry, measured: all of it ready, and what its import alone left in anonymous memory."""

    anon_bytes: int
    file_bytes: int
    import_anon_bytes: int
    data_bytes: int = 0  # of those of the import: data that the project's own modules made

    @classmethod
    def of(cls, entry: EntryRow) -> SinglePart | None:
        """Return the split of an entry's last start-up stage; None where it is not known."""
        last = entry.last_stage
        if last is None or last.reading.anon_bytes is None:
            return None
        anon = last.reading.anon_bytes
        imported = next((row.reading.anon_bytes for row in entry.stages if row.reading.stage == "import"), anon)
        imported = anon if imported is None else min(imported, anon)
        own = sum(part.rss_bytes for part in entry.memory if part.kind == "first-party")
        data = min(own, imported) if own >= SMALLEST_DATA_BYTES else 0
        return cls(anon, last.reading.rss_bytes - anon, imported, data)


@dataclass(frozen=True, slots=True)
class Wish:
    """How many workers, and whether they are forked from a process that has the application (gunicorn's preload,
    celery, uWSGI); None: with and without for gunicorn, without for others.
    """

    workers: int
    preload: bool | None = None


def find_server(command: str | None) -> Server:
    """Return the kind of server that a start command starts; none when it starts no known one."""
    if command is None:
        return "none"
    if _FORKING.search(command):
        return "gunicorn"
    return "uvicorn" if _SPAWNING.search(command) else "none"


def estimate_workers(single: SinglePart, server: Server, *, workers: int, preload: bool, entry: str = "") -> WorkersRow:
    """Return what `workers` processes of an entry take together. What starts its workers afresh knows no `preload`."""
    served = single.anon_bytes + (SERVER_ANON_BYTES if server != "none" else 0)
    if preload and server != "uvicorn":
        return _preloaded(single, served - single.anon_bytes, server, workers, entry)
    supervisor, inherited = 0, 0
    if server == "gunicorn":
        supervisor, inherited = GUNICORN_MASTER_BYTES, GUNICORN_INHERITED_BYTES
    elif server == "uvicorn" and workers > 1:
        supervisor = UVICORN_SUPERVISOR_BYTES
    own = max(served - inherited, 0)
    total = supervisor + workers * own + single.file_bytes
    return WorkersRow(entry, server, workers, False, total, supervisor, own, single.file_bytes)


def _preloaded(single: SinglePart, server_bytes: int, server: Server, workers: int, entry: str) -> WorkersRow:
    """The master has imported the application; a worker has what it writes to, and what it does to become ready."""
    master = single.import_anon_bytes + server_bytes
    later = single.anon_bytes - single.import_anon_bytes
    own = int(single.import_anon_bytes * PRELOAD_WRITTEN_RATIO) + later
    fresh = int((single.import_anon_bytes - single.data_bytes) * PRELOAD_FRESH_RATIO) + later
    base = master + single.file_bytes
    return WorkersRow(
        *(entry, server, workers, True),
        total_bytes=base + workers * own,
        supervisor_bytes=master,
        worker_bytes=own,
        file_bytes=single.file_bytes,
        fresh_bytes=base + workers * fresh,
    )


def list_workers(
    entries: Iterable[EntryRow], wishes: Mapping[str, Wish], limits: Mapping[str, Limit]
) -> tuple[WorkersRow, ...]:
    """Return the estimates that `wishes` ask for, by name of the entry, judged by `limits` where there is one.

    An entry that was not measured, or on a platform that does not tell anonymous memory, has none.
    """
    found = []
    for entry in entries:
        wish, single = wishes.get(entry.name), SinglePart.of(entry)
        if wish is None or single is None:
            continue
        server = find_server(entry.command)
        both = (False, True) if server == "gunicorn" else (False,)
        for preload in both if wish.preload is None else (wish.preload,):
            row = estimate_workers(single, server, workers=wish.workers, preload=preload, entry=entry.name)
            limit = limits[entry.name].memory_bytes if entry.name in limits else None
            found.append(replace(row, limit_bytes=limit, fits=None if limit is None else row.total_bytes <= limit))
    return tuple(found)

"""The projects of a fleet on this machine: so many processes read at once, each project's lines given as they come."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue

from footprint.fleet.line_files import StoredLine
from footprint.fleet.worker_process import ProjectWorker
from footprint.model.fleet_project import FleetOrder
from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class _Ended:
    """A worker has nothing left to do; what ended it, if anything did."""

    error: BaseException | None = None


def audit_here(orders: Sequence[FleetOrder], jobs: int) -> Iterator[tuple[FleetOrder, tuple[StoredLine, ...]]]:
    """Yield each order with its lines, in the order in which they are done, by `jobs` processes."""
    waiting: SimpleQueue[FleetOrder | None] = SimpleQueue()
    done: SimpleQueue[tuple[FleetOrder, tuple[StoredLine, ...]] | _Ended] = SimpleQueue()
    for order in orders:
        waiting.put(order)
    workers = [ProjectWorker() for _ in range(max(1, min(jobs, len(orders))))]
    for worker in workers:
        waiting.put(None)
        threading.Thread(target=_serve, args=(worker, waiting, done), name="fleet", daemon=True).start()
    running = len(workers)
    try:
        while running:
            found = done.get()
            if not isinstance(found, _Ended):
                yield found
            elif found.error is not None:
                raise found.error
            else:
                running -= 1
    finally:
        with suppress(Empty):  # whoever waits no longer wants the rest
            while True:
                waiting.get_nowait()
        for worker in workers:
            waiting.put(None)
            worker.end()


def _serve(
    worker: ProjectWorker,
    waiting: SimpleQueue[FleetOrder | None],
    done: SimpleQueue[tuple[FleetOrder, tuple[StoredLine, ...]] | _Ended],
) -> None:
    try:
        while (order := waiting.get()) is not None:
            done.put((order, tuple(worker.audit(order))))
    except BaseException as error:  # told by whoever waits: a thread has nobody to tell
        done.put(_Ended(error))
    else:
        done.put(_Ended())

"""The projects of a fleet on a Dask cluster: a task for each, and its lines as soon as it is done.

All scheduling is Dask's: it gives tasks to workers, gives those of a lost worker to another one, tries once more what
raised, and starts no more applications on a machine than its workers have of the resource `start`. This is the only
file that imports it. A task audits in a process of its own, as here, so a worker that ends takes nothing with it.
Source: https://distributed.dask.org, "Resources", "Resilience", "TLS/SSL".
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from footprint.config.pyproject_tables import is_this_machine
from footprint.errors import CannotMeasure, UsageError
from footprint.fleet.line_files import StoredLine, parse_line
from footprint.fleet.project_audit import failed_line
from footprint.fleet.project_worker import order_text, read_order
from footprint.fleet.worker_process import ProjectWorker
from footprint.model.fleet_project import FleetOrder

RESOURCE = "start"
_RETRIES = 2  # of a task that raised; of one whose worker was lost Dask decides: distributed.scheduler.allowed-failures
_CONNECT_S = 20
_INSTALL = "pip install 'footprint-audit[dask]'"
_own = threading.local()


def check_scheduler(address: str) -> str:
    """Return an address of a scheduler that may be talked to.

    Raises: UsageError for a plain connection to another machine: whoever can reach it runs code on every worker.
    """
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or not port or parts.scheme not in ("tcp", "tls"):
        raise UsageError(f"--scheduler {address}: write it as tcp://127.0.0.1:8786, or tls://HOST:8786")
    if parts.scheme == "tcp" and (host in ("0.0.0.0", "::") or not is_this_machine(host)):
        raise UsageError(
            f"--scheduler {address}: another machine is only reached by tls://, since whoever can reach a plain "
            "scheduler runs code on its workers; Dask has settings for the certificates (distributed.comm.tls)"
        )
    return address


def audit_on_cluster(orders: Sequence[FleetOrder], address: str) -> Iterator[tuple[FleetOrder, tuple[StoredLine, ...]]]:
    """Yield each order with its lines, in the order in which they are done.

    Raises: UsageError without Dask, or where no worker may start anything; CannotMeasure without a scheduler or worker.
    """
    try:
        import distributed
    except ImportError:
        raise UsageError(f"--scheduler needs Dask, which is not installed: {_INSTALL}") from None
    each_done: Any = distributed.as_completed
    with _connect(address) as client:
        _look_at_workers(client, starts=any(order.starts for order in orders))
        run = secrets.token_hex(8)
        futures = {
            client.submit(
                audit_order,
                order_text(order),
                key=f"footprint-{run}-{number}",
                retries=_RETRIES,
                resources={RESOURCE: 1} if order.starts else None,
            ): order
            for number, order in enumerate(orders)
        }
        for future in each_done([*futures], loop=client.loop):
            order = futures.pop(future)
            yield order, tuple(_lines_of(future, order))
            future.release()  # an audit is large, and it is told


def audit_order(text: bytes) -> list[str]:
    """Return the lines of an order, in a worker: in a process that its thread keeps for the next one."""
    if not hasattr(_own, "worker"):
        _own.worker = ProjectWorker()
    worker: ProjectWorker = _own.worker
    return [line.text for line in worker.audit(read_order(text))]


def _connect(address: str) -> Any:
    import logging

    import distributed

    make: Any = distributed.Client
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters of it is told by us
    try:
        return make(address, timeout=_CONNECT_S, set_as_default=False)
    except (OSError, TypeError, ValueError, RuntimeError) as error:
        raise CannotMeasure(f"cannot reach the scheduler at {address}: {error}") from None


def _look_at_workers(client: Any, *, starts: bool) -> None:
    try:
        client.wait_for_workers(1, timeout=_CONNECT_S)
    except TimeoutError:
        raise CannotMeasure("the cluster has no worker: start some with `dask worker ADDRESS`") from None
    workers = client.scheduler_info(n_workers=-1)["workers"].values()
    if starts and not any(worker["resources"].get(RESOURCE) for worker in workers):
        raise UsageError(
            f"no worker of the cluster may start anything: give one on each machine `--resources {RESOURCE}=1`, "
            "or add --no-probe"
        )


def _lines_of(future: Any, order: FleetOrder) -> Iterator[StoredLine]:
    """Yield the lines of a task; one that says why where there are none."""
    if future.status == "finished":
        yield from (line for text in future.result() if (line := parse_line(text)) is not None)
        return
    error = future.exception() if future.status == "error" else None
    said = next(iter(str(error).splitlines()), "") if error is not None else "it was cancelled"
    yield StoredLine.of(failed_line(order, f"Dask gave it up: {type(error).__name__}: {said}", 0.0))

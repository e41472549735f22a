"""A process that audits one project after the other: an order a line on standard input, their lines on standard output.

It is a command of its own: it answers signals as `footprint` does, so nothing that it made or started is left behind.
When whoever gives the orders is gone, its input ends, and it ends itself.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Mapping
from queue import SimpleQueue
from typing import Any

from footprint import ending
from footprint.fleet.line_files import line_text
from footprint.fleet.project_audit import audit_project
from footprint.model.fleet_project import FleetOrder, FleetProject
from footprint.values import fields

END = b"\n"  # an empty line: all of an order was told


def main() -> None:
    """Work until the input ends."""
    ending.take_signals()
    sys.exit(ending.run(_work))


def order_text(order: FleetOrder) -> bytes:
    """Return an order as a line of JSON."""
    project = order.project
    values = {item.name: getattr(project, item.name) for item in fields(project)}
    return json.dumps({"project": values, "flags": order.flags, "history": order.history}).encode() + b"\n"


def read_order(text: bytes) -> FleetOrder:
    """Return the order of a line."""
    values: Mapping[str, Any] = json.loads(text)
    project = {**values["project"], "entries": tuple(values["project"]["entries"])}
    return FleetOrder(FleetProject(**project), values["flags"], values["history"])


def _work() -> int:
    import gc

    gc.set_threshold(1_000_000, 50, 100)  # as footprint.__main__
    answers = _own_output()
    orders: SimpleQueue[bytes] = SimpleQueue()
    busy = threading.Event()
    threading.Thread(target=_listen, args=(orders, busy), name="orders", daemon=True).start()
    while text := orders.get():
        for line in audit_project(read_order(text)):
            _tell(answers, line_text(line).encode() + b"\n")
        busy.clear()
        _tell(answers, END)
    return 0


def _own_output() -> int:
    """Return a descriptor of our standard output; what anything else prints goes to standard error."""
    answers = os.dup(1)
    os.dup2(2, 1)
    return answers


def _tell(answers: int, text: bytes) -> None:
    left = memoryview(text)
    while left:
        left = left[os.write(answers, left) :]


def _listen(orders: SimpleQueue[bytes], busy: threading.Event) -> None:
    """Hand orders on; an empty one is the end of them, and where one is still worked on, of that as well."""
    while text := sys.stdin.buffer.readline():
        busy.set()
        orders.put(text)
    if busy.is_set():
        os.kill(os.getpid(), signal.SIGTERM)
    orders.put(b"")

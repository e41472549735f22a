"""The thread that names lines takes a thread for resting only if it neither runs nor waits for a processor."""

import runpy
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from footprint.probe import child_bytecode


def growth() -> tuple[Any, int]:
    space = runpy.run_path(str(child_bytecode.CHILD_FOLDER / "growth.py"))
    recorder = SimpleNamespace(read_file=lambda path: Path(path).read_bytes())
    found = space["Growth"](recorder, None, "/project")
    found.task = threading.get_native_id()
    return found, space["ENDLESS"]


def test_a_thread_that_waits_is_at_rest_and_one_that_runs_is_not() -> None:
    found, endless = growth()
    over = threading.Event()

    def run() -> None:
        while not over.is_set():
            pass

    waiting, running = threading.Thread(target=over.wait), threading.Thread(target=run)
    waiting.start()
    running.start()
    try:
        work = found.work()
        assert work[str(running.native_id)] == endless > work[str(waiting.native_id)]
        assert str(found.task) not in work
    finally:
        over.set()
        waiting.join()
        running.join()

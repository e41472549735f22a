"""A worker as its master sees it: started, given an order, and ended with all that it has started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

from footprint.ending import Held, hold, undisturbed
from footprint.files.private import nameless_file
from footprint.fleet.line_files import LINE_BYTES, StoredLine, parse_line
from footprint.fleet.project_audit import failed_line
from footprint.fleet.project_worker import END, order_text
from footprint.model.fleet_project import FleetOrder

_END_S = 30.0  # for a worker that is to end what it has started
_SAID_BYTES = 4096
# The path of ours, and nothing of the working folder: `python -m` would import a stranger's json.py.
_CODE = "import sys; sys.path[:] = sys.argv[1:]; from footprint.fleet.project_worker import main; main()"


class ProjectWorker:
    """One worker. It is started with its first order, and anew where the one before has crashed."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._errors: IO[bytes] | None = None
        self._held: Held | None = None

    def audit(self, order: FleetOrder) -> Iterator[StoredLine]:
        """Yield the lines of a project; where the worker crashes, or a line is too long, one that says so."""
        since, reason = time.monotonic(), None
        process = self._process or self._start()
        assert process.stdin is not None and process.stdout is not None
        with suppress(BrokenPipeError):
            process.stdin.write(order_text(order))
            process.stdin.flush()
        while (data := process.stdout.readline(LINE_BYTES)) not in (b"", END):
            line = parse_line(data.decode())
            if line is not None:
                yield line
            else:
                reason = f"its audit is longer than a line may be, {LINE_BYTES >> 20} MiB"
        if not data:
            reason = self._why_it_ended(process)
            self.end()
        if reason is not None:
            yield StoredLine.of(failed_line(order, reason, time.monotonic() - since))

    def end(self) -> None:
        """End the worker, and whatever it has started."""
        if self._held is not None:
            self._held.undo()
        if self._errors is not None:
            self._errors.close()
        self._process = self._errors = self._held = None

    def _start(self) -> subprocess.Popen[bytes]:
        self._errors = nameless_file()
        options = ["-I", *(["-B"] if sys.dont_write_bytecode else [])]
        options += ["-X", f"pycache_prefix={sys.pycache_prefix}"] if sys.pycache_prefix else []
        with undisturbed():
            process = self._process = subprocess.Popen(
                [sys.executable, *options, "-c", _CODE, *_own_path()],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                start_new_session=True,
            )
            self._held = hold(Held(lambda: _end(process)))
        return process

    def _why_it_ended(self, process: subprocess.Popen[bytes]) -> str:
        """Return what to say of a worker that has closed its output before it was done."""
        with suppress(subprocess.TimeoutExpired):
            process.wait(_END_S)
        status = process.poll()
        lines = _last_lines(self._errors)
        if status is not None and status < 0:
            with suppress(ValueError):
                name = signal.Signals(-status).name
                more = ": the machine may be out of memory" if name == "SIGKILL" else ""
                return f"its audit was ended by {name}{more}"
        return f"its audit ended with exit code {status}{f': {lines[-1]}' if lines else ''}"


def _own_path() -> list[str]:
    """Return the path of ours without the working folder, which is somebody's project; our package is on it."""
    here, ours = os.getcwd(), str(Path(__file__).parents[2])  # noqa: PTH109
    return [*(path for path in sys.path if path and path not in (here, ours)), ours]


def _last_lines(errors: IO[bytes] | None) -> list[str]:
    if errors is None or errors.closed:
        return []
    errors.seek(max(0, errors.seek(0, 2) - _SAID_BYTES))
    return errors.read().decode("utf-8", "replace").strip().splitlines()


def _end(process: subprocess.Popen[bytes]) -> None:
    """Close its input, which ends it; while it works, by a signal that has it undo all that it holds."""
    assert process.stdin is not None
    with suppress(OSError):
        process.stdin.close()
    try:
        process.wait(_END_S)
    except subprocess.TimeoutExpired:
        with suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.stdout is not None:
        process.stdout.close()

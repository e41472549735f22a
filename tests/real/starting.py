"""Start an application with and without one distribution, and see what happens."""

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.real.cases import Blocking
from tests.real.environments import Place, clean_environment
from tests.real.peers import fill

PATIENCE = 300  # seconds for one start on a busy machine


@dataclass(frozen=True, slots=True)
class Start:
    """Whether a start succeeded, and all that was printed."""

    ok: bool
    output: str


def start(case: Blocking, place: Place) -> Start:
    """Start the application in a new folder and stop it (the whole session) once it is ready or has ended."""
    port = _free_port()
    command = [fill(word, place, port) for word in case.start]
    environment = clean_environment({key: fill(value, place, port) for key, value in case.env})
    with tempfile.TemporaryDirectory() as folder:
        environment["HOME"] = folder
        printed = Path(folder) / "printed.txt"
        with printed.open("wb") as output:
            process = subprocess.Popen(
                command, cwd=folder, env=environment, stdout=output, stderr=output, start_new_session=True
            )
            ok = _wait(process, printed, case.ready)
            _end(process)
        return Start(ok, printed.read_text(encoding="utf-8", errors="replace"))


def _wait(process: subprocess.Popen[bytes], printed: Path, ready: str | None) -> bool:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        ended = process.poll()
        if ready is not None and ready in printed.read_text(encoding="utf-8", errors="replace"):
            return True
        if ended is not None:
            return ended == 0 and ready is None
        time.sleep(0.05)
    return False


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill the session that was started here, and nothing else."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port

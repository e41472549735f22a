"""Every worker of a real server given the same requests: one that has answered is held still until all have."""

import os
import signal
import time
import urllib.request
from collections.abc import Iterable

PATIENCE_S = 300.0


def give_each(port: int, paths: Iterable[str], workers: int) -> None:
    """Ask for each path until so many processes have answered it, each with its number as the whole of its answer."""
    for path in paths:
        held: list[int] = []
        until = time.monotonic() + PATIENCE_S
        try:
            while len(held) < workers:
                assert time.monotonic() < until, f"{path} of {port}: only {held} answer"
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
                        held.append(int(answer.read()))
                    os.kill(held[-1], signal.SIGSTOP)
                except OSError:  # nobody listens yet, or one was stopped with the request in its hand
                    time.sleep(0.2)
        finally:
            for pid in held:
                os.kill(pid, signal.SIGCONT)

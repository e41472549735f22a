"""The end of what a started command prints, taken from a pipe as it comes: however much it is, nothing is stored."""

from __future__ import annotations

import os
import select
import threading
import time

from footprint.probe import started_program

TAIL_BYTES = 4096  # that a report may show of it
_DRAIN_S = 1.0  # for what is still in the pipe at the end, should a writer have escaped


class OutputTail:
    """Takes what is written to `writer`, in the background, and keeps the last of it."""

    def __init__(self, limit_bytes: int = 1 << 20) -> None:
        self._limit_bytes = limit_bytes
        self._reader, self.writer = started_program.pipe()
        self._awake, self._waker = started_program.pipe()
        self._kept = bytearray()
        self._lock = threading.Lock()
        self._is_closed = False
        os.set_blocking(self._reader, False)
        self._thread = threading.Thread(target=self._take, name="output", daemon=True)
        self._thread.start()

    def text(self, limit_bytes: int | None = None) -> str:
        """Return the end of what has come, decoded."""
        with self._lock:
            data = bytes(self._kept[-(limit_bytes or self._limit_bytes) :])
        return data.decode("utf-8", "backslashreplace")

    def close(self) -> str:
        """Take what has been written by now, and no more; return the end of it."""
        if not self._is_closed:
            self._is_closed = True
            os.close(self._waker)
            self._thread.join()
            for descriptor in (self._reader, self.writer, self._awake):
                os.close(descriptor)
        return self.text()

    def _take(self) -> None:
        poller = select.poll()
        poller.register(self._reader, select.POLLIN)
        poller.register(self._awake, select.POLLIN)
        until: float | None = None
        while True:
            ready = [descriptor for descriptor, _ in poller.poll()]
            if self._awake in ready:
                until = until or time.monotonic() + _DRAIN_S
                if self._reader not in ready or time.monotonic() > until:
                    return
            try:
                data = os.read(self._reader, 1 << 16) if self._reader in ready else b""
            except BlockingIOError:
                data = b""
            with self._lock:
                self._kept += data
                del self._kept[: -self._limit_bytes]

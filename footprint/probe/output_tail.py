"""The end of what a started command prints, taken from a pipe as it comes: however much it is, nothing is stored."""

from __future__ import annotations

import os
import select
import threading

from footprint.probe import started_program

LIMIT_BYTES = 1 << 20


class OutputTail:
    """Takes what is written to `writer`, in the background, and keeps the last of it."""

    def __init__(self) -> None:
        self._reader, self.writer = started_program.pipe()
        self._awake, self._waker = started_program.pipe()
        self._kept = bytearray()
        self._lock = threading.Lock()
        os.set_blocking(self._reader, False)
        self._thread = threading.Thread(target=self._take, name="output", daemon=True)
        self._thread.start()

    def text(self, limit_bytes: int = LIMIT_BYTES) -> str:
        """Return the end of what has come, decoded."""
        with self._lock:
            data = bytes(self._kept[-limit_bytes:])
        return data.decode("utf-8", "backslashreplace")

    def close(self) -> None:
        """Take no more."""
        os.close(self._waker)
        self._thread.join()
        for descriptor in (self._reader, self.writer, self._awake):
            os.close(descriptor)

    def _take(self) -> None:
        poller = select.poll()
        poller.register(self._reader, select.POLLIN)
        poller.register(self._awake, select.POLLIN)
        while True:
            ready = [descriptor for descriptor, _ in poller.poll()]
            if self._reader in ready:
                try:
                    data = os.read(self._reader, 1 << 16)
                except BlockingIOError:
                    data = b""
                with self._lock:
                    self._kept += data
                    del self._kept[:-LIMIT_BYTES]
            elif self._awake in ready:
                return

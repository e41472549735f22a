"""How far a command is, on standard error: stage, number of the step, and the time that it has taken.

On a terminal one line is written over again, every second, and wiped in the end. Elsewhere (a file, a CI log, a
terminal that is dumb) nothing is said of short work, and of long work a line a minute: some runners end what is silent.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TextIO

from footprint.report.text.safe import plain_ascii, printable
from footprint.report.text.view import text_width

_TICK_S = 1.0
_LINE_EVERY_S = 60.0
_WIPE = "\r\x1b[2K"
_COLUMNS = 80  # where nobody says


class ProgressLine:
    """The one line, or the few. `end` it: whatever comes next begins on a clean line."""

    def __init__(
        self, stream: TextIO, clock: Callable[[], float] = time.monotonic, tell: Callable[[str], str] = str
    ) -> None:
        """Write to a stream; `tell` gives a sentence in the language of the reader."""
        self._stream, self._clock, self._tell = stream, clock, tell
        self._is_live = stream.isatty() and os.environ.get("TERM") != "dumb"
        self._is_ascii = not (stream.encoding or "ascii").lower().replace("-", "").startswith("utf")
        self._began = self._said = clock()
        self._stage, self._step = "", 0
        self._lock, self._over = threading.Lock(), threading.Event()
        self._ticker: threading.Thread | None = None

    def show(self, stage: str) -> None:
        """Say what is done now."""
        with self._lock:
            self._stage, self._step = stage, self._step + 1
            self.draw()
        if self._ticker is None:
            self._ticker = threading.Thread(target=self._tick, name="progress", daemon=True)
            with suppress(RuntimeError):  # no thread can be had: then only each new stage is said
                self._ticker.start()

    def end(self) -> None:
        """Say nothing more, and leave nothing of the line."""
        self._over.set()
        with self._lock:
            if self._is_live and self._step:
                self._write(_WIPE)
            self._stage = ""

    def draw(self) -> None:
        """Write the line as it is by now, or a line of its own when it is time for one."""
        now = self._clock()
        if not self._is_live and now - self._said < _LINE_EVERY_S:
            return
        seconds = int(now - self._began)
        step = self._tell(f"step {self._step}") + (f", {seconds} s" if seconds else "")
        if self._is_live:
            self._write(_WIPE + _cut(f"footprint: {self._shown_stage()} ... {step}", self._columns() - 1))
        else:
            self._said = now
            self._write(f"footprint: {self._shown_stage()} ({step})\n")

    def _shown_stage(self) -> str:
        from footprint.credentials import star_credentials  # a short command in a pipe shows nothing

        text = printable(star_credentials(self._tell(self._stage)))
        return plain_ascii(text) if self._is_ascii else text

    def _tick(self) -> None:
        while not self._over.wait(_TICK_S):
            with self._lock:
                if self._stage:
                    self.draw()

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()

    def _columns(self) -> int:
        """Return how wide the terminal is: COLUMNS, else what that of our stream says."""
        said = os.environ.get("COLUMNS", "")
        if said.isascii() and said.isdigit() and int(said):
            return int(said)
        with suppress(OSError, ValueError):
            return os.get_terminal_size(self._stream.fileno()).columns or _COLUMNS
        return _COLUMNS


def _cut(text: str, width: int) -> str:
    """Return as much of a text as fits into one line: a second one could not be wiped."""
    shown = text[: max(width, 0)]
    while text_width(shown) > width > 0:
        shown = shown[:-1]
    return shown

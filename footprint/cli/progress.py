"""Progress on stderr, only when somebody watches."""

from __future__ import annotations

import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from footprint.credentials import star_credentials
from footprint.errors import Interrupted
from footprint.report.safe import printable

_ENDINGS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


@contextmanager
def watch() -> Iterator[None]:
    """Clear the progress line at the end, whatever happens.

    Raises: Interrupted on Ctrl-C, and when asked to end or when the terminal goes: what was started ends with us.
    """
    before = {number: signal.getsignal(number) for number in _ENDINGS}
    taken = [
        number  # nohup ignores one of them, a shell's `&` another
        for number, handler in before.items()
        if handler in (signal.SIG_DFL, signal.default_int_handler)
    ]
    for number in taken:
        signal.signal(number, _interrupt)
    try:
        yield
    except KeyboardInterrupt as interrupt:
        taken = []  # still deaf, until we are gone
        raise Interrupted("interrupted") from interrupt
    finally:
        for number in taken:
            signal.signal(number, before[number])
        _write("")


def show(stage: str) -> None:
    """Replace the progress line by `stage`; silent when stderr is no terminal."""
    _write(f"footprint: {printable(star_credentials(stage))} ...")


def announce(line: str | None) -> None:
    """Say what will be started, before it is: the first line on stderr, whoever watches."""
    if line is not None:
        sys.stderr.write(f"{printable(line)}\n")
        sys.stderr.flush()


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Interrupt once: a second Ctrl-C would cut short the ending of what was started."""
    for each in _ENDINGS:
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt


def _write(text: str) -> None:
    if sys.stderr.isatty():
        width = shutil.get_terminal_size().columns - 1  # a second line could not be wiped
        sys.stderr.write(f"\r\x1b[2K{text[:width]}")
        sys.stderr.flush()

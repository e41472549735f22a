"""Progress on stderr, only when somebody watches."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from footprint.errors import Interrupted
from footprint.report.safe import printable


@contextmanager
def watch() -> Iterator[None]:
    """Clear the progress line at the end, whatever happens. Raises: Interrupted on Ctrl-C."""
    try:
        yield
    except KeyboardInterrupt as interrupt:
        raise Interrupted("interrupted") from interrupt
    finally:
        _write("")


def show(stage: str) -> None:
    """Replace the progress line by `stage`; silent when stderr is no terminal."""
    _write(f"footprint: {printable(stage)} ...")


def _write(text: str) -> None:
    if sys.stderr.isatty():
        width = shutil.get_terminal_size().columns - 1  # a second line could not be wiped
        sys.stderr.write(f"\r\x1b[2K{text[:width]}")
        sys.stderr.flush()

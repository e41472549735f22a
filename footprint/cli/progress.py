"""Progress on stderr, only when somebody watches."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from footprint.credentials import star_credentials
from footprint.report.text.safe import printable


@contextmanager
def watch() -> Iterator[None]:
    """Clear the progress line at the end, whatever happens."""
    try:
        yield
    finally:
        _write("")


def show(stage: str) -> None:
    """Replace the progress line by `stage`; silent when stderr is no terminal."""
    _write(f"footprint: {printable(star_credentials(stage))} ...")


def announce(line: str | None) -> None:
    """Say what will be started, before it is: the first line on stderr, whoever watches."""
    if line is not None:
        sys.stderr.write(f"{printable(line)}\n")
        sys.stderr.flush()


def _write(text: str) -> None:
    if sys.stderr.isatty():
        width = shutil.get_terminal_size().columns - 1  # a second line could not be wiped
        sys.stderr.write(f"\r\x1b[2K{text[:width]}")
        sys.stderr.flush()

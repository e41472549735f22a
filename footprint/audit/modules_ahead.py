"""Modules of ours loaded in a thread of its own while this one waits for another process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module


@contextmanager
def loading(*names: str) -> Iterator[None]:
    """Load modules during the block. One that cannot be loaded fails where somebody imports it."""

    def load() -> None:
        with suppress(ImportError, MemoryError):
            for name in names:
                import_module(name)

    thread = threading.Thread(target=load, name="modules", daemon=True)
    try:
        thread.start()
    except RuntimeError:  # no thread can be had
        yield
        return
    try:
        yield
    finally:
        thread.join()

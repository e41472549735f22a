"""The bytes of third-party source files, read once however many questions are put to them."""

from __future__ import annotations

from footprint.files.reader import try_read

LARGEST_BYTES = 4 << 20  # generated tables, never code that asks for a dependency
_KEPT_BYTES = 64 << 20


class Sources:
    """Reads files, and keeps what was read as far as there is room."""

    def __init__(self) -> None:
        """Start with nothing."""
        self._kept: dict[str, bytes | None] = {}
        self._room = _KEPT_BYTES

    def read(self, file: str) -> bytes | None:
        """Return the bytes of a source file, None for one that cannot be read or is too large to be code."""
        if file in self._kept:
            return self._kept[file]
        data = try_read(file, bytes_at_most=LARGEST_BYTES)
        size = len(data or b"")
        if size <= self._room:
            self._kept[file] = data
            self._room -= size
        return data

"""The documents that are open in an editor, and whether each is still what was on disk when the audit was made."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from footprint.editor.buffers import Buffer
from footprint.files.reader import try_read
from footprint.values import dataclass, field

_BYTES_AT_MOST = 5 << 20


@dataclass(slots=True)
class OpenDocument:
    """A document as the editor has it. `path` is None for what is not a file."""

    uri: str
    path: Path | None
    version: int
    buffer: Buffer
    read_ns: int = -1  # of the file on disk whose text was compared last
    saved: str | None = field(default=None, repr=False)

    def differs_from_disk(self, since_s: float) -> bool:
        """Whether its text is another than that of a file that has not been written since a time."""
        if self.path is None:
            return True
        try:
            modified_ns = self.path.stat().st_mtime_ns
        except (OSError, ValueError):
            return True
        if modified_ns / 1e9 > since_s:
            return True
        if modified_ns != self.read_ns:
            content = try_read(self.path, bytes_at_most=_BYTES_AT_MOST)
            self.saved = None if content is None else content.decode("utf-8", "replace").removeprefix("\ufeff")
            self.read_ns = modified_ns
        return self.saved is None or _plain(self.saved) != _plain(self.buffer.text)


def _plain(text: str) -> str:
    """Return a text as any editor shows it."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def path_of(uri: str) -> Path | None:
    """Return the file of a URI, None for one of anything else. Source: RFC 8089."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    path = unquote(parts.path, errors="surrogateescape")
    if parts.scheme != "file" or not path or "\0" in path:
        return None
    if os.name == "nt" and path[:1] == "/" and path[2:3] == ":":
        path = path[1:]
    return Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links, and editors name what they opened


def uri_of(path: Path) -> str:
    """Return the URI of a file."""
    shown = path.as_posix()
    return f"file://{quote(shown if shown.startswith('/') else f'/{shown}', errors='surrogateescape')}"

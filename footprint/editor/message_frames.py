"""Messages of a language server over a stream of bytes: a header with their length, then JSON.

Laws: no length is believed beyond a bound; a message that cannot be read is told and passed over, so that the next one
is read where it begins. Source: LSP 3.17, "Base Protocol".
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO, Any, Literal

from footprint.values import dataclass

MESSAGE_BYTES = 64 << 20
_LINE_BYTES = 8 << 10
_LINES = 32
_PIECE = 1 << 16

Why = Literal["no-length", "too-large", "not-json", "not-an-object"]


@dataclass(frozen=True, slots=True)
class UnreadMessage:
    """A message that could not be read; the next one begins behind it."""

    why: Why


class FramingLost(Exception):
    """What comes is no header of a message, so that nobody knows where the next one begins."""


def read_messages(stream: IO[bytes], *, bytes_at_most: int = MESSAGE_BYTES) -> Iterator[dict[str, Any] | UnreadMessage]:
    """Yield the messages of a stream up to its end, also where that comes within one. Raises: FramingLost."""
    while (header := _read_header(stream)) is not None:
        length = _length(header)
        if length is None:
            yield UnreadMessage("no-length")
            continue
        if length > bytes_at_most:
            if not _pass_over(stream, length):
                return
            yield UnreadMessage("too-large")
            continue
        content = stream.read(length)
        if len(content) < length:
            return
        yield _parsed(content)


def write_message(stream: IO[bytes], message: dict[str, Any]) -> None:
    """Write one message, all of it."""
    content = json.dumps(message, separators=(",", ":")).encode("ascii")
    stream.write(b"Content-Length: %d\r\n\r\n%b" % (len(content), content))
    stream.flush()


def _read_header(stream: IO[bytes]) -> list[bytes] | None:
    """Return the lines of a header, None at the end of the stream. Raises: FramingLost."""
    lines: list[bytes] = []
    while len(lines) <= _LINES:
        line = stream.readline(_LINE_BYTES)
        if not line:
            return None
        if not line.endswith(b"\n"):
            raise FramingLost
        if not line.strip():
            return lines
        lines.append(line)
    raise FramingLost


def _length(lines: list[bytes]) -> int | None:
    for line in lines:
        name, _, value = line.partition(b":")
        value = value.strip()
        if name.strip().lower() == b"content-length" and value.isdigit() and len(value) <= 18:
            return int(value)
    return None


def _pass_over(stream: IO[bytes], length: int) -> bool:
    """Read as many bytes and keep none of them; False where the stream ends before."""
    while length > 0:
        piece = stream.read(min(length, _PIECE))
        if not piece:
            return False
        length -= len(piece)
    return True


def _parsed(content: bytes) -> dict[str, Any] | UnreadMessage:
    try:
        message = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        return UnreadMessage("not-json")
    return message if isinstance(message, dict) else UnreadMessage("not-an-object")

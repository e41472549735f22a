"""Bodies of requests and answers as a server hands them on: in pieces, each of which takes memory of its own.

Source: a body of 22 MiB of one piece took 22 MiB of an application behind uvicorn, where the server itself took 44; and
an answer of 30 MiB took 30, where it took 82. Behind gunicorn 44 in place of 27.
"""

import sys
from io import BytesIO
from os import pread

PIECE = 1 << 16  # that uvicorn has before it stops reading
SMALL_PIECE = 1 << 10  # that gunicorn reads at once
TAKEN = 1 << 22  # that the kernel takes at once: the most of net.ipv4.tcp_wmem. Source: tcp(7)


def split(begin, end):
    """Return where the messages of a request's body are in its file, the last one first."""
    places = range(begin, end, PIECE) or (begin,)
    return [(place, min(place + PIECE, end), place + PIECE < end) for place in reversed(places)]


def message_of(file, begin, end, is_followed):
    """Return one of them, read when it is asked for."""
    return {"type": "http.request", "body": pread(file, end - begin, begin), "more_body": is_followed}


def copies_answers():
    """Say whether the loop of a server copies what the kernel does not take at once.

    Up to 3.11 asyncio does, twice; uvloop, which servers take where it is there, never. Source: selector_events.py.
    """
    if sys.version_info >= (3, 12):
        return False
    from importlib.util import find_spec

    return find_spec("uvloop") is None


def pass_on(data):
    """Take for a moment what such a loop takes."""
    if len(data) > TAKEN:
        rest = data[TAKEN:]
        bytearray().extend(rest)


class Body:
    """The input of a WSGI application, gathered from small pieces. Source: gunicorn/http/body.py."""

    def __init__(self, file, begin, end):
        self.file, self.place, self.end = file, begin, end

    def read(self, size=None):
        """Return so many bytes, or all that is left."""
        left = self.end - self.place
        left = left if size is None or size < 0 else min(size, left)
        gathered = BytesIO()
        while left > 0:
            count = gathered.write(pread(self.file, min(left, SMALL_PIECE), self.place))
            if not count:
                break
            self.place, left = self.place + count, left - count
        return gathered.getvalue()

    def readline(self, size=None):
        """Return a line with its end, or so many bytes of it."""
        most = self.end - self.place
        most = most if size is None or size < 0 else min(size, most)
        for done in range(0, most, SMALL_PIECE):
            found = pread(self.file, min(SMALL_PIECE, most - done), self.place + done).find(b"\n")
            if found >= 0:
                most = done + found + 1
                break
        return self.read(most)

    def readlines(self, hint=None):
        """Return all lines that are left."""
        return list(self)

    def __iter__(self):
        return iter(self.readline, b"")

"""Standard output and standard error as the command writes to them: closed, full or gone, it ends in plain words."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Callable
from typing import Any

from footprint.errors import OutputLost

_OUTPUT, _ERRORS = 1, 2


class _Stream(io.FileIO):
    """Standard output or error. What the one cannot take is an error of the command, and no `OSError` among others."""

    def write(self, data: Any) -> int:
        try:
            return super().write(data)  # type: ignore[no-any-return,unused-ignore]
        except OSError as error:
            if self.fileno() == _ERRORS:  # lost, since nobody can be told
                return len(memoryview(data).cast("B"))
            raise OutputLost(error.errno or errno.EIO, error.strerror or str(error)) from error


def write_through(work: Callable[[], int]) -> int:
    """Do `work` with our streams in place of Python's, and return its exit code, or the one of an output that is lost.

    An encoding that cannot show a character shows its escape. A closed output is told before anything is measured.
    """
    try:
        _set_up()
        code = work()
        sys.stdout.flush()
    except OutputLost as error:
        code = error.exit_code
        if not error.is_pipe:  # the reader has gone (`| head`): nothing is wrong, but not all was said
            sys.stderr.write(f"footprint: {error}\n")
    _drop_output()
    return code


def own_input() -> io.BufferedReader:
    """Return standard input with a buffer of its own, for a thread: Python waits for the lock of the other one."""
    return io.BufferedReader(io.FileIO(0, closefd=False))


def _set_up() -> None:
    is_closed = _fill_the_first_three()
    if sys.stdin is None:
        sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(0, closefd=False)), encoding="utf-8")
    sys.stderr = _stream(_Stream(_ERRORS, "w", closefd=False), sys.stderr, line_buffering=True)
    if _OUTPUT in is_closed:
        raise OutputLost(errno.EBADF, "it is closed")
    sys.stdout = _stream(_Stream(_OUTPUT, "w", closefd=False), sys.stdout, line_buffering=os.isatty(_OUTPUT))


def _drop_output() -> None:
    """Leave nothing that Python would write when it ends: standard output has all, or cannot take it."""
    stream, sys.stdout = sys.stdout, None
    if stream is not None:
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, _OUTPUT)
        os.close(nothing)
        stream.close()


def _stream(raw: io.FileIO, before: io.TextIOBase | Any, *, line_buffering: bool) -> io.TextIOWrapper:
    encoding = getattr(before, "encoding", None) or "utf-8"
    return io.TextIOWrapper(
        io.BufferedWriter(raw), encoding=encoding, errors="backslashreplace", line_buffering=line_buffering
    )


def _fill_the_first_three() -> set[int]:
    """Open nothing in place of the first three descriptors that are closed: a file of ours would get their number."""
    closed = set()
    for number in (0, _OUTPUT, _ERRORS):
        try:
            os.fstat(number)
        except OSError:
            closed.add(number)
            descriptor = os.open(os.devnull, os.O_RDWR)
            os.dup2(descriptor, number)
            if descriptor != number:
                os.close(descriptor)
    return closed

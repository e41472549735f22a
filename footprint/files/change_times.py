"""When inodes last changed, asked of many names: by `statx` where there is one, without what Python makes of an answer.

Laws: of each answer `os.lstat` makes some 25 numbers, which takes longer than the system does to give it, and of these
one is wanted. So the C library is called for each name and puts what it says into one buffer, out of which the times of
some hundreds are taken at once. Where there is no such function, where a sandbox refuses it or where it does not say
what `os.lstat` says, that is asked. Both say the same, to the nanosecond.
Source: statx(2), whose layout is the same on every architecture.
"""

from __future__ import annotations

import os
import sys
from array import array
from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Any

_AT_ONCE = 512  # answers in the buffer
_ANSWER_BYTES = 256
# Of an answer, in numbers of 8 bytes: how many, and which of them are stx_ctime. Nanoseconds are 4 bytes, zeros follow.
_EIGHTS, _SECONDS, _NANOSECONDS = 32, 12, 13
_FLAGS = 0x100 | 0x800  # AT_SYMLINK_NOFOLLOW, AT_NO_AUTOMOUNT: as lstat
_CHANGE_TIME = 0x80  # STATX_CTIME
_CDECL = 1
_GIGA = 1_000_000_000
_KNOWN = b"/"  # is always there
# Another C library, another Python, a sandbox, an order of bytes that makes something else of an answer.
_NOT_HERE = (ImportError, AttributeError, OSError, TypeError, ValueError, OverflowError)


class ChangeTimes:
    """The times of the inodes of files, in the order in which they were asked for; links are not followed."""

    def __init__(self) -> None:
        self._times: list[int] = []

    def ask(self, folder: int, names: Sequence[bytes]) -> None:
        """Add the times of names below an open folder. Raises: OSError where there is no such name."""
        lstat = os.lstat
        self._times += [lstat(name, dir_fd=folder).st_ctime_ns for name in names]

    def packed(self) -> bytes:
        """Return all times as `pack_times` does."""
        return pack_times(self._times)


class StatxTimes(ChangeTimes):
    """The same by `statx`. Where one of the times is before 1970, the bytes are not those of `pack_times`."""

    def __init__(self, statx: Any, answers: Any, places: Sequence[Any]) -> None:
        """Take the function, the buffer, and each place in it as the function takes it."""
        super().__init__()
        self._statx, self._places, self._used = statx, places, 0
        self._answers = memoryview(answers).cast("B").cast("q")
        self._taken: list[tuple[bytes, bytes]] = []

    def ask(self, folder: int, names: Sequence[bytes]) -> None:
        """Add the times of names below an open folder. Raises: OSError where there is no such name."""
        while True:
            places = self._places[self._used : self._used + len(names)]
            # `map` ends with the places. 0 says that all is well.
            if any(map(self._statx, repeat(folder), names, repeat(_FLAGS), repeat(_CHANGE_TIME), places)):
                raise FileNotFoundError
            self._used += len(places)
            if len(places) == len(names):
                return
            self._take()
            names = names[len(places) :]

    def packed(self) -> bytes:
        """Return all times as `pack_times` does. Raises: OverflowError for one before 1970."""
        self._take()
        order = sys.byteorder
        seconds, nanoseconds = (b"".join(each) for each in zip(*self._taken, strict=True))
        # All at once: as digits of two long numbers, of which none reaches into the next one.
        times = int.from_bytes(seconds, order) * _GIGA + int.from_bytes(nanoseconds, order)
        return times.to_bytes(len(seconds), order)

    def _take(self) -> None:
        """Take the times out of the buffer, which is then free again."""
        end = self._used * _EIGHTS
        of_time = (self._answers[at:end:_EIGHTS].tobytes() for at in (_SECONDS, _NANOSECONDS))
        self._taken.append((next(of_time), next(of_time)))
        self._used = 0


def pack_times(times: Iterable[int]) -> bytes:
    """Return nanoseconds as bytes, 8 of each."""
    return array("q", times).tobytes()


def change_times() -> ChangeTimes:
    """Return what asks in the faster way that there is on this machine."""
    try:
        statx = _find_statx()
        tried = StatxTimes(*statx)
        tried.ask(0, (_KNOWN,))
        if tried.packed() == pack_times([os.lstat(_KNOWN).st_ctime_ns]):
            return StatxTimes(*statx)
    except _NOT_HERE:
        pass
    return ChangeTimes()


def _find_statx() -> tuple[Any, Any, list[Any]]:
    """Return what `StatxTimes` takes. Raises: ImportError, AttributeError, OSError, TypeError, ValueError."""
    if sys.platform != "linux":
        raise ImportError
    import _ctypes as c  # what `ctypes` is made of, without its types: 1 ms

    def kind(base: Any, **fields: Any) -> Any:
        return type(base.__name__, (base,), fields)

    number, letter = (kind(c._SimpleCData, _type_=each) for each in "ic")
    function = kind(c.CFuncPtr, _flags_=_CDECL, _restype_=number)
    answers = kind(c.Array, _type_=letter, _length_=_AT_ONCE * _ANSWER_BYTES)()
    library = c.dlopen(None, 0)  # type: ignore[arg-type]  # None: all there is
    places = [c.byref(answers, _ANSWER_BYTES * each) for each in range(_AT_ONCE)]
    return function(c.dlsym(library, "statx")), answers, places

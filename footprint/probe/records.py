"""The records of one start: the table of their kinds, and they themselves told from whatever else reached their file.

A record is RS (0x1e), the tag of its start, a letter, fields, newline; what stands between newline and RS is passed
over, as is a record cut short. The tag keeps things from getting among them by accident: an entry may write to all
descriptors that it finds. Who reads the tag in the same process can still write records; what they may claim is
looked at in witness.py. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Literal

from footprint.late import late_pattern
from footprint.values import dataclass

_MARK = b"\x1e"
# `u index status length` stands around the records of a fork, which tried the import `index`, or after the last of them
# all together; `a index status length` the same of calls, `O index status length` of one that was done many times.
_FRAME_LINE = rb"([uaO]) (\d{1,9}) (-?\d{1,9}|timeout) (\d{1,12})\n"
_FRAME = late_pattern(_MARK + _FRAME_LINE)
_TAGGED_LINE = _FRAME_LINE.replace(b" ", b"[ \x1e]")  # a mark inside of a record is taken for a blank

# Letter -> its fields: N a whole number, Z one with a sign, O one that may be left out, W a word, T any text, P a file
# and a line or nothing, M pages in memory and shared ones: a line of /proc/self/statm, empty on other platforms.
KINDS: Mapping[str, str] = {
    "h": "W N N",  # hook page-bytes main-thread: the hooks are set
    "p": "T",  # name TAB name ...: modules in memory before that
    # stage ns module-count peak-kB threads TAB reading: a stage is over; the process waits to be read from outside;
    # `threads` of Python run beside the main one
    "s": "W N N ZO\tM",
    "g": "N\tM",  # ns TAB reading: it goes on; the time between counts for nothing
    # number thread ns name TAB reading: a load begins; <entry>, <factory>, <lifespan>, <first-use> wrap stages
    "b": "N N N T\tM",
    "q": "N N T",  # number line name: that load was asked for by a function, or by name: in which module and line
    "e": "N N W\tM",  # number ns ok TAB reading: that load ended; ok is 1 or the identity of what it raised
    # thread line path: what is added from the last record on is of this line of the project, until the next of them for
    # the same load; line 0 where it is not known
    "t": "N N T",
    "r": "N\tM",  # ns TAB reading: a line of the main thread's load under way is over
    "v": "N N",  # kB children: that line took the high-water mark so far; children 1: a process came of it
    "i": "N\tT",  # thread TAB name TAB name ...: what the load under way in this thread asked for
    "c": "",  # a source was compiled for the cache
    "w": "",  # a .pyc was written
    # ns kB kB kind TAB path:line: a process of a live measurement has grown, and its high-water mark
    "d": "N Z Z W\tP",
    "l": "T",  # outcome: how the lifespan answered
    "n": "N",  # count: lazy imports are tried from here on
    "j": "N W",  # pid status: a fork has been a worker, read before and after it collected its garbage
    "k": "N",  # index: all that this lazy import asks for is in memory already
    "f": "T",  # message: in a fork: it failed
    "x": "T",  # kind TAB identity TAB message TAB path:line ...: the entry raised
    "m": "T",  # name TAB path: a module in memory at the end
    "y": "T",  # name: a module that the interpreter (3.15 and later) still keeps for its first use
    # of a call: its status (0: none), the bytes that its answer promised (-1: it did not say), and those that it sent
    "A": "N Z N",
    "C": "N N",  # index kB: a call begins where a limit may stop it, with the high-water mark by then
    "F": "N W T",  # size how path: it opened a file, how: read or mapped
    "W": "T",  # path: it wrote that
    # kB: of what a fork shares with the process that was ready it has written to so much: when its calls were done, and
    # once it had collected its garbage; all else of it was told before
    "o": "N",
    "S": "T",  # peer: a connection of before, closed in a fork
    "R": "T",  # path: a GET route that is asked besides, after the calls that were given
    # of a call that is done many times:
    "B": "N",  # number: that call begins
    # number kB kB kB kB kB: the memory after that call, as it was, with what malloc keeps given back (-1: nobody can),
    # and with the garbage collected as well; what malloc has given out then, and what it has from the system (-1: ...)
    "G": "N N Z N Z Z",
    "U": "N N Z T",  # number count most name: a cache of functools, after that call; -1: it has no limit
    "D": "W N N",  # how calls microseconds: the last of them is over: done, time, failed or unread
    "T": "N Z",  # calls bytes: so many more were followed, which kept so much
    "L": "N P",  # bytes path:line: made there
    "K": "W T",  # method path, or task name: what could be called, and was not
    "z": "",  # the last record
}
ForkKind = Literal["import", "call", "repeat"]
_FORKS: Mapping[bytes, ForkKind] = {b"u": "import", b"a": "call", b"O": "repeat"}
Pages = tuple[int, int]
Place = tuple[str, int]  # a file, and a line of it; 0 where that is not known
Fields = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Fork:
    """The records of one fork, and how it ended: an exit status, negative for a signal, or "timeout"."""

    index: int
    status: str
    data: bytes
    kind: ForkKind = "import"


def untag(data: bytes, tag: str, *, framed: bool = True) -> bytes:
    """Return the whole records that carry `tag`, without it, and nothing else; those of forks inside their frames.

    Not `framed`: the records of a fork, which has no forks of its own.
    """
    mark = _MARK + tag.encode()
    if not framed:
        return _untag_lines(data, mark)
    kept: list[bytes] = []
    frames, position = re.compile(re.escape(mark) + _TAGGED_LINE), 0
    while (frame := frames.search(data, position)) is not None:
        inside = _untag_lines(data[frame.end() : frame.end() + int(frame[4])], mark)
        head = data[frame.start(1) : frame.start(4)].replace(_MARK, b" ")
        kept += [_untag_lines(data[position : frame.start()], mark), _MARK, head, b"%d\n" % len(inside), inside]
        position = frame.end() + int(frame[4])
    return b"".join([*kept, _untag_lines(data[position:], mark)])


def _untag_lines(data: bytes, mark: bytes) -> bytes:
    """Return the whole records among lines, without what they are marked with: nothing of these is a frame."""
    if _is_records_alone(data, mark):  # ten times as fast
        return data.replace(mark, _MARK)
    kept: list[bytes] = []
    position = data.find(mark)
    while position >= 0:
        begin = position + len(mark)
        position = data.find(mark, begin)
        end = data.find(b"\n", begin, position if position >= 0 else len(data))
        if end >= 0:  # else cut short
            kept.append(_MARK + data[begin:end].replace(_MARK, b" ") + b"\n")
    return b"".join(kept)


def _is_records_alone(data: bytes, mark: bytes) -> bool:
    """Say whether each line is a whole record and nothing stands between them."""
    count = data.count(mark)
    is_one_by_line = count == data.count(_MARK) == data.count(b"\n") == data.count(b"\n" + mark) + 1
    return is_one_by_line and data.startswith(mark) and data.endswith(b"\n")


def cut_forks(data: bytes) -> tuple[bytes, tuple[Fork, ...]]:
    """Return the records without those of the forks, and the forks."""
    rest, forks, position = [], [], 0
    while (frame := _FRAME.search(data, position)) is not None:
        end = frame.end() + int(frame[4])
        rest.append(data[position : frame.start()])
        forks.append(Fork(int(frame[2]), frame[3].decode(), data[frame.end() : end], _FORKS[frame[1]]))
        position = end
    return b"".join([*rest, data[position:]]), tuple(forks)


def read_all(data: bytes) -> Iterator[tuple[str, Fields | None]]:
    """Yield the letter and the fields of each record; None for those of one that makes no sense."""
    for piece in data.decode("utf-8", "backslashreplace").split("\x1e"):
        line, newline, _ = piece.partition("\n")
        if newline:
            yield line[:1], _read(line)


def find(data: bytes, letter: str) -> Iterator[Fields]:
    """Yield the fields of the records of one kind alone, wherever they stand."""
    for piece in data.split(_MARK + letter.encode())[1:]:
        line, newline, _ = piece.partition(b"\n")
        fields = _read(letter + line.decode("utf-8", "backslashreplace")) if newline else None
        if fields is not None:
            yield fields


def first(data: bytes, letter: str) -> bytes:
    """Return the first record of a kind as it stands; empty where there is none."""
    found = re.search(_MARK + letter.encode() + b" [^\n]+\n", data)
    return found[0] if found else b""


def count(data: bytes, letter: str) -> int:
    """Return how many records of a kind without fields there are, without reading the rest."""
    return data.count(_MARK + letter.encode() + b"\n")


def is_finished(data: bytes) -> bool:
    """Say whether the entry went through to its last record."""
    return data.endswith(b"\x1ez\n") and b"\x1e " not in data


def is_trying(data: bytes) -> bool:
    """Say whether the start is over and lazy imports are being tried."""
    return next(find(data, "n"), None) is not None


def _read(line: str) -> Fields | None:
    if line[:1] not in KINDS:
        return None
    matches, readers = _form(line[:1])
    found = matches(line)
    if found is None:
        return None
    fields = list(found.groups())
    for index, reader in readers:
        fields[index] = reader(fields[index])
    return fields


def _place(text: str) -> Place | None:
    path, _, line = text.rpartition(":")
    return (path, int(line)) if path else None


def _pages(text: str) -> Pages | None:
    words = text.split(" ", 3)
    return (int(words[1]), int(words[2])) if text else None


# What each kind of field looks like, and what reads it where it is not text.
_FIELDS: Mapping[str, tuple[str, Callable[[Any], Any] | None]] = {
    "N": (r"(\d{1,19})", int),
    "Z": (r"(-?\d{1,12})", int),
    "O": (r"(?: (\d{1,19}))?", lambda text: int(text or 0)),
    "W": (r"([^ \t\n\x1e]+)", None),
    "T": (r"([^\n\x1e]*)", None),
    "P": (r"((?:[^\n\x1e]+:\d{1,9})?)", _place),
    "M": (r"((?:\d+ \d{1,19} \d{1,19}(?= |$)[^\n\x1e]*)?)", _pages),
}


@cache
def _form(letter: str) -> tuple[Callable[[str], re.Match[str] | None], list[tuple[int, Callable[[Any], Any]]]]:
    """Return what matches one kind of record, and what reads those of its fields that are not text."""
    pattern = f" {KINDS[letter]}".rstrip(" ")
    kinds = [each for each in pattern if each in _FIELDS]
    readers = [(index, reader) for index, kind in enumerate(kinds) if (reader := _FIELDS[kind][1])]
    pattern = "".join(_FIELDS[each][0] if each in _FIELDS else each for each in pattern)
    return re.compile(letter + pattern, re.ASCII).fullmatch, readers

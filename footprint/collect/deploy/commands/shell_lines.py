"""Shell text as lines that belong together, each with its number: continued lines and quotes over several lines.

What a here-document holds is text for somebody else and left out, unless Python or a shell reads it as its program.
Source: POSIX shell language, 2.2 and 2.7.4.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

_JOINED_AT_MOST = 40  # lines with one quote over all of them
_GIVEN_UP_AT_MOST = 5
_DEPTH_AT_MOST = 5  # of here-documents in here-documents
_COMMAND_AT_MOST = 300  # characters before a here-document
_QUOTED = re.compile(r"\\.|'[^']*'|\"(?:\\.|[^\"\\])*\"|(?:^|(?<=\s))#[^\n]*", re.DOTALL)
_HEREDOC = re.compile(r"(?<!<)<<-?\s*(['\"]?)(\w+)\1")
# A program without a file of its own takes what it is given: `python - <<EOF`, `bash -ex <<EOF`.
_READS = re.compile(r"(?:^|[\s;&|/(])(python[\d.]*|pypy\d?|(?:ba|da|z|a)?sh)(?:\s+-[\w-]*)*\s*$")


def shell_lines(text: str, first: int = 1, *, depth: int = 0) -> Iterator[tuple[int, str]]:
    """Yield (number, line) of every command line, joined lines with the ends between them. Comments are left out."""
    lines = text.splitlines()
    last = {line.strip(): number for number, line in enumerate(lines)}  # where a here-document could end
    given_up = 0
    index = 0
    while index < len(lines):
        start = index
        index = _continued(lines, index)
        joined = "\n".join(lines[start:index])
        if given_up < _GIVEN_UP_AT_MOST and _is_open(joined):
            end = _closing(lines, start, index)
            given_up += end is None
            if end is not None:
                joined, index = "\n".join(lines[start:end]), end
        if joined.lstrip().startswith("#") or not joined.strip():
            continue
        yield first + start, joined
        for heredoc in _HEREDOC.finditer(joined):
            if last.get(heredoc[2], -1) >= index:
                end = next(number for number in range(index, len(lines)) if lines[number].strip() == heredoc[2])
                before = joined[max(heredoc.start() - _COMMAND_AT_MOST, 0) : heredoc.start()]
                yield from heredoc_lines(before, lines[index:end], first + index, depth=depth + 1)
                index = end + 1


def heredoc_lines(command: str, lines: list[str], first: int, *, depth: int = 1) -> Iterator[tuple[int, str]]:
    """Yield what runs of a here-document that begins on line `first`, by the command that is given it."""
    reader = _READS.search(command)
    if depth > _DEPTH_AT_MOST:
        return
    if reader is not None and reader[1].endswith("sh"):
        yield from shell_lines("\n".join(lines), first, depth=depth)
    elif reader is not None:
        while lines and lines[0].startswith("#"):  # behind -c it would be a comment of the shell
            lines, first = lines[1:], first + 1
        yield first, f"{reader[1]} -c {shlex.quote(chr(10).join(lines))}"


def _continued(lines: list[str], index: int) -> int:
    """Return the index after the line and those that a backslash joins to it."""
    while index < len(lines) and lines[index].endswith("\\") and not lines[index].lstrip().startswith("#"):
        index += 1
    return min(index + 1, len(lines))


def _is_open(text: str) -> bool:
    left = _QUOTED.sub("", text)
    return "'" in left or '"' in left


def _closing(lines: list[str], start: int, end: int) -> int | None:
    """Return the index after the line on which the open quote closes, None when none does soon."""
    for stop in range(end + 1, min(len(lines), start + _JOINED_AT_MOST) + 1):
        if ("'" in lines[stop - 1] or '"' in lines[stop - 1]) and not _is_open("\n".join(lines[start:stop])):
            return stop
    return None

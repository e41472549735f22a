"""What uv and pip mean by what they print when they cannot install something: rows, the first that fits speaks.

Read from uv 0.13 and pip 23.2 and 26; where neither says what is known here, their own last lines are shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from footprint.model.addition import AdditionRefusal, RefusalKind
from footprint.model.note import Note
from footprint.values import dataclass

_LINES_SHOWN = 8
_LINE_AT_MOST = 400


@dataclass(frozen=True, slots=True)
class _Meaning:
    kind: RefusalKind
    pattern: str
    message: str
    advice: str


_NETWORK = "check the network, the proxy and the index (PIP_INDEX_URL, UV_DEFAULT_INDEX), or give --find-links DIR"
_ROWS = (
    _Meaning(
        "no-network",
        r"(?i)error sending request|failed to fetch|connection broken by|newconnectionerror|could not connect|"
        r"name or service not known|network (?:is unreachable|connectivity is disabled)|request failed after",
        "the index cannot be reached",
        _NETWORK,
    ),
    _Meaning(
        "other-python",
        r"(?i)require a different python version|does not satisfy Python|requires python\b|Requires-Python",
        "it does not support this Python",
        "name a release that does, or another interpreter with --python",
    ),
    _Meaning(
        "not-built",
        r"(?i)failed to build|build backend|failed-wheel-build|subprocess-exited-with-error|metadata-generation-failed",
        "it could not be built from source",
        "read the lines of the build, or name a release that has a wheel for this platform",
    ),
    _Meaning(
        "yanked",
        r"(?i)was yanked \(reason: .*\) and only|was yanked and only",
        "its only fitting release is yanked",
        "name another release, or that one exactly (NAME==VERSION) if you want it all the same",
    ),
    _Meaning(
        "other-platform",
        r"(?i)no wheels with a matching (?:platform|Python|python|ABI|abi)|is not a supported wheel on this platform",
        "it has no wheel for this platform or Python",
        "name a release that has one; --build builds it from source where it has a source archive",
    ),
    _Meaning(
        "source-only",
        r"(?i)has no usable wheels|building from source is disabled|has no wheels",
        "it has no wheel: a build from source would run its code",
        "--build builds it from source, in a private HOME",
    ),
    _Meaning(
        "unknown-name",
        r"(?i)was not found in the package registry|was not found in the provided package locations|"
        r"from versions: none\)",
        "the index has no such distribution",
        "check the spelling, and whether it is on another index",
    ),
    _Meaning(
        "no-version",
        r"(?i)there is no version of|there are no versions of|no matching distribution found",
        "the index has no such release",
        "name a release that there is, or no version",
    ),
    _Meaning(
        "conflict",
        r"(?i)resolutionimpossible|conflicting dependencies|your requirements are unsatisfiable|no solution found",
        "what it requires cannot be met together with the rest",
        "name another release, or find with `uv pip compile` which requirements exclude each other",
    ),
    _Meaning(
        "bad-requirement",
        r"(?i)failed to parse|invalid requirement|not a valid wheel filename|the wheel filename",
        "the installer cannot read the requirement",
        "write it as in a requirements file: NAME, NAME==1.2, NAME[extra]>=1",
    ),
)
_YANKED = (
    re.compile(r"warning: `(?P<what>[^`]+)` is yanked(?: \(reason: \"?(?P<why>.*?)\"?\))?", re.IGNORECASE),
    re.compile(r"yanked version: '(?P<what>[^']+)'.*\n(?:Reason for being yanked: (?P<why>[^\n]*))?", re.IGNORECASE),
)


def find_refusal(printed: str) -> AdditionRefusal:
    """Return what an installer means that ended with an error."""
    said = last_lines(printed)
    for row in _ROWS:
        if re.search(row.pattern, printed):
            return AdditionRefusal(row.kind, row.message, row.advice, said)
    return AdditionRefusal("failed", "it cannot be installed", "read the installer's lines", said)


def refuse(kind: RefusalKind, message: str, advice: str, printed: str = "") -> AdditionRefusal:
    """Return a refusal of our own."""
    return AdditionRefusal(kind, message, advice, last_lines(printed))


def source_only(printed: str) -> AdditionRefusal:
    """Return the refusal of what has source archives alone."""
    row = next(each for each in _ROWS if each.kind == "source-only")
    return AdditionRefusal(row.kind, row.message, row.advice, last_lines(printed))


def find_yanked(printed: str) -> Iterator[Note]:
    """Yield a note per release that was taken although it is yanked."""
    for pattern in _YANKED:
        for found in pattern.finditer(printed):
            why = (found["why"] or "").strip()
            yield Note("yanked", f"{found['what']} is yanked{': ' if why else ''}{why}")


def last_lines(printed: str) -> tuple[str, ...]:
    """Return the last lines that an installer printed."""
    lines = [line.rstrip()[:_LINE_AT_MOST] for line in printed.splitlines() if line.strip()]
    return tuple(lines[-_LINES_SHOWN:])

"""The memory of a started process as read from outside, while it waits at the end of a stage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from footprint.model.runtime import CountedBy, TreeReading
from footprint.values import dataclass

_DIFFERENCE_RATIO = 0.03  # between two ways to count, from which on both are told


@dataclass(frozen=True, slots=True)
class OutsideReading:
    """One stopped process. `file_bytes` are its shared pages, files and shared memory, as in /proc/PID/statm."""

    ns: int  # of the monotonic clock
    pid: int
    rss_bytes: int
    file_bytes: int
    peak_rss_bytes: int | None  # since it went on before
    peak_is_exact: bool = True  # False: the kernel did not set its mark back, and it is the most that was seen
    most_seen_bytes: int = 0  # of its RSS, by looks from outside while it ran
    tree: TreeReading | None = None
    own_bytes: int | None = None  # of the first fork: pages that no other process has


@dataclass(frozen=True, slots=True)
class Outside:
    """All that was read of one start from outside, and when it was over."""

    readings: tuple[OutsideReading, ...]
    pid: int
    ended_ns: int


def read_outside(words: Sequence[str]) -> OutsideReading:
    """Return what a supervisor told in a line `t` (supervisor.py)."""
    ns, pid, rss, file, peak, is_exact, most, count, total_rss, pss, own, shared, highest, ended, growing = map(
        int, words[:15]
    )
    mark = None if peak < 0 else peak if is_exact else max(most, rss)
    children = tuple(int(each) for each in words[15].split(",") if each)
    if count == 1:
        total, how, other = rss, "alone", None
    elif not pss:
        total, how, other = total_rss, "rss", None
    else:
        total, how, other = max(pss, own + shared), "pss" if pss > own + shared else "private", min(pss, own + shared)
        other = None if total - other <= _DIFFERENCE_RATIO * total else other
    tree = TreeReading(
        process_count=count,
        rss_bytes=rss if count == 1 else total_rss,
        total_bytes=total,
        peak_bytes=None if mark is None else max(mark, highest, total),
        counted_by=cast(CountedBy, how),
        children_rss_bytes=children,
        ended_count=ended,
        is_growing=bool(growing),
        otherwise_bytes=other,
    )
    return OutsideReading(ns, pid, rss, file, mark, bool(is_exact), most, tree, own if pss else None)

"""What the child says held against what was seen from outside and against what can be. Pure.

A doubt is a sentence about something that no honest start can have written: it distrusts the whole run. What an
application may well do (give memory back, take modules out of sys.modules, import in threads) is none.
"""

from __future__ import annotations

from collections.abc import Sequence

from footprint.model.runtime import STAGES, StageName
from footprint.probe.readings import OutsideReading
from footprint.probe.spans import RecordedMemory
from footprint.units import MIB, size

AGREEMENT_RATIO = 0.02
COUNTERS_BYTES = MIB  # the kernel keeps the counters of one process apart: they are not of one moment
_MODULE_BYTES = 64  # less than any module takes


class Witness:
    """Looks at the records of one process as they are read. `outside` are the readings of it; None: there are none."""

    def __init__(self, outside: Sequence[OutsideReading] | None) -> None:
        self.outside = outside
        self._next = 0  # of the readings
        self._doubts: list[str] = []
        self._stage = -1
        self._unseen: StageName | None = None
        self._first_ns: int | None = None
        self._bare_bytes: int | None = None
        self._compared: tuple[StageName, RecordedMemory, OutsideReading] | None = None
        self.stopped_ns: int | None = None  # when it began to wait; None while it does not
        self.latest_ns = 0
        self.most_bytes = 0
        self._stage_most_bytes = 0  # that it read of itself since it went on

    @property
    def is_content(self) -> bool:
        """Whether it doubts nothing so far, and saw the end of every stage."""
        return not self._doubts and self._unseen is None

    @property
    def is_present(self) -> bool:
        """Whether the ends of stages are seen at all."""
        return self.outside is not None

    def see_stage(
        self, stage: StageName, ns: int, own: RecordedMemory | None, module_count: int, peak_bytes: int | None = None
    ) -> OutsideReading | None:
        """Take the end of a stage, and the peak that it claims; return what was read outside then."""
        self._compare(None)
        self.see_more()
        if STAGES.index(stage) <= self._stage:
            self._doubt(f"stage {stage} ended twice or out of turn")
        self._stage = max(self._stage, STAGES.index(stage))
        if self.stopped_ns is not None and ns < self.stopped_ns:
            self._doubt(f"time went back at the end of stage {stage}")
        self.stopped_ns = ns
        if self.outside is None:
            seen = None
        else:
            seen = self._take(ns)
            self._unseen = stage if seen is None else None
        whole = seen or own
        if whole is not None:
            self._bare_bytes = self._bare_bytes or whole.rss_bytes
            if not 0 < module_count <= whole.rss_bytes // _MODULE_BYTES:
                self._doubt(f"{module_count} modules at the end of stage {stage}")
        self._compared = (stage, own, seen) if own is not None and seen is not None else None
        if seen is not None:
            self._compare_peaks(stage, seen, peak_bytes)
        self._stage_most_bytes = 0
        return seen

    def _compare_peaks(self, stage: StageName, seen: OutsideReading, claimed: int | None) -> None:
        """A mark is never below what was read meanwhile, nor above what is read of it later."""
        own, peak = self._stage_most_bytes, seen.peak_rss_bytes if seen.peak_is_exact else None
        if claimed is not None and (_is_more(own, claimed) or (peak is not None and _is_more(claimed, peak))):
            self._doubt(f"it says {size(claimed)} at the most in stage {stage}, which cannot be")
        if peak is not None and _is_more(max(own, seen.most_seen_bytes), peak):
            self._doubt(f"its peak in stage {stage} was set back")

    def see_going_on(self, ns: int, own: RecordedMemory | None) -> None:
        """Take that the process goes on after a stage."""
        if self.stopped_ns is None or ns < self.stopped_ns:
            self._doubt("time went back after a stage")
        self._compare(own)
        self.see_more()

    def see_more(self) -> None:
        """Take that the process wrote on: at the end of a stage it waits until it was read."""
        if self._unseen is not None:
            self._doubt(f"nobody saw the end of stage {self._unseen}")
            self._unseen = None

    def see_moment(self, ns: int) -> None:
        """Take the time of any record."""
        if self._first_ns is None:
            self._first_ns = ns
        elif ns < self._first_ns:
            self._doubt("a record is older than the start")
        self.latest_ns = max(self.latest_ns, ns)

    def see_memory(self, reading: RecordedMemory, ns: int) -> None:
        """Take any reading of the process of itself."""
        rss = reading.rss_bytes
        self.most_bytes = max(self.most_bytes, rss)
        if ns > (self.stopped_ns or 0):
            self._stage_most_bytes = max(self._stage_most_bytes, rss)
        if reading.file_bytes > rss + COUNTERS_BYTES:
            self._doubt(f"{size(reading.file_bytes)} of shared memory in {size(rss)}")
        if rss <= 0 or (self._bare_bytes is not None and rss < self._bare_bytes // 2):
            self._doubt(f"{size(rss)} in all, where the bare interpreter has {size(self._bare_bytes or 0)}")

    def doubts(self) -> tuple[str, ...]:
        """Return what cannot be, each once, in the order in which it was seen."""
        self._compare(None)
        return tuple(dict.fromkeys(self._doubts))

    def _take(self, ns: int) -> OutsideReading | None:
        """Return the first reading since `ns` that is not used yet."""
        assert self.outside is not None
        for index in range(self._next, len(self.outside)):
            if self.outside[index].ns >= ns:
                self._next = index + 1
                return self.outside[index]
        return None

    def _compare(self, after: RecordedMemory | None) -> None:
        """Hold what the process read before and after it waited against what was seen meanwhile."""
        if self._compared is None:
            return
        stage, before, seen = self._compared
        self._compared = None
        own = [reading.rss_bytes for reading in (before, after) if reading is not None]
        if min(own) > seen.rss_bytes * (1 + AGREEMENT_RATIO) or max(own) < seen.rss_bytes * (1 - AGREEMENT_RATIO):
            said = f"it says {size(before.rss_bytes)} at the end of stage {stage}"
            self._doubt(f"{said}, and {size(seen.rss_bytes)} were read from outside")

    def _doubt(self, words: str) -> None:
        if len(self._doubts) < 100:
            self._doubts.append(words)


def _is_more(one: int, other: int) -> bool:
    return one > other * (1 + AGREEMENT_RATIO) + COUNTERS_BYTES

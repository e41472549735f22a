"""What the records of one process say: the run, how far it came, and whether it can be believed. Pure.

They are followed with one stack of open loads per thread; records.py lists them.

The growth between two consecutive records is charged to the load that ended, or else to the load under way in the
thread that wrote the later one. Where a stage was read from outside, that is its figure, and what it differs by from
the child's own is charged to the span that ended with it. So the self costs add up to end minus start exactly, whatever
the threads do; with two threads importing at once, each may be charged for what the other allocated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat
from typing import Literal, cast, get_args

from footprint.late import late_pattern
from footprint.model.runtime import STAGES, ImportCost, ImportEdge, PeakRise, ProbeRun, StageName, StageReading
from footprint.names import ModuleName
from footprint.probe.readings import Outside, OutsideReading
from footprint.probe.records import KINDS, Fields, Pages, count, find, read_all
from footprint.probe.spans import STAGE_SPANS, Raised, RecordedMemory, Span, add_up, cost_of
from footprint.probe.witness import COUNTERS_BYTES, Witness
from footprint.values import dataclass, field, replace

Hook = Literal["find_and_load", "meta_path", "none"]
_HOOKS = get_args(Hook)
THREAD = "<thread>"  # importer of edges that a thread asked for outside any load
_FRAME = late_pattern(r"(.*):(\d{1,19})", re.DOTALL)
_NAME_LIMIT = 2_000  # characters of a dotted name whose packages are told one by one


def parse(
    data: bytes, outside: Sequence[OutsideReading] | None = None, stage_rss: Mapping[str, int] | None = None
) -> Recording:
    """Read every record that is whole. Never raises, whatever the bytes are.

    `outside` are the readings taken while the process waited at the end of a stage: the figures of the stages.
    `stage_rss` stands in for them where a process cannot be stopped. None of either: its own word is taken.
    """
    known = (found for found in find(data, "h") if found[0] in _HOOKS and 100 <= found[1] < 10_000_000)
    hook, page_bytes, main_thread = next(known, ("none", 4096, None))
    recording = Recording(cast(Hook, hook), page_bytes, main_thread, stage_rss or {}, Witness(outside))
    for letter, fields in read_all(data):
        recording.feed(letter, fields)
    recording.finish(count(data, "c"))
    return recording


def find_doubt(recording: Recording, outside: Outside | None, machine_bytes: int) -> str | None:
    """Return why a start cannot be believed, in words; None where all is as it should be.

    The figures of its stages are our own reading; its records only say which module took what. Records that no honest
    start can have written make all of it worthless: whoever writes one may have written the others.
    """
    witness = recording.witness
    if doubts := witness.doubts():
        return doubts[0]
    if recording.malformed_count:
        return f"{recording.malformed_count} of the probe's records cannot be read"
    if witness.most_bytes > machine_bytes:
        return "it says that it took more memory than this machine has"
    if outside is not None and witness.latest_ns > outside.ended_ns:
        return "a record is of a time after the end"
    return None


@dataclass(slots=True)
class Recording:
    """The records of one process. `run` is None when not even the bare reading came."""

    hook: Hook
    page_bytes: int
    main_thread: int | None
    stage_rss: Mapping[str, int]
    witness: Witness
    run: ProbeRun | None = None
    waited_us: int = 0  # in all stops, which count for nothing
    closed: Span | None = None  # the load or span that ended last
    spans: dict[int, Span] = field(default_factory=dict)  # in load order
    stacks: dict[int, list[Span]] = field(default_factory=dict)
    last: RecordedMemory | None = None
    # Charged since the last stage ended.
    unsettled: list[tuple[Span, RecordedMemory, RecordedMemory]] = field(default_factory=list)
    highest: int = 0  # bytes, of all readings and marks so far
    rises: list[PeakRise] = field(default_factory=list)
    settled_count: int = 0  # loads that had begun by then
    settled_rises: int = 0  # and what lines had passed
    baseline: RecordedMemory | None = None
    stage: StageName = "import"  # the last that began
    stages: list[StageReading] = field(default_factory=list)
    begun: set[ModuleName] = field(default_factory=set)
    pairs: set[tuple[ModuleName, ModuleName]] = field(default_factory=set)
    origins: dict[ModuleName, str] = field(default_factory=dict)
    preloaded: tuple[ModuleName, ...] = ()
    unwound: list[Span] = field(default_factory=list)  # failed loads that ended last, innermost first
    broken: tuple[Span, ...] = ()  # failed loads that the final exception went through, outermost first
    raised: Raised | None = None
    lifespan: str | None = None  # "complete", "unsupported"; None: not an ASGI application
    thread_count: int = 0  # beside the main one, at the end of the last stage
    failed_first_use: str | None = None  # in the records of a fork: why its import failed
    finished: bool = False
    measured: bool = True
    promised: list[ModuleName] = field(default_factory=list)
    malformed_count: int = 0
    loads_are_told: bool = False  # `run` has all loads and edges that there are

    def feed(self, letter: str, fields: Fields | None) -> None:
        """Take one record; count it when it makes no sense."""
        if self.finished and letter in KINDS:
            return  # of a thread that the end overtook
        try:
            if fields is None:
                raise ValueError(letter)
            if letter in _HANDLERS:  # others are counted or read elsewhere
                self.loads_are_told &= letter in _OF_NO_LOAD
                _HANDLERS[letter](self, *fields)
        except ValueError:
            self.malformed_count += 1

    def _begin(self, number: int, thread: int, ns: int, name: str, pages: Pages | None) -> None:
        if number in self.spans:
            raise ValueError(f"load {number} began twice")
        later = self._read(ns, pages)
        self.stage = STAGE_SPANS.get(name, self.stage)
        stack = self.stacks.setdefault(thread, [])
        parent = stack[-1] if stack else None
        span = self.spans[number] = Span(name, thread, parent, self.stage)
        span.importer = None if parent is None or parent.name in STAGE_SPANS else parent.name
        span.begun_at = parent.place if parent is not None else None
        self._advance(parent or self._main_load() or span, later)
        stack.append(span)
        self.unwound.clear()
        self.begun.add(name)

    def _see_asker(self, number: int, line: int, name: str) -> None:
        """Take who asked for a load that has begun: the importer where nothing was loading and its own load is known.

        While a module loads that is the cause, whoever does it for it: scipy wants numpy.f2py, which numpy loads.
        """
        span = self._load(number)
        span.asked_by, span.asked_line = name, line or None
        if span.importer is None and name in self.begun and name != span.name:
            span.importer = name

    def _see_place(self, thread: int, line: int, path: str) -> None:
        stack = self.stacks.get(thread)
        if stack:
            stack[-1].place = path, line

    def _step(self, ns: int, pages: Pages | None) -> None:
        span = self._main_load()
        if span is not None:
            self._advance(span, self._read(ns, pages))

    def _pass(self, peak_kb: int, has_children: int) -> None:
        span = self._main_load()
        if span is not None:
            self._rise(span, peak_kb * 1024, has_children=bool(has_children))

    def _rise(self, owner: Span, peak_bytes: int, *, has_children: bool = False) -> None:
        """Note by which line of the project the process passed its highest mark so far."""
        before, self.highest = self.highest, max(self.highest, peak_bytes)
        place = owner.line_under_way()
        if place and (self.highest > before or has_children):
            self.rises.append(PeakRise(*place, before, self.highest, has_children))

    def _end(self, number: int, ns: int, ok: str, pages: Pages | None) -> None:
        span = self._load(number)
        if span not in self.stacks[span.thread]:
            raise ValueError(f"load {number} ended twice")
        self._advance(span, self._read(ns, pages))
        # Not always the top of its stack: greenlets share a thread.
        stack = self.stacks[span.thread]
        if stack[-1] is span:
            stack.pop()
        else:
            stack.remove(span)
        span.ended = ok
        self.closed = span
        if ok == "1":
            self.unwound.clear()
        else:
            self.unwound.append(span)

    def _load(self, number: int) -> Span:
        if number not in self.spans:
            raise ValueError(f"load {number} never began")
        return self.spans[number]

    def _end_stage(
        self, name: str, ns: int, module_count: int, peak_kb: int, threads: int, pages: Pages | None
    ) -> None:
        stage = STAGES[STAGES.index(cast(StageName, name))]
        peak_bytes = peak_kb * 1024 if peak_kb >= 0 else None
        own = self._read(ns, pages)
        seen = self.witness.see_stage(stage, ns, own if pages else None, module_count, peak_bytes)
        reading = RecordedMemory(own.time_us, seen.rss_bytes, seen.file_bytes) if seen and pages else own
        if seen is None and self.witness.is_present:
            return  # killed before it was read, or it says so only
        if self.baseline is None:
            self.baseline = self.last = reading
        elif self.closed is not None and self.measured:
            self._advance(self.closed, reading)
        self.highest = max(self.highest, peak_bytes or 0)
        self._end_rises(peak_bytes if seen is None else seen.peak_rss_bytes if seen.peak_is_exact else None)
        self.thread_count = threads
        rss = reading.rss_bytes if pages else seen.rss_bytes if seen else self.stage_rss.get(name)
        if rss is None:
            return
        self.stages.append(
            StageReading(
                stage=stage,
                rss_bytes=rss,
                anon_bytes=rss - reading.file_bytes if pages else None,
                peak_rss_bytes=seen.peak_rss_bytes if seen else peak_bytes,
                time_us=reading.time_us - self.baseline.time_us,
                module_count=module_count,
                tree=seen.tree if seen else None,
            )
        )
        self.unsettled.clear()
        self.settled_count = len(self.spans)

    def _end_rises(self, peak_bytes: int | None) -> None:
        """Hold what lines passed to the mark at the end of their stage: the kernel's counters are not exact."""
        if peak_bytes is not None:
            for place, rise in enumerate(self.rises[self.settled_rises :], start=self.settled_rises):
                if peak_bytes < rise.peak_bytes <= peak_bytes + COUNTERS_BYTES:
                    before_bytes = min(rise.before_bytes, peak_bytes)
                    self.rises[place] = replace(rise, before_bytes=before_bytes, peak_bytes=peak_bytes)
        self.settled_rises = len(self.rises)

    def _go_on(self, ns: int, pages: Pages | None) -> None:
        stopped_ns = self.witness.stopped_ns
        self.witness.see_going_on(ns, self._read(ns, pages) if pages else None)
        if stopped_ns is not None and ns > stopped_ns:
            self.waited_us += ns // 1000 - stopped_ns // 1000

    def _ask(self, thread: int, names: str) -> None:
        stack = self.stacks.get(thread)
        if not stack and thread == self.main_thread:
            return  # between two stages
        importer = stack[-1].name if stack else THREAD
        self.pairs.update(zip(repeat(importer), names.split("\t")))

    def _fail(self, text: str) -> None:
        kind, identity, message, *places = text.split("\t")
        if kind not in ("exception", "exit"):
            raise ValueError(kind)
        # Those that this very exception went through; one that was caught may have ended just before.
        self.broken = tuple(span for span in reversed(self.unwound) if span.ended == identity)
        frames = [frame for place in places if (frame := _FRAME.fullmatch(place))]
        if len(frames) < len(places):
            raise ValueError(places)
        self.raised = Raised(
            kind=cast(Literal["exception", "exit"], kind),
            message=message,
            frames=tuple((frame[1], int(frame[2])) for frame in frames),
        )

    def _fail_first_use(self, text: str) -> None:
        self.failed_first_use = text

    def _place(self, text: str) -> None:
        name, _, path = text.partition("\t")
        self.origins[name] = path

    def _preload(self, text: str) -> None:
        self.preloaded = tuple(text.split("\t"))

    def _answer_lifespan(self, text: str) -> None:
        self.lifespan = text

    def _close(self) -> None:
        self.witness.see_more()
        self.finished = True

    def _read(self, moment: int, pages: Pages | None) -> RecordedMemory:
        """Return a reading whose time never runs backwards: threads may write out of turn."""
        self.witness.see_moment(moment)
        time_us = moment // 1000 - self.waited_us
        if self.last is not None:
            time_us = max(time_us, self.last.time_us)
        if pages is None:
            self.measured = False
            return RecordedMemory(time_us, 0, 0)
        found = RecordedMemory(time_us, pages[0] * self.page_bytes, pages[1] * self.page_bytes)
        self.witness.see_memory(found, moment)
        return found

    def _advance(self, owner: Span, later: RecordedMemory) -> None:
        if self.last is None:
            self.baseline = later
        else:
            owner.charge(self.last, later)
            if later.rss_bytes > self.highest:
                self._rise(owner, later.rss_bytes)
            self.unsettled.append((owner, self.last, later))
        self.last = later

    def _main_load(self) -> Span | None:
        stack = self.stacks.get(self.main_thread) if self.main_thread is not None else None
        return stack[-1] if stack else None

    @property
    def under_way(self) -> tuple[ModuleName, ...]:
        """The loads begun and not ended, or unwound by the exception; the main thread's first, outermost first."""
        found: Iterable[Span] = self.broken
        if self.raised is None:
            order = sorted(self.stacks, key=lambda thread: thread != self.main_thread)
            found = (span for thread in order for span in self.stacks[thread])
        return tuple(span.name for span in found if span.name not in STAGE_SPANS)

    def finish(self, compiled_count: int) -> None:
        """Take that no record follows; loads still open count as failed, with what they cost so far."""
        if not self.stages or self.baseline is None:
            return
        if self.finished and self.raised is None and len(self.stages) > 1:
            self._forget_what_followed()
        told = self.run if self.loads_are_told else None
        self.loads_are_told = True
        self.run = ProbeRun(
            stages=tuple(self.stages),
            costs=told.costs if told else self._costs() if self.measured else (),
            edges=told.edges if told else self._edges(),
            origins=tuple(self.origins.items()),
            preloaded=self.preloaded,
            compiled_count=compiled_count,
            baseline_rss_bytes=self.stages[0].rss_bytes,
            promised=tuple(self.promised),
            rises=tuple(self.rises),
        )

    def _forget_what_followed(self) -> None:
        """Take back what threads of the entry loaded after the last stage: the figures end with its reading."""
        self.loads_are_told &= not self.unsettled and self.settled_count == len(self.spans)
        for owner, earlier, later in self.unsettled:
            owner.charge(later, earlier)
        for number in list(self.spans)[self.settled_count :]:
            del self.spans[number]

    def _costs(self) -> tuple[ImportCost, ...]:
        spans = tuple(self.spans.values())
        orders = {id(span): order for order, span in enumerate(spans)}
        parents = [orders.get(id(span.parent)) for span in spans]
        totals = add_up(parents, [(span.rss, span.file, span.time) for span in spans])
        return tuple(map(cost_of, range(len(spans)), spans, totals, parents))

    def _edges(self) -> frozenset[ImportEdge]:
        """Return what asked for what; a.b.c asks for a.b, and a.b for a, by being inside it."""
        pairs = set(self.pairs)
        for span in self.spans.values():
            if span.name not in STAGE_SPANS:
                pairs.add((span.importer or (span.parent.name if span.parent else THREAD), span.name))
        names = {name for _, name in pairs}
        while names:
            short = (name for name in names if "." in name.strip(".") and len(name) < _NAME_LIMIT)
            inside = {(name, name.rpartition(".")[0]) for name in short} - pairs
            pairs |= inside
            names = {parent for _, parent in inside}
        return frozenset([ImportEdge(importer, name) for importer, name in pairs if name and importer != name])


_OF_NO_LOAD = frozenset("glmyz")  # these add nothing to a load and ask for none
_HANDLERS: Mapping[str, Callable[..., None]] = {
    "p": Recording._preload,
    "s": Recording._end_stage,
    "g": Recording._go_on,
    "b": Recording._begin,
    "q": Recording._see_asker,
    "t": Recording._see_place,
    "r": Recording._step,
    "v": Recording._pass,
    "e": Recording._end,
    "i": Recording._ask,
    "l": Recording._answer_lifespan,
    "f": Recording._fail_first_use,
    "x": Recording._fail,
    "m": Recording._place,
    "y": lambda recording, name: recording.promised.append(name),
    "z": Recording._close,
}

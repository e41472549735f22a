"""The bytes that the child wrote, turned into a ProbeRun. Pure: no clock, no process, no file.

A record is RS (0x1e), a letter, fields, newline; what stands between newline and RS is not ours (an
entry may write anywhere) and is passed over, as is a record cut short. `reading` is a line of
/proc/self/statm, absent on other platforms:

    h hook page-bytes main-thread          the hooks are set
    p name TAB name ...                    modules in memory before that
    s stage ns module-count peak-kB TAB reading
    b number thread ns name TAB reading    a load begins; <entry>, <factory>, <lifespan>, <first-use> wrap stages
    e number ns ok TAB reading             that load ended; ok is 1 or the identity of what it raised
    i thread TAB name TAB name ...         what the load under way in this thread asked for
    c / w                                  a source was compiled for the cache / a .pyc was written
    l outcome                              how the lifespan answered
    n count                                lazy imports are tried from here on
    k index                                all that this one asks for is in memory already
    u index status length                  it was tried in a fork, or after the last all together; `length` bytes
                                           of records of the fork follow
    f message                              in a fork: it failed
    x kind TAB identity TAB message TAB path:line ...   the entry raised
    m name TAB path                        a module in memory at the end
    z                                      the last record

The growth between two consecutive records is charged to the load that ended, or else to the load under
way in the thread that wrote the later one. So the self costs add up to end minus start exactly, whatever
the threads do; with two threads importing at once, each may be charged for what the other allocated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, cast

from footprint.model.runtime import STAGES, ImportCost, ImportEdge, ProbeRun, StageName, StageReading
from footprint.names import ModuleName
from footprint.probe.spans import Reading, Span

Hook = Literal["find_and_load", "meta_path", "none"]

# Rows that wrap a stage: what the probe did itself between two readings.
STAGE_SPANS: Mapping[ModuleName, StageName] = {
    "<entry>": "import",
    "<factory>": "import",
    "<lifespan>": "ready",
    "<first-use>": "first_use",
}
THREAD = "<thread>"  # importer of edges that a thread asked for outside any load

_COMPILED = b"\x1ec\n"
_PYC_WRITTEN = b"\x1ew\n"
_STAGE = re.compile(rb"\x1es (import|ready) \d+ \d+ -?\d+\t\d+ (\d+)")
_PAGE = re.compile(rb"\x1eh \S+ (\d+) \d+\n")
_TRYING = re.compile(rb"\x1en \d+\n")
_START = re.compile(rb"\x1eh (find_and_load|meta_path|none) (\d+) (\d+)\n")


@dataclass(frozen=True, slots=True)
class Raised:
    """What the entry raised. `frames` are (path, line), outermost first."""

    kind: Literal["exception", "exit"]
    identity: str
    message: str
    frames: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Recording:
    """One stream of records, read. `run` is None when not even the bare reading came."""

    run: ProbeRun | None
    hook: Hook
    lifespan: str | None  # "complete", "unsupported"; None: not an ASGI application
    raised: Raised | None
    stage: StageName  # the last that began
    under_way: tuple[ModuleName, ...]  # begun and not ended, or unwound by the exception; outermost first
    failed_first_use: str | None  # in the records of a fork: why its import failed
    finished: bool
    malformed_count: int


def count_compiled(data: bytes) -> int:
    """Return how many sources were compiled for the bytecode cache, without reading the rest."""
    return data.count(_COMPILED)


def count_cached(data: bytes) -> int:
    """Return how many .pyc files were really written."""
    return data.count(_PYC_WRITTEN)


def startup_rss(data: bytes) -> int | None:
    """Return the RSS at the last start-up stage in bytes, without reading the rest."""
    readings, page = _STAGE.findall(data), _PAGE.search(data)
    return int(readings[-1][1]) * int(page[1]) if readings and page else None


def is_finished(data: bytes) -> bool:
    """Say whether the entry went through to its last record."""
    return data.endswith(b"\x1ez\n") and b"\x1ex " not in data


def is_trying(data: bytes) -> bool:
    """Say whether the start is over and lazy imports are being tried."""
    return _TRYING.search(data) is not None


def parse(data: bytes, stage_rss: Mapping[str, int] | None = None) -> Recording:
    """Read every record that is whole. Never raises, whatever the bytes are.

    `stage_rss` are readings taken from outside, for a child that cannot read its own memory;
    then there are no costs per import.
    """
    start = _START.search(data)
    replay = _Replay(
        page_bytes=int(start[2]) if start else 4096,
        main_thread=int(start[3]) if start else None,
        stage_rss=stage_rss or {},
    )
    for piece in data.decode("utf-8", "backslashreplace").split("\x1e"):
        line, newline, _ = piece.partition("\n")
        if newline:
            replay.feed(line)
    return Recording(
        run=replay.finish(count_compiled(data)),
        hook=cast(Hook, start[1].decode()) if start else "none",
        lifespan=replay.lifespan,
        raised=replay.raised,
        stage=replay.stage,
        under_way=replay.under_way(),
        failed_first_use=replay.failed_first_use,
        finished=replay.finished,
        malformed_count=replay.malformed_count,
    )


@dataclass(slots=True)
class _Replay:
    """Follows the records with one stack of open loads per thread."""

    page_bytes: int
    main_thread: int | None
    stage_rss: Mapping[str, int]
    spans: dict[int, Span] = field(default_factory=dict)  # in load order
    stacks: dict[int, list[Span]] = field(default_factory=dict)
    last: Reading | None = None
    unsettled: list[tuple[Span, Reading, Reading]] = field(default_factory=list)  # charged since the last stage ended
    settled_count: int = 0  # loads that had begun by then
    baseline: Reading | None = None
    stage: StageName = "import"
    stages: list[StageReading] = field(default_factory=list)
    pairs: set[tuple[ModuleName, ModuleName]] = field(default_factory=set)
    origins: dict[ModuleName, str] = field(default_factory=dict)
    preloaded: tuple[ModuleName, ...] = ()
    unwound: list[Span] = field(default_factory=list)  # failed loads that ended last, innermost first
    broken: tuple[Span, ...] = ()  # failed loads that the final exception went through, outermost first
    raised: Raised | None = None
    lifespan: str | None = None
    failed_first_use: str | None = None
    finished: bool = False
    measured: bool = True
    malformed_count: int = 0

    def feed(self, line: str) -> None:
        """Take one record; count it when it makes no sense."""
        handler = _HANDLERS.get(line[:1])
        if handler is None or self.finished:
            self.malformed_count += 1
            return
        try:
            handler(self, line[2:])
        except (ValueError, IndexError, OverflowError):
            self.malformed_count += 1

    def begin(self, text: str) -> None:
        head, _, statm = text.rpartition("\t")
        number_text, thread_text, ns, name = head.split(" ", 3)
        number, thread = int(number_text), int(thread_text)
        if number in self.spans:
            raise ValueError(f"load {number} began twice")
        later = self.read(ns, statm)
        self.stage = STAGE_SPANS.get(name, self.stage)
        stack = self.stacks.setdefault(thread, [])
        parent = stack[-1] if stack else None
        span = self.spans[number] = Span(name, thread, parent, self.stage)
        self.advance(parent or self.main_load() or span, later)
        stack.append(span)
        self.unwound.clear()
        if name not in STAGE_SPANS:
            self.pairs.add((parent.name if parent else THREAD, name))

    def end(self, text: str) -> None:
        head, _, statm = text.rpartition("\t")
        number, ns, ok = head.split(" ")
        span = self.spans.get(int(number))
        if span is None or span not in self.stacks[span.thread]:
            raise ValueError(f"load {number} ended without beginning")
        self.advance(span, self.read(ns, statm))
        # Not always the top of its stack: greenlets share a thread.
        stack = self.stacks[span.thread]
        if stack[-1] is span:
            stack.pop()
        else:
            stack.remove(span)
        span.ended = ok
        if ok == "1":
            self.unwound.clear()
        else:
            self.unwound.append(span)

    def end_stage(self, text: str) -> None:
        head, _, statm = text.rpartition("\t")
        name, ns, count, peak = head.split(" ")
        stage = STAGES[STAGES.index(cast(StageName, name))]
        reading = self.read(ns, statm)
        if self.baseline is None:
            self.baseline = self.last = reading
        rss = reading.rss_bytes if statm else self.stage_rss.get(name)
        if rss is None:
            return
        self.stages.append(
            StageReading(
                stage=stage,
                rss_bytes=rss,
                anon_bytes=rss - reading.file_bytes if statm else None,
                peak_rss_bytes=int(peak) * 1024 if int(peak) >= 0 else None,
                time_us=reading.time_us - self.baseline.time_us,
                module_count=int(count),
            )
        )
        self.unsettled.clear()
        self.settled_count = len(self.spans)

    def ask(self, text: str) -> None:
        thread_text, *names = text.split("\t")
        thread = int(thread_text)
        stack = self.stacks.get(thread)
        if not stack and thread == self.main_thread:
            return  # between two stages
        importer = stack[-1].name if stack else THREAD
        self.pairs.update((importer, name) for name in names)

    def fail(self, text: str) -> None:
        kind, identity, message, *places = text.split("\t")
        if kind not in ("exception", "exit"):
            raise ValueError(kind)
        # Those that this very exception went through; one that was caught may have ended just before.
        self.broken = tuple(span for span in reversed(self.unwound) if span.ended == identity)
        frames = (place.rpartition(":") for place in places)
        self.raised = Raised(
            kind=cast(Literal["exception", "exit"], kind),
            identity=identity,
            message=message,
            frames=tuple((path, int(line)) for path, _, line in frames),
        )

    def fail_first_use(self, text: str) -> None:
        self.failed_first_use = text

    def place(self, text: str) -> None:
        name, _, path = text.partition("\t")
        self.origins[name] = path

    def preload(self, text: str) -> None:
        self.preloaded = tuple(text.split("\t"))

    def answer_lifespan(self, text: str) -> None:
        self.lifespan = text

    def close(self, _: str) -> None:
        self.finished = True

    def ignore(self, _: str) -> None:
        """Records that are counted or read elsewhere."""

    def read(self, ns: str, statm: str) -> Reading:
        """Return a reading whose time never runs backwards: threads may write out of turn."""
        time_us = int(ns) // 1000
        if self.last is not None:
            time_us = max(time_us, self.last.time_us)
        if not statm:
            self.measured = False
            return Reading(time_us, 0, 0)
        _, resident, shared, *_ = statm.split(" ", 3)
        return Reading(time_us, int(resident) * self.page_bytes, int(shared) * self.page_bytes)

    def advance(self, owner: Span, later: Reading) -> None:
        if self.last is None:
            self.baseline = later
        else:
            owner.charge(self.last, later)
            self.unsettled.append((owner, self.last, later))
        self.last = later

    def main_load(self) -> Span | None:
        stack = self.stacks.get(self.main_thread) if self.main_thread is not None else None
        return stack[-1] if stack else None

    def under_way(self) -> tuple[ModuleName, ...]:
        """Return the loads that were open at the end, the main thread's first."""
        found: Iterable[Span] = self.broken
        if self.raised is None:
            order = sorted(self.stacks, key=lambda thread: thread != self.main_thread)
            found = (span for thread in order for span in self.stacks[thread])
        return tuple(span.name for span in found if span.name not in STAGE_SPANS)

    def finish(self, compiled_count: int) -> ProbeRun | None:
        """Return the run; loads still open count as failed, with what they cost so far."""
        if not self.stages or self.baseline is None:
            return None
        if self.finished and self.raised is None and len(self.stages) > 1:
            self.forget_what_followed()
        return ProbeRun(
            stages=tuple(self.stages),
            costs=self.costs() if self.measured else (),
            edges=self.edges(),
            origins=tuple(self.origins.items()),
            preloaded=self.preloaded,
            compiled_count=compiled_count,
            baseline_rss_bytes=self.stages[0].rss_bytes,
        )

    def forget_what_followed(self) -> None:
        """Take back what threads of the entry loaded after the last stage: the figures end with its reading."""
        for owner, earlier, later in self.unsettled:
            owner.charge(later, earlier)
        for number in list(self.spans)[self.settled_count :]:
            del self.spans[number]

    def costs(self) -> tuple[ImportCost, ...]:
        spans = tuple(self.spans.values())
        totals = {id(span): (span.rss, span.file, span.time) for span in spans}
        for span in reversed(spans):  # a load stands after the one that caused it
            if span.parent is not None:
                above, own = totals[id(span.parent)], totals[id(span)]
                totals[id(span.parent)] = (above[0] + own[0], above[1] + own[1], above[2] + own[2])
        orders = {id(span): order for order, span in enumerate(spans)}
        return tuple(
            _cost(order, span, totals[id(span)], orders.get(id(span.parent))) for order, span in enumerate(spans)
        )

    def edges(self) -> frozenset[ImportEdge]:
        """Return what asked for what; a.b.c asks for a.b, and a.b for a, by being inside it."""
        names = {name for _, name in self.pairs}
        while names:
            inside = {(name, name.rpartition(".")[0]) for name in names if "." in name.strip(".")} - self.pairs
            self.pairs |= inside
            names = {parent for _, parent in inside}
        return frozenset(ImportEdge(importer, name) for importer, name in self.pairs if name and importer != name)


def _cost(order: int, span: Span, total: tuple[int, int, int], around: int | None) -> ImportCost:
    parent = span.parent
    return ImportCost(
        order=order,
        module=span.name,
        importer=None if parent is None or parent.name in STAGE_SPANS else parent.name,
        stage=span.stage,
        ok=span.ended == "1",
        self_rss_bytes=span.rss,
        cumulative_rss_bytes=total[0],
        self_anon_bytes=span.rss - span.file,
        cumulative_anon_bytes=total[0] - total[1],
        self_time_us=span.time,
        cumulative_time_us=total[2],
        parent=around,
    )


_HANDLERS: Mapping[str, Callable[[_Replay, str], None]] = {
    "h": _Replay.ignore,
    "c": _Replay.ignore,
    "w": _Replay.ignore,
    "p": _Replay.preload,
    "s": _Replay.end_stage,
    "b": _Replay.begin,
    "e": _Replay.end,
    "i": _Replay.ask,
    "l": _Replay.answer_lifespan,
    "f": _Replay.fail_first_use,
    "n": _Replay.ignore,
    "k": _Replay.ignore,
    "x": _Replay.fail,
    "m": _Replay.place,
    "z": _Replay.close,
}

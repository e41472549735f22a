"""What reports say of the real command, of several workers, and of several entries on one host."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from footprint.knowledge.servers import may_preload
from footprint.model.audit import Audit, EntryRow
from footprint.model.runtime import GrowthLine, StageName
from footprint.model.service_memory import (
    STATE_WORDS,
    LiveGrowth,
    LiveReading,
    StateRow,
    WorkersRow,
    WorkersStage,
    WorkerState,
)
from footprint.pairs import group_pairs
from footprint.report.audit.memory_sentences import LATER_WORDS, TOO_MUCH
from footprint.report.text.phrases import count_of
from footprint.units import MIB, few, mebibytes, milliseconds, size

SMALLEST_LINE_BYTES = 4 * MIB


def live_lines(entry: EntryRow) -> tuple[str, ...]:
    """Return what the real command took, with how much more that is than the measured stages; or why nothing."""
    lines = []
    if entry.live is not None:
        lines.append(f"live: {_reading_words(entry.live)}{_difference_words(entry, entry.live)}")
        if grown := grown_words([line for line in entry.live.lines if line.kind == "data"]):
            lines.append(f"live: grown on the way{grown}")
        lines += [f"live: {_request_words(entry.live, growth)}" for growth in entry.live.requests]
    if entry.live_failure is not None:
        lines.append(f"live: not measured: {entry.live_failure}")
    return tuple(lines)


def _reading_words(live: LiveReading) -> str:
    words = f"ready after {milliseconds(live.ready_after_us)} ms ({live.ready_by}), "
    words += f"{rest_words(live.growing_bytes)} after {milliseconds(live.read_after_us)} ms: "
    figures = {
        "in all": live.total_bytes if live.counted_by == "private" else None,
        "PSS": live.pss_bytes if live.total_bytes != live.rss_bytes else None,
        "RSS": live.rss_bytes,
        "anon": live.anon_bytes,
    }
    words += ", ".join(f"{name} {mebibytes(value)}" for name, value in figures.items() if value is not None)
    words += f" MiB in {count_of(live.process_count, 'process', 'processes')}"
    if live.process_count > 1:
        words += f", {live.python_count} of them Python" if live.python_count < live.process_count else ""
        words += "; RSS and anon count what they share once for each"
    if live.workers_wanted is not None and live.worker_count < live.workers_wanted:
        words += f"; {live.worker_count} of the {live.workers_wanted} workers that it asks for"
    return f"{words}; by `{live.command}` ({live.source})"


def rest_words(growing_bytes: int | None) -> str:
    """Return how a tree of processes was when it was read."""
    if growing_bytes is None:
        return "read at rest"
    return f"STILL GROWING when read, by {mebibytes(growing_bytes)} MiB in the last seconds,"


def grown_words(lines: Sequence[GrowthLine]) -> str:
    """Return where memory grew: what was kept of it, and what had been given back when it was read."""
    told = []
    for line in lines:
        kept = line.rss_bytes >= SMALLEST_LINE_BYTES
        if line.path and max(line.rss_bytes, line.peak_bytes) >= SMALLEST_LINE_BYTES:
            size_ = f"{mebibytes(line.rss_bytes)}" if kept else f"for a while {mebibytes(line.peak_bytes)}"
            where = "at" if line.kind == "import" else "at or just before"
            told.append(f"{line.kind} {where} {line.path}:{line.line} {size_}")
    return f" ({few(told, 4)})" if told else ""


def _request_words(live: LiveReading, growth: LiveGrowth) -> str:
    grown = round(growth.total_bytes / MIB, 1) + 0  # no -0.0; it may have given some back
    words = f"{growth.request}: {grown:+,.1f} MiB{grown_words(growth.lines)}"
    if live.worker_count > 1 and growth.grown_count:
        words += f", {growth.grown_count} of {live.worker_count} workers grew"
        if growth.missing_bytes:
            words += f"; about {mebibytes(growth.missing_bytes)} MiB more when each has taken one (an estimate)"
    return words


def _difference_words(entry: EntryRow, live: LiveReading) -> str:
    stages = {row.reading.stage: row.reading.rss_bytes for row in entry.stages}
    known = [(stages.get("import"), "importing it"), (stages.get("ready"), "its lifespan alone")]
    words = [_compare(live.total_bytes - rss, what) for rss, what in known if rss is not None]
    return f"; {', '.join(words)}" if words else ""


def _compare(more: int, what: str) -> str:
    return f"{mebibytes(abs(more))} MiB {'more' if more >= 0 else 'less'} than {what}"


def workers_lines(audit: Audit, entry: EntryRow) -> tuple[str, ...]:
    """Return a line per number of workers estimated: without preload and with it, and whether that fits."""
    rows = [row for row in audit.workers if row.entry == entry.name]
    lines = []
    for stage in dict.fromkeys((None, *(each.stage for row in rows for each in row.stages[1:]))):
        told = list(_stage_lines(rows, stage))
        estimate = "estimated likewise" if stage else _estimate_words(rows) if rows else ""
        if entry.serving is not None and entry.serving.workers is None and len(told) > 1:
            begin = f"how many workers {entry.serving.server} starts, only the machine says: "
            told = [f"{'' if stage else begin}{'; '.join(told)}"]
        lines += [f"{line}; {estimate}" for line in told]
    return tuple(f"{line}, as far as it came" if entry.stopped else line for line in lines)


def _stage_lines(rows: Sequence[WorkersRow], stage: StageName | None) -> Iterator[str]:
    """Yield the words of a later stage, or of the start: one line for each number of workers."""
    for same in group_pairs((row.workers, row) for row in rows).values():
        told = [(row, each) for row in same if (each := _of_stage(row, stage)) is not None]
        if told:
            first = same[0]
            words = f"{f'{LATER_WORDS[stage]} ' if stage else ''}with {count_of(first.workers, 'worker')}"
            words += f" of {first.server}" if first.server != "none" else ""
            preloaded = "with preload " if first.server == "none" or may_preload(first.server) else ""
            shown = "; ".join(f"{preloaded * row.preload}about {_total_words(row, each)}" for row, each in told)
            begin, end = _verdict([each.fits for _, each in told])
            limit = "" if first.limit_bytes is None else f" in {size(first.limit_bytes)}"
            yield f"{begin}{words}{limit}{end}: {shown}"


def _of_stage(row: WorkersRow, stage: StageName | None) -> WorkersStage | None:
    """Return a later stage, or the start: of an older version, which had no stages, what its row says."""
    if stage is None:
        start = WorkersStage("ready", row.total_bytes, None, row.worker_bytes, row.states, row.fits)
        return row.stages[0] if row.stages else start
    return next((each for each in row.stages[1:] if each.stage == stage), None)


def _total_words(row: WorkersRow, stage: WorkersStage) -> str:
    more = "" if stage.peak_bytes is None else _peak_words(stage.peak_bytes - stage.total_bytes, stage)
    if not stage.states:  # of an older version, where fresh_bytes is there
        least = "" if row.fresh_bytes is None else f"{row.fresh_bytes / MIB:,.0f} to "
        return f"{least}{stage.total_bytes / MIB:,.0f} MiB{more}"
    words = (_state_words(each, row.decides if row.fits is not None else None, stage) for each in stage.states)
    return f"{' and '.join(words)}{more}"


def _state_words(state: StateRow, decides: WorkerState | None, stage: WorkersStage) -> str:
    span = f"{state.least_bytes / MIB:,.0f} to {state.most_bytes / MIB:,.0f}"
    is_later = stage.stage in LATER_WORDS and state.state == "ready"
    when = "before any has collected its garbage" if is_later else STATE_WORDS[state.state]
    return f"{state.total_bytes / MIB:,.0f} MiB {when} ({span}){', which decides' if state.state == decides else ''}"


def _peak_words(more_bytes: int, stage: WorkersStage) -> str:
    """Return the most of a stage, where it is worth a word. Of forked workers one process had that of the start."""
    if more_bytes < MIB:
        return ""
    at = "at the peak of the start" if stage.states and stage.stage not in LATER_WORDS else "with each at its peak"
    return f", {(stage.total_bytes + more_bytes) / MIB:,.0f} {at}"


def _verdict(fits: Sequence[bool | None]) -> tuple[str, str]:
    """Return what a line begins with, and what follows the number of workers."""
    known = [each for each in fits if each is not None]
    if not known:
        return "", ""
    if all(known):
        return "fits ", ""
    return f"{TOO_MUCH} ", ", but does with preload" if any(known) else ""


def _estimate_words(rows: Sequence[WorkersRow]) -> str:
    words = "estimated from one process" + (" and the server with nothing to serve" if rows[0].measured else "")
    forked = [row.fork_measured for row in rows if row.preload]
    if not forked:
        return words
    if all(forked):
        return f"{words}; what a forked worker writes to was seen in a fork of that process"
    return f"{words}; what forked workers share is assumed"


def host_line(audit: Audit) -> str | None:
    """Return what all entries take on one host; None with fewer than two that were measured."""
    host = audit.host
    if host is None:
        return None
    names = ", ".join(host.entries)
    which = f"All {len(host.entries)} entries"
    if len(host.entries) < len(audit.started):
        which = f"{len(host.entries)} of {len(audit.started)} entries ({names}; the others were not measured)"
    common = [f"{mebibytes(host.common_bytes)} MiB of it are in each: the interpreter, the standard library"]
    if host.common:
        common.append(count_of(len(host.common), "distribution"))
    served = " with their servers and workers" if host.serving_bytes else ""
    unknown = f" (of {', '.join(host.unknown)} one worker: how many, only the machine says)" if host.unknown else ""
    least = "at least" if host.unknown else "about"
    return (
        f"{which} on one host{served}: {least} {size(host.total_bytes)}{unknown} "
        f"(anonymous memory of each, file pages once), {size(host.unshared_bytes)} if nothing were shared; "
        f"{' and '.join(common)}"
    )

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
from footprint.report.languages.figures import localise, mebibytes, milliseconds, size
from footprint.report.languages.messages import count_of, few, message, say
from footprint.report.languages.stored_sentences import retell
from footprint.report.text.phrases import place
from footprint.units import MIB

SMALLEST_LINE_BYTES = 4 * MIB


def live_lines(entry: EntryRow) -> tuple[str, ...]:
    """Return what the real command took, with how much more that is than the measured stages; or why nothing."""
    lines = []
    if entry.live is not None:
        told = f"{_reading_words(entry.live)}{_difference_words(entry, entry.live)}"
        lines.append(say("live: {words}", words=told))
        if grown := grown_words([line for line in entry.live.lines if line.kind == "data"]):
            lines.append(say("live: grown on the way{lines}", lines=grown))
        lines += [say("live: {words}", words=_request_words(entry.live, growth)) for growth in entry.live.requests]
    if entry.live_failure is not None:
        lines.append(say("live: not measured: {reason}", reason=retell(entry.live_failure)))
    return tuple(lines)


def _reading_words(live: LiveReading) -> str:
    ready, read = milliseconds(live.ready_after_us), milliseconds(live.read_after_us)
    words = say("ready after {time} ms ({by}), ", time=ready, by=retell(live.ready_by))
    words += say("{rest} after {time} ms: ", rest=rest_words(live.growing_bytes), time=read)
    figures = {
        say("in all"): live.total_bytes if live.counted_by == "private" else None,
        "PSS": live.pss_bytes if live.total_bytes != live.rss_bytes else None,
        "RSS": live.rss_bytes,
        "anon": live.anon_bytes,
    }
    told = ", ".join(f"{name} {mebibytes(value)}" for name, value in figures.items() if value is not None)
    processes = count_of(live.process_count, "process", "processes")
    words += say("{figures} MiB in {processes}", figures=told, processes=processes)
    if live.process_count > 1:
        if live.python_count < live.process_count:
            words += say(", {count} of them Python", count=live.python_count)
        words += say("; RSS and anon count what they share once for each")
    if live.workers_wanted is not None and live.worker_count < live.workers_wanted:
        fewer = message("; {count} of the {wanted} workers that it asks for")
        words += say(fewer, count=live.worker_count, wanted=live.workers_wanted)
    return f"{words}{say('; by `{command}` ({source})', command=live.command, source=retell(live.source))}"


def rest_words(growing_bytes: int | None) -> str:
    """Return how a tree of processes was when it was read."""
    if growing_bytes is None:
        return say("read at rest")
    return say("STILL GROWING when read, by {memory} MiB in the last seconds,", memory=mebibytes(growing_bytes))


def grown_words(lines: Sequence[GrowthLine]) -> str:
    """Return where memory grew: what was kept of it, and what had been given back when it was read."""
    told = []
    for line in lines:
        kept = line.rss_bytes >= SMALLEST_LINE_BYTES
        if line.path and max(line.rss_bytes, line.peak_bytes) >= SMALLEST_LINE_BYTES:
            memory = mebibytes(line.rss_bytes if kept else line.peak_bytes)
            size_ = memory if kept else say("for a while {memory}", memory=memory)
            words = message(
                "import at {place} {memory}" if line.kind == "import" else "data at or just before {place} {memory}"
            )
            told.append(say(words, place=place(line.path, line.line), memory=size_))
    return f" ({few(told, 4)})" if told else ""


def _request_words(live: LiveReading, growth: LiveGrowth) -> str:
    grown = round(growth.total_bytes / MIB, 1) + 0  # no -0.0; it may have given some back
    words = f"{growth.request}: {localise(f'{grown:+,.1f}')} MiB{grown_words(growth.lines)}"
    if live.worker_count > 1 and growth.grown_count:
        words += say(", {count} of {workers} workers grew", count=growth.grown_count, workers=live.worker_count)
        if growth.missing_bytes:
            more = message("; about {memory} MiB more when each has taken one (an estimate)")
            words += say(more, memory=mebibytes(growth.missing_bytes))
    return words


def _difference_words(entry: EntryRow, live: LiveReading) -> str:
    stages = {row.reading.stage: row.reading.rss_bytes for row in entry.stages}
    known = [(stages.get("import"), say("importing it")), (stages.get("ready"), say("its lifespan alone"))]
    words = [_compare(live.total_bytes - rss, what) for rss, what in known if rss is not None]
    return f"; {', '.join(words)}" if words else ""


def _compare(more: int, what: str) -> str:
    words = message("{memory} MiB more than {what}" if more >= 0 else "{memory} MiB less than {what}")
    return say(words, memory=mebibytes(abs(more)), what=what)


def workers_lines(audit: Audit, entry: EntryRow) -> tuple[str, ...]:
    """Return a line per number of workers estimated: without preload and with it, and whether that fits."""
    rows = [row for row in audit.workers if row.entry == entry.name]
    lines = []
    for stage in dict.fromkeys((None, *(each.stage for row in rows for each in row.stages[1:]))):
        told = list(_stage_lines(rows, stage))
        estimate = say("estimated likewise") if stage else _estimate_words(rows) if rows else ""
        if entry.serving is not None and entry.serving.workers is None and len(told) > 1:
            begin = message("how many workers {server} starts, only the machine says: ")
            told = [f"{'' if stage else say(begin, server=entry.serving.server)}{'; '.join(told)}"]
        lines += [f"{line}; {estimate}" for line in told]
    return tuple(f"{line}{say(', as far as it came')}" if entry.stopped else line for line in lines)


def _stage_lines(rows: Sequence[WorkersRow], stage: StageName | None) -> Iterator[str]:
    """Yield the words of a later stage, or of the start: one line for each number of workers."""
    for same in group_pairs((row.workers, row) for row in rows).values():
        told = [(row, each) for row in same if (each := _of_stage(row, stage)) is not None]
        if told:
            first = same[0]
            when = f"{say(LATER_WORDS[stage])} " if stage and stage in LATER_WORDS else ""
            words = f"{when}{say('with {workers}', workers=count_of(first.workers, 'worker'))}"
            words += say(" of {server}", server=first.server) if first.server != "none" else ""
            is_told = first.server == "none" or may_preload(first.server)
            shown = "; ".join(_about(row, each, with_preload=is_told and row.preload) for row, each in told)
            begin, end = _verdict([each.fits for _, each in told])
            limit = "" if first.limit_bytes is None else say(" in {limit}", limit=size(first.limit_bytes))
            yield f"{begin}{words}{limit}{end}: {shown}"


def _about(row: WorkersRow, stage: WorkersStage, *, with_preload: bool) -> str:
    total = _total_words(row, stage)
    return say("with preload about {total}" if with_preload else "about {total}", total=total)


def _of_stage(row: WorkersRow, stage: StageName | None) -> WorkersStage | None:
    """Return a later stage, or the start: of an older version, which had no stages, what its row says."""
    if stage is None:
        start = WorkersStage("ready", row.total_bytes, None, row.worker_bytes, row.states, row.fits)
        return row.stages[0] if row.stages else start
    return next((each for each in row.stages[1:] if each.stage == stage), None)


def _total_words(row: WorkersRow, stage: WorkersStage) -> str:
    more = "" if stage.peak_bytes is None else _peak_words(stage.peak_bytes - stage.total_bytes, stage)
    if not stage.states:  # of an older version, where fresh_bytes is there
        total = say("{memory} MiB", memory=_whole_mebibytes(stage.total_bytes))
        if row.fresh_bytes is not None:
            total = say("{least} to {most}", least=_whole_mebibytes(row.fresh_bytes), most=total)
        return f"{total}{more}"
    words = (_state_words(each, row.decides if row.fits is not None else None, stage) for each in stage.states)
    return f"{say(' and ').join(words)}{more}"


def _whole_mebibytes(count_bytes: int) -> str:
    return localise(f"{count_bytes / MIB:,.0f}")


def _state_words(state: StateRow, decides: WorkerState | None, stage: WorkersStage) -> str:
    least, most = _whole_mebibytes(state.least_bytes), _whole_mebibytes(state.most_bytes)
    span = say("{least} to {most}", least=least, most=most)
    is_later = stage.stage in LATER_WORDS and state.state == "ready"
    when = say("before any has collected its garbage") if is_later else retell(STATE_WORDS[state.state])
    which = say(", which decides") if state.state == decides else ""
    return f"{_whole_mebibytes(state.total_bytes)} MiB {when} ({span}){which}"


def _peak_words(more_bytes: int, stage: WorkersStage) -> str:
    """Return the most of a stage, where it is worth a word. Of forked workers one process had that of the start."""
    if more_bytes < MIB:
        return ""
    start = message(", {memory} at the peak of the start")
    each = message(", {memory} with each at its peak")
    words = start if stage.states and stage.stage not in LATER_WORDS else each
    return say(words, memory=_whole_mebibytes(stage.total_bytes + more_bytes))


def _verdict(fits: Sequence[bool | None]) -> tuple[str, str]:
    """Return what a line begins with, and what follows the number of workers."""
    known = [each for each in fits if each is not None]
    if not known:
        return "", ""
    if all(known):
        return f"{say('fits')} ", ""
    return f"{say(TOO_MUCH)} ", say(", but does with preload") if any(known) else ""


def _estimate_words(rows: Sequence[WorkersRow]) -> str:
    words = say(
        "estimated from one process and the server with nothing to serve"
        if rows[0].measured
        else "estimated from one process"
    )
    forked = [row.fork_measured for row in rows if row.preload]
    if not forked:
        return words
    if all(forked):
        return f"{words}{say('; what a forked worker writes to was seen in a fork of that process')}"
    return f"{words}{say('; what forked workers share is assumed')}"


def host_line(audit: Audit) -> str | None:
    """Return what all entries take on one host; None with fewer than two that were measured."""
    host = audit.host
    if host is None:
        return None
    which = say("All {count} entries on one host", count=len(host.entries))
    if len(host.entries) < len(audit.started):
        some = message("{count} of {total} entries ({names}; the others were not measured) on one host")
        which = say(some, count=len(host.entries), total=len(audit.started), names=", ".join(host.entries))
    served = say(" with their servers and workers") if host.serving_bytes else ""
    total = say("at least {size}" if host.unknown else "about {size}", size=size(host.total_bytes))
    unknown = ""
    if host.unknown:
        one = message(" (of {names} one worker: how many, only the machine says)")
        unknown = say(one, names=", ".join(host.unknown))
    shared = message(" (anonymous memory of each, file pages once), {size} if nothing were shared; ")
    common = say(
        "{memory} MiB of it are in each: the interpreter, the standard library", memory=mebibytes(host.common_bytes)
    )
    if host.common:
        common += say(" and {others}", others=count_of(len(host.common), "distribution"))
    return f"{which}{served}: {total}{unknown}{say(shared, size=size(host.unshared_bytes))}{common}"

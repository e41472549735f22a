"""What reports say of the real command, of several workers, and of several entries on one host."""

from __future__ import annotations

from collections.abc import Sequence

from footprint.knowledge.servers import may_preload
from footprint.model.audit import Audit, EntryRow
from footprint.model.runtime import GrowthLine
from footprint.model.service_memory import STATE_WORDS, LiveGrowth, LiveReading, WorkersRow
from footprint.report.audit.memory_sentences import TOO_MUCH
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
    counts = dict.fromkeys(row.workers for row in rows)
    lines = [_workers_words([row for row in rows if row.workers == count]) for count in counts]
    if entry.serving is not None and entry.serving.workers is None and len(lines) > 1:
        shown = [line.removesuffix(f"; {_estimate_words(rows)}") for line in lines]
        begin = f"how many workers {entry.serving.server} starts, only the machine says: "
        lines = [f"{begin}{'; '.join(shown)}; {_estimate_words(rows)}"]
    return tuple(f"{line}, as far as it came" if entry.stopped else line for line in lines)


def _workers_words(rows: Sequence[WorkersRow]) -> str:
    first = rows[0]
    words = f"with {count_of(first.workers, 'worker')}"
    words += f" of {first.server}" if first.server != "none" else ""
    preloaded = "with preload " if first.server == "none" or may_preload(first.server) else ""
    shown = "; ".join(f"{preloaded * row.preload}about {_total_words(row)}" for row in rows)
    begin, end = _verdict(rows)
    limit = "" if first.limit_bytes is None else f" in {size(first.limit_bytes)}"
    return f"{begin}{words}{limit}{end}: {shown}; {_estimate_words(rows)}"


def _total_words(row: WorkersRow) -> str:
    if not row.states:  # of an older version, where fresh_bytes is there
        least = "" if row.fresh_bytes is None else f"{row.fresh_bytes / MIB:,.0f} to "
        return f"{least}{row.total_bytes / MIB:,.0f} MiB"
    told = []
    for each in row.states:
        span = f"{each.least_bytes / MIB:,.0f} to {each.most_bytes / MIB:,.0f}"
        decides = ", which decides" if each.state == row.decides and row.fits is not None else ""
        told.append(f"{each.total_bytes / MIB:,.0f} MiB {STATE_WORDS[each.state]} ({span}){decides}")
    return " and ".join(told)


def _verdict(rows: Sequence[WorkersRow]) -> tuple[str, str]:
    """Return what a line begins with, and what follows the number of workers."""
    known = [row for row in rows if row.fits is not None]
    if not known:
        return "", ""
    if all(row.fits for row in known):
        return "fits ", ""
    return f"{TOO_MUCH} ", ", but does with preload" if any(row.fits for row in known) else ""


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

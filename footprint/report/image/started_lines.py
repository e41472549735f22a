"""What the entry of an image did when it was started: outcome, memory against the limit, what it said last."""

from __future__ import annotations

from collections.abc import Iterator

from footprint.model.image_started import StartedInImage
from footprint.report.languages.messages import count_of
from footprint.report.text.section import Excerpt, Section, Sentences
from footprint.units import milliseconds, size

_OUTPUT_LINES = 12
_PROCESSES = 4
_OUTCOMES = {
    "listens": "it listens and is at rest",
    "rests": "it is at rest",
    "ended": "it ended",
    "killed": "it was killed",
    "hangs": "it hangs",
    "not-started": "it was not started",
}
_FITS = {
    "fits": "what was measured fits, without requests",
    "exceeds": "it exceeds the limit at rest, before any request",
    "not certain": "at rest it is below the limit, at its highest above, with shared pages counted in each process",
}


def started_section(started: StartedInImage) -> Section:
    """Return the sentences, and the end of its output as it was printed."""
    lines = [line for line in started.output_tail.splitlines() if line.strip()][-_OUTPUT_LINES:]
    output = (Excerpt("\n".join(lines), "text", "Its last output"),) if lines else ()
    return Section("started", "Started in the image", (Sentences(tuple(_told(started))), *output))


def _told(started: StartedInImage) -> Iterator[str]:
    yield f"{_OUTCOMES[started.outcome]}: {started.message}"
    if started.outcome == "not-started":
        return
    yield "it ran as root of a namespace of its own, with the network of this machine"
    if started.ready_after_us is not None:
        what = "listens" if started.outcome == "listens" else "is seen to rest"
        yield f"{milliseconds(started.ready_after_us)} ms until it {what}"
    count = f" in {count_of(len(started.processes), 'process', 'processes')}" if started.processes else ""
    yield f"resident at rest: {size(started.resident_bytes)}{count}"
    yield f"highest that was seen: {size(started.highest_rss_bytes)}"
    if len(started.processes) > 1:
        for each in started.processes[:_PROCESSES]:
            yield f"{size(each.rss_bytes)}: {each.command}"
        if (left := len(started.processes) - _PROCESSES) > 0:
            yield f"and {count_of(left, 'process', 'processes')} more"
    if started.limit_bytes is not None:
        verdict = "not judged: its memory at rest was not measured" if started.fit is None else _FITS[started.fit]
        yield f"limit {size(started.limit_bytes)} ({started.limit_source}): {verdict}"

"""What is told of the processes that an entry starts beside its own, and of how its peak is known. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from footprint.model.note import Note
from footprint.model.runtime import StageReading
from footprint.probe.readings import Outside
from footprint.probe.recording import Recording
from footprint.units import few, mebibytes, size

_NAMED = 4
_WHEN = {"import": "at import", "ready": "in its start-up handlers", "first_use": "in its lazy imports"}
_WAYS = {
    "pss": "by PSS",
    "private": "what is each one's own, and shared pages once",
    "rss": "RSS: what they share counts for each, and the system does not tell how much that is",
}


def describe_children(entry: str, recording: Recording, outside: Outside | None) -> Iterator[Note]:
    """Yield what the measurement of one start saw of other processes, and what it could not see."""
    stages = recording.run.stages if recording.run is not None else ()
    start = [reading for reading in stages if reading.stage in ("import", "ready")]
    if start and (text := _describe_running(start[-1])):
        yield Note("child-processes", f"{entry}: {text}")
    for reading in stages:
        if reading.tree is not None and reading.tree.ended_count and reading.tree.peak_bytes is not None:
            count = reading.tree.ended_count
            ran = "a child process ran and ended" if count == 1 else f"{count} child processes ran and ended"
            yield Note(
                "child-processes",
                f"{entry}: {ran} {_WHEN[reading.stage]}, {size(reading.tree.peak_bytes)} with it at the most; "
                "what lives for some milliseconds only is not seen",
            )
    if recording.thread_count:
        threads = "a thread goes" if recording.thread_count == 1 else f"{recording.thread_count} threads go"
        text = f"{entry}: {threads} on when it has started: what that takes later, only --live can tell"
        yield Note("threads-go-on", text)
    readings = () if outside is None else outside.of_start()
    if any(not reading.peak_is_exact for reading in readings):
        yield Note(
            "peak-sampled", f"{entry}: the system does not tell the peak of each stage: it is the most that was seen"
        )


def _describe_running(reading: StageReading) -> str:
    tree = reading.tree
    if tree is None or not tree.children_rss_bytes:
        return ""
    count = tree.process_count - 1
    each = few([mebibytes(rss) for rss in tree.children_rss_bytes], _NAMED)
    run = "a child process runs" if count == 1 else f"{count} child processes run"
    words = f"{run} when it has started, RSS {each} MiB: {size(tree.total_bytes - reading.rss_bytes)} of its memory"
    other = ""
    if tree.otherwise_bytes is not None:
        way = "PSS" if tree.counted_by == "private" else "private pages and shared ones once"
        other = f"; counted as {way} all take {size(tree.otherwise_bytes)} instead of {size(tree.total_bytes)}"
    words += f" ({_WAYS[tree.counted_by]}{other})"
    return f"{words}; still growing when read: only --live can tell" if tree.is_growing else words

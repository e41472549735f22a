"""What the records of one process say: the run, how far it came, and whether it can be believed. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, cast, get_args

from footprint.model.runtime import ProbeRun, StageName
from footprint.names import ModuleName
from footprint.probe import records
from footprint.probe.readings import Outside, OutsideReading
from footprint.probe.replay import Raised, Replay
from footprint.probe.witness import Witness
from footprint.values import dataclass

Hook = Literal["find_and_load", "meta_path", "none"]
_HOOKS = get_args(Hook)


@dataclass(frozen=True, slots=True)
class Recording:
    """The records of one process, read. `run` is None when not even the bare reading came."""

    run: ProbeRun | None
    hook: Hook
    lifespan: str | None  # "complete", "unsupported"; None: not an ASGI application
    raised: Raised | None
    stage: StageName  # the last that began
    under_way: tuple[ModuleName, ...]  # begun and not ended, or unwound by the exception; outermost first
    failed_first_use: str | None  # in the records of a fork: why its import failed
    finished: bool
    malformed_count: int
    doubts: tuple[str, ...] = ()  # what no honest start can have written, in words
    latest_ns: int = 0
    most_bytes: int = 0
    thread_count: int = 0  # beside the main one, at the end of the last stage


def parse(
    data: bytes, outside: Sequence[OutsideReading] | None = None, stage_rss: Mapping[str, int] | None = None
) -> Recording:
    """Read every record that is whole. Never raises, whatever the bytes are.

    `outside` are the readings taken while the process waited at the end of a stage: the figures of the stages.
    `stage_rss` stands in for them where a process cannot be stopped. None of either: its own word is taken.
    """
    known = (found for found in records.find(data, "h") if found[0] in _HOOKS and 100 <= found[1] < 10_000_000)
    hook, page_bytes, main_thread = next(known, ("none", 4096, None))
    replay = Replay(page_bytes, main_thread, stage_rss or {}, Witness(outside))
    for letter, fields in records.read_all(data):
        replay.feed(letter, fields)
    return Recording(
        run=replay.finish(records.count(data, "c")),
        hook=cast(Hook, hook),
        lifespan=replay.lifespan,
        raised=replay.raised,
        stage=replay.stage,
        under_way=replay.under_way(),
        failed_first_use=replay.failed_first_use,
        finished=replay.finished,
        malformed_count=replay.malformed_count,
        doubts=replay.witness.doubts(),
        latest_ns=replay.witness.latest_ns,
        most_bytes=replay.witness.most_bytes,
        thread_count=replay.thread_count,
    )


def find_doubt(recording: Recording, outside: Outside | None, machine_bytes: int) -> str | None:
    """Return why a start cannot be believed, in words; None where all is as it should be.

    The figures of its stages are our own reading; its records only say which module took what. Records that no honest
    start can have written make all of it worthless: whoever writes one may have written the others.
    """
    if recording.doubts:
        return recording.doubts[0]
    if recording.malformed_count:
        return f"{recording.malformed_count} of the probe's records cannot be read"
    if recording.most_bytes > machine_bytes:
        return "it says that it took more memory than this machine has"
    if outside is not None and recording.latest_ns > outside.ended_ns:
        return "a record is of a time after the end"
    return None

"""What the entry of an image did when it was really started. The field names are the JSON contract."""

from __future__ import annotations

from typing import Literal

from footprint.values import dataclass

# listens, rests: measured. ended, killed: over before that. hangs: neither within the time limit.
ImageOutcome = Literal["listens", "rests", "ended", "killed", "hangs", "not-started"]
ImageFit = Literal["fits", "exceeds", "not certain"]


@dataclass(frozen=True, slots=True)
class ImageProcess:
    """One process at rest. Bytes."""

    command: str
    rss_bytes: int
    peak_rss_bytes: int | None


@dataclass(frozen=True, slots=True)
class StartedInImage:
    """One start of the entry in the unpacked files of the image. None: not measured."""

    outcome: ImageOutcome
    message: str  # why, or by what it showed
    command: str
    exit_status: int | None = None  # negative: the signal
    ready_after_us: int | None = None  # until it listens, or is seen to rest
    resident_bytes: int | None = None  # of all processes at rest, shared pages once
    highest_rss_bytes: int | None = None  # the largest sum that was seen, shared pages in each process
    processes: tuple[ImageProcess, ...] = ()
    limit_bytes: int | None = None
    limit_source: str = ""
    fit: ImageFit | None = None  # of what was measured, without requests
    output_tail: str = ""

"""Calls done in starts of their own: what did not come to its end in a fork, or failed in one, may do so for the fork.

A fork has neither the threads of the process above it nor its connections. So nothing that only a fork saw is called a
fault of the application: it is done once more as a server does it, in a process that was never forked.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from footprint.model.requested_calls import Call
from footprint.model.runtime import CallRun, Failure
from footprint.probe.call_records import read_call_apart, read_calls_apart
from footprint.probe.ended_run import EndedRun
from footprint.probe.recording import Recording
from footprint.values import dataclass, field, replace

_AT_LEAST = 3  # whatever time they take
_SERVER_ERROR = 500
_STATES = {"hung": "it did not come to an end", "crashed": "it crashed", "failed": "it failed"}

Settle = Callable[[CallRun, Recording], CallRun]


@dataclass(slots=True)
class OwnStarts:
    """What was done once more: by place among the calls, and all in a row where the forks cannot tell it."""

    found: dict[int, CallRun] = field(default_factory=dict)
    together: CallRun | None = None
    doubt: str | None = None  # why nothing of it is believed

    def all_of(self, alone: Sequence[CallRun]) -> tuple[CallRun, ...]:
        """Return the calls in their order: what was done once more in the place of what a fork told."""
        runs: Mapping[int, CallRun] = {**dict(enumerate(alone)), **self.found}
        return tuple(runs[index] for index in sorted(runs))


def call_again(
    first: EndedRun,
    do: Callable[[tuple[Call, ...]], tuple[EndedRun, Failure | None]],
    settle: Settle,
    time_s: float,
) -> OwnStarts:
    """Do in starts of their own what a fork does not tell for sure. `do` some calls in a row after a start.

    What is left once `time_s` is over stays undecided. Raises: what `do` raises.
    """
    until, tried, starts = time.monotonic() + time_s, 0, OwnStarts()
    alone, recordings = first.called.alone, first.called.recordings
    for index, call in enumerate(first.calls):
        before = settle(alone[index], recordings[index]) if index < len(alone) else None
        # Where the time was over, many may be left; else one of them ended the process that all were to be forked from.
        if not _is_doubtful(before, first) if before is not None else first.end.timed_out:
            continue
        found = None
        if tried < _AT_LEAST or time.monotonic() < until:
            tried += 1
            again, failure = do((call,))
            starts.doubt = starts.doubt or again.doubt
            found = read_call_apart(call, again.recording, again.end.events, failure)
            found = found and settle(found, again.recording)
        if found is not None:
            starts.found[index] = before if before is not None and _is_confirmed(before, found) else found
        elif before is not None:
            message = f"{_STATES[before.outcome]} in a fork, which it may not bear; no start of its own told more"
            starts.found[index] = replace(before, outcome="undecided", message=message)
    _add_together(first, do, starts)
    return starts


def _is_doubtful(run: CallRun, first: EndedRun) -> bool:
    """Return whether a call may have come to that for the fork alone: an answer that refuses is the application's."""
    if run.outcome != "failed":
        return run.outcome != "done"
    return bool(first.called.connections) or run.status is None or run.status >= _SERVER_ERROR


def _is_confirmed(before: CallRun, found: CallRun) -> bool:
    """Return whether a fork told the same, with figures: on top of the very process that was ready."""
    return (before.outcome, before.message) == (found.outcome, found.message) and before.rss_bytes is not None


def _add_together(
    first: EndedRun, do: Callable[[tuple[Call, ...]], tuple[EndedRun, Failure | None]], starts: OwnStarts
) -> None:
    """Do all in a row that came to their ends where some of them did in starts of their own only."""
    apart = {index for index, run in starts.found.items() if run.rss_bytes is not None and run.was_apart}
    ended = apart | {index for index, run in enumerate(first.called.alone) if run.rss_bytes is not None}
    if apart and len(ended) > 1:
        again, _ = do(tuple(first.calls[index] for index in sorted(ended)))
        starts.doubt = starts.doubt or again.doubt
        starts.together = read_calls_apart(again.recording, again.end.events)

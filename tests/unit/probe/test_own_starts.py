"""What is done again in a start of its own, and what is said where there was no time for one."""

from footprint.model.requested_calls import Call, Request
from footprint.model.runtime import CallRun, Failure
from footprint.probe.ended_run import EndedRun
from footprint.probe.own_starts import call_again
from footprint.probe.process import ChildEnd
from footprint.probe.recording import Recording

CALLS = tuple(Request("GET", f"/{number}") for number in range(6))


def ended(text: bytes = b"", *, calls: tuple[Call, ...] = CALLS, timed_out: bool = False) -> EndedRun:
    end = ChildEnd(text, 0, timed_out=timed_out, overflowed=False, output_tail="", stage_rss={})
    return EndedRun(end, (), calls)


def told(*statuses: str) -> bytes:
    return b"".join(b"\x1ea %d %s 0\n" % (number, status.encode()) for number, status in enumerate(statuses))


def again(first: EndedRun, time_s: float) -> tuple[list[str], tuple[CallRun, ...]]:
    done: list[str] = []

    def do(calls: tuple[Call, ...]) -> tuple[EndedRun, Failure | None]:
        done.extend(call.name for call in calls)
        return ended(), None  # it did not even come to its call

    def settle(call: CallRun, recording: Recording) -> CallRun:
        return call

    return done, call_again(first, do, settle, time_s).all_of(first.called.alone)


def test_what_hung_or_crashed_in_a_fork_alone_is_undecided() -> None:
    done, found = again(ended(told("timeout", "-11", "3", "timeout", "timeout", "timeout")), 100)
    assert done == [call.name for call in CALLS]
    assert [call.outcome for call in found] == ["undecided"] * 6
    assert found[1].message == "it crashed in a fork, which it may not bear; no start of its own told more"


def test_three_are_done_again_whatever_time_it_takes() -> None:
    done, found = again(ended(told(*["timeout"] * 6)), 0)
    assert done == ["GET /0", "GET /1", "GET /2"]
    assert [call.outcome for call in found] == ["undecided"] * 6


def test_what_was_never_reached_is_done_unless_the_time_was_over() -> None:
    assert again(ended(told("timeout", "timeout")), 100)[0] == [call.name for call in CALLS]
    assert again(ended(told("timeout"), timed_out=True), 100)[0] == ["GET /0"]

"""Work that is counted, not timed: a count is the same on every machine, whatever else that does."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from tests.support.machine import PATIENCE_S


def count_calls(work: Callable[[], object]) -> int:
    """Return how many functions `work` calls, those written in C included.

    What one of these does in a loop of its own is not counted: a regular expression that goes back again and again
    is one call. `within_patience` ends that.
    """
    count = 0

    def note(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@contextmanager
def within_patience() -> Iterator[None]:
    """Fail what hangs: work that grows by the square of a long text takes hours."""

    def give_up(_number: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"not over after {PATIENCE_S} s")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(PATIENCE_S)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)

"""All changes at once; what breaks something is put back, until the rest holds.

Who is named by the error goes back first: one start for each of them, and one more. Halves are taken only where nobody
is named. Each set that holds was tried as it is, with all that it holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from footprint.model.trial import Breakage
from footprint.trial.bench import Outcome
from footprint.values import dataclass, field

_T = TypeVar("_T", bound=str)

Try = Callable[[frozenset[str]], Outcome]
Name = Callable[[Outcome, frozenset[str]], frozenset[str]]  # who of a set an outcome says is missed


@dataclass(frozen=True, slots=True)
class Found:
    """What holds together, with the outcome of just that; why each of the others was put back."""

    holds: frozenset[str]
    outcome: Outcome | None  # None: nothing holds
    put_back: Mapping[str, Breakage] = field(default_factory=dict)
    not_tried: frozenset[str] = frozenset()  # for lack of time


def search(items: Sequence[str], try_set: Try, name: Name, *, has_time: Callable[[], bool] = lambda: True) -> Found:
    """Return the items that hold together, all that can: what is put back broke it in each set it was tried in."""
    holds: frozenset[str] = frozenset()
    best: Outcome | None = None
    put_back: dict[str, Breakage] = {}
    waiting = [frozenset(items)] if items else []
    last: tuple[frozenset[str], str] | None = None  # who was put back because it was named, and the message
    doubted: set[str] = set()  # who was named, and it was not them
    while waiting and has_time():
        group = waiting.pop()
        outcome = try_set(holds | group)
        broken = outcome.breakage
        if broken is None:
            holds, best, last = holds | group, outcome, None
            continue
        if last is not None and last[1] == broken.message:  # it was not them: they are put to the test again
            doubted |= last[0]
            group |= last[0]
            put_back = {item: why for item, why in put_back.items() if item not in last[0]}
        named = name(outcome, group) - doubted
        last = (named, broken.message) if named else None
        if named or len(group) == 1:
            gone = named or group
            put_back |= dict.fromkeys(gone, broken)
            waiting += [group - gone] if group - gone else []
        else:
            ordered = [item for item in items if item in group]
            half = len(ordered) // 2
            waiting += [frozenset(ordered[half:]), frozenset(ordered[:half])]
    left = frozenset().union(*waiting) if waiting else frozenset()
    return Found(holds, best, put_back, left)

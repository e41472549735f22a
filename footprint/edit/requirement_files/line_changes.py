"""What is to change in a requirement file, and why something was not changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from types import MappingProxyType
from typing import NamedTuple

from footprint.names import DistributionName
from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class LeaveOut:
    """A declared line goes. `line` is where it begins, as the reader of the file says it."""

    name: DistributionName
    line: int


@dataclass(frozen=True, slots=True)
class DropExtras:
    """A declared line asks for fewer extras."""

    name: DistributionName
    line: int
    extras: frozenset[str]  # normalised; those that go


@dataclass(frozen=True, slots=True)
class MoveToDevelopment:
    """A declared line of production moves to the group for development of the same file."""

    name: DistributionName
    line: int


LineChange = LeaveOut | DropExtras | MoveToDevelopment


class WhyLeft(str, Enum):
    """Why a line was left alone. The value is the code that reports show."""

    NOT_THERE = "not-there"
    NO_EXTRA = "no-extra"
    PYTHON = "python"
    UNREADABLE = "unreadable"
    ENCODING = "encoding"
    AMBIGUOUS = "ambiguous"
    ESCAPED = "escaped"
    FLOW = "flow-list"
    LAYOUT = "layout"
    NO_GROUP = "no-group"
    UNSURE = "unsure"


# {name}: the distribution.
_SAYS: Mapping[WhyLeft, str] = MappingProxyType(
    {
        WhyLeft.NOT_THERE: "the line does not name {name} any more",
        WhyLeft.NO_EXTRA: "the line does not ask for that extra of {name}",
        WhyLeft.PYTHON: "setup.py is a program: take {name} out by hand",
        WhyLeft.UNREADABLE: "the file cannot be read: mend it first",
        WhyLeft.ENCODING: "the file is not text in one encoding",
        WhyLeft.AMBIGUOUS: "the line names {name} more than once, in different lists: take it out by hand",
        WhyLeft.ESCAPED: "{name} is written with escapes in its string: edit it by hand",
        WhyLeft.FLOW: "{name} stands in a list in brackets, or has an anchor: take it out by hand",
        WhyLeft.LAYOUT: "{name} is laid out in a way that is not edited here: take it out by hand",
        WhyLeft.NO_GROUP: "there is no place for development that {name} could move to: move it by hand",
        WhyLeft.UNSURE: "the file would not have read as it should without {name}: take it out by hand",
    }
)


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """A change that was not made."""

    change: LineChange
    why: WhyLeft

    def show(self) -> str:
        """Return the reason as a sentence without its end."""
        return _SAYS[self.why].format(name=self.change.name)


class Cut(NamedTuple):
    """One piece of a text, by offset, and what comes in its place."""

    start: int
    end: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class LinePlan:
    """How the changes of one file are made."""

    cuts: tuple[Cut, ...]
    left: tuple[LeftAlone, ...]
    is_as_asked: Callable[[str], bool]  # whether the new text declares what it should


Planner = Callable[[str, tuple[LineChange, ...]], LinePlan]

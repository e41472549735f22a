"""What is to change in a requirement file, and why something was not changed."""

from __future__ import annotations

from collections.abc import Callable

from footprint.edit.coded_reason import CodedReason
from footprint.edit.text_edits import Edit
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


class WhyLeft(CodedReason):
    """Why a line was left alone. {name}: the distribution."""

    NOT_THERE = "not-there", "the line does not name {name} any more"
    NO_EXTRA = "no-extra", "the line does not ask for that extra of {name}"
    PYTHON = "python", "setup.py is a program: take {name} out by hand"
    UNREADABLE = "unreadable", "the file cannot be read: mend it first"
    ENCODING = "encoding", "the file is not text in one encoding"
    AMBIGUOUS = "ambiguous", "the line names {name} more than once, in different lists: take it out by hand"
    ESCAPED = "escaped", "{name} is written with escapes in its string: edit it by hand"
    FLOW = "flow-list", "{name} stands in a list in brackets, or has an anchor: take it out by hand"
    LAYOUT = "layout", "{name} is laid out in a way that is not edited here: take it out by hand"
    NO_GROUP = "no-group", "there is no place for development that {name} could move to: move it by hand"
    UNSURE = "unsure", "the file would not have read as it should without {name}: take it out by hand"


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """A change that was not made."""

    change: LineChange
    why: WhyLeft

    def show(self) -> str:
        """Return the reason as a sentence without its end."""
        return self.why.says.format(name=self.change.name)


@dataclass(frozen=True, slots=True)
class LinePlan:
    """How the changes of one file are made."""

    cuts: tuple[Edit, ...]
    left: tuple[LeftAlone, ...]
    is_as_asked: Callable[[str], bool]  # whether the new text declares what it should


Planner = Callable[[str, tuple[LineChange, ...]], LinePlan]

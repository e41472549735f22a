"""A line of a text in an editor, with what a stored audit knows of it."""

from __future__ import annotations

from typing import Literal

from footprint.model.audit import DeclaredAt, DistributionRow, Suggestion
from footprint.model.memory_rows import FirstUseRow, ImportLine
from footprint.model.source_modules import Placement
from footprint.names import ModuleName
from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class EditedLine:
    """An import statement or a requirement of the text as it is now. Lines count from 1.

    `audited_line` is where the audit saw it; None: it is new, so that no figure of a line is about it.
    """

    kind: Literal["import", "requirement"]
    line: int
    last_line: int
    rows: tuple[DistributionRow, ...]  # what it imports or declares; none for the project's own modules
    audited_line: int | None
    module: ModuleName = ""  # as it is imported
    function: str | None = None
    placement: Placement = Placement.MODULE
    startup: tuple[ImportLine, ...] = ()  # one an entry that ran it
    first_uses: tuple[FirstUseRow, ...] = ()  # of the same statement, of another place where that one was run
    declared: DeclaredAt | None = None
    suggestions: tuple[Suggestion, ...] = ()  # that are about this line


@dataclass(frozen=True, slots=True)
class Freshness:
    """How old figures are, and whether the file is another one than when they were measured."""

    age_s: int
    is_stale: bool


@dataclass(frozen=True, slots=True)
class OfferedEdit:
    """A suggestion as an edit of the text as it is now. `refusal`: why there is none."""

    suggestion: Suggestion
    refusal: str | None
    verdict: str | None = None  # of its trial, None: it was not tried

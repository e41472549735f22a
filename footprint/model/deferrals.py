"""What `footprint defer` would change, and what that saves. Field names are the JSON contract (schema_version 1)."""

from __future__ import annotations

from typing import Literal

from footprint.model.audit import Confidence
from footprint.model.memory_rows import SetSaving
from footprint.model.trial import Trial
from footprint.model.trim import FileDiff
from footprint.names import DistributionName
from footprint.values import dataclass

DEFERRALS_VERSION = 1
# move: into the functions that use it; lazy: `lazy import`; listed: `__lazy_modules__`
DeferralForm = Literal["move", "lazy", "listed"]


@dataclass(frozen=True, slots=True)
class MovedImport:
    """One import statement, or the part of it that moves."""

    path: str
    line: int
    names: tuple[str, ...]  # that it binds
    functions: tuple[str, ...]  # dotted names of those that it moves into; none for the lazy forms
    for_types: bool  # a copy stands under `if TYPE_CHECKING`


@dataclass(frozen=True, slots=True)
class TakenDeferral:
    """A deferral that is taken: as the audit proposes it, with all the imports that move."""

    code: str
    distribution: DistributionName
    reason: str
    confidence: Confidence
    effort: Literal["low", "medium", "high"]
    imports: tuple[MovedImport, ...]
    rss_bytes: int | None
    rss_kind: Literal["upper bound", "predicted", "measured"] | None


@dataclass(frozen=True, slots=True)
class UntouchedImport:
    """An import that stays where it is, and with it all of its distribution. `place` is what speaks against it."""

    distribution: DistributionName
    path: str
    line: int
    why: str  # a code
    message: str
    place: str


@dataclass(frozen=True, slots=True)
class Deferrals:
    """The deferrals of one project, as changes of its modules."""

    schema_version: int
    tool_version: str
    project: str
    form: DeferralForm
    deferrals: tuple[TakenDeferral, ...]  # what is worth most first
    left: tuple[UntouchedImport, ...]
    files: tuple[FileDiff, ...]
    together: tuple[SetSaving, ...]  # per entry, what all of them save; empty where only some of the proposed are taken
    guard: tuple[str, ...]  # import names that a check can keep out of the start from now on
    is_measured: bool  # whether a start was measured: nothing is proposed without one
    trial: Trial | None = None  # of all that were wanted, made together in a shadow; None: not tried

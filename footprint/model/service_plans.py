"""The services of a compose file or a monorepo: what each starts and where, and what measuring them gave."""

from __future__ import annotations

from footprint.model.limits import StatedLimit
from footprint.model.note import Note
from footprint.model.source_modules import StartCommand
from footprint.values import dataclass

SERVICES_VERSION = 1


@dataclass(frozen=True, slots=True)
class DeployedService:
    """The start of one service, in the place of all that the deploy files of a project state."""

    commands: tuple[StartCommand, ...]
    limits: tuple[StatedLimit, ...] = ()


@dataclass(frozen=True, slots=True)
class ServicePlan:
    """One service that is to be measured, or why it is not. Paths are relative to the folder that was given."""

    name: str
    source: str  # "compose.yaml:4"
    folder: str  # the project's
    deployed: DeployedService | None  # None: whatever the folder's own deploy files start
    command: str | None = None
    environment: tuple[tuple[str, str], ...] = ()
    limit_bytes: int | None = None
    not_ours: str | None = None  # why nothing of it is started


@dataclass(frozen=True, slots=True)
class ServiceLevels:
    """What one service takes with its server and its workers. None: not measured."""

    startup_bytes: int | None = None
    lazy_bytes: int | None = None  # once its lazy imports have run
    calls_bytes: int | None = None  # once its requests and calls were done
    peak_bytes: int | None = None  # the most at any of these moments

    @property
    def most_bytes(self) -> int | None:
        """The most that it was seen to take."""
        known = [self.startup_bytes, self.lazy_bytes, self.calls_bytes, self.peak_bytes]
        return max((each for each in known if each is not None), default=None)


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """One service and what it takes."""

    name: str
    source: str
    folder: str
    command: str | None
    levels: ServiceLevels
    limit_bytes: int | None
    limit_ratio: float | None  # of the limit that it takes at most; None: no limit, or not measured
    reason: str | None  # why it is not measured
    same_as: str | None = None  # the service that starts the same, whose figures these are
    before: ServiceLevels | None = None  # of the other report
    fits: bool | None = None


@dataclass(frozen=True, slots=True)
class NeededPlan:
    """The smallest plan of a platform that holds so much memory."""

    plan: str
    memory_bytes: int
    checked: str


@dataclass(frozen=True, slots=True)
class ServicesReport:
    """All services of one host, one after the other measured."""

    tool_version: str
    schema_version: int
    title: str
    services: tuple[ServiceRow, ...]
    total_bytes: int | None  # of those that were measured, and the limits of those that were not; None: of none
    unknown: tuple[str, ...]  # services in no part of the total
    plans: tuple[NeededPlan, ...]  # that hold the total
    notes: tuple[Note, ...] = ()
    calls_done: bool = False  # requests or calls were asked for

"""What the audit says of its environment and of the site folders as a whole."""

from __future__ import annotations

from typing import Literal

from footprint.model.installed_environment import IdleFiles, OwnershipConflict, Unowned
from footprint.values import dataclass

# Without an environment: versions of lock files, or the declared lines alone.
EnvironmentKind = Literal["installed", "locked", "declared"]


@dataclass(frozen=True, slots=True)
class EnvironmentFacts:
    """The audited environment."""

    python: str  # "3.11.7"
    implementation: str
    platform: str
    prefix_relative: str | None  # relative to the project; None: it lies elsewhere
    chosen: str  # how it was found, for the reader
    bytecode: bool | None  # None: there is nothing installed to look at
    kind: EnvironmentKind = "installed"
    lock_files: tuple[str, ...] = ()  # that stand in for an environment


@dataclass(frozen=True, slots=True)
class DiskFacts:
    """The site folders as a whole. None: there is no environment, so nothing was weighed."""

    site_apparent_bytes: int | None
    site_allocated_bytes: int | None
    shared_bytes: int | None
    unowned_bytes: int | None
    outside_bytes: int | None
    own_bytes: int | None  # left out of the rows: the project where it is installed, and footprint
    hard_linked_bytes: int | None
    reconciles: bool | None
    unowned: tuple[Unowned, ...]
    conflicts: tuple[OwnershipConflict, ...]
    idle: tuple[IdleFiles, ...] = ()

"""What the audit says of its environment, of the site folders as a whole, and of the machine it was measured on."""

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


@dataclass(frozen=True, slots=True)
class Machine:
    """What figures depend on besides the project. No name of a host, a user or a folder: reports are sent on.

    None: not known, or there is none.
    """

    system: str  # "Linux"
    release: str  # of its kernel: "6.1.0-18-amd64"
    distribution: str | None  # of the system: "Debian GNU/Linux 12 (bookworm)"
    architecture: str  # "x86_64"
    processor: str | None  # "AMD EPYC 7763 64-Core Processor"
    processor_count: int | None
    memory_bytes: int | None
    libc: str | None  # of the interpreter that runs footprint: "glibc 2.36"
    container: str | None  # "docker"; None: none was recognised
    memory_limit_bytes: int | None  # of the control group
    processor_limit_millis: int | None  # of the control group, in thousandths of one processor


@dataclass(frozen=True, slots=True)
class Measurement:
    """When and where an audit was made."""

    at: str  # UTC, when the last figure was there: "2026-03-31T09:30:00Z"
    machine: Machine

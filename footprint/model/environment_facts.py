"""What the audit says of its environment, of the site folders, of downloads by a lock file, and of the machine."""

from __future__ import annotations

from typing import Literal

from footprint.model.installed_environment import IdleFiles, OwnershipConflict, Unowned
from footprint.names import DistributionName
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


HowDownloaded = Literal["wheel", "one of several wheels", "source"]


@dataclass(frozen=True, slots=True)
class Download:
    """What a locked distribution is downloaded as. Bytes are a range; None: the lock does not say, or it is not known.

    `how`: the wheel that fits the target, one of several that could, or the source, which is built there.
    """

    how: HowDownloaded
    file: str | None  # None: several
    least_bytes: int | None
    most_bytes: int | None
    unpacked_least_bytes: int | None  # estimated, by what measured wheels came to
    unpacked_most_bytes: int | None


@dataclass(frozen=True, slots=True)
class DownloadTotal:
    """The downloads of what a lock file pins for deployment: without development groups and extras."""

    lock_files: tuple[str, ...]
    distribution_count: int
    least_bytes: int | None  # of those whose size is known; None: of none
    most_bytes: int | None  # None: of some it is not known
    unpacked_least_bytes: int | None  # estimated; None: as above, or the environment itself was weighed
    unpacked_most_bytes: int | None
    unknown: tuple[DistributionName, ...]  # those without a size
    estimated_by: str  # where the estimate comes from; "" where there is none


@dataclass(frozen=True, slots=True)
class UnpackedRatio:
    """What wheels of one kind weigh unpacked, as a multiple of the archive (data/unpacked.toml)."""

    kind: Literal["pure", "compiled", "cuda"]
    least: float
    most: float


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
    downloads: DownloadTotal | None = None  # by lock files


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

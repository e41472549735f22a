"""The target interpreter and what is installed for it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from footprint.model.note import Note
from footprint.names import DistributionName, ModuleName
from footprint.values import dataclass, field

Numbers = tuple[int, int, int]  # of a version: 3, 11, 7
OLDEST_TARGET = (3, 8)


@dataclass(frozen=True, slots=True)
class Interpreter:
    """What the target said when it was asked once, isolated (`python -I`), or what its files say of it.

    `executable` is None for a bare site-packages folder: then nothing can be probed, and
    version, markers and standard library are those of the interpreter that runs footprint.
    """

    executable: Path | None
    version: Numbers
    implementation: str  # sys.implementation.name
    platform: str  # "linux-x86_64"
    cache_tag: str  # "cpython-311"
    prefix: Path
    site_dirs: tuple[Path, ...]  # folders whose distributions are audited, real paths, no duplicates
    sys_path: tuple[Path, ...]  # not asked: the site folders and what their .pth files add
    markers: Mapping[str, str]  # PEP 508 environment without `extra`
    stdlib_names: frozenset[str]  # top-level modules of the standard library, built-in ones too
    libc: str = ""  # "glibc" or "musl" on Linux, whose memory differs
    abi_flags: str = ""  # "t": free-threaded, "d": a debug build, whose memory differs


@dataclass(frozen=True, slots=True)
class HowFound:
    """How an environment was come by; its text is what the reports say."""

    # python, env: given by that option; active: by the shell; own: of the project; filled: by pip install --target
    way: Literal["python", "env", "active", "own", "running", "site-packages", "filled", "files"]
    said: str
    advice: str = ""

    def __str__(self) -> str:
        return f"{self.said}; {self.advice}" if self.advice else self.said


Origin = Literal["index", "local", "editable", "vcs", "archive", "system"]


@dataclass(frozen=True, slots=True)
class EntryPointRecord:
    """One line of entry_points.txt: `group` is "console_scripts", `value` is "module:attr"."""

    group: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class SourcePlace:
    """Where an editable install has one of its modules: a file, or the folder of an import package."""

    module: ModuleName
    path: Path  # absolute, links kept, as the interpreter would write it


@dataclass(frozen=True, slots=True)
class Installed:
    """One installed distribution as its metadata describes it; its weight is `DiskUse`."""

    name: DistributionName
    display_name: str
    version: str
    site_dir: Path = Path()
    info_name: str = ""  # "numpy-2.2.6.dist-info", "PyJWT-2.6.0.egg-info"
    requires: tuple[str, ...] = ()  # Requires-Dist values, unparsed: most are never asked for
    entry_points: tuple[EntryPointRecord, ...] = ()
    origin: Origin = "index"
    source_url: str | None = None  # direct_url.json; the place of an editable install
    places: tuple[SourcePlace, ...] = ()  # of an editable install, as far as they lie outside of the project
    import_names: tuple[str, ...] = ()  # that its metadata names (PEP 794); empty: it says nothing of them


@dataclass(frozen=True, slots=True)
class NoEnvironment:
    """What stands in for an environment that is not there: the pins of lock files, if there are any."""

    lock_files: tuple[str, ...]  # relative to the project; empty: the declared lines are all there is
    groups: Mapping[DistributionName, tuple[str, ...]]  # for whom each is locked, as in DeclaredRequirement.group


@dataclass(frozen=True, slots=True)
class StartHook:
    """One line in a site folder that runs whenever Python starts, and what it imports beside the standard library."""

    file: str  # absolute, posix
    shown: str  # relative to its site folder
    line: int
    text: str
    modules: tuple[ModuleName, ...]
    variables: tuple[str, ...] = ()  # it does nothing unless one of them is set
    dormant: str = ""  # why the target does not run it at all; "" where it does


@dataclass(frozen=True, slots=True)
class DiskUse:
    """What one distribution weighs. Bytes inside the site folders, each inode counted once.

    `apparent_bytes` and `allocated_bytes` include the folders that this distribution alone fills.
    """

    name: DistributionName
    apparent_bytes: int
    allocated_bytes: int
    outside_bytes: (
        int  # apparent, outside the site folders: recorded files (bin, share), sources of an editable install
    )
    file_count: int
    bytecode_bytes: int  # part of apparent_bytes: .pyc of its sources, recorded or not
    parts: tuple[tuple[str, int], ...]  # top-level entries and their apparent bytes, heaviest first
    folders: Mapping[str, int] = field(default_factory=dict)  # the same by folder/ or top-level file: bytes in it alone


@dataclass(frozen=True, slots=True)
class Unowned:
    """A top-level-most path that no distribution claims, with all below it."""

    path: str  # relative to its site folder, posix
    apparent_bytes: int
    file_count: int


@dataclass(frozen=True, slots=True)
class OwnershipConflict:
    """One file that several RECORDs claim; it is counted once, for `owner`."""

    path: str
    owner: DistributionName
    others: tuple[DistributionName, ...]
    apparent_bytes: int


@dataclass(frozen=True, slots=True)
class IdleFiles:
    """Files of a kind that no start reads: "tests", "headers", "type stubs", "static libraries"."""

    kind: str
    apparent_bytes: int
    file_count: int


@dataclass(frozen=True, slots=True)
class DiskScan:
    """The site folders, weighed: uses + shared + unowned = what `du` counts, to the byte.

    `owners` maps site-relative posix paths of importable files (.py, .pyi, .so, .pyd and the
    like) to their distribution, one mapping per folder in the order of `site_dirs`.
    """

    site_dirs: tuple[Path, ...]  # the site folders, then the source folders of editable installs
    uses: tuple[DiskUse, ...]  # sorted by name, one per Installed
    owners: tuple[Mapping[str, DistributionName], ...]
    shared_bytes: int
    shared_allocated_bytes: int
    unowned_bytes: int
    unowned_allocated_bytes: int
    unowned: tuple[Unowned, ...]  # heaviest first
    conflicts: tuple[OwnershipConflict, ...]
    total_apparent_bytes: int  # counted independently of ownership during the walk
    total_allocated_bytes: int
    hard_linked_bytes: int  # apparent bytes of files with more than one link
    has_bytecode: bool  # most sources have a .pyc beside them
    notes: tuple[Note, ...]
    idle: tuple[IdleFiles, ...] = ()  # heaviest first; counted for their owners as well
    path_files: Mapping[str, DistributionName] = field(
        default_factory=dict
    )  # owners of .pth and .start, by absolute path

    @property
    def reconciles(self) -> bool:
        """Whether the parts add up to the independent totals, apparent and allocated."""
        apparent = sum(use.apparent_bytes for use in self.uses) + self.shared_bytes + self.unowned_bytes
        allocated = sum(use.allocated_bytes for use in self.uses)
        allocated += self.shared_allocated_bytes + self.unowned_allocated_bytes
        return apparent == self.total_apparent_bytes and allocated == self.total_allocated_bytes

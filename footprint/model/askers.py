"""Third-party code that asks for a distribution which nothing requires, and what is known of such needs."""

from __future__ import annotations

from dataclasses import dataclass

from footprint.names import DistributionName, ModuleName


@dataclass(frozen=True, slots=True)
class InstalledModule:
    """A third-party module whose source can be read: where it lies and whose it is."""

    module: ModuleName
    file: str  # absolute
    shown: str  # relative to its site folder, posix: what a reader sees
    distribution: DistributionName


@dataclass(frozen=True, slots=True)
class Ask:
    """One import of a wanted distribution in used third-party code."""

    wanted: DistributionName
    asker: InstalledModule
    line: int
    function: str | None  # None: at module level
    guarded: bool  # the asker goes on, or explains itself, when it is missing
    loaded: bool = True  # the asker was in memory after startup: what stands at module level there has run


@dataclass(frozen=True, slots=True)
class SoftNeed:
    """A documented optional need: `asker` uses `needs` only when the caller uses one of `words`.

    An empty `words` means that using the asker at all is enough.
    """

    asker: DistributionName
    needs: DistributionName
    words: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in the project's own code where a word stands as a name or attribute."""

    word: str
    path: str
    line: int

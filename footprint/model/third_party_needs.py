"""Third-party code that asks for a distribution which nothing requires, and what is known of such needs."""

from __future__ import annotations

from collections.abc import Mapping

from footprint.names import DistributionName, ModuleName
from footprint.values import dataclass


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
    """A documented optional need: `asker` uses `needs` only when the caller uses one of `words`."""

    asker: DistributionName
    needs: DistributionName
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DataNeed:
    """What a module takes that nobody names: data where the system has none, the classes of objects kept in a file."""

    needs: DistributionName
    modules: tuple[ModuleName, ...]  # who takes it: for data, of the standard library or of its backport
    askers: tuple[DistributionName, ...] = ()  # whose use of such a module counts, besides ours
    is_kept: bool = False  # its objects are kept in files: pickle, joblib


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in the project's own code where a word stands as a name or attribute."""

    word: str
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class StringUse:
    """A string of the project that may name something to load. Never more of it than that name: it may hold secrets."""

    text: str  # the whole literal, or the scheme of a URL
    is_url: bool
    path: str
    line: int
    in_code: bool  # False: in a settings file, which may describe another machine
    caller: str = ""  # last name of the call whose argument it is: "BeautifulSoup"
    assigned: str = ""  # name of the variable whose value it is a part of: "INSTALLED_APPS"


@dataclass(frozen=True, slots=True)
class Driver:
    """A string that makes any of `readers` load one of `needs`: a URL scheme, or the whole of a literal."""

    text: str  # "postgresql+asyncpg", "django.db.backends.postgresql"
    is_scheme: bool
    needs: tuple[DistributionName, ...]  # alternatives
    readers: tuple[DistributionName, ...]


@dataclass(frozen=True, slots=True)
class Engine:
    """A need chosen by an argument: `asker` loads one of `needs` when one of `words` is called with an argument."""

    asker: DistributionName
    needs: tuple[DistributionName, ...]  # alternatives
    words: tuple[str, ...]
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PluginGroups:
    """Who loads what is registered under a group of entry points; a group that ends in * stands for all such."""

    readers: Mapping[str, tuple[DistributionName, ...]]
    development: frozenset[DistributionName]  # readers that no server runs


@dataclass(frozen=True, slots=True)
class ToolFiles:
    """What a tool of developers reads and nothing else does."""

    files: tuple[str, ...]  # patterns of names in the project's folder
    tables: tuple[str, ...]  # headers of pyproject.toml, setup.cfg or tox.ini


@dataclass(frozen=True, slots=True)
class GroupRead:
    """A third-party module that loads the plugins of a group: it names the group beside a call that looks it up."""

    group: str
    reader: InstalledModule
    line: int

"""Third-party code that asks for a distribution which nothing requires, what is known of it, and alternatives."""

from __future__ import annotations

from collections.abc import Mapping

from footprint.names import DistributionName, ModuleName
from footprint.values import dataclass, field


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


@dataclass(frozen=True, slots=True, eq=False)
class Chooser:
    """Where a choice is stated, and what each value needs, as the documentation of the takers has it.

    A value that is no key of `values` leaves the choice open. Of a URL the scheme is the value.
    """

    name: str  # of its own: "beautifulsoup4 BeautifulSoup"
    takers: tuple[DistributionName, ...]  # who load what is chosen
    values: Mapping[str, tuple[DistributionName, ...]]  # to alternatives; an empty tuple: nothing is needed
    source: str
    calls: tuple[str, ...] = ()  # functions whose argument it is: "BeautifulSoup", "matplotlib.use"
    keywords: tuple[str, ...] = ()
    position: int | None = None  # of the argument, from 0
    settings: tuple[str, ...] = ()  # variables, keys, keywords and environment variables whose value it is
    commands: tuple[str, ...] = ()  # commands whose option it is
    options: tuple[str, ...] = ()
    any_case: bool = False  # capitals make no difference: Agg is agg
    is_flag: bool = False  # the option has no value: "True" where it is given
    absent: tuple[DistributionName, ...] | None = None  # what the default needs; None: whatever is there is taken
    by_suffix: Mapping[str, tuple[DistributionName, ...]] = field(default_factory=dict)  # absent: the file decides
    by_url: bool = False  # a URL with one of the schemes counts wherever it stands
    alike: Mapping[str, str] = field(default_factory=dict)  # "postgres" -> "postgresql": another word for it

    @property
    def needs(self) -> frozenset[DistributionName]:
        """Everything between which it chooses."""
        return frozenset(name for names in self.values.values() for name in names)

    def kind_of(self, value: str) -> str:
        """Return what a value is a variant of: "postgresql" for "postgres+asyncpg", the value itself else."""
        base = value.partition("+")[0] if self.by_url else value
        return self.alike.get(base, base)


@dataclass(frozen=True, slots=True)
class Choice:
    """One place where a choice is made.

    `values` are keys of `Chooser.values`, or suffixes of files where nothing is stated and the file decides. `is_open`:
    it may be something else, too. `by_environment`: whoever starts the application may say otherwise.
    """

    chooser: str
    what: str  # the call, setting or option that takes the value: "BeautifulSoup", "CACHE_TYPE", "--loop"
    path: str
    line: int
    values: tuple[str, ...]
    is_open: bool
    by_environment: bool
    is_absent: bool = False  # nothing is stated where it could be


@dataclass(frozen=True, slots=True)
class NotChosen:
    """Why `takers` do not load a distribution: every place takes something else, `place` for example."""

    takers: tuple[DistributionName, ...]
    place: Choice | None  # None: the choice is stated nowhere, and the default needs nothing of it
    what: str  # as of the place
    count: int  # places


@dataclass(frozen=True, slots=True)
class Chosen:
    """One place that takes what needs a distribution. `alone`: the value can mean no other."""

    taker: DistributionName
    place: Choice
    value: str
    alone: bool


@dataclass(frozen=True, slots=True)
class FirstTest:
    """The first test of the project. Test functions need a runner, classes of unittest have one in Python."""

    path: str
    line: int
    needs_runner: bool

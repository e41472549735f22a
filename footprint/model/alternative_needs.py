"""Alternatives of one need, and the places where a project says which of them it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from footprint.names import DistributionName
from footprint.values import dataclass


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
    source: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """One place that takes what needs a distribution. `alone`: the value can mean no other."""

    taker: DistributionName
    place: Choice
    value: str
    alone: bool

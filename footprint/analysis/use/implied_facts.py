"""What bears on uses without an import, by distribution: strings, drivers, engines, plugins, optional requirements."""

from __future__ import annotations

from typing import Literal

from footprint.model.alternative_needs import Chosen, NotChosen
from footprint.model.source_modules import FirstTest, Reference, ToolUse
from footprint.model.third_party_needs import Ask, Driver, Engine, GroupRead, StringUse
from footprint.names import DistributionName
from footprint.values import dataclass

# used: seen at work; held: required by something that is; unused: there, and neither; absent: not even there.
ReaderState = Literal["used", "held", "unused", "absent"]


@dataclass(frozen=True, slots=True)
class PluginReader:
    """Who loads the plugins of a group, and whether that happens here."""

    group: str
    reader: DistributionName
    state: ReaderState
    development: bool  # no server runs it: a test runner, a linter
    read: GroupRead | None = None  # where its code looks the group up, when a table does not tell


@dataclass(frozen=True, slots=True)
class DriverUse:
    """A string of the project that makes `reader`, declared or installed, load one of `driver.needs`."""

    driver: Driver
    use: StringUse
    reader: DistributionName
    alone: bool  # no alternative to the distribution is declared or installed


@dataclass(frozen=True, slots=True)
class OptionalNeed:
    """A used distribution names it in an extra, and its own code imports it."""

    requirer: DistributionName
    extra: str
    ask: Ask


@dataclass(frozen=True, slots=True)
class OtherUses:
    """Everything of the kind that was found for one distribution; empty until the second look was taken."""

    strings: tuple[StringUse, ...] = ()  # that name a module of it
    drivers: tuple[DriverUse, ...] = ()
    engines: tuple[tuple[Engine, StringUse], ...] = ()
    chosen_by: frozenset[DistributionName] = frozenset()  # who would choose it by an argument, found or not
    plugin_readers: tuple[PluginReader, ...] = ()
    optional: tuple[OptionalNeed, ...] = ()
    chosen: tuple[Chosen, ...] = ()  # places that take what needs it
    not_chosen: tuple[NotChosen, ...] = ()  # who takes an alternative in every place
    handed: tuple[Reference, ...] = ()  # to a reader of metadata, to another interpreter, to who looks for a module
    commands: tuple[StringUse, ...] = ()  # whole literals that are the name of a console script of it
    groups: tuple[StringUse, ...] = ()  # whole literals that are a group of entry points in which it registers


NO_OTHER_USES = OtherUses()


@dataclass(frozen=True, slots=True)
class OfDevelopers:
    """What speaks for developers as those who need a declared line that nothing else accounts for."""

    files: tuple[ToolUse, ...] = ()  # `tool` is the distribution, `command` what stands there
    asks: tuple[Ask, ...] = ()  # of third-party modules that only tests load
    first_test: FirstTest | None = None


NOTHING_OF_DEVELOPERS = OfDevelopers()

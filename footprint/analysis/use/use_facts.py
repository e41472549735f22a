"""What bears on the class of one distribution, and the small readings of it that several rules share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Literal

from footprint.analysis.graph.chains import NO_CHAIN, Chain
from footprint.analysis.reach.member_files import MemberUse
from footprint.analysis.reach.reach_rule import Importer, Opening, status_when_loaded
from footprint.knowledge.groups import is_development
from footprint.model.audit import Confidence, Evidence, Usage
from footprint.model.installed_environment import StartHook
from footprint.model.memory_rows import Load, LoadStep
from footprint.model.namings import Naming
from footprint.model.note import Note
from footprint.model.requests_to_ignore import NeededComment
from footprint.model.requirements import DeclaredRequirement
from footprint.model.source_modules import ImportSite, Placement, ReachStatus, Reference, SiteUse, ToolUse, UnknownStart
from footprint.model.third_party_needs import (
    Ask,
    Chosen,
    Driver,
    Engine,
    FirstTest,
    GroupRead,
    Mention,
    NotChosen,
    SoftNeed,
    StringUse,
)
from footprint.names import DistributionName, ModuleName, NameSet
from footprint.values import dataclass, field

# used: seen at work; held: required by something that is, or perhaps at work; unused: there, and neither; absent: not
# even there.
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
    chosen_by: NameSet = frozenset()  # who would choose it by an argument, found or not
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
    chosen: tuple[tuple[DistributionName, Chosen], ...] = ()  # by tests, of alternatives


NO_DEVELOPERS = OfDevelopers()


@dataclass(frozen=True, slots=True)
class Unseen:
    """What is known of a distribution whose files are not there to be read: there is no environment."""

    import_names: tuple[ModuleName, ...]  # of the table of well-known names; empty: not known
    open_imports: tuple[str, ...]  # imports of the project that nothing accounts for: "foo (app.py:3)"
    requirers_known: bool  # a lock file says who requires what; some only list what to install
    locked_for: tuple[str, ...]  # groups, as in DeclaredRequirement.group; empty: not locked, or not told


@dataclass(frozen=True, slots=True)
class UnreadPlace:
    """A place in the requirement files that was not understood and that may bear on a distribution."""

    place: str  # "pyproject.toml:3"
    itself: bool = False  # it may be declared there
    requirer: DistributionName | None = None  # may be declared there, and requires it


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything known about one distribution that bears on its class."""

    name: DistributionName
    installed: bool
    declared: tuple[DeclaredRequirement, ...]
    sites: tuple[SiteUse, ...]
    load: Load | None  # None: not loaded at startup, or not measured: see `measured`
    measured: bool  # every entry was measured through its start
    entries_known: bool
    loaded_files: frozenset[str]  # first-party paths that the probe saw loaded
    later: Load | None = None  # of what is not loaded at startup: by lazy imports and calls that were tried
    tools: tuple[ToolUse, ...] = ()
    asks: tuple[Ask, ...] = ()
    soft_needs: tuple[SoftNeed, ...] = ()
    mentions: tuple[Mention, ...] = ()
    required_by: tuple[DistributionName, ...] = ()  # installed requirers that a declared line of its kind reaches
    developers: tuple[DistributionName, ...] = ()  # of a production line that nothing else requires: who does then
    ring: tuple[DistributionName, ...] = ()  # declared names that only require each other, itself left out
    requirement_chain: Chain = NO_CHAIN
    plugin_groups: tuple[str, ...] = ()
    other: OtherUses = NO_OTHER_USES
    of_developers: OfDevelopers = NO_DEVELOPERS  # of this distribution
    is_stubs: bool = False
    reads_data: tuple[ImportSite, ...] = ()  # reached imports of the standard library's module that may read its data
    is_data: bool = False  # of nothing but data, which such a module may read
    stubbed: tuple[SiteUse, ...] = ()  # imports of what a stub distribution describes
    entry_guess: str | None = None  # where an entry was only guessed: "common name: app/main.py"
    offered: tuple[str, int] | None = None  # where the project says that it is published: others may import it
    shipped: frozenset[str] = frozenset()  # of a project that is: files with imports of this one that it installs
    build_files: frozenset[str] = frozenset()  # files of ours that only the build runs
    importer_of: Callable[[str], Importer | None] = lambda path: None  # of a file that nothing reaches
    openings: Mapping[str, Opening] = field(default_factory=dict)  # files that nothing reaches and that may run
    computed_imports: tuple[Note, ...] = ()  # in reached code of ours: what they import cannot be read
    guessed: bool = False  # not installed: only its own name says that the imports found are of it
    stands_for: tuple[DistributionName, ...] = ()  # whose modules `sites` and `load` are of: it has none itself
    unread: UnreadPlace | None = None
    for_conda: bool = False  # not installed, and declared for conda alone: perhaps no Python distribution
    member_use: MemberUse | None = None
    open_imports: tuple[str, ...] = ()  # of one that is not installed and may be theirs, as in Unseen
    unseen: Unseen | None = None  # there is no environment; `installed` then means locked
    uncalled: frozenset[str] = (
        frozenset()
    )  # entries of which the measured start runs not all: no function, no `__main__`
    namings: tuple[Naming, ...] = ()  # places that name it where no rule reads, looked for when all else speaks of none
    needed: tuple[NeededComment, ...] = ()  # beside a line that declares it: the project says that it is needed
    unknown_starts: tuple[UnknownStart, ...] = ()
    unmet: tuple[str, ...] = ()  # requirements that are not installed: what those require is not known
    hooks: tuple[StartHook, ...] = ()  # lines of its files, or for its modules, that run whenever Python starts
    is_project: bool = False  # one of the projects audited, installed into their own environment

    @property
    def has_use(self) -> bool:
        """Whether anything of the project says what a line is for, be it a test or a tool."""
        return bool(self.sites or self.tools or self.is_stubs)

    @property
    def only_for_development(self) -> bool:
        """Whether every line that declares it belongs to a group that no server installs."""
        return bool(self.declared) and all(is_development(line.group) for line in self.declared)


@dataclass(frozen=True, slots=True)
class Classification:
    """The class with what it rests on."""

    usage: Usage
    reason: str
    confidence: Confidence
    evidence: tuple[Evidence, ...] = ()


def site_evidence(uses: Iterable[SiteUse]) -> tuple[Evidence, ...]:
    """Return the import sites as evidence, in file order."""
    sites = {(use.site.path, use.site.line, use.site.placement, use.site.function) for use in uses}
    ordered = sorted(sites, key=_shown) if len(sites) > 1 else sites
    return tuple(Evidence(path, line, placement.value, function) for path, line, placement, function in ordered)


_PLACEMENTS = {placement: repr(placement) for placement in Placement}  # an enumeration takes its time for that


def _shown(site: tuple[str, int, Placement, str | None]) -> str:
    """Return `str(site)`."""
    path, line, placement, function = site
    return f"({path!r}, {line}, {_PLACEMENTS[placement]}, {function!r})"


def ask_evidence(asks: Iterable[Ask]) -> tuple[Evidence, ...]:
    """Return the imports of third-party code as evidence."""
    return tuple(Evidence(ask.asker.shown, ask.line, "asked-for", ask.function, ask.asker.module) for ask in asks)


def command_evidence(uses: Iterable[ToolUse]) -> tuple[Evidence, ...]:
    """Return commands as evidence."""
    return tuple(Evidence(use.path, use.line, "command", None, use.command) for use in uses)


def text_evidence(uses: Iterable[StringUse | Naming]) -> tuple[Evidence, ...]:
    """Return the places of names in texts as evidence, each once."""
    return tuple(dict.fromkeys(Evidence(use.path, use.line, "string", None, use.text) for use in uses))


def effective_status(use: SiteUse, facts: Facts) -> ReachStatus:
    """Return the status of an import site, corrected by what the probe saw: a file that was loaded is reached."""
    if (use.status == "unreached" or use.job is not None) and use.site.path in facts.loaded_files:
        return status_when_loaded(use.site)
    return use.status


def reached_uses(facts: Facts) -> tuple[SiteUse, ...]:
    """Return the import sites that run, at startup or later."""
    return tuple(use for use in facts.sites if effective_status(use, facts) in ("startup", "lazy"))


def show_chain(chain: tuple[LoadStep, ...]) -> str:
    """Return a load chain as one line: `backend.main -> sklearn (backend/store.py:4) -> pandas`, middle cut if long."""
    shown = [
        f"{step.module} ({place})" if (place := show_asker(chain, index)) else step.module
        for index, step in enumerate(chain)
    ]
    if len(shown) > 8:
        shown = [*shown[:4], "...", *shown[-3:]]
    return " -> ".join(shown)


def show_asker(chain: tuple[LoadStep, ...], index: int) -> str:
    """Return the place that asked for one step of a chain: a line of ours, or of the module before; "" if not known."""
    step = chain[index]
    if step.path is not None:
        return f"{step.path}:{step.line}"
    return f"{chain[index - 1].module}:{step.asked_line}" if step.asked_line and index else ""


def chain_evidence(chain: tuple[LoadStep, ...]) -> tuple[Evidence, ...]:
    """Return the last first-party statement of a chain: the line of ours that begins it."""
    ours = [step for step in chain if step.path is not None]
    return (Evidence(ours[-1].path or "", ours[-1].line, Placement.MODULE.value, None),) if ours else ()

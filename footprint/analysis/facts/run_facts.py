"""All facts of one run, before they are joined, and what of the requirement files was not understood.

And which distributions hold no module themselves and stand for one that they require: fastmcp for fastmcp-slim. Laws:
pure. Only a declared, installed distribution can stand for another, and only for one that no line declares as it does:
taking its line out takes the other away, or extras of it. A frozen file has both lines, the other one without its
extras. Stubs hold modules for type checkers and stand for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from footprint.analysis.cost.attribution import Places
from footprint.analysis.cost.entry_rows import ObservedEntry, loaded_modules
from footprint.analysis.cost.host import WorkerWish
from footprint.analysis.graph.requirement_graph import RequirementGraph
from footprint.analysis.names.import_names import ImportNames, KnownNames, likely_providers
from footprint.analysis.reach.reach_rule import Opening, is_entry_known
from footprint.analysis.use.use_facts import NO_DEVELOPERS, OfDevelopers, OtherUses
from footprint.model import source_modules
from footprint.model.deferrals import DeferralForm
from footprint.model.environment_facts import Download, DownloadTotal
from footprint.model.installed_environment import DiskScan, Installed, Interpreter, NoEnvironment, StartHook
from footprint.model.lighter_variants import LighterVariant, SpareExtra
from footprint.model.memory_rows import Limit
from footprint.model.namings import Naming
from footprint.model.note import Note
from footprint.model.requests_to_ignore import Suppressions
from footprint.model.requirements import DeclaredFiles, Doubt
from footprint.model.runtime import EntryRuntime
from footprint.model.service_memory import LiveReading, ServerMemories
from footprint.model.start_habits import StartHabit
from footprint.model.third_party_needs import Ask, DataNeed, Mention, SoftNeed
from footprint.names import ByName, DistributionName, Names, NameSet, is_stubs, top_level
from footprint.pairs import follow, group_pairs
from footprint.values import dataclass, field


@dataclass(frozen=True, slots=True)
class Collected:
    """What the wings found. `runtimes` is empty when nothing was probed; `not_probed` then says why."""

    project_name: str
    interpreter: Interpreter
    chosen: str
    prefix_relative: str | None
    installed: tuple[Installed, ...]
    scan: DiskScan
    declared: DeclaredFiles
    graph: RequirementGraph
    sources: source_modules.ProjectSources
    names: ImportNames
    entries: tuple[source_modules.EntryPoint, ...]
    reaches: tuple[source_modules.Reach, ...]
    uses: tuple[source_modules.SiteUse, ...]
    tools: tuple[source_modules.ToolUse, ...]
    not_probed: str
    places: Places
    own: NameSet  # left out of the rows: the project where it is installed, and footprint
    runtimes: tuple[EntryRuntime, ...] = ()
    notes: tuple[Note, ...] = ()
    soft_needs: tuple[SoftNeed, ...] = ()
    data_needs: tuple[DataNeed, ...] = ()
    known_names: KnownNames = field(default_factory=dict)  # who usually provides what is not installed
    limit: Limit | None = None  # to show for the whole
    limits: Mapping[str, Limit] = field(default_factory=dict)  # by entry: web and worker may have different ones
    rehearsed: tuple[EntryRuntime, ...] = ()
    lives: Mapping[str, LiveReading] = field(default_factory=dict)  # the real commands, by entry
    live_failures: Mapping[str, str] = field(default_factory=dict)  # why one gave no reading
    servers: Mapping[str, ServerMemories] = field(default_factory=dict)  # by entry
    wishes: Mapping[str, WorkerWish] = field(default_factory=dict)  # workers to estimate for, by entry
    suppressions: Suppressions = field(default_factory=Suppressions)
    hooks: ByName[tuple[StartHook, ...]] = field(default_factory=dict)  # what runs when Python starts
    beside: tuple[source_modules.EntryPoint, ...] = ()  # what other commands start: reached, not measured
    unknown_starts: tuple[source_modules.UnknownStart, ...] = ()  # commands that may run more of ours
    installs: tuple[source_modules.OutsideInstall, ...] = ()  # what the deploy files install beside the requirements
    habits: tuple[StartHabit, ...] = ()  # of the deployment, that cost something for nothing
    born: NameSet = frozenset()  # what the environment had before anything was installed
    uncertain: NameSet = frozenset()  # declared for conda: perhaps no Python distributions
    missing: NoEnvironment | None = None  # there is no environment: `installed` are pins, nothing is weighed
    downloads: ByName[Download] = field(default_factory=dict)  # by the lock files
    download_total: DownloadTotal | None = None
    runnable: frozenset[str] = frozenset()  # files of the project that can be started by themselves

    @property
    def entries_known(self) -> bool:
        """Whether an entry leads into the project: else every module counts as reached."""
        return is_entry_known(self.reaches)


@dataclass(frozen=True, slots=True)
class SecondLook:
    """What used third-party code asks for, and the words of ours that would make it ask."""

    asks: tuple[Ask, ...] = ()
    mentions: tuple[Mention, ...] = ()
    other: ByName[OtherUses] = field(default_factory=dict)  # uses without an import
    data_reads: tuple[
        tuple[DistributionName, source_modules.ImportSite], ...
    ] = ()  # reached imports of what reads data
    taken: frozenset[tuple[str, str]] = frozenset()  # (module, name): patched or spoken of in another file
    of_developers: OfDevelopers = NO_DEVELOPERS
    namings: ByName[tuple[Naming, ...]] = field(default_factory=dict)  # by the text of any file
    runnable: frozenset[str] = frozenset()  # unreached files that can be started by themselves
    openings: Mapping[str, Opening] = field(default_factory=dict)  # unreached files that may run all the same, by path
    variants: tuple[LighterVariant, ...] = ()  # of what is installed, against which nothing in the project speaks
    spare_extras: tuple[SpareExtra, ...] = ()  # that lines ask for, likewise
    form: DeferralForm = "move"  # of deferred imports


@dataclass(frozen=True, slots=True)
class UsesByOwner:
    """The project's imports by the distribution that provides them."""

    by_distribution: ByName[tuple[source_modules.SiteUse, ...]]
    unowned: tuple[source_modules.SiteUse, ...]  # neither first-party, standard library nor installed
    stands_for: ByName[tuple[DistributionName, ...]] = field(default_factory=dict)  # find_umbrellas


def group_uses(facts: Collected, observed: Iterable[ObservedEntry] = ()) -> UsesByOwner:
    """Sort the project's imports by the distribution that provides them; standard library left out.

    What a start found among the project's own files is the project's own, whichever way it came to be on the path.
    """
    own = loaded_modules(observed)
    found: dict[DistributionName, list[source_modules.SiteUse]] = {}
    unowned: list[source_modules.SiteUse] = []
    there = frozenset(line.name for line in facts.declared.requirements)
    if facts.missing is not None:
        there |= {item.name for item in facts.installed}  # locked for what is declared
    for use in facts.uses:
        owners = facts.names.owner_of(use.site)
        for name in owners:
            found.setdefault(name, []).append(use)
        if owners or facts.names.is_stdlib(use.site.module) or top_level(use.site.module) in own:
            continue
        if facts.names.is_of_many(use.site):
            continue
        # Not installed here: names are all there is to go by.
        meant = likely_providers(use.site, facts.known_names, there)
        for name in meant:
            found.setdefault(name, []).append(use)
        if not meant and use.site.form != "string":  # a string that names nothing declared may be any string
            unowned.append(use)
    stands_for = find_umbrellas(facts)
    for name, others in stands_for.items():
        found.setdefault(name, []).extend(use for other in others for use in found.get(other, ()))
    return UsesByOwner({name: tuple(uses) for name, uses in found.items() if uses}, tuple(unowned), stands_for)


class UnreadLines:
    """Answers whether something may be declared where nobody could read it."""

    def __init__(self, doubts: Sequence[Doubt], explained: frozenset[str] = frozenset()) -> None:
        """`explained` are words that mean something else than a distribution whose name is not known."""
        self._by_word: dict[str, Note] = {}
        self._open = next((doubt.note for doubt in doubts if doubt.words is None), None)
        self.holding_unknown = next(
            (doubt.note for doubt in doubts if doubt.words is None or doubt.words - explained), None
        )
        for doubt in doubts:
            for word in doubt.words or ():
                self._by_word.setdefault(word, doubt.note)

    def holding(self, names: Iterable[str]) -> Note | None:
        """Return the first note on a place that may declare one of `names`, normalised; None where none does."""
        return next((self._by_word[name] for name in names if name in self._by_word), self._open)


def place_of(note: Note) -> str:
    """Return where a note stands, as a reader would say it."""
    return f"{note.path}:{note.line}" if note.line else note.path or ""


def find_umbrellas(facts: Collected) -> ByName[tuple[DistributionName, ...]]:
    """Return what each declared distribution without a module stands for, through others without one."""
    owners = {owner for mapping in facts.scan.owners for owner in mapping.values()}
    declared = {line.name for line in facts.declared.requirements if line.kind == "requirement"}
    empty = {item.name for item in facts.installed if item.name not in owners and item.origin != "editable"}
    empty = {name for name in empty - facts.own if not is_stubs(name)}
    if not empty & declared:
        return {}
    full = (item.name for item in facts.installed if item.name not in declared and item.name in owners)
    pairs = ((name, other) for other in full for name in _above(other, empty, declared, facts))
    stands = group_pairs([*pairs, *_asking_more(empty & declared, owners, facts)])
    return {name: tuple(sorted(set(others))) for name, others in stands.items()}


def _asking_more(empty: Names, owners: Names, facts: Collected) -> Iterator[tuple[DistributionName, DistributionName]]:
    """Yield which of `empty` requires which declared distribution with extras that no line of the project asks for."""
    lines = [line for line in facts.declared.requirements if line.kind == "requirement"]
    declared, asked = {line.name for line in lines}, {(line.name, extra) for line in lines for extra in line.extras}
    for edge in facts.graph.edges:
        wanted = {(edge.required, extra) for extra in edge.required_extras}
        if edge.requirer in empty and edge.required in declared and edge.required in owners and not wanted <= asked:
            yield edge.requirer, edge.required


def _above(name: DistributionName, empty: Names, declared: Names, facts: Collected) -> set[DistributionName]:
    """Return the declared empty distributions that require `name`, directly or through other empty ones."""

    def following(each: DistributionName) -> list[DistributionName]:
        return [one for one in facts.graph.required_by(each) if one in empty and each not in declared]

    return follow([name], following).intersection(declared)

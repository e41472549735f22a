"""Everything collected, indexed by distribution: what classification, rows and the second look ask of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property

from footprint.analysis.cost.entry_rows import ObservedEntry, describe_load, loaded_files, loaded_modules
from footprint.analysis.graph.requirement_graph import RequirementGraph
from footprint.analysis.join.name_facts import Indexes, NameIndex
from footprint.analysis.join.run_facts import Collected, SecondLook, UsesByOwner
from footprint.analysis.names.providers import likely_providers
from footprint.analysis.names.umbrellas import find_umbrellas
from footprint.analysis.reach.member_files import find_member_use
from footprint.analysis.reach.shipped_files import is_shipped
from footprint.analysis.use.implied_facts import NO_OTHER_USES, NOTHING_OF_DEVELOPERS, OfDevelopers
from footprint.analysis.use.of_developers import TEST_RUNNER
from footprint.analysis.use.use_facts import Facts, UnreadPlace, is_development
from footprint.analysis.use.without_environment import describe_unseen, is_guessed
from footprint.model.installed_environment import DiskUse, Installed
from footprint.model.note import Note
from footprint.model.requests_to_ignore import NeededComment
from footprint.model.requirements import DeclaredRequirement, lines_by_name
from footprint.model.source_modules import SiteUse, SourceModule
from footprint.model.third_party_needs import Ask
from footprint.names import DistributionName, top_level
from footprint.values import dataclass


@dataclass(frozen=True)  # no slots: `known` fills as names are asked for, and a changed copy begins anew
class Joined:
    """The collected facts with the indexes that the rows are built from."""

    facts: Collected
    look: SecondLook
    observed: tuple[ObservedEntry, ...]
    uses: UsesByOwner
    declared: Mapping[DistributionName, tuple[DeclaredRequirement, ...]]
    disk: Mapping[DistributionName, DiskUse]
    installed: Mapping[DistributionName, Installed]
    loaded_files: frozenset[str]
    sources: Mapping[str, SourceModule]
    computed_imports: tuple[Note, ...]
    indexes: Indexes

    @cached_property
    def known(self) -> dict[DistributionName, Facts]:
        """The facts that were gathered already, by name."""
        return {}

    @cached_property
    def needed_comments(self) -> dict[tuple[str, int], NeededComment]:
        """The comments that call a line needed, by their places."""
        return {(comment.path, comment.line): comment for comment in self.facts.suppressions.needed}

    @cached_property
    def asks(self) -> NameIndex[Ask]:
        """What third-party code asks for, by name."""
        return NameIndex(self.look.asks, lambda ask: (ask.wanted,))

    @cached_property
    def entries_known(self) -> bool:
        """Whether an entry leads into the project."""
        return self.facts.entries_known

    @cached_property
    def production_names(self) -> frozenset[DistributionName]:
        """What is declared for more than development, or imported by code that runs in production all the same."""
        reached = ("startup", "lazy") if self.entries_known else ("startup", "lazy", "unreached")
        uses = self.uses.by_distribution
        return frozenset(
            name
            for name, lines in self.declared.items()
            if not all(is_development(line.group) for line in lines)
            or any(use.status in reached for use in uses.get(name, ()))
        )

    @cached_property
    def production(self) -> RequirementGraph:
        """The requirement graph without what is declared for development alone."""
        graph, names = self.facts.graph, self.production_names
        return graph if len(names) == len(self.declared) else graph.held_by((name,) for name in sorted(names))

    @property
    def measured(self) -> bool:
        """Whether every entry was measured through its start."""
        return (
            bool(self.observed)
            and len(self.observed) == len(self.facts.entries)
            and all(entry.complete for entry in self.observed)
        )


def index_facts(facts: Collected, look: SecondLook, observed: tuple[ObservedEntry, ...], uses: UsesByOwner) -> Joined:
    """Index the collected facts by distribution. Lines whose marker excludes this target declare nothing."""
    lines = facts.declared.requirements
    return Joined(
        facts=facts,
        look=look,
        observed=observed,
        uses=uses,
        declared=lines_by_name(at for at in lines if at.kind == "requirement" and facts.graph.applies(at)),
        disk={use.name: use for use in facts.scan.uses},
        installed={item.name: item for item in facts.installed},
        loaded_files=loaded_files(observed),
        sources={module.path: module for module in facts.sources.modules},
        computed_imports=tuple(
            note for reach in facts.reaches for note in reach.notes if note.code == "dynamic-import"
        ),
        indexes=Indexes(facts, uses, frozenset(name for entry in observed for name in entry.costs)),
    )


def group_uses(facts: Collected, observed: Iterable[ObservedEntry] = ()) -> UsesByOwner:
    """Sort the project's imports by the distribution that provides them; standard library left out.

    What a start found among the project's own files is the project's own, whichever way it came to be on the path.
    """
    own = loaded_modules(observed)
    found: dict[DistributionName, list[SiteUse]] = {}
    unowned: list[SiteUse] = []
    there = frozenset(line.name for line in facts.declared.requirements)
    if facts.missing is not None:
        there |= {item.name for item in facts.installed}  # locked for what is declared
    for use in facts.uses:
        owners = facts.names.owner_of(use.site)
        for name in owners:
            found.setdefault(name, []).append(use)
        if owners or facts.names.is_stdlib(use.site.module) or top_level(use.site.module) in own:
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


def gather_facts(name: DistributionName, joined: Joined) -> Facts:
    """Return all that bears on the class of `name`, gathered when it is first asked for."""
    known = joined.known.get(name)
    if known is None:
        known = joined.known[name] = _gather(name, joined)
    return known


def _gather(name: DistributionName, joined: Joined) -> Facts:
    facts, indexes = joined.facts, joined.indexes
    item, stands_for = joined.installed.get(name), joined.uses.stands_for.get(name, ())
    declared, sites = joined.declared.get(name, ()), joined.uses.by_distribution.get(name, ())
    loads = (describe_load(each, joined.observed, joined.sources) for each in (name, *stands_for))
    is_stubs = name.startswith("types-") or name.endswith("-stubs")
    records = item.entry_points if item else ()
    commands = {record.name for record in records if record.group == "console_scripts"}
    groups = sorted({record.group for record in records if not record.group.endswith("_scripts")})
    is_production = name in joined.production_names
    required_by = (joined.production if is_production else facts.graph).independent_requirers(name)
    known = Facts(
        name=name,
        installed=item is not None,
        declared=declared,
        sites=sites,
        load=next(filter(None, loads), None),
        measured=joined.measured,
        entries_known=joined.entries_known,
        loaded_files=joined.loaded_files,
        tools=indexes.tools.find(commands | {name}),
        soft_needs=indexes.soft_needs.find([name]),
        required_by=required_by,
        developers=facts.graph.independent_requirers(name) if is_production and not required_by else (),
        plugin_groups=tuple(groups),
        is_stubs=is_stubs,
        is_data=any(need.needs == name and not need.is_kept for need in facts.data_needs),
        stubbed=_uses_of_stubbed(name, joined) if is_stubs else (),
        guessed=(item is None or facts.missing is not None) and is_guessed(name, facts, joined.uses),
        open_imports=indexes.open_imports if item is None and name not in indexes.import_names else (),
        stands_for=stands_for,
        needed=_needed_comments(declared, joined),
        hooks=facts.hooks.get(name, ()),
        is_project=name in indexes.own_names,
        unseen=describe_unseen(name, indexes) if facts.missing is not None else None,
        for_conda=name in facts.uncertain,
        member_use=find_member_use(declared, sites, indexes.members),
        unread=_find_unread(name, joined) if facts.declared.doubts else None,
    )
    return _add_project(_add_look(known, joined.look, joined.asks), joined)


def _add_look(known: Facts, look: SecondLook, asks: NameIndex[Ask]) -> Facts:
    """Return the facts with what the second look found."""
    name = known.name
    return replace(
        known,
        asks=asks.find([name]),
        mentions=look.mentions,
        other=look.other.get(name, NO_OTHER_USES),
        of_developers=_of_developers(name, look.of_developers),
        reads_data=tuple(site for needed, site in look.data_reads if needed == name),
        openings=look.openings,
        namings=look.namings.get(name, ()),
    )


def _add_project(known: Facts, joined: Joined) -> Facts:
    """Return the facts with what is known of the project as a whole."""
    facts = joined.facts
    offered = next((place for place in facts.declared.published if "/" not in place[0]), None)
    paths = {use.site.path for use in known.sites} if offered is not None else ()
    return replace(
        known,
        entry_guess=next((entry.source for entry in facts.entries if entry.is_guess), None),
        offered=offered,
        shipped=frozenset(path for path in paths if is_shipped(path, joined.sources)),
        computed_imports=joined.computed_imports,
        uncalled=joined.indexes.uncalled,
        unknown_starts=facts.unknown_starts,
    )


def _find_unread(name: DistributionName, joined: Joined) -> UnreadPlace | None:
    maybe = joined.indexes.maybe_declared
    requirers = [each for each in joined.facts.graph.required_by(name) if each in maybe]
    if name in maybe:
        return UnreadPlace(maybe[name], itself=True)
    if requirers:
        return UnreadPlace(maybe[requirers[0]], requirer=requirers[0])
    return UnreadPlace(next(iter(maybe.values()))) if maybe else None


def _of_developers(name: DistributionName, found: OfDevelopers) -> OfDevelopers:
    if found is NOTHING_OF_DEVELOPERS:
        return found
    return OfDevelopers(
        files=tuple(use for use in found.files if use.tool == name),
        asks=tuple(ask for ask in found.asks if ask.wanted == name),
        first_test=found.first_test if name == TEST_RUNNER else None,
    )


def _needed_comments(lines: tuple[DeclaredRequirement, ...], joined: Joined) -> tuple[NeededComment, ...]:
    comments = joined.needed_comments
    return tuple(comment for line in lines if (comment := comments.get((line.path, line.line))) is not None)


def _uses_of_stubbed(name: DistributionName, joined: Joined) -> tuple[SiteUse, ...]:
    """Return the project's imports of what the stubs `name` describe, by the stubs' folders or by their name."""
    described = name.removeprefix("types-").removesuffix("-stubs")
    return joined.indexes.stubbed.find([f"{name} stubs", described])

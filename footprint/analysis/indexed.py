"""Everything collected, indexed by distribution: what classification, rows and the second look ask of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from footprint.analysis.collected import Collected, SecondLook, UsesByOwner
from footprint.analysis.cost.observed import (
    ObservedEntry,
    describe_load,
    loaded_files,
)
from footprint.analysis.providers import likely_providers
from footprint.analysis.umbrellas import find_umbrellas
from footprint.analysis.use.facts import Facts
from footprint.analysis.use.implied_facts import NO_OTHER_USES
from footprint.analysis.use.unseen import describe_unseen, is_guessed
from footprint.model.environment import DiskUse, Installed
from footprint.model.note import Note
from footprint.model.requirements import DeclaredRequirement
from footprint.model.sources import SiteUse, SourceModule
from footprint.names import DistributionName, normalise, top_level


@dataclass(frozen=True, slots=True)
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
    declared: dict[DistributionName, list[DeclaredRequirement]] = {}
    for line in facts.declared.requirements:
        if line.kind == "requirement" and facts.graph.applies(line):
            declared.setdefault(line.name, []).append(line)
    return Joined(
        facts=facts,
        look=look,
        observed=observed,
        uses=uses,
        declared={name: tuple(lines) for name, lines in declared.items()},
        disk={use.name: use for use in facts.scan.uses},
        installed={item.name: item for item in facts.installed},
        loaded_files=loaded_files(observed),
        sources={module.path: module for module in facts.sources.modules},
        computed_imports=tuple(
            note for reach in facts.reaches for note in reach.notes if note.code == "dynamic-import"
        ),
    )


def group_uses(facts: Collected) -> UsesByOwner:
    """Sort the project's imports by the distribution that provides them; standard library left out."""
    found: dict[DistributionName, list[SiteUse]] = {}
    unowned: list[SiteUse] = []
    there = {line.name for line in facts.declared.requirements}
    if facts.missing is not None:
        there.update(item.name for item in facts.installed)  # locked for what is declared
    for use in facts.uses:
        owners = facts.names.owner_of(use.site)
        for name in owners:
            found.setdefault(name, []).append(use)
        if owners or facts.names.is_stdlib(use.site.module):
            continue
        # Not installed here: names are all there is to go by.
        meant = likely_providers(use.site, facts.known_names, there)
        for name in meant:
            found.setdefault(name, []).append(use)
        if not meant:
            unowned.append(use)
    stands_for = find_umbrellas(facts)
    for name, others in stands_for.items():
        found.setdefault(name, []).extend(use for other in others for use in found.get(other, ()))
    return UsesByOwner({name: tuple(uses) for name, uses in found.items() if uses}, tuple(unowned), stands_for)


def gather_facts(name: DistributionName, joined: Joined) -> Facts:
    """Return all that bears on the class of `name`."""
    facts = joined.facts
    item, stands_for = joined.installed.get(name), joined.uses.stands_for.get(name, ())
    loads = (describe_load(each, joined.observed, joined.sources) for each in (name, *stands_for))
    is_stubs = name.startswith("types-") or name.endswith("-stubs")
    commands = {record.name for record in item.entry_points if record.group == "console_scripts"} if item else set()
    groups = sorted(
        {record.group for record in item.entry_points if not record.group.endswith("_scripts")} if item else ()
    )
    return Facts(
        name=name,
        installed=item is not None,
        declared=joined.declared.get(name, ()),
        sites=joined.uses.by_distribution.get(name, ()),
        load=next(filter(None, loads), None),
        measured=joined.measured,
        entries_known=bool(facts.entries),
        loaded_files=joined.loaded_files,
        tools=tuple(use for use in facts.tools if use.tool in commands or use.tool == name),
        asks=tuple(ask for ask in joined.look.asks if ask.wanted == name),
        soft_needs=tuple(need for need in facts.soft_needs if need.needs == name),
        mentions=joined.look.mentions,
        required_by=_independent_requirers(name, joined),
        requirement_chain=_requirement_chain(name, joined, frozenset()),
        plugin_groups=tuple(groups),
        other=joined.look.other.get(name, NO_OTHER_USES),
        is_stubs=is_stubs,
        stubbed=_uses_of_stubbed(name, joined) if is_stubs else (),
        entry_guess=next((entry.source for entry in facts.entries if entry.is_guess), None),
        runnable=joined.look.runnable,
        computed_imports=joined.computed_imports,
        guessed=(item is None or facts.missing is not None) and is_guessed(name, facts, joined.uses),
        stands_for=stands_for,
        uncalled=frozenset(entry.name for entry in facts.entries if entry.runs_function and not entry.factory),
        is_project=name in facts.declared.own_names,
        unseen=describe_unseen(name, facts, joined.uses) if facts.missing is not None else None,
    )


def _independent_requirers(name: DistributionName, joined: Joined) -> tuple[DistributionName, ...]:
    """Return who requires `name` for reasons other than `name` itself, dependencies in a cycle left out."""
    graph = joined.facts.graph
    loose = graph.orphans | graph.weight_of(name).exclusive
    return tuple(requirer for requirer in graph.required_by(name) if requirer not in loose)


def _requirement_chain(
    name: DistributionName, joined: Joined, seen: frozenset[DistributionName]
) -> tuple[DistributionName, ...]:
    """Return the shortest way to `name` from a declared line that is there for its own sake, not as a pin."""
    requirers = [each for each in _independent_requirers(name, joined) if each not in seen]
    if not requirers:
        return joined.facts.graph.chain_to(name)
    ways = (_requirement_chain(each, joined, seen | {name}) for each in requirers)
    in_memory = {loaded for entry in joined.observed for loaded in entry.costs}
    # Of equally short ways the one that starts at something in use says more.
    return (*min(ways, key=lambda way: (len(way), way[:1] and way[0] not in in_memory, way)), name)


def _uses_of_stubbed(name: DistributionName, joined: Joined) -> tuple[SiteUse, ...]:
    """Return the project's imports of what the stubs `name` describe, by the stubs' folders or by their name."""
    described = name.removeprefix("types-").removesuffix("-stubs")
    names = joined.facts.names
    return tuple(
        use
        for use in joined.facts.uses
        if name in names.stubs_for(use.site.module)
        or described in (normalise(top_level(use.site.module)), *names.owner_of(use.site))
    )

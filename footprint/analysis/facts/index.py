"""Everything collected, indexed by distribution: what classification, rows and the second look ask of it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache, cached_property
from typing import Any, Generic, TypeVar

from footprint.analysis.cost.entry_rows import ObservedEntry, describe_later_load, describe_load, loaded_files
from footprint.analysis.facts.run_facts import Collected, SecondLook, UnreadLines, UsesByOwner, place_of
from footprint.analysis.graph.requirement_graph import RequirementGraph
from footprint.analysis.graph.settled_lines import without_uncertain
from footprint.analysis.names.import_names import is_guess
from footprint.analysis.reach.member_files import Members, find_member_use
from footprint.analysis.reach.reach_rule import Importer, importers_of, is_shipped
from footprint.analysis.use.stated_uses import TEST_RUNNER
from footprint.analysis.use.use_facts import (
    NO_DEVELOPERS,
    NO_OTHER_USES,
    Classification,
    Facts,
    OfDevelopers,
    UnreadPlace,
    Unseen,
)
from footprint.knowledge.environment_tools import BORN_WITH
from footprint.knowledge.groups import is_development
from footprint.model.installed_environment import DiskUse, Installed, NoEnvironment
from footprint.model.note import Note
from footprint.model.requests_to_ignore import NeededComment
from footprint.model.requirements import DeclaredRequirement, lines_by_name
from footprint.model.source_modules import ImportSite, Placement, SiteUse, SourceModule, ToolUse
from footprint.model.third_party_needs import Ask, SoftNeed
from footprint.names import ByName, ByPath, DistributionName, ModuleName, NameSet, is_stubs, normalise, top_level
from footprint.pairs import group_pairs
from footprint.values import dataclass, field, replace

_T = TypeVar("_T")


class NameIndex(Generic[_T]):
    """Items by what they may be asked for by; each comes out once and in their own order."""

    def __init__(self, items: Iterable[_T], keys: Callable[[_T], Iterable[str]]) -> None:
        self._items = tuple(items)
        self._places = group_pairs((key, place) for place, item in enumerate(self._items) for key in keys(item))

    def find(self, keys: Iterable[str]) -> tuple[_T, ...]:
        """Return the items that any of `keys` asks for."""
        places = {place for key in keys for place in self._places.get(key, ())}
        return tuple(self._items[place] for place in sorted(places))


def _has_main_block(module: SourceModule) -> bool:
    """Whether anything in a file runs only when it is the script."""
    in_calls = any(calls.function == "__main__" for calls in module.calls)
    return in_calls or any(site.placement is Placement.MAIN for site in module.sites)


@dataclass(frozen=True)  # no slots: an index is made when it is first asked for
class Indexes:
    """The indexes of one set of facts. `in_memory` are the distributions that some start loaded."""

    facts: Collected
    uses: UsesByOwner
    in_memory: NameSet

    @cached_property
    def tools(self) -> NameIndex[ToolUse]:
        """The commands of the project, by the tool that they run, or the distribution whose module they serve."""

        def keys(use: ToolUse) -> Sequence[str]:
            return self.facts.names.owner_of(ImportSite(use.path, use.line, use.tool)) if use.is_module else (use.tool,)

        return NameIndex(self.facts.tools, keys)

    @cached_property
    def soft_needs(self) -> NameIndex[SoftNeed]:
        """The documented optional needs, by what is needed."""
        return NameIndex(self.facts.soft_needs, lambda need: (need.needs,))

    @cached_property
    def stubbed(self) -> NameIndex[SiteUse]:
        """The project's imports, by the stubs that describe what they import, and by the names of that."""
        names = self.facts.names

        @cache  # thousands of imports are of few names
        def described(top: ModuleName) -> tuple[str, ...]:
            return (*(f"{name} stubs" for name in names.stubs_for(top)), normalise(top))

        def keys(use: SiteUse) -> Sequence[str]:
            return (*described(top_level(use.site.module)), *names.owner_of(use.site))

        return NameIndex(self.facts.uses, keys)

    @cached_property
    def import_names(self) -> ByName[tuple[ModuleName, ...]]:
        """The import names that the table of well-known names has of each distribution, sorted."""
        known = sorted(self.facts.known_names.items())
        return group_pairs((name, module) for module, names in known for name in dict.fromkeys(names))

    @cached_property
    def unmet(self) -> tuple[str, ...]:
        """The requirements that are not installed, as they are written; those for conda alone left out."""
        if self.facts.missing is not None:
            return ()
        problems = without_uncertain(self.facts.graph.problems, self.facts.uncertain)
        return tuple(one.requirement for one in problems if one.kind == "missing")

    @cached_property
    def open_imports(self) -> tuple[str, ...]:
        """The imports of the project that nothing accounts for, sorted, each with its first place."""
        places: dict[str, str] = {}
        for use in self.uses.unowned:
            places.setdefault(top_level(use.site.module), f"{use.site.path}:{use.site.line}")
        return tuple(f"{module} ({place})" for module, place in sorted(places.items()))

    @cached_property
    def requirers_known(self) -> bool:
        """Whether the lock files say who requires what."""
        return any(item.requires for item in self.facts.installed)

    @cached_property
    def uncalled(self) -> frozenset[str]:
        """The entries of which the measured start runs not all: it calls no function, and nothing is `__main__`."""
        with_block = frozenset(module.path for module in self.facts.sources.modules if _has_main_block(module))
        run = (reach for reach in self.facts.reaches if reach.entry.is_script)
        entered = ((each.entry.name, module) for each in run for module in each.modules if not module.chain)
        scripts = {name for name, module in entered if module.path in with_block}
        called = {entry.name for entry in self.facts.entries if entry.runs_function and not entry.factory}
        return frozenset(called | scripts)

    @cached_property
    def members(self) -> Members:
        """The distributions of their own within the project."""
        return Members(self.facts.declared.members, self.facts.reaches)

    @cached_property
    def maybe_declared(self) -> ByName[str]:
        """What is installed, brought in by nothing that was read, and may be declared where something was not."""
        if not self.facts.declared.doubts:
            return {}
        found = {}
        # What only developers install holds nothing of the application.
        unread = UnreadLines([doubt for doubt in self.facts.declared.doubts if not is_development(doubt.group)])
        for name in sorted(self.facts.graph.orphans - self.facts.own - BORN_WITH):
            note = unread.holding([name, *map(normalise, self.import_names.get(name, ()))])
            if note is not None:
                found[name] = place_of(note)
        return found

    @cached_property
    def offered(self) -> tuple[str, int] | None:
        """The project file at the top that offers the project to an index, with its line."""
        return next((place for place in self.facts.declared.published if "/" not in place[0]), None)

    @cached_property
    def shipped(self) -> frozenset[str]:
        """The files with imports that an installed project has; none where it is not offered to an index."""
        if self.offered is None:
            return frozenset()
        files = {module.path for module in self.facts.sources.modules}
        return frozenset(path for path in {use.site.path for use in self.facts.uses} if is_shipped(path, files))

    @cached_property
    def build_files(self) -> frozenset[str]:
        """The files of the project that only its build runs."""
        return frozenset(module.path for module in self.facts.sources.modules if module.role == "build")

    def importer_of(self, path: str) -> Importer | None:
        """Who imports a file that no known start reaches and that imports what is installed."""
        return self._importers.get(path)

    @cached_property
    def _importers(self) -> ByPath[Importer]:
        unreached = {use.site.path for use in self.facts.uses if use.status == "unreached"}
        return importers_of(unreached, self.facts.sources)

    @cached_property
    def own_names(self) -> NameSet:
        """The projects that are audited."""
        return frozenset(self.facts.declared.own_names)


@dataclass(frozen=True)  # no slots: `known` fills as names are asked for, and a copy with another look begins anew
class Joined:
    """The collected facts with the indexes that the rows are built from.

    Only `look` may differ in a copy: `gathered` and `judged` are common to all of them.
    """

    facts: Collected
    look: SecondLook
    observed: tuple[ObservedEntry, ...]
    uses: UsesByOwner
    declared: ByName[tuple[DeclaredRequirement, ...]]
    disk: ByName[DiskUse]
    installed: ByName[Installed]
    loaded_files: frozenset[str]
    sources: ByPath[SourceModule]
    computed_imports: tuple[Note, ...]
    indexes: Indexes
    gathered: dict[DistributionName, Facts] = field(default_factory=dict, compare=False)  # with the last look asked for
    judged: dict[DistributionName, tuple[Facts, Classification]] = field(default_factory=dict, compare=False)

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
    def production_names(self) -> NameSet:
        """What is declared for more than development, or imported by code that runs in production all the same."""
        reached = ("startup", "lazy") if self.facts.entries_known else ("startup", "lazy", "unreached")
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

    def weigh(self, names: Iterable[DistributionName]) -> int | None:
        """Return what `names` weigh on disk, outside the site folders too; None where there is no environment."""
        uses = (self.disk[name] for name in names if name in self.disk)
        return sum(use.apparent_bytes + use.outside_bytes for use in uses) if self.facts.missing is None else None

    @property
    def measured(self) -> bool:
        """Whether every entry was measured through its start."""
        complete = [entry.complete for entry in self.observed]
        return bool(complete) and all(complete) and len(complete) == len(self.facts.entries)


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


def gather_facts(name: DistributionName, joined: Joined) -> Facts:
    """Return all that bears on the class of `name`, gathered when it is first asked for."""
    known = joined.known.get(name)
    if known is None:
        gathered = joined.gathered.get(name) or _gather(name, joined)
        known = joined.known[name] = joined.gathered[name] = _add_look(gathered, joined.look, joined.asks)
    return known


def _gather(name: DistributionName, joined: Joined) -> Facts:
    facts, indexes = joined.facts, joined.indexes
    item, stands_for = joined.installed.get(name), joined.uses.stands_for.get(name, ())
    declared, sites = joined.declared.get(name, ()), joined.uses.by_distribution.get(name, ())
    loads = (describe_load(each, joined.observed, joined.sources) for each in (name, *stands_for))
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
        entries_known=joined.facts.entries_known,
        loaded_files=joined.loaded_files,
        tools=indexes.tools.find(commands | {name}),
        soft_needs=indexes.soft_needs.find([name]),
        required_by=required_by,
        developers=facts.graph.independent_requirers(name) if is_production and not required_by else (),
        plugin_groups=tuple(groups),
        is_stubs=is_stubs(name),
        is_data=any(need.needs == name and not need.is_kept for need in facts.data_needs),
        stubbed=_uses_of_stubbed(name, joined) if is_stubs(name) else (),
        guessed=(item is None or facts.missing is not None) and _is_guessed(name, facts, joined.uses),
        open_imports=indexes.open_imports if item is None and name not in indexes.import_names else (),
        stands_for=stands_for,
        needed=_needed_comments(declared, joined),
        hooks=facts.hooks.get(name, ()),
        is_project=name in indexes.own_names,
        unseen=_describe_unseen(name, indexes, facts.missing) if facts.missing is not None else None,
        for_conda=name in facts.uncertain,
        member_use=find_member_use(declared, sites, indexes.members),
        unread=_find_unread(name, joined) if facts.declared.doubts else None,
    )
    return _add_project(known, joined)


def _add_project(known: Facts, joined: Joined) -> Facts:
    """Return the facts with what is known of the project as a whole, and of what ran after its starts."""
    indexes = joined.indexes
    return replace(
        known,
        later=describe_later_load(known.name, joined.observed),
        entry_guess=next((str(entry.source) for entry in joined.facts.entries if entry.is_guess), None),
        offered=indexes.offered,
        shipped=indexes.shipped.intersection(use.site.path for use in known.sites),
        build_files=indexes.build_files,
        importer_of=indexes.importer_of,
        computed_imports=joined.computed_imports,
        uncalled=indexes.uncalled,
        unknown_starts=joined.facts.unknown_starts,
        unmet=indexes.unmet,
    )


def _add_look(known: Facts, look: SecondLook, asks: NameIndex[Ask]) -> Facts:
    """Return the facts with what the second look found; the same ones where that is what they have."""
    name = known.name
    found: dict[str, Any] = {
        "asks": asks.find([name]),
        "mentions": look.mentions,
        "other": look.other.get(name, NO_OTHER_USES),
        "of_developers": _of_developers(name, look.of_developers),
        "reads_data": tuple(site for needed, site in look.data_reads if needed == name),
        "openings": look.openings,
        "namings": look.namings.get(name, ()) if known.declared else (),
    }
    is_known = all(getattr(known, row) == value for row, value in found.items())
    return known if is_known else replace(known, **found)


def _find_unread(name: DistributionName, joined: Joined) -> UnreadPlace | None:
    maybe = joined.indexes.maybe_declared
    requirers = [each for each in joined.facts.graph.required_by(name) if each in maybe]
    if name in maybe:
        return UnreadPlace(maybe[name], itself=True)
    if requirers:
        return UnreadPlace(maybe[requirers[0]], requirer=requirers[0])
    return UnreadPlace(next(iter(maybe.values()))) if maybe else None


def _of_developers(name: DistributionName, found: OfDevelopers) -> OfDevelopers:
    if found is NO_DEVELOPERS:
        return found
    return OfDevelopers(
        files=tuple(use for use in found.files if use.tool == name),
        asks=tuple(ask for ask in found.asks if ask.wanted == name),
        chosen=tuple(each for each in found.chosen if each[0] == name),
        first_test=found.first_test if name == TEST_RUNNER else None,
    )


def _needed_comments(lines: tuple[DeclaredRequirement, ...], joined: Joined) -> tuple[NeededComment, ...]:
    comments = joined.needed_comments
    return tuple(comment for line in lines if (comment := comments.get((line.path, line.line))) is not None)


def _uses_of_stubbed(name: DistributionName, joined: Joined) -> tuple[SiteUse, ...]:
    """Return the project's imports of what the stubs `name` describe, by the stubs' folders or by their name."""
    return joined.indexes.stubbed.find([f"{name} stubs", name.removeprefix("types-").removesuffix("-stubs")])


def _describe_unseen(name: DistributionName, indexes: Indexes, missing: NoEnvironment) -> Unseen:
    """Return what is known of `name` where there is no environment."""
    return Unseen(
        import_names=indexes.import_names.get(name, ()),
        open_imports=indexes.open_imports,
        requirers_known=indexes.requirers_known,
        locked_for=missing.groups.get(name, ()),
    )


def _is_guessed(name: DistributionName, facts: Collected, uses: UsesByOwner) -> bool:
    """Whether nothing but the spelling of its name makes the project's imports those of a distribution."""
    sites = [use.site for use in uses.by_distribution.get(name, ())]
    return bool(sites) and all(is_guess(name, site, facts.known_names) for site in sites)

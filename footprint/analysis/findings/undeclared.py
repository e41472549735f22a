"""Import names that the project uses and declares nowhere, and how easily they can go missing.

Of a project with members also what one of them imports and only another declares. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from footprint.analysis.facts.index import Joined, gather_facts
from footprint.analysis.facts.run_facts import UnreadLines, place_of
from footprint.analysis.graph.name_sets import RowLists, list_shortened
from footprint.analysis.graph.requirement_graph import RequirementGraph
from footprint.analysis.names.import_names import usual_providers
from footprint.analysis.reach.member_files import ROOT, Members
from footprint.analysis.reach.reach_rule import is_caught
from footprint.analysis.use.implied import starts_of
from footprint.analysis.use.use_facts import command_evidence, site_evidence
from footprint.documents.plain_requirements import RequirementInvalid, RequirementLine, read_requirement
from footprint.knowledge.groups import is_development
from footprint.model.audit import UndeclaredRow
from footprint.model.installed_environment import Installed
from footprint.model.note import Note
from footprint.model.requirements import DeclaredFiles, DeclaredRequirement, lines_by_name
from footprint.model.source_modules import ImportSite, Placement, SiteUse
from footprint.names import ByName, DistributionName, ModuleName, NameSet, is_stubs, normalise, top_level
from footprint.pairs import group_pairs
from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class Borrowed:
    """Imports of one distribution, and the line of another member that declares it."""

    uses: tuple[SiteUse, ...]
    line: DeclaredRequirement
    users: str  # the folders of the importing members

    def show(self) -> str:
        """Return where it is declared, as a reader would say it."""
        return f"only {self.line.path}:{self.line.line} declares it, of a member that {self.users} does not require"


def find_developed(
    uses: ByName[tuple[SiteUse, ...]], declared: DeclaredFiles, members: Members, counts: Callable[[SiteUse], bool]
) -> ByName[Borrowed]:
    """Return what a member declares for its developers alone and imports all the same, while others declare it in full.

    What no member declares in full is told without them: every line is for developers then.
    """
    found: dict[DistributionName, Borrowed] = {}
    for name, each in _lines_of(declared).items() if members else ():
        whole = {members.folder_of(line.path) for line in each if not is_development(line.group)}
        for line in each if whole else ():
            folder = members.folder_of(line.path)
            is_whole = name in found or folder == ROOT or not members.member(folder).name
            if is_whole or not whole.isdisjoint(members.required_by([folder]) | {folder, ROOT}):
                continue
            own = [use for use in uses.get(name, ()) if members.folder_of(use.site.path) == folder and counts(use)]
            if own:
                found[name] = Borrowed(tuple(own), line, folder)
    return found


def find_borrowed(
    uses: ByName[tuple[SiteUse, ...]], declared: DeclaredFiles, members: Members, counts: Callable[[SiteUse], bool]
) -> dict[tuple[ModuleName, DistributionName], Borrowed]:
    """Return what members take from others' lines, by import name and distribution; `counts` says which uses do.

    What the project's own files declare is there for all members, and a member that declares nothing is part of it.
    """
    if not members:
        return {}
    lines = _lines_of(declared)
    declaring = {members.folder_of(line.path) for each in lines.values() for line in each}
    declaring |= {members.folder_of(path) for path in declared.needs_nothing}
    # A part that is not a distribution may well be installed together with others.
    declaring = {folder for folder in declaring - {ROOT} if members.member(folder).name}
    asked = {folder: members.required_by([folder]) | {ROOT} for folder in declaring}
    found: dict[tuple[ModuleName, DistributionName], list[SiteUse]] = {}
    for name, sites in uses.items():
        folders = {members.folder_of(line.path) for line in lines.get(name, ())}
        for use in sites if folders and ROOT not in folders else ():
            user = members.folder_of(use.site.path)
            if user in asked and asked[user].isdisjoint(folders) and counts(use):
                found.setdefault((top_level(use.site.module), name), []).append(use)
    return {
        key: Borrowed(
            tuple(taken), lines[key[1]][0], members.name_all({members.folder_of(use.site.path) for use in taken})
        )
        for key, taken in found.items()
    }


def _lines_of(declared: DeclaredFiles) -> ByName[tuple[DeclaredRequirement, ...]]:
    return lines_by_name(line for line in declared.requirements if line.kind == "requirement")


_FILES_SHOWN = 3
_WORDS_AT_MOST = 8  # of the name of a distribution
_NOT_COUNTED = ("elsewhere", "typing", "tests")
_Group = tuple[str, DistributionName | None]


@dataclass(frozen=True, slots=True)
class _RowParts:
    """What every row is made of."""

    joined: Joined
    graph: RequirementGraph  # held by the lines that hold anything
    borrowed: Mapping[tuple[ModuleName, DistributionName], Borrowed]
    unread: UnreadLines
    holders: RowLists
    conditions: _Conditions
    production: NameSet  # declared for more than development
    waiting: ByName[tuple[DeclaredRequirement, ...]]  # what is not installed, by words of its name


def find_undeclared(joined: Joined, graph: RequirementGraph) -> tuple[UndeclaredRow, ...]:
    """Return one row per import name and distribution, sorted; of tests, type checkers and other targets none counts.

    A name that several installed distributions provide is declared as soon as one of them is, for this target or
    for another: `tomli; python_version < "3.11"` beside a guarded import is as it should be. A file that was loaded
    is reached, whatever the reading of the code says.
    """
    lines = joined.facts.declared
    declared = frozenset(line.name for line in lines.requirements if line.kind == "requirement")
    if not declared and not lines.doubts and not lines.needs_nothing:
        return ()  # nothing is declared anywhere: a list of everything would say nothing
    grouped = _group(joined, declared)
    counting = {key: counted for key, found in grouped.items() if (counted := list(filter(_counts, found)))}
    borrowed = find_borrowed(joined.uses.by_distribution, lines, joined.indexes.members, _counts)
    counting |= {key: list(found.uses) for key, found in borrowed.items()}
    imported = (normalise(import_name) for import_name, _ in grouped)
    known = _RowParts(
        joined=joined,
        graph=graph,
        borrowed=borrowed,
        unread=UnreadLines(lines.doubts, frozenset((*imported, *declared, *joined.installed))),
        holders=RowLists(graph.keepers, {name: graph.holders_of(name) for _, name in counting if name}),
        conditions=_Conditions(joined.installed),
        production=frozenset(line.name for line in lines.requirements if not is_development(line.group)),
        waiting=_lines_by_words(joined),
    )
    rows = [_build_row(group, counted, known) for group, counted in counting.items()]
    rows += _run_by_commands(joined, frozenset(row.distribution for row in rows if row.distribution))
    return tuple(sorted(rows, key=lambda row: (row.import_name, row.distribution or "")))


def _run_by_commands(joined: Joined, told: frozenset[DistributionName]) -> Iterator[UndeclaredRow]:
    """Yield what start commands run and nothing declared brings in, unless a line of the deploy files installs it."""
    installed_there = frozenset(name for each in joined.facts.installs for name in each.names)
    whole = frozenset(each.path for each in joined.facts.installs if each.whole)
    for name in sorted(joined.facts.graph.orphans - joined.facts.own - told - installed_there):
        facts = gather_facts(name, joined)
        uses = tuple(use for use in starts_of(facts) if use.path not in whole)
        if uses and not facts.is_project:
            module = next(iter(joined.indexes.import_names.get(name, ())), name)
            unread = joined.indexes.maybe_declared.get(name, "")
            yield UndeclaredRow(module, name, (), command_evidence(uses), may_be_declared=unread, is_command=True)


def _build_row(group: _Group, counted: list[SiteUse], known: _RowParts) -> UndeclaredRow:
    import_name, provider = group
    facts = known.joined.facts
    idle = [use for use in counted if _is_unreached(use, known.joined)]
    reached = [use for use in counted if use not in idle] if idle else counted  # what runs is shown first
    likely = usual_providers(counted[0].site.targets[0], facts.known_names) if provider is None else ()
    brought_by: tuple[DistributionName, ...] = ()
    count, fragility = 0, ""
    if provider:
        brought_by, count = known.holders.names(provider), known.holders.count(provider)
        taken = known.borrowed.get((import_name, provider))
        fragility = taken.show() if taken is not None else _describe_fragility(provider, brought_by, known)
    return UndeclaredRow(
        import_name=import_name,
        distribution=provider,
        brought_by=brought_by,
        evidence=(*site_evidence(reached), *site_evidence(idle)),
        optional=_is_optional(counted),
        likely=likely,
        unreached=not reached,
        for_developers=any(use.job is not None for use in counted)
        and all(_is_for_developers(use, known.joined) for use in counted),
        fragility=fragility,
        cannot_tell=facts.missing is not None and provider is None,
        may_be_declared=_find_unread(import_name, provider, likely, known.unread),
        computed_at=find_computed(reached, known.joined.loaded_files) if provider is None else "",
        may_come_with=_find_namesake(import_name, known.waiting) if provider is None and not likely else "",
        shortened=list_shortened({"brought_by": (brought_by, count)}),
    )


def note_nothing_declared(declared: DeclaredFiles, *, needed: bool) -> tuple[Note, ...]:
    """Return a note where no line declares anything and the project imports something all the same."""
    declares = any(line.kind == "requirement" for line in declared.requirements)
    if not needed or declares or declared.doubts or declared.needs_nothing:
        return ()
    if not declared.files:
        message = (
            "no requirement file was found (pyproject.toml, requirements*.txt, setup.py, setup.cfg, Pipfile, "
            "environment.yml, pixi.toml): nothing is declared, so no import can be called undeclared and no line "
            "unused; write one, or name yours with --requirement"
        )
        return (Note("nothing-declared", message, about="declarations"),)
    known = ", ".join(declared.files[:_FILES_SHOWN])
    message = f"{known}: read, and no requirement stands there; if others declare them, name those with --requirement"
    return (Note("nothing-declared", message, declared.files[0], about="declarations"),)


def _find_unread(
    import_name: str, provider: DistributionName | None, likely: Sequence[DistributionName], unread: UnreadLines
) -> str:
    """Return the place that may declare what provides an import name; "" where what is written there decides."""
    names = [provider] if provider is not None else [*likely]
    note = unread.holding([normalise(import_name), *names])
    if note is None and not names:
        note = unread.holding_unknown  # it may be provided by a distribution of any name
    return place_of(note) if note is not None else ""


def _lines_by_words(joined: Joined) -> ByName[tuple[DeclaredRequirement, ...]]:
    """Return the lines of what is not installed and has no import of its own, by each run of words in a name."""
    if joined.facts.missing is not None:  # nothing is installed, and the rows say so
        return {}
    left = joined.declared.keys() - joined.installed.keys() - joined.uses.by_distribution.keys() - joined.facts.own
    named = ((_runs_of_words(name), joined.declared[name]) for name in sorted(left) if not is_stubs(name))
    return group_pairs((words, line) for runs, lines in named for words in runs for line in lines)


def _runs_of_words(name: DistributionName) -> frozenset[str]:
    words = name.split("-")[:_WORDS_AT_MOST]
    ends = [(start, end) for start in range(len(words)) for end in range(start + 1, len(words) + 1)]
    return frozenset("-".join(words[start:end]) for start, end in ends)


def _find_namesake(import_name: ModuleName, waiting: ByName[tuple[DeclaredRequirement, ...]]) -> str:
    """Return which line of an extra may bring a module: pysnmp-lextudio may be a fork of pysnmp, or require it.

    Only where one distribution alone is named after the module, and only extras ask for it.
    """
    lines = waiting.get(normalise(top_level(import_name)), ())
    if len({line.name for line in lines}) != 1 or not all(line.group.startswith("optional:") for line in lines):
        return ""
    line = lines[0]
    extra, at = line.group_name or line.group.removeprefix("optional:"), f"{line.path}:{line.line}"
    return f"{line.name}, which may bring it, is declared for the extra {extra} ({at}) and not installed"


def _counts(use: SiteUse) -> bool:
    if use.site.form == "string":  # a name that may be loaded is no import that has to be declared
        return False
    return use.status not in _NOT_COUNTED and use.site.placement is not Placement.ELSEWHERE


def _is_unreached(use: SiteUse, joined: Joined) -> bool:
    """Whether nothing runs an import. A member in which nothing starts is a library: its modules are there for all."""
    is_idle = use.status == "unreached" and use.site.path not in joined.loaded_files
    return is_idle and not joined.indexes.members.is_of_library(use.site.path)


def find_computed(reached: Sequence[SiteUse], loaded_files: Collection[str]) -> str:
    """Return the import of one computed name, of which any module may be meant, without which nothing comes there.

    One that runs over all modules of a folder means each of them.
    """
    steps = [next(filter(_is_any_module, use.chain), None) for use in reached]
    first = steps[0] if steps else None
    if first is None or not all(steps) or any(use.site.path in loaded_files for use in reached):
        return ""
    return f"{first.path}:{first.line}"


def _is_optional(uses: Sequence[SiteUse]) -> bool:
    """Whether the files go on without: every import is caught, or stands below one in its file that is.

    Trac: `try: import passlib`, `except ImportError: passlib = None`, below it `if passlib: from passlib import ...`.
    """
    tried: dict[str, int] = {}
    for use in uses:
        if use.site.guarded and use.site.placement.runs_at_import:
            tried[use.site.path] = min(use.site.line, tried.get(use.site.path, use.site.line))
    return all(is_caught(use) or tried.get(use.site.path, use.site.line) < use.site.line for use in uses)


def _is_any_module(step: ImportSite) -> bool:
    return step.form == "string" and "*" in step.module and not step.names


def _is_for_developers(use: SiteUse, joined: Joined) -> bool:
    """Whether only what developers run reaches an import, if anything does."""
    is_theirs = use.job is not None and use.job.purpose == "development" and use.site.path not in joined.loaded_files
    return is_theirs or _is_unreached(use, joined)


def _group(joined: Joined, declared: NameSet) -> dict[_Group, list[SiteUse]]:
    facts, uses = joined.facts, joined.uses
    own_names = frozenset(facts.declared.own_names)
    stood_for = frozenset(other for others in uses.stands_for.values() for other in others)
    grouped: dict[_Group, list[SiteUse]] = {}
    accounted_for, accounted = stood_for | declared | own_names, declared | own_names
    for name, sites in uses.by_distribution.items():
        for use in sites if name not in accounted_for else ():
            if accounted.isdisjoint(facts.names.owner_of(use.site)):
                # a name known from a constraint alone is not installed either
                provider = name if name in joined.installed else None
                grouped.setdefault((top_level(use.site.module), provider), []).append(use)
    for use in uses.unowned:
        top, import_name = top_level(use.site.module), facts.names.missing_part(use.site.targets[0])
        if accounted.isdisjoint((normalise(top), normalise(import_name))):
            grouped.setdefault((import_name, None), []).append(use)
    return grouped


def _describe_fragility(name: DistributionName, holders: Sequence[DistributionName], known: _RowParts) -> str:
    """Return how easily `name` goes missing; empty when several declared lines bring it in without a condition."""
    if not holders:
        return "nothing declared brings it in"
    words = [f"only {holders[0]} brings it in"] if len(holders) == 1 else []
    if known.production.isdisjoint(holders):
        words = [f"{', '.join(holders[:3])} brings it in, for development only"]
    requirers = [each for each in known.graph.required_by(name) if each not in known.graph.orphans]
    if requirers and all(known.conditions.show(each, name) for each in requirers):
        asked = next(filter(None, (_show_asked(each, name, known) for each in requirers)), "")
        words.append(asked or f"{requirers[0]} requires it only {known.conditions.show(requirers[0], name)}")
    return "; ".join(words)


def _show_asked(requirer: DistributionName, name: DistributionName, known: _RowParts) -> str:
    """Return by which extra that a line asks for `requirer` requires `name`; "" where no line does."""
    lines = _lines_of(known.joined.facts.declared).get(requirer, ())
    for line in sorted(lines, key=lambda line: is_development(line.group)):
        asked = frozenset(line.extras) if known.graph.applies(line) else frozenset[str]()
        extra = known.conditions.extra_of(requirer, name, asked)
        if extra:
            return f"{requirer} requires it with its extra {extra}, for which {line.path}:{line.line} asks"
    return ""


class _Conditions:
    """On what installed distributions require others; the lines of each are parsed once."""

    def __init__(self, installed: ByName[Installed]) -> None:
        self._installed = installed
        self._known: dict[DistributionName, dict[DistributionName, str]] = {}
        self._parsed: dict[DistributionName, list[tuple[RequirementLine, str]]] = {}

    def extra_of(self, requirer: DistributionName, name: DistributionName, asked: frozenset[str]) -> str:
        """Return with which of the extras `asked` of it `requirer` requires `name`, also through another of its own."""
        lines = [(line, extra) for line, extra in self._lines(requirer) if extra]
        pending, seen = sorted(asked), set(asked)
        for extra in pending:  # grows while it is walked
            for line, of in lines:
                if normalise(of) == extra and normalise(line.name) == name:
                    return extra
                is_own = normalise(of) == extra and normalise(line.name) == requirer
                further = frozenset(map(normalise, line.extras)) - seen if is_own else frozenset[str]()
                seen.update(further)
                pending += sorted(further)
        return ""

    def show(self, requirer: DistributionName, name: DistributionName) -> str:
        """Return on what `requirer` requires `name`: "with its extra x", "if python_version < ..."; "" for always."""
        if requirer not in self._known:
            self._known[requirer] = self._read(requirer)
        return self._known[requirer].get(name, "")

    def _read(self, requirer: DistributionName) -> dict[DistributionName, str]:
        found: dict[DistributionName, str] = {}
        for line, extra in self._lines(requirer):
            name = normalise(line.name)
            if line.marker is None:
                found[name] = ""
            elif name not in found:
                found[name] = f"with its extra {extra}" if extra else f"if {line.marker}"
        return found

    def _lines(self, requirer: DistributionName) -> list[tuple[RequirementLine, str]]:
        """Return what a distribution requires, each with the extra that alone decides it, "" where none does."""
        if requirer not in self._parsed:
            texts = self._installed[requirer].requires if requirer in self._installed else ()
            lines = (line for text in texts if (line := _try_requirement(text)) is not None)
            self._parsed[requirer] = [(line, _extra_in(line.marker or "")) for line in lines]
        return self._parsed[requirer]


def _try_requirement(text: str) -> RequirementLine | None:
    try:
        return read_requirement(text)
    except RequirementInvalid:
        return None


def _extra_in(marker: str) -> str:
    _, _, extra = marker.partition("extra == ")
    return extra.split()[0].strip("\"'") if extra and " or " not in marker else ""

"""The second look: which declared names are still unaccounted for, who may ask for them, and what hands their names on.

Laws: of a name that code hands on, to a reader of metadata or another interpreter, as in `implied_strings`. What loads
a module here and now is an import site, and not among these.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from fnmatch import fnmatchcase

from footprint.analysis.cost.attribution import UNKNOWN, site_of
from footprint.analysis.facts.index import Joined, gather_facts
from footprint.analysis.facts.roots import verdict_on
from footprint.analysis.reach.reach_rule import reached_paths as find_reached
from footprint.analysis.use.stated_uses import sites_of_hooks
from footprint.analysis.use.use_facts import Classification, reached_uses
from footprint.knowledge.frameworks import LOADED_SETTINGS, installs
from footprint.model.audit import Usage
from footprint.model.entry_origins import StartLine
from footprint.model.handed_names import COMMAND, METADATA, PARTLY, RUN, SOUGHT, URL
from footprint.model.installed_environment import Installed
from footprint.model.source_modules import ImportSite, Placement, Reference
from footprint.model.third_party_needs import Ask, DataNeed, InstalledModule, StringUse
from footprint.names import ByName, DistributionName, ModuleName, Names, NameSet, normalise, top_level
from footprint.pairs import group_pairs


def wanted_imports(joined: Joined) -> dict[ModuleName, DistributionName]:
    """Return the import names of declared, installed distributions that no reached import of ours accounts for.

    And those of what others were seen to load without requiring it: whatever brings it may be all that they stand on.
    """
    wanted = {name for name in joined.declared if _is_unaccounted(name, joined)}
    wanted.update(name for name in joined.installed if joined.observed and _is_guest(name, joined))
    modules = joined.facts.names.modules_of(wanted)
    pairs = ((module, name) for name in sorted(modules) for module in modules[name])
    return {module: name for module, name in pairs if not joined.facts.names.is_stdlib(module)}


def _is_unaccounted(name: DistributionName, joined: Joined) -> bool:
    facts = gather_facts(name, joined)
    return facts.installed and not facts.tools and not reached_uses(facts)


def _is_guest(name: DistributionName, joined: Joined) -> bool:
    if name in joined.declared:
        return False
    load = gather_facts(name, joined).load
    return load is not None and load.importer is not None and load.importer not in joined.facts.graph.required_by(name)


def loaded_modules(joined: Joined) -> tuple[InstalledModule, ...]:
    """Return the third-party modules that were in memory after startup and whose source can be read, by file.

    A file has the name that `DiskScan.site_dirs` give it, under whatever link the start found it.
    """
    found = {}
    places, folders = joined.facts.places, joined.facts.scan.site_dirs
    for entry in joined.observed:
        for module, origin in entry.run.origins:
            owner = entry.owners.get(module, UNKNOWN)
            if owner.kind == "distribution" and origin.endswith(".py"):
                file = origin.replace("\\", "/")
                site = site_of(file, places)
                shown = file[len(site[0]) :] if site else file
                file = f"{folders[site[1]].as_posix()}/{shown}" if site else origin
                found[file] = InstalledModule(module, file, shown, owner.name)
    return tuple(found[file] for file in sorted(found))


def sites_to_follow(joined: Joined) -> tuple[ImportSite, ...]:
    """Return the reached imports of the project, and of start-up hooks, whose distributions were not seen in memory."""
    in_memory = {name for entry in joined.observed for name in entry.costs}
    sites = []
    for name in sorted(joined.uses.by_distribution.keys() - in_memory):
        sites += [use.site for use in reached_uses(gather_facts(name, joined))]
    hooked = joined.facts.hooks.items()
    return (*sites, *(site for name, hooks in hooked if name not in in_memory for site in sites_of_hooks(hooks)))


def still_open(joined: Joined) -> NameSet:
    """Return the declared names that would be called unused, or of which nothing can be told."""
    verdicts = ((name, verdict_on(name, joined)) for name in joined.declared)
    return frozenset(name for name, verdict in verdicts if _is_open(verdict))


def asked_of_developers(joined: Joined) -> NameSet:
    """Return what is declared for development alone while used third-party code asks for it."""
    asked = {ask.wanted for ask in joined.look.asks} & joined.declared.keys()
    return frozenset(name for name in asked if gather_facts(name, joined).only_for_development)


def _is_open(verdict: Classification) -> bool:
    return verdict.usage is Usage.UNUSED or (verdict.usage is Usage.IMPLIED and verdict.confidence == "cannot tell")


def sites_of_tests(joined: Joined, runners: Names) -> tuple[ImportSite, ...]:
    """Return the imports by tests of what nothing else imports; what runs the tests, one of `runners`, is left out."""
    tested = (uses for name, uses in joined.uses.by_distribution.items() if name not in runners)
    return tuple(use.site for uses in tested for use in uses if use.status == "tests")


def used_directly(joined: Joined) -> NameSet:
    """Return the distributions that reached code of the project imports."""
    return frozenset(name for name in joined.uses.by_distribution if reached_uses(gather_facts(name, joined)))


def belonging(joined: Joined) -> NameSet:
    """Return what the project declares, imports or starts, and what that brings in: nobody else has a say."""
    started = {use.tool for use in joined.facts.tools if use.purpose == "start" and not use.is_module}
    roots = joined.declared.keys() | used_directly(joined) | {item.name for item in _providers(started, joined)}
    return frozenset(roots | joined.facts.graph.closure_of(name for name in roots if name in joined.installed))


def _providers(tools: Collection[str], joined: Joined) -> Iterable[Installed]:
    for item in joined.facts.installed:
        if item.name in tools or any(
            record.name in tools and record.group == "console_scripts" for record in item.entry_points
        ):
            yield item


def keep_real_asks(asks: tuple[Ask, ...], data: Iterable[DataNeed]) -> tuple[Ask, ...]:
    """Return the asks without those for mere data by code that looks nothing up in it."""
    askers = {need.needs: need.askers for need in data if not need.is_kept}
    return tuple(ask for ask in asks if ask.asker.distribution in askers.get(ask.wanted, (ask.asker.distribution,)))


def find_data_reads(joined: Joined, data: Iterable[DataNeed]) -> tuple[tuple[DistributionName, ImportSite], ...]:
    """Return the imports in reached code of modules that may read mere data, with the distribution of that."""
    names = group_pairs((each, need.needs) for need in data for each in need.modules)
    found = []
    for path in reached_paths(joined) if names else ():
        for site in joined.sources[path].sites:
            module = next((each for each in site.asked_names if each in names), None)
            if module is not None and site.placement is not Placement.TYPE_CHECKING:
                found += [(name, site) for name in names[module]]
    return tuple(found)


def words_to_look_for(joined: Joined, asks: tuple[Ask, ...]) -> frozenset[str]:
    """Return the words whose use by the project would make documented optional needs real."""
    pairs = {(ask.asker.distribution, ask.wanted) for ask in asks}
    if joined.facts.missing is not None:  # nobody's code can be asked: what is documented of the used ones counts
        used = used_directly(joined)
        pairs |= {(need.asker, need.needs) for need in joined.facts.soft_needs if need.asker in used}
    needs = (need for need in joined.facts.soft_needs if (need.asker, need.needs) in pairs)
    return frozenset(word for need in needs for word in need.words)


def reached_paths(joined: Joined) -> tuple[str, ...]:
    """Return the project's files that an entry reaches or the probe saw loaded; without an entry all but tests."""
    return find_reached(joined.facts.sources, joined.facts.reaches, joined.loaded_files)


def starting_paths(joined: Joined) -> tuple[str, ...]:
    """Return the files that say what is started, sources of the project left out: a Procfile, a compose file."""
    paths = {use.path for use in joined.facts.tools if use.purpose == "start"}
    origins = (entry.source for entry in (*joined.facts.entries, *joined.facts.beside) if entry.purpose == "start")
    paths.update(origin.path for origin in origins if isinstance(origin, StartLine))
    return tuple(sorted(paths.difference(joined.sources)))


def unreached_paths(joined: Joined) -> tuple[str, ...]:
    """Return the project's files, tests apart, that no entry reaches and the probe did not see loaded."""
    reached = frozenset(reached_paths(joined))
    return tuple(m.path for m in joined.facts.sources.modules if not m.is_for_developers and m.path not in reached)


_MARKS = frozenset({METADATA, RUN, SOUGHT})


def handed_uses(joined: Joined, names: Names) -> ByName[tuple[Reference, ...]]:
    """Return by distribution what reached code hands on, for those in question."""
    marked = (each for each in _references(joined) if each.place[0] in _MARKS)
    found = [(name, each) for each in marked for name in _meant_by(each, joined) if name in names]
    partly = [each for each in _references(joined) if each.place[0] == PARTLY]
    for name, modules in joined.facts.names.modules_of(names).items() if partly else ():
        found += ((name, each) for each in partly if any(_fits(module, each.module) for module in modules))
    return group_pairs(found)


def _fits(module: ModuleName, pattern: str) -> bool:
    return fnmatchcase(top_level(module), pattern.partition(".")[0])


def listed_strings(joined: Joined, heads: Collection[ModuleName]) -> tuple[StringUse, ...]:
    """Return what arrives in lists that frameworks read, commands of a shell, schemes of URLs that are put together.

    `heads` are the import names in question.
    """
    found = []
    for each in _references(joined):
        word = each.place[0]
        if word == COMMAND:
            caller = each.place[-1].partition("(")[0].rpartition(".")[2]
            found.append(StringUse(each.module, False, each.path, each.line, True, caller=caller))
        elif word == URL:
            found.append(StringUse(each.module, each.place[1] == "://", each.path, each.line, True))
        elif top_level(each.module) in heads and (installs(each.place) or word.endswith(LOADED_SETTINGS)):
            assigned = word if word.endswith(LOADED_SETTINGS) else LOADED_SETTINGS[0]
            found.append(StringUse(each.module, False, each.path, each.line, True, assigned=assigned))
    return tuple(found)


def _references(joined: Joined) -> Iterator[Reference]:
    for path in reached_paths(joined):
        yield from (each for each in joined.sources[path].references if each.place)


def _meant_by(reference: Reference, joined: Joined) -> Iterable[DistributionName]:
    if reference.place[0] == METADATA:
        return (normalise(reference.module),)
    names = joined.facts.names
    if names.is_first_party(reference) or names.is_stdlib(reference.module):
        return ()
    return names.owner_of(reference) or _by_name(reference.module, joined)


def _by_name(module: ModuleName, joined: Joined) -> Iterable[DistributionName]:
    """Return what is declared and not installed under the name of a module."""
    name = normalise(top_level(module))
    return (name,) if name in joined.declared and name not in joined.installed else ()

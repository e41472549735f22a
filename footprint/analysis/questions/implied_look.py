"""The second look for uses without an import: what to look for, and what was found, by distribution."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from footprint.analysis.facts.index import Joined, NameIndex, gather_facts
from footprint.analysis.facts.naming_extras import extras_that_name
from footprint.analysis.names.import_names import KnownNames
from footprint.analysis.questions.open_questions import belonging, used_directly
from footprint.analysis.use.certainty import of_unreached
from footprint.analysis.use.use_facts import (
    DriverUse,
    OptionalNeed,
    OtherUses,
    PluginReader,
    ReaderState,
    effective_status,
    reached_uses,
)
from footprint.knowledge.frameworks import LOADED_SETTINGS
from footprint.model.source_modules import ImportSite
from footprint.model.third_party_needs import Ask, Driver, Engine, GroupRead, InstalledModule, PluginGroups, StringUse
from footprint.names import ByName, DistributionName, ModuleName, Names, NameSet, normalise, owner_of, top_level
from footprint.pairs import group_pairs
from footprint.values import dataclass

# Who hands on a dotted string that loads nothing: loggers, patches, filters.
_NO_LOADERS = frozenset({"getLogger", "get_logger", "patch", "filterwarnings", "version", "startswith", "metadata"})
_LOOK_GROUPS_UP = frozenset(
    {"entry_points", "iter_entry_points", "select", "get", "DriverManager", "ExtensionManager", "NamedExtensionManager"}
)


@dataclass(frozen=True, slots=True)
class Question:
    """What to look for on behalf of the declared distributions that no reached import accounts for."""

    names: NameSet
    drivers: tuple[Driver, ...]
    all_drivers: tuple[Driver, ...]  # of the same strings, whatever they need
    engines: tuple[Engine, ...]
    heads: Mapping[ModuleName, DistributionName]  # import names of `names`
    there: NameSet  # who has a say: declared, imported, or brought in by those
    readers: NameSet  # those that reached code imports
    groups: frozenset[str]  # of entry points in which any of `names` registers
    extras: ByName[tuple[tuple[DistributionName, str], ...]]  # who may want it, by which extra
    commands: Mapping[str, DistributionName]  # console scripts of `names`

    @property
    def schemes(self) -> frozenset[str]:
        """The URL schemes that would need one of `names`."""
        return frozenset(driver.text for driver in self.drivers if driver.is_scheme)

    @property
    def literals(self) -> frozenset[str]:
        """The whole literals that would need one of `names`."""
        strings = (driver.text for driver in self.drivers if not driver.is_scheme)
        arguments = (argument for engine in self.engines for argument in engine.arguments)
        return frozenset([*strings, *arguments, *self.commands, *self.groups])


def used_distributions(joined: Joined, modules: Iterable[InstalledModule]) -> NameSet:
    """Return the distributions seen at work: loaded or to be loaded, imported by reached code, started by a command.

    `modules` are those in memory after startup and those that reached imports would load.
    """
    used = {name for entry in joined.observed for name in entry.costs}
    used.update(module.distribution for module in modules)
    used.update(name for name in joined.installed.keys() | joined.declared.keys() if not _is_open(name, joined))
    return frozenset(used)


def ask_for_other_uses(
    joined: Joined, drivers: Iterable[Driver], engines: Iterable[Engine], known_names: KnownNames, used: Names
) -> Question:
    """Return what to look for. `used` are the distributions seen at work; `known_names` as in read_import_names."""
    names = frozenset(name for name in joined.declared if _is_open(name, joined))
    there = belonging(joined)
    drivers = tuple(drivers)
    texts = {row.text for row in drivers if names.intersection(row.needs)}
    unexplained = [name for name in names if _is_unexplained(name, joined)]
    return Question(
        names=names,
        drivers=tuple(row for row in drivers if names.intersection(row.needs) and there & set(row.readers)),
        all_drivers=tuple(row for row in drivers if row.text in texts),
        engines=tuple(row for row in engines if names.intersection(row.needs) and row.asker in there),
        heads=_heads(names, joined, known_names),
        groups=frozenset(group for name in names for group in gather_facts(name, joined).plugin_groups),
        there=there,
        readers=used_directly(joined),
        extras=extras_that_name(unexplained, joined.installed, there & set(used)),
        commands=_commands_of(names, joined),
    )


def _commands_of(names: Names, joined: Joined) -> dict[str, DistributionName]:
    there = [name for name in names if name in joined.installed]
    records = ((name, record) for name in there for record in joined.installed[name].entry_points)
    return {record.name: name for name, record in records if record.group == "console_scripts"}


def _is_open(name: DistributionName, joined: Joined) -> bool:
    facts = gather_facts(name, joined)
    return not facts.tools and not reached_uses(facts)


def _is_unexplained(name: DistributionName, joined: Joined) -> bool:
    facts = gather_facts(name, joined)
    return not (facts.asks or facts.required_by or facts.sites)


def _heads(names: Names, joined: Joined, known: KnownNames) -> dict[ModuleName, DistributionName]:
    unseen = {name for name in names if name not in joined.installed or joined.facts.missing is not None}
    found = {name.replace("-", "_"): name for name in unseen}
    for module, distributions in known.items():
        found.update((module, name) for name in distributions if name in unseen)
    for name, modules in joined.facts.names.modules_of(names).items():
        found.update(dict.fromkeys(modules, name))
    return found


def join_other_uses(
    joined: Joined,
    question: Question,
    strings: Iterable[StringUse],
    resolved: Collection[StringUse],
    optional: Iterable[Ask],
    plugins: ByName[tuple[PluginReader, ...]],
) -> ByName[OtherUses]:
    """Return what was found, by distribution. `resolved` are the dotted strings that lead to something installed."""
    strings = tuple(strings)
    by_text = NameIndex(strings, lambda use: (use.text,))
    commands = group_pairs((name, text) for text, name in question.commands.items())
    loading = frozenset(resolved)
    modules = NameIndex(strings, lambda use: _modules_named(use, question, loading, joined))
    asks = NameIndex(optional, lambda ask: (f"{ask.wanted} {ask.asker.distribution}",))
    return {
        name: OtherUses(
            strings=modules.find([name]),
            drivers=tuple(_drivers_for(name, question, by_text)),
            engines=tuple(_engines_for(name, question, by_text)),
            chosen_by=frozenset(engine.asker for engine in question.engines if name in engine.needs),
            plugin_readers=plugins.get(name, ()),
            optional=tuple(
                OptionalNeed(requirer, extra, ask)
                for requirer, extra in question.extras.get(name, ())
                for ask in asks.find([f"{name} {requirer}"])[:1]
            ),
            commands=tuple(use for use in by_text.find(commands.get(name, ())) if use.in_code),
            groups=tuple(filter(_is_group, by_text.find(gather_facts(name, joined).plugin_groups))),
        )
        for name in question.names
    }


def _is_group(use: StringUse) -> bool:
    """Whether a literal that is spelled like a group of entry points is one: "llm" may be any word."""
    return use.in_code and (not use.text.isalnum() or use.caller in _LOOK_GROUPS_UP)


def _modules_named(use: StringUse, question: Question, resolved: Collection[StringUse], joined: Joined) -> Names:
    """Return the distributions in question whose module a dotted string names."""
    module = use.text.partition(":")[0]
    is_loaded = use.assigned.endswith(LOADED_SETTINGS)
    if use.is_url or use.caller in _NO_LOADERS or not (is_loaded or {".", ":"} & set(use.text)):
        return ()
    site = ImportSite(use.path, use.line, module, form="string")
    names = joined.facts.names
    if names.is_first_party(site) or names.is_stdlib(module):
        return ()
    is_seen = joined.facts.missing is None
    found = {name for name in names.owner_of(site) if name in joined.installed and is_seen}
    if not is_loaded and use not in resolved:
        found = set()
    head = owner_of(module, question.heads) if is_loaded else None
    if head is not None and not (head in joined.installed and is_seen):
        found.add(head)
    return found


def _drivers_for(name: DistributionName, question: Question, strings: NameIndex[StringUse]) -> Iterable[DriverUse]:
    for driver in question.drivers:
        reader = _reader_of(driver, name, question)
        if name not in driver.needs or reader is None:
            continue
        alone = question.there.isdisjoint(set(driver.needs) - {name})
        for use in strings.find([driver.text]):
            if (use.is_url <= driver.is_scheme) and (use.is_url or not _is_bare(driver)):
                yield DriverUse(driver, use, reader, alone)


def _reader_of(driver: Driver, name: DistributionName, question: Question) -> DistributionName | None:
    """Return who reads the string here: not one that is merely there, where the project imports another reader."""
    found = [each for each in driver.readers if each in question.there and each != name]
    imported = [each for each in found if each in question.readers]
    if imported or not found:
        return imported[0] if imported else None
    others = (row for row in question.all_drivers if row.text == driver.text)
    return None if any(question.readers.intersection(row.readers) - {name} for row in others) else found[0]


def _is_bare(driver: Driver) -> bool:
    """Whether the scheme is an ordinary word, which says something only in a URL."""
    return driver.is_scheme and "+" not in driver.text


def _engines_for(
    name: DistributionName, question: Question, strings: NameIndex[StringUse]
) -> Iterable[tuple[Engine, StringUse]]:
    for engine in question.engines:
        if name not in engine.needs:
            continue
        for use in strings.find(engine.arguments):
            if use.in_code and not use.is_url and (use.caller in engine.words or normalise(use.text) in engine.needs):
                yield engine, use


def unknown_groups(question: Question, known: PluginGroups) -> frozenset[str]:
    """Return the groups of which no table says who reads them: those to look for in code."""
    return frozenset(group for group in question.groups if not readers_of(group, known))


def find_plugin_readers(
    joined: Joined, question: Question, known: PluginGroups, reads: Iterable[GroupRead], used: Names
) -> ByName[tuple[PluginReader, ...]]:
    """Return who loads the plugins of each distribution in question, by table and by what the code of others reads."""
    reads = tuple(reads)
    held = joined.facts.graph.closure_of(name for name in used if name in joined.installed)
    result = {}
    for name in question.names:
        found = []
        for group in gather_facts(name, joined).plugin_groups:
            for reader in readers_of(group, known):
                state = _state_of(reader, joined, used, held)
                found.append(PluginReader(group, reader, state, _is_development(reader, joined, known)))
            for read in reads:
                reader = read.reader.distribution
                if read.group == group and reader != name:
                    found.append(PluginReader(group, reader, "used", _is_development(reader, joined, known), read))
        result[name] = tuple(found)
    return result


def readers_of(group: str, known: PluginGroups) -> tuple[DistributionName, ...]:
    """Return the readers of a group by the table, by its name or by the longest beginning that ends in *."""
    if group in known.readers:
        return known.readers[group]
    fitting = [key for key in known.readers if key.endswith("*") and group.startswith(key[:-1])]
    return known.readers[max(fitting, key=len)] if fitting else ()


def _state_of(reader: DistributionName, joined: Joined, used: Names, held: Names) -> ReaderState:
    if reader in used:
        return "used"
    if reader in held or _may_be_used(reader, joined):
        return "held"
    return "unused" if reader in joined.installed or reader in joined.declared else "absent"


def _may_be_used(reader: DistributionName, joined: Joined) -> bool:
    """Whether files import it of which nobody can tell whether anything runs them: those of a published project."""
    facts = gather_facts(reader, joined)
    paths = {use.site.path for use in facts.sites if use.status == "unreached"}
    return bool(paths) and of_unreached(facts, paths).confidence == "cannot tell"


def _is_development(reader: DistributionName, joined: Joined, known: PluginGroups) -> bool:
    if reader in known.development:
        return True
    facts = gather_facts(reader, joined)
    statuses = {effective_status(use, facts) for use in facts.sites}
    return facts.only_for_development or (bool(statuses) and statuses <= {"tests", "typing"})


def heads_to_search(question: Question) -> frozenset[str]:
    """Return the first parts of the import names in question."""
    return frozenset(top_level(head) for head in question.heads)

"""What is asked once more, when the first index is there: who needs what we do not import."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from footprint.analysis.facts import index
from footprint.analysis.facts.run_facts import SecondLook
from footprint.analysis.questions import implied_look, open_questions
from footprint.analysis.questions.wanted_names import names_in_files, names_that_could_move, names_to_seek
from footprint.analysis.reach import target_conditions
from footprint.analysis.reach.reach_rule import UnreachedFiles
from footprint.analysis.use import choice_uses
from footprint.analysis.use.stated_uses import TEST_RUNNER
from footprint.analysis.use.use_facts import NO_DEVELOPERS, OfDevelopers, OtherUses
from footprint.audit.target_reader import ImportReader, for_target, remembered
from footprint.collect import mentions
from footprint.collect.choices.chosen import find_choices, find_image_files
from footprint.collect.imports.scan.scanner import scan_imports
from footprint.collect.texts import find_taken_names
from footprint.collect.third_party import late_loads, third_party_askers
from footprint.collect.third_party.late_loads import Leads
from footprint.collect.third_party.third_party_askers import Sources
from footprint.collect.tool_files import find_first_test, find_tool_files
from footprint.config.options import TargetOptions
from footprint.files.cache_folder import find_cache_folder
from footprint.files.file_facts import FileFacts, digest_of
from footprint.files.project_answers import ProjectAnswers
from footprint.knowledge import tables
from footprint.model.source_modules import ImportSite
from footprint.model.third_party_needs import Ask, Chosen, InstalledModule, NotChosen
from footprint.names import ByModule, ByName, DistributionName
from footprint.values import dataclass, replace


def look_again(joined: index.Joined, options: TargetOptions) -> SecondLook:
    """Read once more, in third-party code and in strings of ours, for declared names that nothing accounts for."""
    project = options.project
    wanted = open_questions.wanted_imports(joined)
    names = frozenset(wanted.values())
    data = [need for need in joined.facts.data_needs if need.needs in names]
    wanted = wanted | {module: need.needs for need in data if not need.is_kept for module in need.modules}
    unreached = frozenset(open_questions.unreached_paths(joined))
    runnable = joined.facts.runnable.intersection(unreached)
    openings = UnreachedFiles(joined.facts.sources, unreached).openings_of(dict.fromkeys(sorted(runnable)))
    facts = FileFacts(find_cache_folder(wanted=options.cache))
    reader = _Reader.of(joined, project, facts)
    loaded = open_questions.loaded_modules(joined)
    files = frozenset(module.file for module in loaded)
    paths = open_questions.reached_paths(joined)
    named = mentions.find_named_modules(reader.answers, paths, reader.library.find) if wanted else ()
    followed = reader.follow((*open_questions.sites_to_follow(joined), *named) if wanted else (), files)
    among = open_questions.used_directly(joined) if wanted else frozenset()
    loaders = late_loads.find_loaders((*loaded, *followed), among=among, sources=reader.sources)
    ours = open_questions.belonging(joined)
    modules = {module.file: module for module in (*loaded, *followed, *reader.library.all_of(loaders))}
    modules = {file: module for file, module in modules.items() if module.distribution in ours}
    asks = open_questions.keep_real_asks(reader.find_askers(modules.values(), wanted, files), data)
    mentioned = third_party_askers.find_mentions(project, paths, open_questions.words_to_look_for(joined, asks))
    look = SecondLook(
        asks, mentioned, runnable=runnable, openings=openings, data_reads=open_questions.find_data_reads(joined, data)
    )
    look = replace(look, other=_find_other_uses(replace(joined, look=look), reader, tuple(modules.values())))
    of_developers = _find_needs_of_developers(replace(joined, look=look), reader, modules.keys())
    names, modules_of_names = names_that_could_move(joined)
    taken = find_taken_names(project, names_in_files(joined), names, modules_of_names) if names else frozenset()
    facts.keep()
    look = replace(look, of_developers=of_developers, taken=taken)
    if not (sought := names_to_seek(joined := replace(joined, look=look))):
        return look
    from footprint.audit.named_anywhere import add_namings  # a fiftieth of an audit without advice

    return add_namings(sought, joined, options, Leads(reader.library, reader.sources))


@dataclass(frozen=True, slots=True)
class _Reader:
    """What reads third-party code, each file once, and answers about the project's own."""

    project: Path
    answers: ProjectAnswers
    library: late_loads.Library
    sources: Sources
    scan: ImportReader

    @classmethod
    def of(cls, joined: index.Joined, project: Path, facts: FileFacts) -> _Reader:
        library = late_loads.Library(joined.facts.scan.site_dirs, joined.facts.scan.owners)
        python = joined.facts.interpreter
        sources = Sources(facts, digest_of(python.version, target_conditions.facts_of(python)) if facts.is_kept else "")
        return cls(
            project, ProjectAnswers(project, facts), library, sources, remembered(for_target(scan_imports, python))
        )

    def follow(self, sites: Iterable[ImportSite], known: Collection[str]) -> tuple[InstalledModule, ...]:
        """Return the modules that imports would load, beyond the `known` files."""
        return late_loads.follow(sites, self.library, self.scan, known=known, sources=self.sources)

    def find_askers(
        self, modules: Iterable[InstalledModule], wanted: ByModule[DistributionName], loaded: Collection[str] = ()
    ) -> tuple[Ask, ...]:
        """Return who of `modules` asks for what is wanted."""
        return third_party_askers.find_askers(modules, wanted, self.scan, loaded=loaded, sources=self.sources)


def _find_needs_of_developers(joined: index.Joined, reader: _Reader, known: Collection[str]) -> OfDevelopers:
    """Find what tests and tools need of the names that are still unaccounted for; `known` are the files asked."""
    open_names = open_questions.still_open(joined) | open_questions.asked_of_developers(joined)
    project = reader.project
    if not open_names:
        return NO_DEVELOPERS
    rows, notebooks = tables.read_tool_files()
    modules = joined.facts.sources.modules
    rows = {name: row for name, row in rows.items() if name in open_names}
    files = find_tool_files(project, rows, notebooks & open_names, [module.path for module in modules])
    tests = [module.path for module in modules if module.is_for_developers]
    of_tests = frozenset(tests)
    first_test = find_first_test(project, tests) if TEST_RUNNER in open_names else None
    wanted = {module: name for module, name in open_questions.wanted_imports(joined).items() if name in open_names}
    sites = open_questions.sites_of_tests(joined, tables.read_plugin_groups().development) if wanted else ()
    asks = reader.find_askers(reader.follow(sites, known), wanted)
    belonging = open_questions.belonging(joined)
    choosers = choice_uses.choosers_for(tables.read_choosers(), open_names, belonging)
    chosen = choice_uses.find_chosen(
        choosers,
        [each for each in find_choices(project, tests, choosers, reader.answers) if each.path in of_tests],
        open_names,
        belonging,
    )
    pairs = tuple((name, each) for name, uses in chosen.items() for each in uses)
    return OfDevelopers(files, tuple(ask for ask in asks if not ask.guarded), first_test, pairs)


def _find_other_uses(joined: index.Joined, reader: _Reader, modules: tuple[InstalledModule, ...]) -> ByName[OtherUses]:
    """Find what makes a declared distribution needed without an import: strings, plugins, optional requirements."""
    used = implied_look.used_distributions(joined, modules)
    question = implied_look.ask_for_other_uses(
        joined, tables.read_drivers(), tables.read_engines(), tables.read_import_names(), used
    )
    if not question.names:
        return {}
    paths = (*open_questions.reached_paths(joined), *mentions.find_settings_files(reader.project))
    heads = implied_look.heads_to_search(question)
    searched = {"schemes": question.schemes, "literals": question.literals, "heads": heads}
    searched["deployed"] = frozenset((*open_questions.starting_paths(joined), *find_image_files(reader.project)))
    strings = (*mentions.find_strings(reader.answers, paths, **searched), *open_questions.listed_strings(joined, heads))
    resolved = mentions.keep_resolved(strings, reader.library.find)
    known = tables.read_plugin_groups()
    groups = implied_look.unknown_groups(question, known)
    named = reader.sources.question("groups", sorted(groups))
    reads = mentions.find_group_reads(modules, groups, reader.sources.ask, named)
    plugins = implied_look.find_plugin_readers(joined, question, known, reads, used)
    requirers = {requirer for found in question.extras.values() for requirer, _ in found}
    wanted = {module: name for module, name in open_questions.wanted_imports(joined).items() if name in question.extras}
    optional = reader.find_askers(reader.library.all_of(requirers), wanted)
    asked = {ask.wanted for ask in optional}
    left = {module: name for module, name in wanted.items() if name not in asked}
    if left:
        from footprint.collect.third_party import named_tables  # most extras are told already

        optional += named_tables.find_tables(reader.library.all_of(requirers), left, reader.sources)
    chosen, not_chosen = _find_choices(joined, question, reader, modules, paths)
    found = implied_look.join_other_uses(joined, question, strings, resolved, optional, plugins)
    handed = open_questions.handed_uses(joined, question.names)
    return {
        name: replace(
            uses, chosen=chosen.get(name, ()), not_chosen=not_chosen.get(name, ()), handed=handed.get(name, ())
        )
        for name, uses in found.items()
    }


def _find_choices(
    joined: index.Joined,
    question: implied_look.Question,
    reader: _Reader,
    modules: tuple[InstalledModule, ...],
    paths: tuple[str, ...],
) -> tuple[ByName[tuple[Chosen, ...]], ByName[tuple[NotChosen, ...]]]:
    """Find which alternatives the project takes, and which it does not, where it says which it takes."""
    project, names = reader.project, question.names
    asked = choice_uses.choosers_for(tables.read_choosers(), names, open_questions.belonging(joined))
    found = (
        *find_choices(project, paths, asked, reader.answers),
        *choice_uses.choices_of_commands(asked, joined.facts.tools),
    )
    by_word = tuple(chooser for chooser in asked if not chooser.by_url)  # which driver a URL names is told elsewhere
    chosen = choice_uses.find_chosen(by_word, found, names, question.there)
    decided = choice_uses.find_not_chosen(asked, found, names)
    if not decided:
        return chosen, {}
    unreached = open_questions.unreached_paths(joined)
    elsewhere = [choice for choice in find_choices(project, unreached, asked, reader.answers) if choice.values]
    from footprint.collect.choices.third_party_choosers import find_other_choices

    by_others = find_other_choices(modules, asked, decided, reader.sources.ask, reader.sources.question)
    return chosen, choice_uses.find_not_chosen(asked, found, decided, by_others, elsewhere)

"""The stages of an audit in order: ask the target, read the project, measure while the disk is read, join."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from footprint import __version__
from footprint.analysis import reach, rows
from footprint.analysis.collected import Collected, SecondLook
from footprint.analysis.cost.attribution import Places, top_level_owners
from footprint.analysis.cost.observed import build_entry_row, observe
from footprint.analysis.first_party import FirstParty
from footprint.analysis.graph.requirement_graph import RequirementGraph
from footprint.analysis.import_names import ImportNames
from footprint.analysis.own import find_own
from footprint.analysis.unread import reached_by_statements, to_complete
from footprint.analysis.use import implied_look
from footprint.analysis.use.asking import (
    loaded_modules,
    reached_paths,
    sites_to_follow,
    unreached_paths,
    used_directly,
    wanted_imports,
    words_to_look_for,
)
from footprint.analysis.use.implied_facts import OtherUses
from footprint.collect import disk, entries, interpreter, mentions, metadata
from footprint.collect.declared import read_declared
from footprint.collect.deploy import read_start_commands, read_tool_uses, working_dirs
from footprint.collect.importable import list_importable
from footprint.collect.imports.scanner import scan_imports
from footprint.collect.imports.walker import read_imports
from footprint.collect.knowledge import (
    read_drivers,
    read_engines,
    read_import_names,
    read_plugin_groups,
    read_soft_needs,
)
from footprint.collect.runnable import find_runnable
from footprint.collect.sources import complete, find_module_strings, read_sources
from footprint.collect.suppressions import read_ignore_comments
from footprint.collect.third_party import asking, following
from footprint.config import Options
from footprint.model.askers import InstalledModule
from footprint.model.audit import Audit, EntryRow
from footprint.model.environment import DiskScan, Installed, Interpreter
from footprint.model.note import Note
from footprint.model.requirements import DeclaredFiles
from footprint.model.runtime import DistributionCost, EntryRuntime
from footprint.model.sources import EntryPoint, ProjectSources, Reach, SiteUse, ToolUse
from footprint.model.suppressions import Suppressions
from footprint.names import DistributionName
from footprint.probe import runner

Progress = Callable[[str], None]
_T = TypeVar("_T")


def _silent(stage: str) -> None:
    """Report no progress."""


def run_audit(options: Options, progress: Progress = _silent) -> Audit:
    """Measure, walk, probe and join one project and one environment.

    Raises: UsageError for an entry or a file that is not there; InterpreterUnusable and
        EnvironmentUnreadable when there is nothing to weigh. All else becomes a note.
    """
    progress("asking the target interpreter")
    target = open_target(options)
    progress("reading the project")
    code = read_code(options, target)

    def read_disk() -> tuple[DiskScan, DeclaredFiles]:  # while the child imports
        progress("weighing the installed distributions")
        return disk.scan(target.interpreter, target.installed), read_declared(options.project, options.requirements)

    runtimes, (scan, declared) = measure(options, target, code, progress, meanwhile=read_disk)
    progress("joining")
    facts = _collect(options, target, code, scan, declared, runtimes)
    uses = rows.group_uses(facts)
    observed = observe(runtimes, facts.places)
    joined = rows.index_facts(facts, SecondLook(), observed, uses)
    return rows.join(facts, _look_again(joined, options.project), observed, uses, __version__)


def scan_disk(options: Options, progress: Progress = _silent) -> tuple[Target, DiskScan]:
    """Weigh what is installed: the disk stage alone."""
    progress("asking the target interpreter")
    target = open_target(options)
    progress("weighing the installed distributions")
    return target, disk.scan(target.interpreter, target.installed)


@dataclass(frozen=True, slots=True)
class FoundImports:
    """The project's imports that leave it, each with who provides it."""

    entries: tuple[EntryPoint, ...]
    uses: tuple[tuple[SiteUse, str], ...]
    notes: tuple[Note, ...]


def read_imports_of(options: Options, progress: Progress = _silent) -> FoundImports:
    """Read the project's imports: the static stage alone, standard library left out."""
    target, scan = scan_disk(options, progress)
    progress("reading the project")
    code = read_code(options, target, thorough=False)
    names = _name_imports(target, scan, code)
    uses = reach.classify_sites(code.sources, _walk(target, code), names, lazy_syntax=_knows_lazy(target))
    shown = [(use, ", ".join(names.owner_of(use.site)) or "not installed") for use in uses]
    return FoundImports(code.entries, tuple(shown), (*target.notes, *code.notes))


@dataclass(frozen=True, slots=True)
class Measured:
    """Every entry's row and what each distribution cost it."""

    rows: tuple[EntryRow, ...]
    costs: Mapping[str, tuple[DistributionCost, ...]]
    notes: tuple[Note, ...]


def measure_entries(options: Options, progress: Progress = _silent) -> Measured:
    """Start every entry and attribute its memory: the probe stage alone."""
    target = open_target(options)
    code = read_code(options, target)
    runtimes, scan = measure(
        options, target, code, progress, meanwhile=lambda: disk.scan(target.interpreter, target.installed)
    )
    observed = {entry.name: entry for entry in observe(runtimes, _places(target.interpreter, scan, options.project))}
    by_entry = {runtime.entry: runtime for runtime in runtimes}
    why = _why_not_probed(options, target)
    rows_ = tuple(
        build_entry_row(entry, by_entry.get(entry.name), observed.get(entry.name), why) for entry in code.entries
    )
    costs = {row.name: tuple(observed[row.name].costs.values()) if row.name in observed else () for row in rows_}
    return Measured(rows_, costs, (*target.notes, *code.notes, *(note for each in runtimes for note in each.notes)))


@dataclass(frozen=True, slots=True)
class Target:
    """The audited environment: its interpreter and what is installed."""

    interpreter: Interpreter
    chosen: str
    installed: tuple[Installed, ...]
    notes: tuple[Note, ...]


def open_target(options: Options) -> Target:
    """Find the target interpreter, ask it once and read what is installed for it."""
    if options.site_packages:
        python = interpreter.for_site_packages(options.site_packages)
        chosen = "given by --site-packages, no interpreter"
    else:
        executable, chosen = interpreter.find(python=options.python, env=options.env, project=options.project)
        python = interpreter.inspect(executable)
    installed, notes = metadata.read_installed(python.site_dirs)
    return Target(python, chosen, installed, notes)


@dataclass(frozen=True, slots=True)
class Code:
    """The project's own code and where it starts."""

    sources: ProjectSources
    entries: tuple[EntryPoint, ...]
    tools: tuple[ToolUse, ...]
    notes: tuple[Note, ...]


def read_code(options: Options, target: Target, *, thorough: bool = True) -> Code:
    """Read the project's start commands and modules and settle its entry points.

    A scan tells the import statements of all modules; in full are read those that the entries reach, and without
    an entry all of them if `thorough`.
    Raises: UsageError for an entry that was given and is not there.
    """
    commands, notes = read_start_commands(options.project)
    tools, tool_notes = read_tool_uses(options.project, commands)
    importable = list_importable(target.interpreter.site_dirs)
    sources = read_sources(
        options.project,
        exclude=options.exclude,
        read=scan_imports,
        working_dirs=working_dirs(commands),
        foreign=target.interpreter.stdlib_names | importable,
    )
    sources = complete(options.project, sources, entries.may_start(sources, commands), read_imports)
    found = _find_entries(options, target, sources, importable) or entries.discover(options.project, sources, commands)
    sources = _read_reached(options.project, sources, found, lazy_syntax=_knows_lazy(target))
    if not found:
        sources = _read_all(options.project, sources) if thorough else sources
        message = "no entry point found: give one with --entry module:attr; until then every module counts as reached"
        notes = (*notes, Note("no-entry", message))
    return Code(sources, found, tools, (*notes, *tool_notes, *sources.notes))


def _read_reached(
    project: Path, sources: ProjectSources, found: tuple[EntryPoint, ...], *, lazy_syntax: bool
) -> ProjectSources:
    """Read in full what the entries reach, as far as it matters. Elsewhere the import statements tell all."""
    strings: dict[str, frozenset[str] | None] = {}
    while found:
        reaches = reach.walk(sources, found, lazy_syntax=lazy_syntax)
        strings |= find_module_strings(project, sorted(reached_by_statements(sources, reaches) - strings.keys()))
        paths = to_complete(sources, reaches, strings)
        if not paths:
            break
        sources = complete(project, sources, paths, read_imports)
    return sources


def _read_all(project: Path, sources: ProjectSources) -> ProjectSources:
    paths = frozenset(module.path for module in sources.modules if not module.complete)
    return complete(project, sources, paths, read_imports)


def measure(
    options: Options, target: Target, code: Code, progress: Progress, *, meanwhile: Callable[[], _T]
) -> tuple[tuple[EntryRuntime, ...], _T]:
    """Probe every entry, the first while `meanwhile` runs; return the runtimes and what `meanwhile` gave.

    No runtime at all when there is nothing to start: no entry, no interpreter, or --no-probe.
    """
    if not options.probe or target.interpreter.executable is None or not code.entries:
        return (), meanwhile()
    first, *others = code.entries
    settings = runner.ProbeOptions(
        runs=options.runs, timeout_s=options.timeout_s, lifespan=options.lifespan, env=options.environment
    )
    with runner.start(target.interpreter, first, options.project, settings) as probe:
        done = meanwhile()
        progress(f"starting {first.target}")
        runtimes = [probe.result()]
    for entry in others:
        progress(f"starting {entry.target}")
        with runner.start(target.interpreter, entry, options.project, settings) as probe:
            runtimes.append(probe.result())
    return tuple(runtimes), done


def _collect(
    options: Options,
    target: Target,
    code: Code,
    scan: DiskScan,
    declared: DeclaredFiles,
    runtimes: tuple[EntryRuntime, ...],
) -> Collected:
    python = target.interpreter
    graph = RequirementGraph.build(target.installed, declared.requirements, python.markers)
    reaches = _walk(target, code)
    names = _name_imports(target, scan, code)
    lines = frozenset(line.name for line in declared.requirements if line.kind == "requirement")
    own, own_notes = find_own(target.installed, lines, graph, options.project.resolve().as_posix())
    run_notes = tuple(note for runtime in runtimes for note in runtime.notes)
    return Collected(
        project_name=options.project.resolve().name,
        interpreter=python,
        chosen=target.chosen,
        prefix_relative=_relative(python.prefix, options.project),
        installed=target.installed,
        scan=scan,
        declared=declared,
        graph=graph,
        sources=code.sources,
        names=names,
        entries=code.entries,
        reaches=reaches,
        uses=reach.classify_sites(code.sources, reaches, names, lazy_syntax=_knows_lazy(target)),
        tools=code.tools,
        runtimes=runtimes,
        not_probed=_why_not_probed(options, target),
        places=_places(python, scan, options.project),
        own=own,
        soft_needs=read_soft_needs(),
        known_names=read_import_names(),
        suppressions=_read_suppressions(options, code, declared),
        notes=(*target.notes, *scan.notes, *declared.notes, *code.notes, *run_notes, *own_notes),
    )


def _read_suppressions(options: Options, code: Code, declared: DeclaredFiles) -> Suppressions:
    paths = (module.path for module in code.sources.modules)
    return Suppressions(options.ignore, read_ignore_comments(options.project, paths, declared.files))


def _knows_lazy(target: Target) -> bool:
    """Return whether `lazy import` and `__lazy_modules__` mean something to the target (PEP 810)."""
    return target.interpreter.version >= (3, 15)


def _walk(target: Target, code: Code) -> tuple[Reach, ...]:
    return reach.walk(code.sources, code.entries, lazy_syntax=_knows_lazy(target))


def _name_imports(target: Target, scan: DiskScan, code: Code) -> ImportNames:
    ours = FirstParty(code.sources)
    return ImportNames.build(scan.owners, target.installed, target.interpreter.stdlib_names, first_party=ours)


def _look_again(joined: rows.Joined, project: Path) -> SecondLook:
    wanted = wanted_imports(joined)
    runnable = find_runnable(project, unreached_paths(joined))
    loaded = loaded_modules(joined)
    files = frozenset(module.file for module in loaded)
    library = following.Library(joined.facts.scan.site_dirs, joined.facts.scan.owners)
    followed = following.follow(sites_to_follow(joined), library, scan_imports, known=files) if wanted else ()
    loaders = following.find_loaders((*loaded, *followed)) & used_directly(joined) if wanted else frozenset()
    modules = {module.file: module for module in (*loaded, *followed, *library.all_of(loaders))}
    asks = asking.find_askers(modules.values(), wanted, scan_imports, loaded=files)
    mentioned = asking.find_mentions(project, reached_paths(joined), words_to_look_for(joined, asks))
    look = SecondLook(asks, mentioned, runnable=runnable)
    return replace(look, other=_find_other_uses(replace(joined, look=look), project, library, tuple(modules.values())))


def _find_other_uses(
    joined: rows.Joined, project: Path, library: following.Library, modules: tuple[InstalledModule, ...]
) -> Mapping[DistributionName, OtherUses]:
    """Find what makes a declared distribution needed without an import: strings, plugins, optional requirements."""
    used = implied_look.used_distributions(joined, modules)
    question = implied_look.ask_for_other_uses(joined, read_drivers(), read_engines(), read_import_names(), used)
    if not question.names:
        return {}
    paths = (*reached_paths(joined), *mentions.find_settings_files(project))
    heads = implied_look.heads_to_search(question)
    strings = mentions.find_strings(project, paths, schemes=question.schemes, literals=question.literals, heads=heads)
    resolved = mentions.keep_resolved(strings, library.find)
    known = read_plugin_groups()
    reads = mentions.find_group_reads(modules, implied_look.unknown_groups(question, known))
    plugins = implied_look.find_plugin_readers(joined, question, known, reads, used)
    requirers = {requirer for found in question.extras.values() for requirer, _ in found}
    wanted = {module: name for module, name in wanted_imports(joined).items() if name in question.extras}
    optional = asking.find_askers(library.all_of(requirers), wanted, scan_imports, loaded=())
    return implied_look.join_other_uses(joined, question, strings, resolved, optional, plugins)


def _find_entries(
    options: Options, target: Target, sources: ProjectSources, importable: frozenset[str]
) -> tuple[EntryPoint, ...]:
    scripts = {
        record.name: record.value
        for item in target.installed
        for record in item.entry_points
        if record.group == "console_scripts"
    }
    found = (
        entries.resolve_entry(text, options.project, sources, scripts, importable=importable)
        for text in options.entries
    )
    return entries.distinct(replace(entry, factory=True) if options.factory else entry for entry in found)


def _why_not_probed(options: Options, target: Target) -> str:
    if target.interpreter.executable is None:
        return "--site-packages names a folder, not an interpreter to start"
    return "not started" if options.probe else "--no-probe"


def _relative(path: Path, project: Path) -> str | None:
    try:
        return path.resolve().relative_to(project.resolve()).as_posix()
    except ValueError:
        return None


def _places(python: Interpreter, scan: DiskScan, project: Path) -> Places:
    """Return where modules may come from; every name of a folder counts, since links are kept in module origins."""
    site: list[tuple[str, int]] = []
    for index, folder in enumerate(scan.site_dirs):
        site.append((f"{folder.as_posix()}/", index))
        site += [(f"{path.as_posix()}/", index) for path in python.sys_path if path.resolve() == folder]
    own = {f"{path.as_posix()}/" for path in (project.absolute(), project.resolve())}
    by_module: dict[str, DistributionName] = {}
    for owners in scan.owners:
        by_module = top_level_owners(owners) | by_module
    return Places(
        site=tuple(sorted(set(site), key=lambda item: -len(item[0]))),
        owners=scan.owners,
        project=tuple(sorted(own)),
        stdlib_names=python.stdlib_names,
        by_module=by_module,
    )

"""The project's own code: read, with where it starts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache, partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from footprint.analysis.conventions.named_modules import notes_left
from footprint.analysis.names.first_party import first_party_of, views_of
from footprint.analysis.names.import_names import ImportNames
from footprint.analysis.reach import entry_walk as reach
from footprint.analysis.reach.files_to_read import FileIndex, find_questions, find_unread, lazily_reached, with_binds
from footprint.audit.stated_python import note_python, own_roots, with_import_path, with_lazy_imports, with_more_folders
from footprint.audit.target import Target, find_kept, folder_reader, knows_lazy
from footprint.audit.target_reader import ImportReader, for_target, kept, loads_in
from footprint.collect.deploy import Deployment, read_deploy_files, working_dirs
from footprint.collect.deploy.stated_variables import ImportPath, read_import_paths
from footprint.collect.entries.discovery import discover, distinct, find_beside, find_unknown, may_start, with_roles
from footprint.collect.entries.named_entries import resolve_entry
from footprint.collect.entries.served_applications import with_servers
from footprint.collect.sources import Foreign, complete, find_sources, read_found
from footprint.collect.sources.module_names import list_importable
from footprint.collect.texts import TextAnswers, find_module_strings
from footprint.config.options import TargetOptions
from footprint.errors import UsageError
from footprint.files.reader import ListFolder
from footprint.model.handed_names import NOTHING_ASKED, Asked, ModuleStrings
from footprint.model.installed_environment import DiskScan
from footprint.model.limits import StatedLimit
from footprint.model.note import Note
from footprint.model.requirements import DeclaredFiles
from footprint.model.source_modules import (
    EntryPoint,
    FileImports,
    OutsideInstall,
    ProjectSources,
    Reach,
    StartCommand,
    ToolUse,
    UnknownStart,
)
from footprint.model.start_habits import StartHabit
from footprint.names import DistributionName, top_level
from footprint.values import dataclass, replace

if TYPE_CHECKING:
    from footprint.files.project_facts import ProjectFacts

_ROUNDS_AT_MOST = 4  # helpers of helpers, and lists that are imported from one file to the next
_UNKNOWN_SHOWN = 5


@dataclass(frozen=True, slots=True)
class ProjectCode:
    """The project's own code and where it starts."""

    sources: ProjectSources
    entries: tuple[EntryPoint, ...]
    tools: tuple[ToolUse, ...]
    notes: tuple[Note, ...]  # of commands and entries; `sources` has its own
    declared: Callable[[], DeclaredFiles]  # read when they are first asked for
    commands: tuple[StartCommand, ...] = ()
    limits: tuple[StatedLimit, ...] = ()
    beside: tuple[EntryPoint, ...] = ()  # what other commands start: reached, not measured
    unknown_starts: tuple[UnknownStart, ...] = ()  # commands that may run more of ours
    walked: tuple[ProjectSources, tuple[Reach, ...]] | None = None  # what the entries reach, and in which sources
    import_paths: tuple[ImportPath, ...] = ()  # PYTHONPATH of the deploy files
    installs: tuple[OutsideInstall, ...] = ()  # what the deploy files install beside the requirements
    habits: tuple[StartHabit, ...] = ()  # of the deployment, that cost something for nothing

    @property
    def all_notes(self) -> tuple[Note, ...]:
        """Those, and what the reading of the sources left open."""
        return (*self.notes, *notes_left(self.sources))


def open_project(options: TargetOptions, target: Target, *, thorough: bool = True) -> tuple[Target, ProjectCode]:
    """Read the project, and return with it the target that it really has: with the folders that it imports from.

    Raises: as read_code.
    """
    target = replace(target, kept=target.kept or find_kept(options))
    code = read_code(options, target, thorough=thorough)
    more = with_more_folders(options, target, code.import_paths, code.sources)
    if more is not None:
        target = replace(more, kept=target.kept, read_folder=target.read_folder)
        code = read_code(options, target, thorough=thorough)
    target = replace(target, read_folder=None)  # nobody walks the project any more
    if target.kept is not None:
        target.kept.keep()
    notes = note_python(options.project, target, code.commands)
    return target, replace(code, notes=(*notes, *code.notes)) if notes else code


def read_code(options: TargetOptions, target: Target, *, thorough: bool = True) -> ProjectCode:
    """Read the project's start commands and modules and settle its entry points.

    A scan tells the import statements of all modules; in full are read those that the entries reach, and without
    an entry all of them if `thorough`.
    Raises: UsageError for an entry that was given and is not there.
    """
    project = options.project
    deployment = read_deploy_files(project, options.service)
    started = (*deployment.commands, *deployment.beside)
    paths = read_import_paths(project, [each for each in started if each.trust != "recipe"] or started)
    importable = list_importable(target.interpreter.site_dirs)
    read_folder = target.read_folder or folder_reader(project)  # for modules and for requirement files
    declared = cache(lambda: target.declared or _read_declared(options, read_folder, target.kept))
    foreign = Foreign(
        target.interpreter.stdlib_names | importable | _locked_names(target), lambda: _known_names(declared(), target)
    )
    sources = _read_modules(options, target, started, foreign, own_roots(paths, project), read_folder)
    known = _CodeParts(options, target, sources, deployment, importable)
    served = with_servers(_find_entries(known), project, sources, started)
    found = tuple(with_lazy_imports(with_import_path(entry, paths), started) for entry in served)
    others = find_beside(sources, started, found) if found else ()
    beside = tuple(with_import_path(entry, paths) for entry in others)
    unknown = _find_unknown(known) if found else ()
    walked = _read_reached(project, sources, (*found, *beside), target)
    sources = walked[0]
    notes = (*deployment.notes, *_describe_unknown(unknown))
    if not found:
        sources = read_all(project, sources, target) if thorough else sources
        from footprint.audit.missing_entry import note_no_entry  # few projects have no entry

        notes = (*notes, note_no_entry(deployment.tools, _console_scripts(target)))
    stated = (deployment.tools, notes, declared, deployment.commands, deployment.limits)
    habits = _find_habits(project, found, deployment)
    installs = deployment.installs
    return ProjectCode(sources, found, *stated, beside, unknown, walked, paths, installs, habits)


def _find_habits(project: Path, found: Sequence[EntryPoint], deployment: Deployment) -> tuple[StartHabit, ...]:
    """Return what costs something for nothing: of the deploy files, and of scripts that serve by themselves."""
    if not any(entry.served_at for entry in found):
        return deployment.habits
    from footprint.collect.deploy.files.deploy_files import text_at
    from footprint.collect.deploy.production import Production
    from footprint.collect.entries.development_calls import find_calls

    production = Production.of(deployment.commands, deployment.services, ())
    deployed = {each.origin for each in deployment.commands if production.is_deployed(each)}
    calls = find_calls(found, deployed, lambda path: text_at(project, path))
    return (*deployment.habits, *dict.fromkeys(calls))


def _read_declared(options: TargetOptions, read_folder: ListFolder, kept: ProjectFacts | None) -> DeclaredFiles:
    from footprint.audit.source_marks import find_headers
    from footprint.collect.declared import read_declared  # `imports` mostly does without

    headers = partial(find_headers, kept=kept)
    return read_declared(options.project, options.requirements, read_folder=read_folder, find_headers=headers)


def _read_modules(
    options: TargetOptions,
    target: Target,
    started: Sequence[StartCommand],
    foreign: Foreign,
    own_paths: Sequence[str],
    read_folder: ListFolder,
) -> ProjectSources:
    """Return the project's modules by a scan; those in full whose names decide where it starts."""
    folders = working_dirs(command for command in started if command.trust != "recipe")
    despite = _named_entries(options, started) if options.respect_gitignore else None
    found = find_sources(options.project, (*options.exclude, *target.checkouts), despite, read_folder)
    served = [command for command in started if command.role != "job" or command.trust == "stated"]
    working = (*folders, *target.roots, *own_paths)
    asked: list[bool] = []

    def known_names() -> Collection[str]:
        asked.append(True)
        return foreign.known()

    def read() -> tuple[ProjectSources, bool]:
        from footprint.collect.imports.scan.scanner import scan_imports  # where all is kept nothing is read

        scan = for_target(
            kept(scan_imports, target.kept, "scan"), target.interpreter, loads_in(target, options.project)
        )
        others = Foreign(foreign.names, known_names)
        sources = read_found(options.project, found, read=scan, working_dirs=working, foreign=others)
        read_further = may_start(sources, served)
        return complete(options.project, sources, read_further, _reader_in_full(options.project, target)), bool(asked)

    if target.kept is None:
        return read()[0]
    from footprint.audit.reading_inputs import inputs_of  # where nothing is kept: not needed

    return target.kept.find_sources(inputs_of(found, target, (working, served), foreign), read)


def _locked_names(target: Target) -> frozenset[str]:
    """Return the import names that the environment would offer which is not there, as far as names tell."""
    if target.missing is None or target.declared is None:
        return frozenset()
    from footprint.knowledge.tables import read_import_names

    names = _stated_names(target, target.declared) - frozenset(target.declared.own_names)
    known = {top_level(module) for module, owners in read_import_names().items() if names.intersection(owners)}
    return frozenset(name.replace("-", "_") for name in names) | known


def _known_names(declared: DeclaredFiles, target: Target) -> frozenset[str]:
    """Return import names of well-known distributions, and the names of those that are declared or locked."""
    from footprint.knowledge.tables import read_import_names  # few projects need to know

    known = (top_level(name) for name in read_import_names())  # azure of azure.storage.blob
    return frozenset(known) | {name.replace("-", "_") for name in _stated_names(target, declared)}


def _stated_names(target: Target, declared: DeclaredFiles) -> set[DistributionName]:
    return {line.name for line in declared.requirements} | {item.name for item in target.installed}


@dataclass(frozen=True, slots=True)
class _CodeParts:
    """What is read before it is settled where the project starts."""

    options: TargetOptions
    target: Target
    sources: ProjectSources
    deployment: Deployment
    importable: frozenset[str]  # top-level names outside the project

    @property
    def started(self) -> tuple[StartCommand, ...]:
        return (*self.deployment.commands, *self.deployment.beside)

    def discover(self) -> tuple[EntryPoint, ...]:
        deployment = self.deployment
        found = discover(self.options.project, self.sources, deployment.commands, deployment.beside)
        if found or not any(command.launch is not None for command in self.started):
            return found
        from footprint.collect.entries.installed_entries import find_installed_entries  # few projects have no entry

        return distinct(find_installed_entries(self.started, self.sources, self.importable))


def _find_unknown(known: _CodeParts) -> tuple[UnknownStart, ...]:
    target = known.target
    return find_unknown(
        known.sources,
        known.started,
        known.deployment.unknown,
        console_scripts=_console_scripts(target).keys() | {item.name for item in target.installed},
        importable=known.importable | target.interpreter.stdlib_names,
        has_environment=target.missing is None,
    )


def _describe_unknown(unknown: Sequence[UnknownStart]) -> Iterator[Note]:
    """Yield a note for each start that is not understood: whoever reads on should know what the audit does not."""
    for start in unknown[:_UNKNOWN_SHOWN]:
        reach = "the project" if start.covers == "." else f"{start.covers}/"
        message = (
            f"what `{start.command}` starts is not known: {start.why}. So nothing in {reach} is called unreached for "
            "certain; if it runs a file of the project, name that with --entry"
        )
        yield Note("start-unknown", message, start.path, start.line)
    if len(unknown) > _UNKNOWN_SHOWN:
        message = f"{len(unknown) - _UNKNOWN_SHOWN} more starts are not understood"
        yield Note("start-unknown", message, unknown[_UNKNOWN_SHOWN].path, unknown[_UNKNOWN_SHOWN].line)


def _named_entries(options: TargetOptions, commands: Sequence[StartCommand]) -> tuple[str, ...]:
    """Return the modules and files that the options and the start commands name: git may ignore what is deployed."""
    launches = [(command.working_dir, command.launch) for command in commands if command.launch is not None]
    files = (PurePosixPath(folder, launch.working_dir, launch.file) for folder, launch in launches if launch.file)
    modules = (launch.module for _, launch in launches if launch.module)
    return (*options.entries, *(path.as_posix() for path in files), *modules)


def _read_reached(
    project: Path, sources: ProjectSources, found: tuple[EntryPoint, ...], target: Target
) -> tuple[ProjectSources, tuple[Reach, ...]]:
    """Read in full what the entries reach, as far as it matters. Elsewhere the import statements tell all.

    Return the sources, and what the entries reach in them.
    """
    if target.kept is None or not found:
        return _read_further(project, sources, found, target)
    question = repr((found, knows_lazy(target)))
    further, reaches = target.kept.find_reached(
        sources, question, lambda: _read_further(project, sources, found, target)
    )
    if not reaches:
        return further, reach.walk_all(further, found, lazy_syntax=knows_lazy(target))
    return further, reach.with_entries(reaches, further, found)


def _read_further(
    project: Path, sources: ProjectSources, found: tuple[EntryPoint, ...], target: Target
) -> tuple[ProjectSources, tuple[Reach, ...]]:
    reaches: tuple[Reach, ...] = ()
    strings: dict[str, ModuleStrings | None] = {}
    texts, tried, indexes = TextAnswers(project), set[str](), dict[str, FileIndex]()
    while found:
        reaches = reach.walk_all(sources, found, lazy_syntax=knows_lazy(target))
        strings |= find_module_strings(project, sorted(lazily_reached(sources, reaches) - strings.keys()))
        unread = find_unread(sources, reaches, strings, indexes)
        bound = {path: texts.binds(path, names) for path, names in unread.binds.items()}
        paths = {path for path, words in unread.in_full.items() if not words or texts.holds_any(path, words)}
        paths.update(path for path, names in bound.items() if names is None)
        paths -= tried  # a file that has become unreadable stays as it is
        tried |= paths
        if not paths and not any(bound.values()):
            break
        sources = with_binds(sources, {path: names for path, names in bound.items() if names})
        if paths:
            sources = complete(project, sources, paths, _reader_in_full(project, target))
    return sources, reaches


def read_all(project: Path, sources: ProjectSources, target: Target) -> ProjectSources:
    """Return `sources` with every module read in full: a file that does not parse is noted, reached or not."""
    paths = frozenset(module.path for module in sources.modules if not module.complete)
    return complete(project, sources, paths, _reader_in_full(project, target))


def follow_handed(project: Path, sources: ProjectSources, target: Target) -> ProjectSources:
    """Return `sources` with what files hand to functions of other files, and take from these, followed to its end.

    Only files that are asked are read once more.
    """
    answered: dict[str, Asked] = {}
    for _ in range(_ROUNDS_AT_MOST):
        asked = {path: each for path, each in find_questions(sources).items() if each != answered.get(path)}
        if not asked:
            break
        answered |= asked
        sources = complete(project, sources, asked, _reader_in_full(project, target, answered))
    return sources


def _reader_in_full(project: Path, target: Target, asked: Mapping[str, Asked] | None = None) -> ImportReader:
    """Return the reader of all that a file says, and of what others ask of it."""

    def read(data: bytes, *, path: str, module: str, is_package: bool) -> FileImports:
        from footprint.collect.imports.walker import read_imports  # as above

        known = (asked or {}).get(path, NOTHING_ASKED)
        how = "in full" if known == NOTHING_ASKED else f"in full {known}"
        whole = kept(partial(read_imports, asked=known), target.kept, how)
        return whole(data, path=path, module=module, is_package=is_package)

    return for_target(read, target.interpreter, loads_in(target, project))


def _console_scripts(target: Target) -> dict[str, str]:
    records = (record for item in target.installed for record in item.entry_points)
    return {record.name: record.value for record in records if record.group == "console_scripts"}


def _find_entries(known: _CodeParts) -> tuple[EntryPoint, ...]:
    """Return the entries that the options name, by a target or by the name of one that is found; else those found."""
    options, sources = known.options, known.sources
    if options.service is not None:  # what else might be started is no part of it
        origins = {command.origin for command in options.service.commands}
        return tuple(entry for entry in known.discover() if entry.source in origins)
    if not options.entries:
        return known.discover()
    scripts = _console_scripts(known.target)
    by_name: dict[str, EntryPoint] = {}
    found = []
    for text in options.entries:
        try:
            entry = resolve_entry(text, options.project, sources, scripts, importable=known.importable)
        except UsageError:
            by_name = by_name or _by_name(known)
            if text not in by_name:
                raise
            entry = replace(by_name[text], beside=False)
        found.append(replace(entry, factory=True) if options.factory else entry)
    return distinct(with_roles(found, sources, known.started))


def _by_name(known: _CodeParts) -> dict[str, EntryPoint]:
    discovered = known.discover()
    beside = find_beside(known.sources, known.started, discovered)
    return {entry.name: entry for entry in (*discovered, *beside)}


def walk_entries(target: Target, code: ProjectCode) -> tuple[Reach, ...]:
    """Return what each entry reaches, for the target's version, and what tools reach that run beside them."""
    if code.walked is not None and code.walked[0] is code.sources:
        return code.walked[1]
    if not code.entries:
        return ()
    return reach.walk_all(code.sources, (*code.entries, *code.beside), lazy_syntax=knows_lazy(target))


def name_imports(target: Target, scan: DiskScan, code: ProjectCode, reaches: Sequence[Reach]) -> ImportNames:
    """Return who provides a module, our own modules first, as the files see them that the entries reach."""
    ours = first_party_of(code.sources)
    views = views_of(reaches, code.sources, ours)
    stdlib, own = target.interpreter.stdlib_names, lambda: code.declared().own_names
    return ImportNames(scan.owners, target.there, stdlib, first_party=ours, views=views, own_names=own)

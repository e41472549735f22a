"""The stages of an audit that read the project and start nothing."""

from __future__ import annotations

from collections.abc import Callable

from footprint.analysis.names.import_names import ImportNames, is_guess, likely_providers
from footprint.analysis.reach import entry_walk
from footprint.analysis.reach.reach_rule import where_known
from footprint.audit.listener import Progress, secrets_of, silent
from footprint.audit.project_code import ProjectCode, name_imports, open_project, walk_entries
from footprint.audit.target import Target, knows_lazy, open_target
from footprint.collect import disk
from footprint.config.options import Options
from footprint.files.cache_folder import find_cache_folder
from footprint.model.installed_environment import DiskScan
from footprint.model.note import Note
from footprint.model.source_modules import EntryPoint, ImportSite, SiteUse
from footprint.secrets import star
from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class FoundImports:
    """The project's imports that leave it, each with who provides it."""

    entries: tuple[EntryPoint, ...]
    uses: tuple[tuple[SiteUse, str], ...]
    notes: tuple[Note, ...]


def read_imports_of(options: Options, progress: Progress = silent) -> FoundImports:
    """Read the project's imports: the static stage alone, standard library left out."""
    read = read_statically(options, progress)
    provider = _name_provider(read.target, read.names)
    shown = [(use, provider(use.site)) for use in read.uses]
    entries, notes = (*read.code.entries, *read.code.beside), (*read.target.notes, *read.code.all_notes)
    return star(FoundImports(entries, tuple(shown), notes), secrets_of(options.probe))


@dataclass(frozen=True, slots=True)
class ReadProject:
    """A project and its environment, read and not joined: what is installed, and what the project imports of it."""

    target: Target
    code: ProjectCode
    scan: DiskScan
    names: ImportNames
    uses: tuple[SiteUse, ...]


def read_statically(options: Options, progress: Progress = silent) -> ReadProject:
    """Read the environment, the project's code to its imports, and what is installed; nothing is started."""
    progress("reading the environment")
    target = open_target(options.target, starts=False, may_be_missing=True)
    progress("reading the project")
    target, code = open_project(options.target, target, thorough=False)
    progress("weighing the installed distributions")
    scan = disk.scan(target.interpreter, target.there, cache=find_cache_folder(wanted=options.target.cache))
    walked = walk_entries(target, code)
    names, reaches = name_imports(target, scan, code, walked), where_known(walked)
    uses = entry_walk.classify_sites(code.sources, reaches, names, lazy_syntax=knows_lazy(target))
    return ReadProject(target, code, scan, names, tuple(uses))


def _name_without_owner(site: ImportSite, names: ImportNames) -> str:
    return "a folder that several share" if names.is_of_many(site) else "not installed"


def _name_provider(target: Target, names: ImportNames) -> Callable[[ImportSite], str]:
    """Return what says who provides an import, for a reader: without an environment who it must mean."""
    if target.missing is None:
        return lambda site: ", ".join(names.owner_of(site)) or _name_without_owner(site, names)
    from footprint.knowledge.tables import read_import_names

    known = read_import_names()
    lines = target.declared.requirements if target.declared else ()
    there = frozenset({line.name for line in lines} | {item.name for item in target.installed})

    def describe(site: ImportSite) -> str:
        found = likely_providers(site, known, there)
        guessed = all(is_guess(name, site, known) for name in found)
        return f"{', '.join(found)}{' (by its name)' if guessed else ''}" if found else "not known"

    return describe

"""One stage of an audit alone that starts nothing: the disk, or the imports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from footprint.analysis import reach
from footprint.audit.project import name_imports, read_code, walk_entries
from footprint.audit.target import Target, knows_lazy, open_target
from footprint.collect import disk
from footprint.config import Options
from footprint.model.environment import DiskScan
from footprint.model.note import Note
from footprint.model.sources import EntryPoint, SiteUse

Progress = Callable[[str], None]


def silent(stage: str) -> None:
    """Report no progress."""


def scan_disk(options: Options, progress: Progress = silent) -> tuple[Target, DiskScan]:
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


def read_imports_of(options: Options, progress: Progress = silent) -> FoundImports:
    """Read the project's imports: the static stage alone, standard library left out."""
    target, scan = scan_disk(options, progress)
    progress("reading the project")
    code = read_code(options, target, thorough=False)
    names = name_imports(target, scan, code)
    uses = reach.classify_sites(code.sources, walk_entries(target, code), names, lazy_syntax=knows_lazy(target))
    shown = [(use, ", ".join(names.owner_of(use.site)) or "not installed") for use in uses]
    return FoundImports(code.entries, tuple(shown), (*target.notes, *code.notes, *code.sources.notes))

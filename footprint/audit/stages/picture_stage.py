"""The static picture of a project: at most what weighing and reading its imports cost, and nothing is started."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path

from footprint.audit.listener import Progress, secrets_of, silent
from footprint.audit.stages.reading_stages import ReadProject, read_statically
from footprint.collect.declared import READERS
from footprint.collect.interpreter import find_own
from footprint.config.options import Options
from footprint.files.reader import list_entries
from footprint.model.source_modules import ReachStatus, SiteUse
from footprint.model.static_picture import PictureRow, StaticPicture
from footprint.names import DistributionName
from footprint.secrets import star

_CODE = ("*.py", "*.ipynb")
_STRENGTH: tuple[ReachStatus, ...] = ("startup", "lazy", "elsewhere", "unreached", "tests", "typing")


def is_project(folder: Path) -> bool:
    """Whether a folder has requirement files, Python files or an environment of its own: its names say so."""
    names = [entry.name for entry in list_entries(folder) or ()]
    patterns = (*(pattern for reader in READERS for pattern in reader.patterns), *_CODE)
    return any(fnmatchcase(name, pattern) for name in names for pattern in patterns) or find_own(folder) is not None


def read_picture(options: Options, progress: Progress = silent) -> StaticPicture:
    """Return what reading alone shows of a project. Raises: as read_statically."""
    read = read_statically(options, progress)
    is_there = read.target.missing is None
    picture = StaticPicture(
        project=options.target.project.resolve().name,
        environment=str(read.target.chosen),
        total_bytes=read.scan.total_apparent_bytes if is_there else None,
        entries=tuple(f"{entry.target} (from {entry.source})" for entry in read.code.entries),
        rows=_rows(read, is_there=is_there),
        notes=(*read.target.notes, *read.scan.notes, *read.code.all_notes),
    )
    return star(picture, secrets_of(options.probe))


def _rows(read: ReadProject, *, is_there: bool) -> tuple[PictureRow, ...]:
    imports = _strongest(read)
    lines = [line for line in read.code.declared().requirements if line.kind == "requirement"]
    declared = {line.name: f"{line.path}:{line.line}" for line in reversed(lines)}
    versions: Mapping[DistributionName, str] = {item.name: item.version for item in read.target.installed}
    weights = {use.name: use.apparent_bytes for use in read.scan.uses} if is_there else {}
    rows = [
        PictureRow(
            name=name,
            version=versions.get(name),
            apparent_bytes=weights.get(name),
            status=imports[name].status if name in imports else None,
            place=imports[name].place if name in imports else None,
            declared=declared.get(name),
        )
        for name in dict.fromkeys((*versions, *declared))
    ]
    return tuple(sorted(rows, key=lambda row: (-(row.apparent_bytes or 0), row.name)))


def _strongest(read: ReadProject) -> dict[DistributionName, SiteUse]:
    """Return of each distribution the import that says most: at startup before late, the first of each kind."""
    found: dict[DistributionName, SiteUse] = {}
    for use in read.uses:
        for name in read.names.owner_of(use.site):
            if name not in found or _STRENGTH.index(use.status) < _STRENGTH.index(found[name].status):
                found[name] = use
    return found

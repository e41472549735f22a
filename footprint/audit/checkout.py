"""One checkout of a project, opened: what is asked of it, its environment, its code and its limits.

And where the modules of its start may come from, or why there is no start.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.audit.listener import Progress
from footprint.audit.target import Target, find_kept, open_target
from footprint.config.options import Options, StartOptions
from footprint.files.paths import real
from footprint.late import Late
from footprint.model.installed_environment import DiskScan, Interpreter
from footprint.names import DistributionName
from footprint.values import dataclass, field, replace

if TYPE_CHECKING:
    from footprint.analysis.cost.attribution import Places
    from footprint.audit.entry_limits import EntryLimits
    from footprint.audit.project_code import ProjectCode
    from footprint.probe.shadow import Shadow  # for those who start something

# What comes next where something is started: an interpreter takes as long to answer.
_NEXT = ("footprint.audit.project_code", "footprint.audit.entry_limits", "footprint.audit.entry_starts")


@dataclass(frozen=True, slots=True)
class Checkout:
    """A checkout before anything of it is started; not `thorough`: unreached files by their import statements alone."""

    options: Options
    target: Target
    code: ProjectCode
    limits: EntryLimits = field(default_factory=Late("footprint.audit.entry_limits", "EntryLimits"))
    thorough: bool = True
    shadow: Shadow | None = None  # in which its entries are started

    @property
    def project(self) -> Path:
        """The folder of the project."""
        return self.options.target.project

    @property
    def can_start(self) -> bool:
        """Whether anything may be started, and there is an interpreter to start it with."""
        return self.options.probe.enabled and self.target.interpreter.executable is not None


def open_checkout(options: Options, progress: Progress, *, thorough: bool = True) -> Checkout:
    """Open the environment and read the project. Raises: as run_audit."""
    progress("asking the target interpreter" if options.probe.enabled else "reading the environment")
    with _loading_what_comes_next() if options.probe.enabled else nullcontext():
        target = open_target(options.target, starts=options.probe.enabled, may_be_missing=True)
    from footprint.audit.entry_limits import find_limits
    from footprint.audit.project_code import open_project
    from footprint.audit.source_marks import look_along

    progress("reading the project")
    target = replace(target, kept=target.kept or find_kept(options.target))
    if target.kept is not None:
        look_along(target.kept)
    target, code = open_project(options.target, target, thorough=thorough)
    limits = find_limits(options.target, code.entries, code.limits, code.commands)
    return Checkout(options, target, code, limits, thorough)


def _loading_what_comes_next() -> AbstractContextManager[None]:
    from footprint.audit.modules_ahead import loading

    return loading(*_NEXT)


_NAMES = ("site-packages", "dist-packages")


def why_not_probed(options: StartOptions, target: Target) -> str:
    """Return, for a reader, why there is no measured start."""
    if target.missing is not None:
        return "there is no environment to start it in"
    if target.chosen.way == "filled":
        return "there is no interpreter to start: a folder that pip install --target filled is not an environment"
    if any(note.code == "environment-broken" for note in target.notes) and target.interpreter.executable is None:
        return "the interpreter of the environment cannot be started"
    if target.interpreter.executable is None:
        return "--site-packages names a folder, not an interpreter to start"
    return "not started" if options.enabled else "--no-probe"


def find_places(python: Interpreter, scan: DiskScan, project: Path) -> Places:
    """Return where modules may come from; every name of a folder counts, since links are kept in module origins."""
    from footprint.analysis.cost.attribution import Places, top_level_owners

    site: list[tuple[str, int]] = []
    for index, folder in enumerate(scan.site_dirs):
        site.append((f"{folder.as_posix()}/", index))
        site.append((f"{real(folder).as_posix()}/", index))  # the source folder of an editable install may be a link
        site += [(f"{path.as_posix()}/", index) for path in python.sys_path if real(path) == folder]
    # Own modules lie in a folder that is not an environment's: what pip install --target filled beside them.
    own_folders = frozenset(f for f in scan.site_dirs if real(f).is_relative_to(real(project)) and f.name not in _NAMES)
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
        shared=frozenset(prefix for prefix, index in site if scan.site_dirs[index] in own_folders),
    )

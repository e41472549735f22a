"""One checkout of a project, opened: what is asked of it, its environment, its code and its limits."""

from __future__ import annotations

from dataclasses import field
from pathlib import Path

from footprint.audit.entry_limits import EntryLimits, find_limits
from footprint.audit.listener import Progress
from footprint.audit.project_code import ProjectCode, open_project
from footprint.audit.target import Target, open_target
from footprint.config.options import Options
from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class Checkout:
    """A checkout before anything of it is started; not `thorough`: unreached files by their import statements alone."""

    options: Options
    target: Target
    code: ProjectCode
    limits: EntryLimits = field(default_factory=EntryLimits)
    thorough: bool = True

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
    target = open_target(options.target, starts=options.probe.enabled, may_be_missing=True)
    progress("reading the project")
    target, code = open_project(options.target, target, thorough=thorough)
    limits = find_limits(options.target, code.entries, code.limits, code.commands)
    return Checkout(options, target, code, limits, thorough)

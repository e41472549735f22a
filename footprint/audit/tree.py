"""What an audit and a check begin with: one tree read, its entries started with the hook, everything joined."""

from __future__ import annotations

from dataclasses import replace

from footprint.analysis.facts.run_facts import Collected
from footprint.audit.entry_limits import EntryLimits, find_limits
from footprint.audit.project_code import ProjectCode, open_project
from footprint.audit.stages.reading_stages import Progress
from footprint.audit.target import Target, open_target
from footprint.audit.worker_counts import wish_workers
from footprint.config.options import Options
from footprint.model.installed_environment import DiskScan
from footprint.model.requirements import DeclaredFiles
from footprint.model.runtime import EntryRuntime
from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class Checkout:
    """One checkout before anything of it is started."""

    options: Options
    target: Target
    code: ProjectCode
    limits: EntryLimits
    thorough: bool


def read_tree(options: Options, progress: Progress, *, thorough: bool = True) -> Checkout:
    """Open the environment and read the project; not `thorough`: what nothing reaches by its import statements alone.

    Raises: as run_audit.
    """
    progress("asking the target interpreter" if options.probe.enabled else "reading the environment")
    target = open_target(options.target, starts=options.probe.enabled, may_be_missing=True)
    progress("reading the project")
    target, code = open_project(options.target, target, thorough=thorough)
    limits = find_limits(options.target, code.entries, code.limits, code.commands)
    return Checkout(options, target, code, limits, thorough)


def start_tree(tree: Checkout, progress: Progress) -> Collected:
    """Start the entries while the rest is read, and return all of it joined, before it is judged."""
    options, target, code = tree.options, tree.target, tree.code

    def read_meanwhile() -> tuple[DiskScan, DeclaredFiles, ProjectCode]:  # while the child imports
        progress("weighing the installed distributions")
        from footprint.audit.join import read_rest  # a twentieth of a second, while there is time

        return read_rest(options.target, target, code, thorough=tree.thorough)

    runtimes: tuple[EntryRuntime, ...] = ()
    if options.probe.enabled:
        from footprint.audit.start import measure  # what starts processes is not for those that start none

        runtimes, (scan, declared, whole) = measure(options, target, code, progress, meanwhile=read_meanwhile)
    else:
        scan, declared, whole = read_meanwhile()
    wishes = wish_workers(options.target, code)
    servers = {}
    if options.probe.enabled and runtimes:
        from footprint.audit.server_memory import measure_servers

        servers = measure_servers(options, target, code, wishes, tree.limits.entries, progress)
    from footprint.audit.join import join_wings

    facts = join_wings(options, target, whole, scan, declared, runtimes)
    return replace(
        facts,
        limit=tree.limits.whole,
        limits=tree.limits.entries,
        wishes=wishes,
        servers=servers,
        notes=(*facts.notes, *tree.limits.notes),
    )

"""What an audit and a check begin with: one tree read, its entries started with the hook, everything joined."""

from __future__ import annotations

from dataclasses import replace

from footprint.analysis.collected import Collected
from footprint.audit.limit import Limits, find_limits
from footprint.audit.parts import Progress
from footprint.audit.project import Code, open_project
from footprint.audit.target import Target, open_target
from footprint.audit.workers import wish_workers
from footprint.config import Options
from footprint.model.environment import DiskScan
from footprint.model.requirements import DeclaredFiles
from footprint.model.runtime import EntryRuntime
from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class Tree:
    """One checkout before anything of it is started."""

    options: Options
    target: Target
    code: Code
    limits: Limits
    thorough: bool


def read_tree(options: Options, progress: Progress, *, thorough: bool = True) -> Tree:
    """Open the environment and read the project; not `thorough`: what nothing reaches by its import statements alone.

    Raises: as run_audit.
    """
    progress("asking the target interpreter" if options.probe else "reading the environment")
    target = open_target(options, may_be_missing=True)
    progress("reading the project")
    target, code = open_project(options, target, thorough=thorough)
    limits = find_limits(options, code.entries, code.limits, code.commands)
    return Tree(options, target, code, limits, thorough)


def start_tree(tree: Tree, progress: Progress) -> Collected:
    """Start the entries while the rest is read, and return all of it joined, before it is judged."""
    options, target, code = tree.options, tree.target, tree.code

    def read_meanwhile() -> tuple[DiskScan, DeclaredFiles, Code]:  # while the child imports
        progress("weighing the installed distributions")
        from footprint.audit.joining import read_rest  # a twentieth of a second, while there is time

        return read_rest(options, target, code, thorough=tree.thorough)

    runtimes: tuple[EntryRuntime, ...] = ()
    if options.probe:
        from footprint.audit.measuring import measure  # what starts processes is not for those that start none

        runtimes, (scan, declared, whole) = measure(options, target, code, progress, meanwhile=read_meanwhile)
    else:
        scan, declared, whole = read_meanwhile()
    wishes = wish_workers(options, code)
    servers = {}
    if options.probe and runtimes:
        from footprint.audit.servers import measure_servers

        servers = measure_servers(options, target, code, wishes, tree.limits.entries, progress)
    from footprint.audit.joining import join_wings

    facts = join_wings(options, target, whole, scan, declared, runtimes)
    return replace(
        facts,
        limit=tree.limits.whole,
        limits=tree.limits.entries,
        wishes=wishes,
        servers=servers,
        notes=(*facts.notes, *tree.limits.notes),
    )

"""The whole audit, its stages in order: ask the target, read the project, measure while the rest is read, join."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from footprint import __version__
from footprint.analysis import reach, rows
from footprint.analysis.collected import Collected, SecondLook
from footprint.analysis.cost.observed import observe
from footprint.analysis.graph.requirement_graph import RequirementGraph
from footprint.analysis.own import find_own
from footprint.audit.limit import find_limits
from footprint.audit.live import choose_lives, measure_lives
from footprint.audit.measuring import find_places, measure, rehearse, why_not_probed
from footprint.audit.parts import Progress, silent
from footprint.audit.project import Code, name_imports, read_all, read_code, walk_entries
from footprint.audit.second_look import look_again
from footprint.audit.target import Target, knows_lazy, open_target
from footprint.audit.workers import wish_workers
from footprint.collect import disk
from footprint.collect.declared import read_declared
from footprint.collect.knowledge import (
    read_import_names,
    read_soft_needs,
)
from footprint.collect.suppressions import read_ignore_comments
from footprint.config import Options
from footprint.model.audit import Audit
from footprint.model.environment import DiskScan
from footprint.model.requirements import DeclaredFiles
from footprint.model.runtime import EntryRuntime
from footprint.model.suppressions import Suppressions


def run_audit(options: Options, progress: Progress = silent) -> Audit:
    """Measure, walk, probe and join one project and one environment.

    Raises: UsageError for an entry or a file that is not there; InterpreterUnusable and
        EnvironmentUnreadable when there is nothing to weigh. All else becomes a note.
    """
    progress("asking the target interpreter")
    target = open_target(options, may_be_missing=True)
    progress("reading the project")
    code = read_code(options, target)

    def read_rest() -> tuple[DiskScan, DeclaredFiles, Code]:  # while the child imports
        progress("weighing the installed distributions")
        scan = disk.scan(target.interpreter, target.there)
        declared = target.declared or read_declared(options.project, options.requirements)
        declared = declared if options.requirements else _without_unread_scripts(declared, code)
        return scan, declared, replace(code, sources=read_all(options.project, code.sources, target))

    limits = find_limits(options, code.entries, code.limits, code.commands)
    commands = choose_lives(options, code.entries, code.commands)
    runtimes, (scan, declared, whole) = measure(options, target, code, progress, meanwhile=read_rest)
    rehearsed = rehearse(options, target, code, limits, progress)
    lives = measure_lives(options, target, commands, progress)
    progress("joining")
    facts = join_wings(options, target, whole, scan, declared, runtimes)
    facts = replace(
        facts,
        limit=limits.whole,
        limits=limits.entries,
        rehearsed=rehearsed,
        lives=lives.readings,
        live_failures=lives.failures,
        wishes=wish_workers(options, code),
        notes=(*facts.notes, *limits.notes, *lives.notes),
    )
    uses = rows.group_uses(facts)
    observed = observe(runtimes, facts.places)
    joined = rows.index_facts(facts, SecondLook(), observed, uses)
    return rows.join(facts, look_again(joined, options.project), observed, uses, __version__)


def join_wings(
    options: Options,
    target: Target,
    code: Code,
    scan: DiskScan,
    declared: DeclaredFiles,
    runtimes: tuple[EntryRuntime, ...],
) -> Collected:
    """Return all that was collected, with what follows from it before anything is judged."""
    python = target.interpreter
    graph = RequirementGraph.build(target.installed, declared.requirements, python.markers)
    reaches = walk_entries(target, code)
    names = name_imports(target, scan, code)
    lines = frozenset(line.name for line in declared.requirements if line.kind == "requirement")
    own, own_notes = find_own(target.there, lines, graph, options.project.resolve().as_posix())
    run_notes = tuple(note for runtime in runtimes for note in runtime.notes)
    return Collected(
        project_name=options.project.resolve().name,
        interpreter=python,
        chosen=target.chosen,
        prefix_relative=_relative(python.prefix, options.project) if target.missing is None else None,
        installed=target.installed,
        scan=scan,
        declared=declared,
        graph=graph,
        sources=code.sources,
        names=names,
        entries=code.entries,
        reaches=reaches,
        uses=reach.classify_sites(code.sources, reaches, names, lazy_syntax=knows_lazy(target)),
        tools=code.tools,
        runtimes=runtimes,
        not_probed=why_not_probed(options, target),
        places=find_places(python, scan, options.project),
        own=own,
        soft_needs=read_soft_needs(),
        known_names=read_import_names(),
        suppressions=_read_suppressions(options, code, declared),
        missing=target.missing,
        notes=(*target.notes, *scan.notes, *declared.notes, *code.all_notes, *run_notes, *own_notes),
    )


def _without_unread_scripts(declared: DeclaredFiles, code: Code) -> DeclaredFiles:
    """Leave out the headers of scripts whose imports were not read, since git or the options leave them out."""
    read = {module.path for module in code.sources.modules}
    kept = (line for line in declared.requirements if not line.group.startswith("script:") or line.path in read)
    return replace(declared, requirements=tuple(kept))


def _read_suppressions(options: Options, code: Code, declared: DeclaredFiles) -> Suppressions:
    paths = (module.path for module in code.sources.modules)
    return Suppressions(options.ignore, read_ignore_comments(options.project, paths, declared.files))


def _relative(path: Path, project: Path) -> str | None:
    try:
        return path.resolve().relative_to(project.resolve()).as_posix()
    except ValueError:
        return None

"""The whole audit, its stages in order: ask the target, read the project, measure while the rest is read, join."""

from __future__ import annotations

from dataclasses import replace

from footprint.audit.limit import find_limits
from footprint.audit.live import choose_lives, measure_lives
from footprint.audit.measuring import measure, rehearse
from footprint.audit.parts import Progress, silent
from footprint.audit.project import Code, read_code
from footprint.audit.target import open_target
from footprint.audit.workers import wish_workers
from footprint.config import Options
from footprint.model.audit import Audit
from footprint.model.environment import DiskScan
from footprint.model.requirements import DeclaredFiles


def run_audit(options: Options, progress: Progress = silent) -> Audit:
    """Measure, walk, probe and join one project and one environment.

    Raises: UsageError for an entry or a file that is not there; InterpreterUnusable and
        EnvironmentUnreadable when there is nothing to weigh. All else becomes a note.
    """
    progress("asking the target interpreter")
    target = open_target(options, may_be_missing=True)
    progress("reading the project")
    code = read_code(options, target)

    def read_meanwhile() -> tuple[DiskScan, DeclaredFiles, Code]:  # while the child imports
        progress("weighing the installed distributions")
        from footprint.audit.joining import read_rest  # a twentieth of a second, while there is time

        return read_rest(options, target, code)

    limits = find_limits(options, code.entries, code.limits, code.commands)
    commands = choose_lives(options, code.entries, code.commands)
    runtimes, (scan, declared, whole) = measure(options, target, code, progress, meanwhile=read_meanwhile)
    rehearsed = rehearse(options, target, code, limits, progress)
    lives = measure_lives(options, target, commands, progress)
    progress("joining")
    from footprint.audit.joining import join_wings, judge

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
    return judge(facts, options.project)

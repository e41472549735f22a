"""The whole audit, its stages in order: ask the target, read the project, measure while the rest is read, join."""

from __future__ import annotations

from dataclasses import replace

from footprint.audit.live import choose_lives, measure_lives
from footprint.audit.measuring import rehearse
from footprint.audit.parts import Progress, secrets_of, silent
from footprint.audit.starting import read_tree, start_tree
from footprint.config import Options
from footprint.model.audit import Audit
from footprint.model.secrets import star


def run_audit(options: Options, progress: Progress = silent) -> Audit:
    """Measure, walk, probe and join one project and one environment.

    Raises: UsageError for an entry or a file that is not there; InterpreterUnusable and
        EnvironmentUnreadable when there is nothing to weigh. All else becomes a note.
    """
    tree = read_tree(options, progress)
    commands = choose_lives(options, tree.code.entries, tree.code.commands)
    facts = start_tree(tree, progress)
    rehearsed = rehearse(options, tree.target, tree.code, tree.limits, progress)
    lives = measure_lives(options, tree.target, commands, progress)
    progress("joining")
    from footprint.audit.joining import judge

    facts = replace(
        facts,
        rehearsed=rehearsed,
        lives=lives.readings,
        live_failures=lives.failures,
        notes=(*facts.notes, *lives.notes),
    )
    return star(judge(facts, options), secrets_of(options))

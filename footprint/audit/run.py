"""The whole audit, its stages in order: ask the target, read the project, measure while the rest is read, join."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from footprint.analysis.facts.run_facts import Collected
from footprint.audit.stages.reading_stages import Progress, secrets_of, silent
from footprint.audit.tree import Checkout, read_tree, start_tree
from footprint.config.options import Options
from footprint.model.audit import Audit
from footprint.model.secrets import star
from footprint.model.source_modules import StartCommand


def run_audit(options: Options, progress: Progress = silent) -> Audit:
    """Measure, walk, probe and join one project and one environment.

    Raises: UsageError for an entry or a file that is not there; InterpreterUnusable and
        EnvironmentUnreadable when there is nothing to weigh. All else becomes a note.
    """
    tree = read_tree(options, progress)
    commands = _choose_lives(tree)
    facts = start_tree(tree, progress)
    facts = _measure_lives(_rehearse(facts, tree, progress), tree, commands, progress)
    progress("joining")
    from footprint.audit.join import judge

    return star(judge(facts, options.target), secrets_of(options.probe))


# What starts processes is loaded by those that start some: it takes a thirtieth of an audit that starts none.


def _choose_lives(tree: Checkout) -> Mapping[str, StartCommand]:
    """Return the commands to start, by entry: a mistake of the options is told before anything is measured."""
    if not tree.options.probe.live:
        return {}
    from footprint.audit.stages.live_stage import choose_lives

    return choose_lives(tree.options, tree.code.entries, tree.code.commands)


def _rehearse(facts: Collected, tree: Checkout, progress: Progress) -> Collected:
    if not tree.options.probe.rehearse:
        return facts
    from footprint.audit.start import rehearse

    return replace(facts, rehearsed=rehearse(tree.options, tree.target, tree.code, tree.limits, progress))


def _measure_lives(
    facts: Collected, tree: Checkout, commands: Mapping[str, StartCommand], progress: Progress
) -> Collected:
    if not commands:
        return facts
    from footprint.audit.stages.live_stage import measure_lives

    lives = measure_lives(tree.options, tree.target, commands, progress, tree.code.entries)
    notes = (*facts.notes, *lives.notes)
    return replace(facts, lives=lives.readings, live_failures=lives.failures, notes=notes)

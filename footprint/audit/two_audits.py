"""Two audits to hold against each other: of two environments, or of two commits in the environment of today."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from footprint.audit.listener import Progress
from footprint.audit.run import run_audit
from footprint.audit.target import open_target
from footprint.collect import interpreter
from footprint.collect.git.commits import Commit, find_commits, read_commit
from footprint.config.options import Options, StartOptions, TargetOptions
from footprint.files.paths import rebased
from footprint.files.private import private_folder
from footprint.files.tree_writer import write_tree
from footprint.model.audit import Audit
from footprint.model.note import Note
from footprint.units import few

Pair = tuple[Audit, Audit]


def audit_environments(options: Options, environments: Sequence[Path], progress: Progress) -> Pair:
    """Return the audits of one project in two environments, one after the other."""
    targets = [replace(options.target, env=each, python=None, site_packages=(), no_env=False) for each in environments]
    before, after = (run_audit(replace(options, target=each), progress) for each in targets)
    return before, after


def audit_commits(options: Options, span: str, progress: Progress) -> tuple[Pair, tuple[str, str], tuple[Note, ...]]:
    """Return the audits of two commits in the environment of today, what the reader calls them, and what to know.

    Each commit's files are written into a folder of ours, which is gone afterwards; the work tree is left alone.
    Raises: UsageError, CannotMeasure where git does not give them.
    """
    commits = find_commits(options.target.project, span)
    options, notes = _settle(options)
    before, after = (_audit_commit(options, commit, progress) for commit in commits)
    notes = (*notes, *_other_requirements(before, after))
    return (before, after), (commits[0].asked, commits[1].asked), notes


def _settle(options: Options) -> tuple[Options, tuple[Note, ...]]:
    """Return the options with the environment of today by its path, and starts only where they run a commit's code."""
    target = options.target
    if not target.no_env and not target.site_packages:
        python, _ = interpreter.find(python=target.python, env=target.env, project=target.project)
        target = replace(target, python=python, env=None)
    options = replace(options, target=_absolute(target))
    found = open_target(options.target, starts=False, may_be_missing=True)
    if not found.roots or not options.probe.enabled:
        return options, ()
    message = (
        "the environment has the project itself on its path (an editable install), so a start would run the files of "
        "today and not those of a commit: nothing was started, and what is said of the start is read from the code"
    )
    return replace(options, probe=StartOptions(enabled=False)), (Note("project-on-path", message),)


def _absolute(target: TargetOptions) -> TargetOptions:
    return replace(target, python=None if target.python is None else Path.cwd() / target.python)


def _audit_commit(options: Options, commit: Commit, progress: Progress) -> Audit:
    with private_folder("commit") as folder:
        project = folder / (options.target.project.resolve().name or "project")
        progress(f"writing the files of {commit.asked}")
        write_tree(project, read_commit(commit))
        files = tuple(rebased(path, options.target.project, project) for path in options.target.requirements)
        return run_audit(
            replace(options, target=replace(options.target, project=project, requirements=files)), progress
        )


def _other_requirements(before: Audit, after: Audit) -> tuple[Note, ...]:
    """Return what to say where the commits declare other things than what is installed today was made for."""
    names = sorted({name for name, *_ in set(_lines(before)) ^ set(_lines(after))})
    if not names:
        return ()
    message = (
        f"the commits do not declare the same of {few(names, 5)}. Both were audited in the environment of today, so "
        "weights are those of what is installed there. To compare what each would install, make an environment for "
        "each and give --env twice"
    )
    return (Note("other-requirements", message),)


def _lines(audit: Audit) -> Iterator[tuple[str, str, str]]:
    return ((row.name, each.group, each.specifier) for row in audit.distributions for each in row.declared)

"""What --against gives besides the baseline: another checkout, started in turn with this one, or a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from footprint.analysis.gate import GateFacts
from footprint.analysis.gate.circumstances import why_not_measured
from footprint.analysis.gate.this_run import describe_run, stored_key
from footprint.audit.target import Target
from footprint.collect.baseline_file import read_baseline
from footprint.collect.interpreter import find_own
from footprint.config.options import GateSettings, Options, TargetOptions
from footprint.errors import UsageError
from footprint.files.paths import rebased
from footprint.gate.started_tree import Start, StartedTree
from footprint.model.baseline import EnvironmentBaseline


def start_base(options: Options, head: Target, started: Start) -> StartedTree | None:
    """Start the other checkout, None when --against gives none. Raises: UsageError with --static."""
    settings, folder = options.gate, options.gate.against
    if folder is None or not folder.is_dir():
        return None
    if settings.static:
        raise UsageError("--static starts nothing: --against takes a file then, not a folder")
    target = _for_base(options.target, settings.against_env, folder, head)
    return started(replace(options, target=target))


def add_against(
    facts: GateFacts, base: StartedTree | None, settings: GateSettings
) -> tuple[GateFacts, EnvironmentBaseline | None]:
    """Return the facts with what is known of --against, and its figures; None: there are none."""
    if base is not None:
        audit = base.audit()
        theirs = base.gather(audit, settings, facts.base_series)
        why = ((entry.name, why_not_measured(theirs, entry)) for entry in audit.started)
        failures = {name: reason for name, reason in why if reason is not None}
        against = next(iter(describe_run(theirs).environments.values()), None)
        return replace(facts, base_failures=failures), against
    if settings.against is None:
        return facts, None
    found = read_baseline(settings.against)
    if found is None:
        raise UsageError(f"--against {settings.against} is not there: give a baseline, a check as JSON, or a folder")
    held = stored_key(found, facts.key)
    return replace(facts, reference_keys=(*facts.reference_keys, held)), found.environments.get(held)


def _for_base(options: TargetOptions, env: Path | None, folder: Path, head: Target) -> TargetOptions:
    """The other checkout, in its own environment if one is given or lies in it, else in that of the `head`.

    Files that are named in the one project are meant in the other: what a change adds to them is no fault of the base.
    """
    files = tuple(rebased(path, options.project, folder) for path in options.requirements)
    options = replace(options, project=folder, requirements=files)
    if env is not None:
        return replace(options, env=env, python=None, site_packages=(), no_env=False)
    if options.names_environment:
        return options
    own = find_own(folder)
    return replace(options, python=own if own is not None else head.interpreter.executable)

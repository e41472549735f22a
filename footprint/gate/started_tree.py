"""Trees after their start with a hook: what the gate judges of one, and the other checkout or file of --against."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.analysis.cost.entry_rows import observe
from footprint.analysis.gate import GateFacts
from footprint.analysis.gate.judge import why_not_measured
from footprint.analysis.gate.this_run import describe_run, environment_key, stored_key
from footprint.analysis.gate.verdicts import Uses
from footprint.analysis.reach import entry_walk
from footprint.analysis.reach.reach_rule import runs_beside
from footprint.audit.checkout import Checkout, open_checkout
from footprint.audit.listener import Progress
from footprint.audit.run import start_entries
from footprint.audit.target import Target, knows_lazy
from footprint.collect.baseline_file import read_baseline
from footprint.collect.interpreter import find_own
from footprint.config.options import GateSettings, Options, TargetOptions
from footprint.errors import UsageError
from footprint.files.paths import rebased
from footprint.knowledge.groups import is_development
from footprint.model.audit import Audit
from footprint.model.baseline import EnvironmentBaseline
from footprint.model.gate_report import RunSeries
from footprint.names import DistributionName
from footprint.values import dataclass, replace

if TYPE_CHECKING:
    from footprint.analysis.facts.run_facts import Collected
    from footprint.gate.runs import Startable  # what starts processes is loaded only where something is started
    from footprint.probe.shadow import Shadow

Start = Callable[..., "StartedTree"]  # `start` as a check has it


@dataclass(frozen=True, slots=True)
class StartedTree:
    """Everything but the verdicts, which have time beside the other starts."""

    options: Options
    target: Target
    facts: Collected
    shadow: Shadow | None = None  # in which it is started

    @property
    def bare(self) -> Startable:
        """What is left to start without a hook."""
        from footprint.gate.runs import Startable

        failed = {runtime.entry for runtime in self.facts.runtimes if runtime.failure is not None}
        started = {runtime.entry for runtime in self.facts.runtimes} - failed
        entries = tuple(entry for entry in self.facts.entries if entry.name in started)
        return Startable(self.options, self.target, entries, self.shadow)

    def audit(self, codes: Collection[str] | None = None) -> Audit:
        """Return the audit of the tree; with `codes` one of which only such findings count."""
        from footprint.audit.join import judge  # loaded with the rest that is read beside the first start

        return judge(self.facts, self.options.target, codes)

    def gather(self, audit: Audit, settings: GateSettings, series: Mapping[str, RunSeries]) -> GateFacts:
        """Return what the gate judges of the tree itself, by its audit and its runs without a hook."""
        facts, wishes = self.facts, self.facts.wishes
        return GateFacts(
            audit=replace(audit, entries=audit.started),
            settings=settings,
            key=environment_key(facts.interpreter),
            series=series,
            observed={entry.name: entry for entry in observe(facts.runtimes, facts.places)},
            uses=self._uses_by_entry(settings) if settings.static else {},
            sources={module.path: module for module in facts.sources.modules},
            limits=facts.limits,
            workers={entry.name: wishes[entry.name].workers for entry in facts.entries if entry.name in wishes},
            development=_development_tools(audit),
        )

    def _uses_by_entry(self, settings: GateSettings) -> dict[str, Uses]:
        facts, found = self.facts, {}
        for walked in facts.reaches:
            if runs_beside(walked.entry) or not settings.of(walked.entry.name).forbid_at_startup:
                continue  # nothing asks for them
            uses = entry_walk.classify_sites(facts.sources, [walked], facts.names, lazy_syntax=knows_lazy(self.target))
            found[walked.entry.name] = tuple((use, facts.names.owner_of(use.site)) for use in uses)
        return found


def start(
    options: Options,
    progress: Progress,
    *,
    thorough: bool = True,
    cover: Callable[[Checkout], Checkout] = lambda tree: tree,
) -> StartedTree:
    """Read a tree, and start it where its options say so, as `cover` gives it."""
    tree = cover(open_checkout(options, progress, thorough=thorough))
    return StartedTree(options, tree.target, start_entries(tree, progress), tree.shadow)


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


def with_added(facts: GateFacts, head: StartedTree, base: StartedTree | None) -> GateFacts:
    """Return the facts with what only the added requirement lines bring, where the settings ask for it."""
    if base is None or facts.settings.max_added_disk is None:
        return facts
    from footprint.analysis.additions.branch_lines import compare_lines, find_held
    from footprint.analysis.gate.added_weight import weigh_added

    ours, before, after = head.facts, base.facts.declared.requirements, head.facts.declared.requirements
    lines = compare_lines(before, after).added
    held = find_held(ours.installed, before, lines, ours.interpreter.markers)
    return replace(facts, added=weigh_added(before, after, ours.installed, held, ours.scan))


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


def _development_tools(audit: Audit) -> tuple[DistributionName, ...]:
    declared = (row for row in audit.distributions if row.version is not None and row.declared)
    return tuple(row.name for row in declared if all(is_development(at.group) for at in row.declared))

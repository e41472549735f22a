"""The gate, its stages in order: measure as an audit does, start again without a hook, read the baseline, judge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.analysis.cost.entry_rows import observe
from footprint.analysis.facts.run_facts import Collected
from footprint.analysis.gate import GateFacts, judge
from footprint.analysis.gate.baseline_update import Update, update
from footprint.analysis.gate.circumstances import why_not_measured
from footprint.analysis.gate.gate_facts import Uses
from footprint.analysis.gate.this_run import describe_run, environment_key, join_references, stored_key
from footprint.analysis.reach import walk
from footprint.audit.join import judge as judge_audit
from footprint.audit.stages.reading_stages import Progress, secrets_of, silent
from footprint.audit.target import Target, knows_lazy
from footprint.audit.tree import read_tree, start_tree
from footprint.collect.baseline_file import find_place, read_baseline, write_baseline
from footprint.collect.interpreter import find_own
from footprint.config.gate_settings import BASELINE_NAME
from footprint.config.options import GateSettings, Options, TargetOptions
from footprint.errors import UsageError
from footprint.files.paths import place_in
from footprint.files.place import Place
from footprint.files.work_tree import folder_in_work_tree
from footprint.knowledge.codes import RULE_BY_CODE
from footprint.knowledge.groups import is_development
from footprint.model.audit import Audit
from footprint.model.baseline_figures import Baseline, EnvironmentBaseline
from footprint.model.gate_report import BaselineUse, GateReport, RunSeries
from footprint.model.note import Note
from footprint.model.secrets import star
from footprint.names import DistributionName
from footprint.values import dataclass

if TYPE_CHECKING:
    from footprint.gate.runs import Startable  # what starts processes is loaded only where something is started


@dataclass(frozen=True, slots=True)
class Checked:
    """A check, and what an update of the baseline did."""

    report: GateReport
    update: Update | None = None
    baseline: Path | None = None  # the file that was written, or would be
    unwritten: UsageError | None = None  # why the baseline was not written, where it was to be


@dataclass(frozen=True, slots=True)
class _Started:
    """One tree after its start with a hook: everything but the verdicts, which have time beside the other starts."""

    options: Options
    target: Target
    facts: Collected

    @property
    def bare(self) -> Startable:
        """What is left to start without a hook."""
        from footprint.gate.runs import Startable

        failed = {runtime.entry for runtime in self.facts.runtimes if runtime.failure is not None}
        started = {runtime.entry for runtime in self.facts.runtimes} - failed
        entries = tuple(entry for entry in self.facts.entries if entry.name in started)
        return Startable(self.options, self.target, entries)


def run_check(
    options: Options, progress: Progress = silent, *, write: bool = False, allow_increase: bool = False
) -> Checked:
    """Measure one project, judge it by budgets, baseline and use, and with `write` record what was measured.

    Raises: UsageError for settings that cannot be followed, and for a baseline that cannot be read or, with `write`,
        not be written; else as run_audit. When that shows in the end only, the answer says so: nothing is lost.
    """
    settings = options.gate
    path = settings.baseline or options.target.project / BASELINE_NAME
    old = read_baseline(path)  # a broken one is told before anything is measured
    place = find_place(path) if write else None
    options, secrets = _for_gate(options), secrets_of(options.probe)
    head = _start(options, progress, thorough=not settings.static)
    strange = _check_names(settings, head.facts)
    base = _start_base(options, progress, head.target)
    facts = _measure(head, base, settings, progress)
    found = stored_key(old, facts.key)
    facts = replace(facts, has_file=old is not None, stored=_of_environment(old, found), reference_keys=(found,))
    facts = replace(facts, notes=(*strange, *facts.notes))
    facts, against = _beside_baseline(facts, base, settings)
    done = unwritten = None
    if place is not None:
        new = update(old, star(describe_run(facts), secrets), allow_increase=allow_increase)
        unwritten = _write(path, new.baseline, place)
        if unwritten is None:
            done = new
            facts = replace(facts, has_file=True, stored=_of_environment(new.baseline, facts.key), reference_keys=())
    use = BaselineUse(
        place_in(options.target.project, path) or path.as_posix(), facts.stored is not None, _against_words(settings)
    )
    facts = replace(facts, baseline=use, reference=join_references(facts.stored, against))
    report = replace(judge(facts), folder=folder_in_work_tree(options.target.project))
    return Checked(star(report, secrets), done, path, unwritten)


def _beside_baseline(
    facts: GateFacts, base: _Started | None, settings: GateSettings
) -> tuple[GateFacts, EnvironmentBaseline | None]:
    """Return the facts with what is known of --against, and its figures; None: there are none."""
    if base is not None:
        against, failures = _describe_base(base, facts)
        return replace(facts, base_failures=failures), against
    against, found = _read_against(settings, facts.key)
    return replace(facts, reference_keys=(*facts.reference_keys, found)), against


def _write(path: Path, baseline: Baseline, place: Place) -> UsageError | None:
    """Write the baseline; return why it could not be written: what was measured is told all the same."""
    try:
        write_baseline(path, baseline, place)
    except UsageError as error:
        return error
    return None


def _of_environment(baseline: Baseline | None, key: str) -> EnvironmentBaseline | None:
    return baseline.environments.get(key) if baseline is not None else None


def _start_base(options: Options, progress: Progress, head: Target) -> _Started | None:
    """Start the other checkout, None when --against gives none. Raises: UsageError with --static."""
    settings = options.gate
    folder = settings.against
    if folder is None or not folder.is_dir():
        return None
    if settings.static:
        raise UsageError("--static starts nothing: --against takes a file then, not a folder")
    target = _for_base(options.target, settings.against_env, folder, head)
    return _start(replace(options, target=target), progress)


def _for_gate(options: Options) -> Options:
    """One start with a hook says who loads what; lazy imports are run only where a budget asks for them."""
    settings = options.gate
    each = (settings.all_entries, *settings.entries.values())
    first_use = any(entry.max_first_use_rss is not None for entry in each)
    probe = options.probe
    once = replace(probe, enabled=not settings.static, runs=1, first_use=first_use, live=False, rehearse=False)
    return replace(options, probe=once)


def _for_base(options: TargetOptions, env: Path | None, folder: Path, head: Target) -> TargetOptions:
    """The other checkout, in its own environment if one is given or lies in it, else in that of the `head`.

    Files that are named in the one project are meant in the other: what a change adds to them is no fault of the base.
    """
    files = tuple(_rebase(path, options.project, folder) for path in options.requirements)
    options = replace(options, project=folder, requirements=files)
    if env is not None:
        return replace(options, env=env, python=None, site_packages=(), no_env=False)
    if options.names_environment:
        return options
    own = find_own(folder)
    return replace(options, python=own if own is not None else head.interpreter.executable)


def _rebase(path: Path, project: Path, folder: Path) -> Path:
    """Return the same file of another checkout; files outside of the project are of both."""
    try:
        inside = path.absolute().relative_to(project.absolute())
    except ValueError:
        return path
    return folder / inside


def _start(options: Options, progress: Progress, *, thorough: bool = True) -> _Started:
    tree = read_tree(options, progress, thorough=thorough)
    return _Started(options, tree.target, start_tree(tree, progress))


def _measure(head: _Started, base: _Started | None, settings: GateSettings, progress: Progress) -> GateFacts:
    series: Mapping[str, RunSeries] = {}
    base_series: Mapping[str, RunSeries] = {}
    notes: tuple[Note, ...] = ()
    if settings.static:
        audit = judge_audit(head.facts, head.options.target)
        if any(RULE_BY_CODE[finding.code].stage == "read whole" for finding in audit.findings):
            head = _start(head.options, progress)
            audit = judge_audit(head.facts, head.options.target)
    else:
        from footprint.gate.runs import measure_series

        trees = [head.bare] if base is None else [base.bare, head.bare]
        found, notes, audit = measure_series(
            trees, settings, progress, meanwhile=lambda: judge_audit(head.facts, head.options.target)
        )
        series, base_series = found[-1], found[0] if base is not None else {}
    return _gather(head, audit, settings, series, (*audit.notes, *notes), base_series)


def _gather(
    tree: _Started,
    audit: Audit,
    settings: GateSettings,
    series: Mapping[str, RunSeries],
    notes: tuple[Note, ...],
    base_series: Mapping[str, RunSeries],
) -> GateFacts:
    facts = tree.facts
    wishes = facts.wishes
    return GateFacts(
        audit=replace(audit, entries=audit.started),
        settings=settings,
        key=environment_key(facts.interpreter),
        baseline=BaselineUse(None, found=False),
        has_file=False,
        series=series,
        base_series=base_series,
        observed={entry.name: entry for entry in observe(facts.runtimes, facts.places)},
        uses=_uses_by_entry(tree, settings) if settings.static else {},
        sources={module.path: module for module in facts.sources.modules},
        limits=facts.limits,
        workers={entry.name: wishes[entry.name].workers for entry in facts.entries if entry.name in wishes},
        development=_development_tools(audit),
        notes=tuple(dict.fromkeys(notes)),
    )


def _describe_base(base: _Started, head: GateFacts) -> tuple[EnvironmentBaseline | None, dict[str, str]]:
    """Return what the other checkout came to, as if it were a baseline, and why entries of it have no figures."""
    audit = judge_audit(base.facts, base.options.target)
    facts = _gather(base, audit, head.settings, head.base_series, (), {})
    failures = {entry.name: why for entry in audit.started if (why := why_not_measured(facts, entry)) is not None}
    return next(iter(describe_run(facts).environments.values()), None), failures


def _uses_by_entry(tree: _Started, settings: GateSettings) -> dict[str, Uses]:
    facts = tree.facts
    found = {}
    for walked in facts.reaches:
        if walked.entry.beside or not settings.of(walked.entry.name).forbid_at_startup:
            continue  # nothing asks for them
        uses = walk.classify_sites(facts.sources, [walked], facts.names, lazy_syntax=knows_lazy(tree.target))
        found[walked.entry.name] = tuple((use, facts.names.owner_of(use.site)) for use in uses)
    return found


def _development_tools(audit: Audit) -> tuple[DistributionName, ...]:
    return tuple(
        row.name
        for row in audit.distributions
        if row.version is not None and row.declared and all(is_development(at.group) for at in row.declared)
    )


def _read_against(settings: GateSettings, key: str) -> tuple[EnvironmentBaseline | None, str]:
    if settings.against is None:
        return None, key
    found = read_baseline(settings.against)
    if found is None:
        raise UsageError(f"--against {settings.against} is not there: give a baseline, a check as JSON, or a folder")
    held = stored_key(found, key)
    return found.environments.get(held), held


def _check_names(settings: GateSettings, facts: Collected) -> tuple[Note, ...]:
    """Return a note for each section of an unknown entry; with all entries at hand it is a mistake: UsageError."""
    names = [entry.name for entry in facts.entries]
    strange = [name for name in settings.entries if names and name not in names]
    if strange and settings.every_entry:
        raise UsageError(f"[tool.footprint.check.entries.{strange[0]}]: unknown entry; choose from {', '.join(names)}")
    words = f"names none of the entries that were asked for ({', '.join(names)}): nothing is judged by it"
    return tuple(Note("unused-section", f"[tool.footprint.check.entries.{name}] {words}") for name in strange)


def _against_words(settings: GateSettings) -> str | None:
    return settings.against.as_posix() if settings.against is not None else None

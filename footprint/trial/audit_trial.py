"""An audit whose advice was tried: its removals and deferrals made in a shadow, all at once, and what they came to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from footprint.analysis.facts.run_facts import Collected
from footprint.audit.checkout import Checkout
from footprint.audit.deferral_edits import plan_of
from footprint.audit.listener import Progress, secrets_of, silent
from footprint.audit.run import measure_project
from footprint.config.options import Options
from footprint.model.audit import Audit, Suggestion
from footprint.model.deferrals import UntouchedImport
from footprint.model.trial import Trial, TriedChange
from footprint.names import DistributionName
from footprint.secrets import star
from footprint.trial.bench import Bench, UserCommand
from footprint.trial.changes import Edit, WantedChange, not_tried, remove, try_changes
from footprint.trial.shadow import Change, NoShadow

BUDGET_S = 900.0  # of all trials of an audit: then no new one begins


def run_audit_with_trial(options: Options, words: tuple[str, ...] = (), progress: Progress = silent) -> Audit:
    """Audit as run_audit, and try the removals and deferrals that it suggests; `words`: a command that judges, too.

    Raises: as run_audit.
    """
    from footprint.audit.join import judge

    checkout, facts = measure_project(options, progress)
    progress("joining")
    audit = judge(facts, options.target)
    command = UserCommand.of(words, options.target.project)
    audit = _tried(audit, checkout, facts, lambda: Bench(checkout, facts.runtimes, command, progress))
    return star(audit, secrets_of(options.probe))


def _tried(audit: Audit, checkout: Checkout, facts: Collected, make_bench: Callable[[], Bench]) -> Audit:
    wanted = [remove(each.distribution, each.distributions) for each in _shown(audit, "remove")]
    planned = plan_of(checkout, facts, audit) if any(_shown(audit, "defer")) else None
    edit: Edit = planned.contents_with if planned is not None else lambda subjects: {}
    wanted += [WantedChange(each.distribution, "defer") for each in planned.deferrals.deferrals] if planned else []
    refused = tuple(refused_changes(planned.deferrals.left)) if planned else ()
    if not wanted and not refused:
        return audit
    trial, alone = Trial(None, ()), dict[DistributionName, int]()
    try:
        if wanted and not checkout.can_start:
            raise NoShadow("nothing is started")
        if wanted:
            bench = make_bench()
            trial = try_changes(bench, wanted, facts.scan, edit=edit, budget_s=BUDGET_S)
            if checkout.options.probe.verify == "all":
                alone = dict(_measure_alone(bench, wanted, trial, edit))
    except NoShadow as why:
        trial = not_tried(wanted, str(why))
    trial = replace(trial, changes=(*trial.changes, *refused))
    changes = {(str(change.kind), change.subject): change for change in trial.changes}
    told = (_with_verdict(each, changes, alone) for each in audit.suggestions)
    return replace(audit, suggestions=tuple(told), trial=trial)


def _shown(audit: Audit, action: str) -> list[Suggestion]:
    return [each for each in audit.suggestions if each.action == action and not each.suppressed]


def refused_changes(left: Iterable[UntouchedImport]) -> Iterator[TriedChange]:
    """Yield the deferrals that would not leave the program as it is, each distribution once."""
    for name, first in {each.distribution: each for each in reversed(list(left))}.items():
        yield TriedChange(name, "defer", (), "not tried", reason=f"{first.message} ({first.place})")


def _measure_alone(
    bench: Bench, wanted: list[WantedChange], trial: Trial, edit: Edit
) -> Iterator[tuple[DistributionName, int]]:
    """Yield what each change that holds saves by itself, in bytes of RSS at startup, of the entry that saves most."""
    holding = {change.subject for change in trial.holding}
    if len(holding) == 1:
        yield from ((subject, _saved(trial)) for subject in holding if trial.starts)
        return
    for each in wanted:
        if each.subject in holding:
            outcome = bench.try_change(Change(frozenset(each.names), edit(frozenset({each.subject}))), {})
            if outcome.breakage is None and (starts := tuple(bench.figures(outcome))):
                yield each.subject, _saved(replace(trial, starts=starts))


def _saved(trial: Trial) -> int:
    return max(start.rss_before_bytes - start.rss_after_bytes for start in trial.starts)


def _with_verdict(
    suggestion: Suggestion, changes: Mapping[tuple[str, str], TriedChange], alone: Mapping[DistributionName, int]
) -> Suggestion:
    change = changes.get((suggestion.action, suggestion.distribution))
    if change is None:
        return suggestion
    suggestion = replace(suggestion, measured_rss_bytes=alone.get(suggestion.distribution))
    if change.verdict == "proved":
        return replace(suggestion, verdict="confirmed")
    return replace(suggestion, verdict="refuted") if change.verdict == "breaks" else suggestion

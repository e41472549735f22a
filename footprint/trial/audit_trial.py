"""An audit whose advice was tried: its removals and deferrals made in a shadow, all at once, and what they came to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from footprint.analysis.facts.run_facts import Collected
from footprint.audit.checkout import Checkout
from footprint.audit.deferral_edits import plan_of
from footprint.audit.join import find_leaving
from footprint.audit.listener import Progress, secrets_of, silent
from footprint.audit.run import judged, measure_project
from footprint.config.options import Options
from footprint.model.audit import OF_LINES, Audit, Suggestion
from footprint.model.trial import Trial
from footprint.names import DistributionName, NameSet
from footprint.secrets import star
from footprint.trial.bench import Bench, UserCommand
from footprint.trial.changes import Edit, WantedChange, attempt, of_advice
from footprint.trial.deferred_project import Deferring
from footprint.trial.ground import Change
from footprint.trial.shadows import covered, shadowed
from footprint.values import replace

BUDGET_S = 900.0  # of all trials of an audit: then no new one begins


def run_audit_with_trial(options: Options, words: tuple[str, ...] = (), progress: Progress = silent) -> Audit:
    """Audit as run_audit, and try the removals and deferrals that it suggests; `words`: a command that judges, too.

    Raises: as run_audit.
    """
    # In a shadow as the trial itself, so that like is compared with like and nothing has to be started again.
    cover = shadowed if options.probe.shadow else covered
    checkout, facts = measure_project(options, progress, cover=cover)
    progress("joining")
    audit = judged(checkout, facts)
    if facts.habits:
        from footprint.trial.cold_start import with_cold_start

        with cover(checkout) as ground:
            audit = with_cold_start(audit, facts, ground, progress)
    command = UserCommand.of(words, options.target.project)
    audit = _tried(audit, checkout, facts, partial(Bench, checkout, facts.runtimes, command, progress))
    return star(audit, secrets_of(options.probe))


def _tried(audit: Audit, checkout: Checkout, facts: Collected, make_bench: Callable[[], Bench]) -> Audit:
    deferring = Deferring.of(plan_of(checkout, facts, audit)) if audit.proposed("defer") else Deferring()
    wanted = [*map(of_advice, audit.proposed(*OF_LINES, "uninstall")), *deferring.wanted]
    if not wanted and not deferring.refused:
        return audit
    trial, alone = Trial(None, ()), dict[DistributionName, int]()
    if wanted:
        leaving = partial(find_leaving, facts, checkout.options.target)
        trial, bench = attempt(make_bench, wanted, facts.scan, edit=deferring.edit, leaving=leaving, budget_s=BUDGET_S)
        if bench is not None and checkout.options.probe.verify == "all":
            alone = dict(_measure_alone(bench, wanted, trial, deferring.edit))
    trial = replace(trial, changes=(*trial.changes, *deferring.refused))
    told = (_with_verdict(each, trial, alone, audit.certain) for each in audit.suggestions)
    return replace(audit, suggestions=tuple(told), trial=trial)


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
    suggestion: Suggestion,
    trial: Trial,
    alone: Mapping[DistributionName, int],
    certain: NameSet,
) -> Suggestion:
    """Return a suggestion with what came of it. `certain`: the classes that reading leaves no doubt of."""
    change = trial.change_of(suggestion.action, suggestion.subject)
    if change is None:
        return suggestion
    suggestion = replace(suggestion, measured_rss_bytes=alone.get(suggestion.subject))
    if change.verdict == "proved":
        sure = suggestion.action == "remove" and suggestion.distribution in certain
        return replace(suggestion, verdict="confirmed", confidence="certain" if sure else suggestion.confidence)
    return replace(suggestion, verdict="refuted") if change.verdict == "breaks" else suggestion

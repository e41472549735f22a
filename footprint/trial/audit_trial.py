"""An audit whose advice was tried: its removals taken in a shadow, all at once, and what they really came to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from footprint.analysis.facts.run_facts import Collected
from footprint.audit.checkout import Checkout
from footprint.audit.listener import Progress, secrets_of, silent
from footprint.audit.run import measure_project
from footprint.config.options import Options
from footprint.model.audit import Audit, Suggestion
from footprint.model.trial import Trial, TriedChange
from footprint.names import DistributionName
from footprint.secrets import star
from footprint.trial.bench import Bench, UserCommand
from footprint.trial.changes import WantedChange, not_tried, remove, try_changes
from footprint.trial.shadow import Change, NoShadow

BUDGET_S = 900.0  # of all trials of an audit: then no new one begins


def run_audit_with_trial(options: Options, words: tuple[str, ...] = (), progress: Progress = silent) -> Audit:
    """Audit as run_audit, and try the removals that it suggests; `words` are a command that judges them as well.

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
    wanted = [
        remove(each.distribution, each.distributions)
        for each in audit.suggestions
        if each.action == "remove" and not each.suppressed
    ]
    if not wanted:
        return audit
    alone: dict[DistributionName, int] = {}
    try:
        if not checkout.can_start:
            raise NoShadow("nothing is started")
        bench = make_bench()
        trial = try_changes(bench, wanted, facts.scan, budget_s=BUDGET_S)
        if checkout.options.probe.verify == "all":
            alone = dict(_measure_alone(bench, wanted, trial))
    except NoShadow as why:
        trial = not_tried(wanted, str(why))
    changes = {change.subject: change for change in trial.changes}
    told = (_with_verdict(each, changes, alone) for each in audit.suggestions)
    return replace(audit, suggestions=tuple(told), trial=trial)


def _measure_alone(bench: Bench, wanted: list[WantedChange], trial: Trial) -> Iterator[tuple[DistributionName, int]]:
    """Yield what each change that holds saves by itself, in bytes of RSS at startup, of the entry that saves most."""
    holding = {change.subject for change in trial.holding}
    if len(holding) == 1:
        yield from ((subject, _saved(trial)) for subject in holding if trial.starts)
        return
    for each in wanted:
        if each.subject in holding:
            outcome = bench.try_change(Change(frozenset(each.names)), {})
            if outcome.breakage is None and (starts := tuple(bench.figures(outcome))):
                yield each.subject, _saved(replace(trial, starts=starts))


def _saved(trial: Trial) -> int:
    return max(start.rss_before_bytes - start.rss_after_bytes for start in trial.starts)


def _with_verdict(
    suggestion: Suggestion, changes: Mapping[str, TriedChange], alone: Mapping[DistributionName, int]
) -> Suggestion:
    change = changes.get(suggestion.distribution) if suggestion.action == "remove" else None
    if change is None:
        return suggestion
    measured = alone.get(suggestion.distribution)
    if change.verdict == "proved":
        return replace(suggestion, verdict="confirmed", measured_rss_bytes=measured)
    return replace(suggestion, verdict="refuted") if change.verdict == "breaks" else suggestion

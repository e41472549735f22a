"""The removals of a trim, tried before anybody is told to make them: what breaks something stays."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from footprint.audit.join import find_leaving
from footprint.audit.listener import Progress, secrets_of
from footprint.audit.removal_edits import PlannedTrim, without_removals
from footprint.model.trial import Trial
from footprint.model.trim import TakenRemoval, UntouchedLine
from footprint.report.text.trial_sentences import breakage_words
from footprint.secrets import star
from footprint.trial.bench import Bench, UserCommand
from footprint.trial.changes import attempt, of_advice
from footprint.values import replace

BUDGET_S = 600.0
_BREAKS = "breaks"


def try_trim(planned: PlannedTrim, command: UserCommand | None, progress: Progress) -> PlannedTrim:
    """Return a trim of those removals that hold, made together in a shadow, with what the trial came to.

    No new set is tried once `BUDGET_S` is over; what was not tried is among the removals, and says so.
    """
    wanted = list(map(of_advice, planned.trim.removals))
    if not wanted:
        return planned
    progress("trying the removals")
    bench = partial(Bench, planned.checkout, planned.facts.runtimes, command, progress)
    leaving = partial(find_leaving, planned.facts, planned.checkout.options.target)
    trial, _ = attempt(bench, wanted, planned.facts.scan, leaving=leaving, budget_s=BUDGET_S)
    trial = star(trial, secrets_of(planned.checkout.options.probe))
    left = tuple(_needed(planned.trim.removals, trial))
    subjects = {each.subject for each in trial.changes if each.verdict == _BREAKS}
    broken = {each.distribution for each in planned.trim.removals if each.subject in subjects}
    planned = without_removals(planned, broken) if broken else planned
    removals = tuple(_with_confidence(planned, trial))
    return replace(
        planned, trim=replace(planned.trim, left=(*planned.trim.left, *left), removals=removals, trial=trial)
    )


def _with_confidence(planned: PlannedTrim, trial: Trial) -> Iterator[TakenRemoval]:
    """Yield the removals: certain are those that hold, and of which reading left no doubt either."""
    proved = {each.subject for each in trial.changes if each.verdict == "proved"} & planned.audit.certain
    for each in planned.trim.removals:
        yield replace(each, confidence="certain") if each.subject in proved else each


def _needed(removals: tuple[TakenRemoval, ...], trial: Trial) -> Iterator[UntouchedLine]:
    """Yield the line of each removal that breaks something, with what it breaks."""
    taken = {each.subject: each for each in removals}
    for change in trial.changes:
        if change.verdict == _BREAKS and change.breakage is not None:
            each, words = taken[change.subject], f"needed: {breakage_words(change.breakage)}"
            name, line = each.distribution, each.lines[0]
            yield UntouchedLine(name, line.file, line.line, _BREAKS, words, (name,))

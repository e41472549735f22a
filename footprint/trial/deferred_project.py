"""The deferrals of a project, tried before anybody is told to make them: what breaks something stays.

A start alone does not prove a deferral: what moved runs when a function is first called. So without a command that
calls it, one that breaks nothing is likely.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from footprint.audit.deferral_edits import PlannedDeferral, without_deferrals
from footprint.audit.listener import Progress, secrets_of
from footprint.model.deferrals import TakenDeferral, UntouchedImport
from footprint.model.trial import Trial
from footprint.report.text.trial_sentences import breakage_words
from footprint.secrets import star
from footprint.trial.bench import Bench, UserCommand
from footprint.trial.changes import WantedChange, not_tried, try_changes
from footprint.trial.shadow import NoShadow

BUDGET_S = 600.0
_BREAKS = "breaks"


def try_deferral(planned: PlannedDeferral, command: UserCommand | None, progress: Progress) -> PlannedDeferral:
    """Return a plan of those deferrals that hold, made together in a shadow, with what the trial came to.

    No new set is tried once `BUDGET_S` is over; what was not tried is among the deferrals, and says so.
    """
    wanted = [WantedChange(each.distribution, "defer") for each in planned.deferrals.deferrals]
    if not wanted:
        return planned
    progress("trying the deferrals")
    try:
        bench = Bench(planned.checkout, planned.ground.facts.runtimes, command, progress)
        scan = planned.ground.facts.scan
        trial = try_changes(bench, wanted, scan, edit=planned.contents_with, budget_s=BUDGET_S)
    except NoShadow as why:
        trial = not_tried(wanted, str(why))
    trial = star(trial, secrets_of(planned.checkout.options.probe))
    left = tuple(_broken(planned.deferrals.deferrals, trial))
    if left:
        planned = without_deferrals(planned, (*planned.deferrals.left, *left))
    return replace(planned, deferrals=replace(planned.deferrals, trial=trial))


def _broken(deferrals: tuple[TakenDeferral, ...], trial: Trial) -> Iterator[UntouchedImport]:
    """Yield the first import of each deferral that breaks something, with what it breaks."""
    imports = {each.distribution: each.imports for each in deferrals}
    for change in trial.changes:
        if change.verdict == _BREAKS and change.breakage is not None:
            moved, broken = imports[change.subject][0], change.breakage
            place = f"{broken.path}:{broken.line}" if broken.path is not None else f"{moved.path}:{moved.line}"
            said = f"its deferral breaks {breakage_words(broken)}"
            yield UntouchedImport(change.subject, moved.path, moved.line, _BREAKS, said, place)

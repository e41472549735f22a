"""The deferrals of a project, tried before anybody is told to make them: what breaks something stays.

A start alone does not prove a deferral: what moved runs when a function is first called. So without a command that
calls it, one that breaks nothing is likely.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from footprint.audit.deferral_edits import PlannedDeferral, without_deferrals
from footprint.audit.listener import Progress, secrets_of
from footprint.model.deferrals import TakenDeferral, UntouchedImport
from footprint.model.trial import Trial, TriedChange
from footprint.report.text.trial_sentences import breakage_words
from footprint.secrets import star
from footprint.trial.bench import Bench, UserCommand
from footprint.trial.changes import Edit, WantedChange, attempt
from footprint.values import dataclass, replace

BUDGET_S = 600.0
_BREAKS = "breaks"


@dataclass(frozen=True, slots=True)
class Deferring:
    """Deferrals as changes of a trial: those to try, what they make of files, and those that cannot be made."""

    wanted: tuple[WantedChange, ...] = ()
    edit: Edit = lambda subjects: {}
    refused: tuple[TriedChange, ...] = ()

    @classmethod
    def of(cls, planned: PlannedDeferral) -> Deferring:
        """Return what a plan comes to; of each distribution that stays the first import that has to."""
        wanted = (WantedChange(each.distribution, "defer") for each in planned.deferrals.deferrals)
        first = {each.distribution: each for each in reversed(planned.deferrals.left)}
        refused = (
            TriedChange(name, "defer", (), "not tried", reason=f"{each.message} ({each.place})")
            for name, each in first.items()
        )
        return cls(tuple(wanted), planned.contents_with, tuple(refused))


def try_deferral(planned: PlannedDeferral, command: UserCommand | None, progress: Progress) -> PlannedDeferral:
    """Return a plan of those deferrals that hold, made together in a shadow, with what the trial came to.

    No new set is tried once `BUDGET_S` is over; what was not tried is among the deferrals, and says so.
    """
    wanted = Deferring.of(planned).wanted
    if not wanted:
        return planned
    progress("trying the deferrals")
    facts = planned.ground.facts
    bench = partial(Bench, planned.checkout, facts.runtimes, command, progress)
    trial, _ = attempt(bench, wanted, facts.scan, edit=planned.contents_with, budget_s=BUDGET_S)
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

"""One trial of the user's own: without some distributions, with imports deferred or other variables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from functools import partial

from footprint.analysis.combinations.freed_by import free
from footprint.audit.checkout import open_checkout
from footprint.audit.deferral_edits import plan_of
from footprint.audit.join import find_leaving
from footprint.audit.listener import Progress, secrets_of, silent
from footprint.audit.run import audit_covered
from footprint.config.options import Options, StartOptions
from footprint.errors import UsageError
from footprint.model.audit import OF_LINES, Audit, DistributionRow, Usage
from footprint.model.combinations import Freed, Saved
from footprint.model.trial import Trial, TriedChange
from footprint.names import DistributionName, did_you_mean, normalise
from footprint.secrets import star
from footprint.trial.bench import Bench, UserCommand
from footprint.trial.changes import WantedChange, attempt, of_advice, remove
from footprint.trial.deferred_project import Deferring
from footprint.trial.shadows import covered
from footprint.values import dataclass, replace


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What to try: without these distributions, with these imports deferred and variables set."""

    without: tuple[str, ...] = ()
    deferred: tuple[str, ...] = ()  # distributions, or places of imports
    variables: tuple[tuple[str, str], ...] = ()
    command: UserCommand | None = None


def try_what_if(options: Options, asked: WhatIf, progress: Progress = silent) -> Trial:
    """Audit the project, make the changes in a shadow, and return what came of them.

    Raises: UsageError for a name that is not installed; else as run_audit.
    """
    checkout = open_checkout(options, progress)
    facts, audit = audit_covered(checkout, covered, progress)
    rows = [_row_of(audit, name) for name in asked.without]
    kept = {row.name: reason for row in rows if (reason := _why_no_start_shows(row, audit, asked.command))}
    deferring = Deferring()
    if asked.deferred:
        deferring = Deferring.of(plan_of(checkout, facts, audit, asked.deferred, flag="--defer"))
    wanted = [remove(row.name, row.exclusive) for row in rows if row.name not in kept]
    wanted += [WantedChange(name, "set", value=value) for name, value in asked.variables]
    wanted += deferring.wanted
    trial = Trial(None, ())
    if wanted:
        bench = partial(Bench, checkout, facts.runtimes, asked.command, progress)
        leaving = partial(find_leaving, facts, options.target)
        trial, _ = attempt(bench, wanted, facts.scan, edit=deferring.edit, leaving=leaving)
    changes = (*trial.changes, *deferring.refused, *_excluded(kept))
    return star(replace(trial, changes=changes), secrets_of(options.probe))


def predict_what_if(options: Options, asked: WhatIf, stored: Audit | None, progress: Progress = silent) -> Freed:
    """Return what the changes free, starting nothing: on disk by what is installed, in memory by a stored audit.

    Memory is known where the audit proposes every one of them. Raises: as try_what_if.
    """
    checkout = open_checkout(replace(options, probe=StartOptions(enabled=False)), progress)
    facts, audit = audit_covered(checkout, nullcontext, progress)
    wanted = [_wanted(audit, name) for name in asked.without]
    lines = {(each.kind, each.subject) for each in wanted if each.kind in OF_LINES}
    gone = find_leaving(facts, options.target, lines).union(*(each.names for each in wanted))
    disk = sum(use.apparent_bytes + use.outside_bytes for use in facts.scan.uses if use.name in gone)
    return Freed(tuple(sorted(gone)), disk, _starts_without(stored, asked))


def _wanted(audit: Audit, name: str) -> WantedChange:
    """Return the change that the audit proposes for a name or an extra (`celery[msgpack]`), else its removal."""
    names = {name, normalise(name)}
    found = (each for each in audit.proposed(*OF_LINES, "uninstall") if names & {each.subject, each.distribution})
    advised = next(map(of_advice, found), None)
    if advised is not None:
        return advised
    row = _row_of(audit, name)
    return remove(row.name, row.exclusive)


def _starts_without(stored: Audit | None, asked: WhatIf) -> tuple[Saved, ...] | None:
    """Return what the starts of a stored audit save; None where it does not propose every change, or has no start."""
    known = stored.what_if if stored is not None else None
    if stored is None or known is None or not known.starts:
        return None
    places = [_choice(stored, known.choices, name, defer=False) for name in asked.without]
    places += [_choice(stored, known.choices, name, defer=True) for name in asked.deferred]
    found = frozenset(place for place in places if place is not None)
    return free(known, found).starts if len(found) == len(set(places)) and found else None


def _choice(stored: Audit, choices: tuple[int, ...], name: str, *, defer: bool) -> int | None:
    """Return the place of the suggestion that a name or the place of an import means."""
    for place in choices:
        each = stored.suggestions[place]
        places = {f"{item.path}:{item.line}" for item in each.evidence} if defer else set[str]()
        names = {each.subject, each.distribution, *places}
        if (each.action == "defer") == defer and names & {name, normalise(name)}:
            return place
    return None


def _row_of(audit: Audit, name: str) -> DistributionRow:
    row = audit.row(normalise(name))
    if row is None or row.version is None:
        hint = did_you_mean(normalise(name), (row.name for row in audit.distributions))
        raise UsageError(f"{name} is not installed in the audited environment{hint}")
    return row


def _why_no_start_shows(row: DistributionRow, audit: Audit, command: UserCommand | None) -> str:
    """Return why no start of the application shows whether it is needed; empty where one does."""
    place = next(iter(row.evidence), None)
    if place is None or row.usage not in (Usage.IMPLIED, Usage.LAZY):
        return ""
    where = place.path if place.line is None else f"{place.path}:{place.line}"
    if row.usage is Usage.IMPLIED:
        return f"{where} needs it, which no start of the application shows: it stays, whatever a trial says"
    was_tried = any(row.name in use.distributions for use in audit.first_uses)
    if command is not None or was_tried:
        return ""
    return f"{where} imports it in a function, which no start here has tried: give a command after -- that calls it"


def _excluded(kept: dict[DistributionName, str]) -> Iterator[TriedChange]:
    for name, reason in kept.items():
        yield TriedChange(name, "remove", (name,), "not tried", reason=reason)

"""Changes made in a shadow, all at once; those that break something are put back, with the place that shows it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from itertools import chain

from footprint.collect.disk.claims import Claims
from footprint.model.audit import OF_LINES, Action, Suggestion
from footprint.model.installed_environment import DiskScan
from footprint.model.trial import ChangeKind, Trial, TrialVerdict, TriedChange
from footprint.model.trim import TakenRemoval
from footprint.names import DistributionName, NameSet
from footprint.trial.bench import Bench, Outcome
from footprint.trial.culprits import TakenAway, find_culprits
from footprint.trial.ground import Change, NoShadow
from footprint.trial.search import Found, search
from footprint.values import dataclass

_KIND_OF: Mapping[Action, ChangeKind] = {"move": "move", "narrow": "narrow", "uninstall": "uninstall"}
_OF_CALLS = ("defer", "narrow")  # what may break shows when functions are called: no start proves it
SMALLEST_GAIN_BYTES = 1 << 19  # starts repeat to a tenth of a MiB, and shadows to half of one

Edit = Callable[[NameSet], Mapping[str, bytes]]  # what some changes together make of files, by their subjects
# What several changes of lines free together, beyond what each takes; by their kinds and subjects.
Leaving = Callable[[frozenset[tuple[ChangeKind, str]]], NameSet]


@dataclass(frozen=True, slots=True)
class WantedChange:
    """One change of several. What takes distributions away has `names`, a variable its value, a deferral an edit.

    What moves to a group for development is away from production: the command of the user still has it.
    """

    subject: str
    kind: ChangeKind
    names: tuple[DistributionName, ...] = ()
    value: str = ""


def remove(subject: DistributionName, names: Iterable[DistributionName] = ()) -> WantedChange:
    """Return the change that takes a distribution away, with all that leaves with it."""
    return WantedChange(subject, "remove", tuple(sorted({subject, *names})))


def of_advice(proposed: Suggestion | TakenRemoval) -> WantedChange:
    """Return the change of an environment that a suggestion comes to."""
    if proposed.action == "remove":
        return remove(proposed.distribution, proposed.distributions)
    return WantedChange(proposed.subject, _KIND_OF[proposed.action], proposed.distributions)


def attempt(
    make_bench: Callable[[], Bench],
    wanted: Sequence[WantedChange],
    scan: DiskScan,
    *,
    edit: Edit = lambda subjects: {},
    leaving: Leaving = lambda of_lines: frozenset(),
    budget_s: float = float("inf"),
) -> tuple[Trial, Bench | None]:
    """Return what try_changes does, and its bench; where there can be none, that nothing was tried, and why."""
    try:
        bench = make_bench()
    except NoShadow as why:
        return not_tried(wanted, str(why)), None
    return try_changes(bench, wanted, scan, edit=edit, leaving=leaving, budget_s=budget_s), bench


def try_changes(
    bench: Bench,
    wanted: Sequence[WantedChange],
    scan: DiskScan,
    *,
    edit: Edit = lambda subjects: {},
    leaving: Leaving = lambda of_lines: frozenset(),
    budget_s: float = float("inf"),
) -> Trial:
    """Make all changes at once, start and run what judges them, and put back what breaks something.

    What two removals share goes with the second, by `leaving`. No new set is tried once the time is over. What a
    shadow cannot show is `not tried`, and says why.
    """
    by_subject = {each.subject: each for each in wanted}
    if not bench.judges:
        return not_tried(wanted, "no start goes through, and no command was given: nothing could break")
    end = time.monotonic() + budget_s

    leaving = cache(leaving)

    def taken(subjects: Iterable[str]) -> NameSet:
        return _names_of([by_subject[each] for each in subjects], leaving)

    def try_set(subjects: NameSet) -> Outcome:
        variables = {each: by_subject[each].value for each in subjects if by_subject[each].kind == "set"}
        away = taken(frozenset(each for each in subjects if by_subject[each].kind != "move"))
        return bench.try_change(Change(taken(subjects), edit(subjects)), variables, away)

    def name(outcome: Outcome, subjects: NameSet) -> NameSet:
        assert outcome.breakage is not None
        away = taken_of(bench.shadows.ground.claims, taken(subjects))
        missed = find_culprits(outcome.breakage.message, outcome.printed, away)
        return frozenset(each for each in subjects if missed.intersection(by_subject[each].names))

    try:
        found = search(list(by_subject), try_set, name, has_time=lambda: time.monotonic() < end)
    except NoShadow as why:
        return not_tried(wanted, str(why))
    return _tell(bench, found, wanted, taken(found.holds), scan)


def _names_of(changes: Sequence[WantedChange], leaving: Leaving) -> NameSet:
    of_lines: frozenset[tuple[ChangeKind, str]] = frozenset(
        (each.kind, each.subject) for each in changes if each.kind in OF_LINES
    )
    own = frozenset(chain.from_iterable(each.names for each in changes))
    return own | leaving(of_lines) if len(of_lines) > 1 else own


def not_tried(wanted: Iterable[WantedChange], why: str) -> Trial:
    """Return that nothing was tried."""
    return Trial(None, tuple(TriedChange(w.subject, w.kind, w.names, "not tried", reason=why) for w in wanted))


def _tell(bench: Bench, found: Found, wanted: Sequence[WantedChange], gone: NameSet, scan: DiskScan) -> Trial:
    starts = tuple(bench.figures(found.outcome)) if found.outcome is not None else ()
    gained = max((each.rss_before_bytes - each.rss_after_bytes for each in starts), default=0)
    saves = len(found.holds) > 1 or gained >= SMALLEST_GAIN_BYTES
    by = found.outcome.by if found.outcome is not None else ()
    changes = []
    for each in wanted:
        verdict: TrialVerdict = "not tried"
        if each.subject in found.holds:
            called = found.outcome.called if found.outcome is not None else frozenset()
            is_shown = each.kind not in _OF_CALLS or "tests" in by or (each.kind == "defer" and each.subject in called)
            verdict = "proved" if is_shown else "likely"
            verdict = verdict if saves or each.names else "no gain"
            shown = tuple(one for one in by if one != "tests" or each.kind != "move")
            changes.append(TriedChange(each.subject, each.kind, each.names, verdict, shown))
        elif each.subject in found.put_back:
            why = found.put_back[each.subject]
            changes.append(TriedChange(each.subject, each.kind, each.names, "breaks", breakage=why))
        else:
            late = "the time for trials was over"
            changes.append(TriedChange(each.subject, each.kind, each.names, verdict, reason=late))
    baseline = bench.baseline
    return Trial(
        engine=bench.shadows.engine,
        changes=tuple(changes),
        starts=starts,
        shared=tuple(sorted(gone.difference(*(each.names for each in wanted)))),
        disk_bytes=sum(use.apparent_bytes + use.outside_bytes for use in scan.uses if use.name in gone),
        start_count=bench.start_count,
        written=found.outcome.written if found.outcome is not None else (),
        flaky=tuple(sorted(baseline.flaky)) if baseline is not None else (),
        command=" ".join(bench.command.words) if bench.command is not None else "",
        command_is_judged=baseline is not None and baseline.is_steady,
        links_because=bench.shadows.why,
    )


def taken_of(claims: Claims, names: NameSet) -> TakenAway:
    """Return what to ask about distributions that are away."""
    files: dict[str, DistributionName] = {}
    for root in claims.roots:
        files |= {
            path: claims.installed[owner].name
            for path, owner in claims.files[root].items()
            if claims.installed[owner].name in names
        }

    def of_module(module: str) -> NameSet:
        path = module.replace(".", "/")
        ends = (f"{path}/", f"{path}.")
        return frozenset(name for file, name in files.items() if file.startswith(ends))

    def of_file(path: str) -> NameSet:
        whole = frozenset(name for file, name in files.items() if f"/{path}".endswith(f"/{file}"))
        return whole or frozenset(name for file, name in files.items() if file.endswith(f"/{path}"))

    return TakenAway(names, of_module, of_file)

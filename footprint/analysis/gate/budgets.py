"""Absolute budgets: given, or derived from the limit of the host. What must never be more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from footprint.analysis.gate.verdicts import GateFacts, Verdicts, give, middle
from footprint.config.options import Amount
from footprint.knowledge.codes import START_FIGURES, rule_about
from footprint.model.audit import EntryRow
from footprint.model.gate_report import Outcome
from footprint.model.memory_rows import CallRow
from footprint.model.rule import Figure
from footprint.model.runtime import GrowthLine
from footprint.model.service_memory import STATE_WORDS, WorkersRow
from footprint.units import few, size
from footprint.values import dataclass, replace


@dataclass(frozen=True, slots=True)
class Budget:
    """The most that passes, and where the figure comes from."""

    most_bytes: int
    source: str


_Wanted = Budget | str | None  # a text: why there is none though one was asked for; None: none applies
# Of a violation: fields of the verdict, and words behind its figures.
_Excess = tuple[dict[str, Any], str]


@dataclass(frozen=True, slots=True)
class _Judged:
    """One figure to hold against its budget."""

    figure: Figure
    what: str
    measured: int | None
    budget: _Wanted
    explain: Callable[[int, int], _Excess]  # of what was measured and the most that passes: why it is too much
    entry: str | None = None
    unmeasured: str = "it could not be measured here"
    unsure: str = ""  # why it may be more in truth: too much is too much, but enough proves nothing
    about: str = ""  # as `what`, where there is no figure


def judge_budgets(facts: GateFacts) -> Verdicts:
    """Yield a verdict for each budget of each measured entry, then for the whole environment."""
    for entry in () if facts.static else facts.measured_entries():
        for judged in (*_startup(facts, entry), *_later(facts, entry), *_workers(facts, entry)):
            yield from _judge(facts, judged)
    yield from _judge_disk(facts)
    if facts.settings.max_added_disk is not None:
        from footprint.analysis.gate.added_weight import judge_added

        yield from judge_added(facts)


def describe_budget(facts: GateFacts, entry: str) -> str:
    """Return where the startup budget of an entry comes from; empty when it has none."""
    budget = _budget_of(facts, entry, Figure.ANON)
    return budget.source if isinstance(budget, Budget) else ""


def first_use_rss(facts: GateFacts, entry: EntryRow) -> int | None:
    """Return the gated RSS with the growth of the lazy imports on top; None where they were not run."""
    rss, last = _rss(facts, entry.name), entry.last_stage
    later = next((row.reading for row in entry.stages if row.reading.stage == "first_use"), None)
    if rss is None or last is None:
        return None
    if later is None:
        return rss if not any(row.entry == entry.name for row in facts.audit.first_uses) else None
    return rss + later.rss_bytes - last.reading.rss_bytes


def _judge(facts: GateFacts, judged: _Judged) -> Verdicts:
    code, budget, measured = rule_about("budget", judged.figure).code, judged.budget, judged.measured
    if budget is None:
        return
    if isinstance(budget, str) or measured is None:
        why = budget if isinstance(budget, str) else judged.unmeasured
        yield from give(facts, code, "not judged", f"{judged.about or judged.what}: {why}", entry=judged.entry)
        return
    most = budget.most_bytes
    of = f"{judged.what} {size(measured)} of {size(most)} ({budget.source})"
    figures: dict[str, Any] = {"entry": judged.entry, "unit": "bytes", "measured": measured, "allowed": most}
    if measured > most:
        more, words = judged.explain(measured, most)
        yield from give(facts, code, "violated", f"{of}, {size(measured - most)} too much{words}", **figures, **more)
    else:
        yield from give(facts, code, "not judged" if judged.unsure else "passed", f"{of}{judged.unsure}", **figures)


def _budget_of(facts: GateFacts, entry: str, figure: Figure, *, is_whole: bool = False) -> _Wanted:
    """Return the budget of one process of an entry, or of all its workers, which are not to share it."""
    setting, whole = rule_about("budget", figure).setting, is_whole or figure is Figure.WORKERS
    limit, given = facts.limits.get(entry), getattr(facts.settings_of(entry), setting)
    derived = facts.settings.derived_share
    if figure is Figure.PEAK and given is None:
        if not derived or limit is None or limit.memory_bytes is None:
            return None
        given = Amount(share=1.0)  # a host kills on the peak, so the whole limit is its budget
    workers = 1 if whole else facts.workers.get(entry, 1)
    processes = "all workers" if whole else "1 worker" if workers == 1 else f"{workers} workers"
    memory, source = (limit.memory_bytes, limit.source) if limit is not None else (None, "")
    return _resolve(given, memory, f" ({source}), {processes}", derived=derived, sharers=workers)


def _resolve(
    given: Amount | None, limit_bytes: int | None, source: str, *, derived: float = 0, sharers: int = 1, how: str = ""
) -> _Wanted:
    """Return the budget of one of so many that share a limit, which `how` is given."""
    if given is not None and given.size_bytes is not None:
        return Budget(given.size_bytes, "given")
    share = given.share if given is not None else derived
    if not share:
        return None
    if limit_bytes is None:
        kind, like = (" of code", f" {how}") if how else ("", "")
        return f"a share of the limit, and no limit{kind} is known: give one with --limit{like}" if given else None
    return Budget(int(limit_bytes * share / sharers), f"{share * 100:.4g} % of {size(limit_bytes)}{source}")


def _startup(facts: GateFacts, entry: EntryRow) -> Iterator[_Judged]:
    for figure, field in START_FIGURES.items():
        runs = facts.series[entry.name].runs_of(field)
        now = max(runs, default=None) if figure is Figure.PEAK else middle(runs)  # the highest start is what kills
        yield _of_entry(facts, entry, figure, figure.value, now)


def _later(facts: GateFacts, entry: EntryRow) -> Iterator[_Judged]:
    settings = facts.settings_of(entry.name)
    if settings.max_first_use_rss is not None:
        unsure = _failed_first_uses(facts, entry.name)
        now = first_use_rss(facts, entry)
        yield _of_entry(facts, entry, Figure.FIRST_USE, "RSS after its lazy imports", now, unsure=unsure)
    calls = [call for call in facts.audit.calls if call.entry == entry.name]
    lost = [call.name for call in calls if call.rss_bytes is None]
    unsure = f", without what {few(lost, 1)} takes, which came to no end" if lost else ""
    why = "no request and no call was done"
    if settings.max_after_calls is not None:
        judged = _of_calls(facts, entry, settings.max_after_calls, Figure.CALLS)
        yield replace(judged, unsure=unsure, unmeasured=judged.unmeasured if calls else why)
    if settings.max_peak is not None:
        unsure = unsure if calls else f" at the start alone: {why}"
        yield replace(_of_calls(facts, entry, settings.max_peak, Figure.WHOLE_PEAK), unsure=unsure)


def _of_calls(facts: GateFacts, entry: EntryRow, given: Amount, figure: Figure) -> _Judged:
    """Return the figure of one process; against a share of the limit that of all workers, as the host sees them."""
    what, row = figure.value, _largest_row(facts, entry)
    if given.share is None or row is None:
        return _of_entry(facts, entry, figure, what, _after_calls(facts, entry)[figure is Figure.WHOLE_PEAK])
    of_calls = [stage for stage in row.stages if stage.stage == "calls"]
    measured = of_calls[0].total_bytes if of_calls else None
    if figure is Figure.WHOLE_PEAK:
        peaks = [stage.peak_bytes for stage in (*row.stages[:1], *of_calls)]
        measured = None if None in peaks else max((peak for peak in peaks if peak is not None), default=None)
    budget = _budget_of(facts, entry.name, figure, is_whole=True)
    judged = _of_entry(facts, entry, figure, f"{what} of {row.workers} workers, estimated,", measured)
    return replace(judged, budget=budget)


def _after_calls(facts: GateFacts, entry: EntryRow) -> tuple[int | None, int | None]:
    """Return the gated RSS with the growth of the calls and all child processes, and the most of the start and them."""
    rss, last = _rss(facts, entry.name), entry.last_stage
    later = next((row.reading for row in entry.stages if row.reading.stage == "calls"), None)
    highest = max(facts.series[entry.name].runs_of("peak_bytes"), default=None)
    if later is None or rss is None or last is None:
        return None, highest
    grown, most = later.rss_bytes - last.reading.rss_bytes, later.highest_bytes
    resting = rss + grown + later.children_bytes
    if highest is None or most is None:
        return resting, None
    return resting, max(highest, rss + most - last.reading.rss_bytes)


def _workers(facts: GateFacts, entry: EntryRow) -> Iterator[_Judged]:
    row = _largest_row(facts, entry)
    if row is not None:
        state = f", {STATE_WORDS[row.decides]}," if row.decides is not None else ""
        what = f"estimated memory of {row.workers} workers{state}"
        yield _of_entry(facts, entry, Figure.WORKERS, what, row.total_bytes)
    elif facts.settings_of(entry.name).max_total is not None:
        yield _of_entry(facts, entry, Figure.WORKERS, "memory of 1 worker", _rss(facts, entry.name))


def _largest_row(facts: GateFacts, entry: EntryRow) -> WorkersRow | None:
    """Return what several workers of an entry take; with and without preload, the latter."""
    rows = [row for row in facts.audit.workers if row.entry == entry.name and row.workers > 1]
    return max(rows, key=lambda row: row.total_bytes, default=None)


def _of_entry(
    facts: GateFacts, entry: EntryRow, figure: Figure, what: str, measured: int | None, unsure: str = ""
) -> _Judged:
    budget = _budget_of(facts, entry.name, figure)
    why = partial(_explain, facts, entry.name, figure)
    return _Judged(figure, what, measured, budget, why, entry.name, unsure=unsure)


def _failed_first_uses(facts: GateFacts, entry: str) -> str:
    """Return which lazy imports crashed or hung: what they take is not known. What raised was measured."""
    rows = (row for row in facts.audit.first_uses if row.entry == entry and row.rss_bytes is None)
    failed = [row for row in rows if row.outcome not in ("imported", "loaded")]
    if not failed:
        return ""
    named = few([f"{row.path}:{row.line}" for row in failed], 1)
    return f", without what {named} could not be run ({failed[0].message or failed[0].outcome})"


def _explain(facts: GateFacts, entry: str, figure: Figure, measured: int, most: int) -> _Excess:
    if figure in (Figure.ANON, Figure.RSS):
        reference = facts.reference_of(entry)
        before = reference.rss_bytes if reference is not None else measured
        from footprint.analysis.gate.blame import explain_growth

        if reasons := explain_growth(facts, entry, max(measured - before, 0)):
            fields, _ = _heaviest_line(facts, entry, lazy=False)
            return {**fields, "names_place": False, "reasons": reasons}, ""
    rest = _rss(facts, entry) or 0
    if figure in (Figure.CALLS, Figure.WHOLE_PEAK):
        return _heaviest_call(facts, entry, peak=figure is Figure.WHOLE_PEAK)
    if figure is Figure.PEAK and rest <= most:  # no import accounts for what does not stay
        return {}, f"; {size(rest)} stay"
    return _heaviest_line(facts, entry, lazy=figure is Figure.FIRST_USE)


def _heaviest_line(facts: GateFacts, entry: str, *, lazy: bool) -> _Excess:
    """Return the import that takes most; `lazy`: of those that run after the start, too."""
    lines = [
        (line.rss_bytes, line.path, line.line, ", ".join(part.module for part in line.imports) or line.module)
        for line in facts.audit.import_lines
        if line.entry == entry
    ]
    if lazy:
        later = (row for row in facts.audit.first_uses if row.entry == entry and row.rss_bytes is not None)
        lines += [(row.rss_bytes or 0, row.path, row.line, str(row.statement)) for row in later]
    if not lines:
        return {}, ""
    growth, path, line, what = max(lines, key=lambda each: each[0])
    words = f"; the heaviest import is {path}:{line} ({what}), about {size(growth)}" if growth > 0 else ""
    return {"path": path, "line": line, "names_place": bool(words)}, words


def _heaviest_call(facts: GateFacts, entry: str, *, peak: bool) -> _Excess:
    """Return the call that takes most, and the line of the project at which it does."""
    calls = [call for call in facts.audit.calls if call.entry == entry and call.rss_bytes is not None]
    if not calls:
        return {}, ""
    call = max(calls, key=lambda call: _most_of(call, peak=peak))
    fields, at = heaviest_line_of(call, peak=peak)
    return fields, f"; {call.name} takes {size(_most_of(call, peak=peak))}{at}"


def heaviest_line_of(call: CallRow, *, peak: bool) -> _Excess:
    """Return the line of the project at which a call took most, and words for it."""
    line = max((line for line in call.lines if line.path), key=lambda line: _most_of(line, peak=peak), default=None)
    if line is None:
        return {}, ""
    at = f", at or just before {line.path}:{line.line}"
    return {"path": line.path, "line": line.line, "names_place": True}, at


def _most_of(each: CallRow | GrowthLine, *, peak: bool) -> int:
    return (each.peak_bytes if peak else each.rss_bytes) or 0


def _rss(facts: GateFacts, entry: str) -> int | None:
    return middle(facts.series[entry].runs_of("rss_bytes"))


def _judge_disk(facts: GateFacts) -> Verdicts:
    disk, limit = facts.audit.disk, facts.audit.limit
    code, source = (limit.disk_bytes, limit.source) if limit is not None else (None, "")
    given = facts.settings.max_disk or (Amount(share=1.0) if code is not None else None)
    total, bytecode = _weigh(facts)
    budget = _resolve(given, code, f", {source}", how="code=250MiB")
    judged = _Judged(
        *(Figure.SITE, "installed, without bytecode:", total, budget, partial(_heaviest_distributions, facts)),
        unmeasured="there is no environment to weigh",
        about="disk",
    )
    if total is None and isinstance(budget, Budget):
        judged = _by_lock(facts, judged, budget)
    if isinstance(budget, Budget) and total is not None and budget.most_bytes < total + bytecode:
        judged = replace(judged, unsure=f", and {size(total + bytecode)} with it: too much if it is deployed")
    yield from _judge(facts, judged)
    count = len([row for row in facts.audit.distributions if row.version is not None])
    most = facts.settings.max_distributions
    if most is not None and disk.site_apparent_bytes is not None:
        outcome: Outcome = "passed" if count <= most else "violated"
        message = f"{count} distributions installed, of {most}"
        rule = rule_about("budget", Figure.COUNT)
        yield from give(facts, rule.code, outcome, message, unit="count", measured=count, allowed=most)


def _by_lock(facts: GateFacts, judged: _Judged, budget: Budget) -> _Judged:
    """Return the figure as the lock file lets estimate it: too much at the least, or enough at the most, is a verdict.

    Between them nothing can be told, and the range is said.
    """
    found = facts.audit.disk.downloads
    if found is None or found.unpacked_least_bytes is None:
        return judged
    least, most = found.unpacked_least_bytes, found.unpacked_most_bytes
    locks = " and ".join(found.lock_files)
    to = "or more" if most is None else f"to {size(most)}"
    by = f"estimated by {locks} ({found.estimated_by})"
    if least > budget.most_bytes:
        return replace(judged, measured=least, what=f"installed, {by}, at least", explain=lambda *_: ({}, ""))
    if most is not None and most <= budget.most_bytes:
        return replace(judged, measured=most, what=f"installed, {by}, at most")
    range_ = f"{judged.unmeasured}; {by} it is {size(least)} {to} of {size(budget.most_bytes)} ({budget.source})"
    return replace(judged, unmeasured=f"{range_}: it cannot be told")


def _weigh(facts: GateFacts) -> tuple[int | None, int]:
    """Return what the site folders take without bytecode, which the first start makes where it is not, and that."""
    disk = facts.audit.disk
    if disk.site_apparent_bytes is None:
        return None, 0
    bytecode = facts.audit.bytecode_bytes
    return disk.site_apparent_bytes - (disk.own_bytes or 0) - bytecode, bytecode


def _heaviest_distributions(facts: GateFacts, measured: int, most: int) -> _Excess:
    rows = ((row.name, row.code_bytes or 0) for row in facts.audit.distributions)
    words = ", ".join(f"{name} {size(own)}" for name, own in sorted(rows, key=lambda item: -item[1])[:3])
    return {}, f"; heaviest: {words}"

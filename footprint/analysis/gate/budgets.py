"""Absolute budgets: given, or derived from the limit of the host. What must never be more."""

from __future__ import annotations

from typing import Any

from footprint.analysis.gate.blame import explain_growth
from footprint.analysis.gate.gate_facts import GateFacts
from footprint.analysis.gate.noise import anon_runs, middle, peak_runs, rss_runs
from footprint.analysis.gate.verdicts import Verdicts, give
from footprint.config.options import Amount
from footprint.model.audit import EntryRow
from footprint.model.gate_report import Outcome
from footprint.model.memory_rows import Limit
from footprint.units import size
from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class Budget:
    """The most that passes, and where the figure comes from."""

    most_bytes: int
    source: str


@dataclass(frozen=True, slots=True)
class _Figure:
    """One figure of an entry to hold against its budget."""

    code: str
    what: str
    measured: int | None
    given: Amount | None
    whole: bool = False  # of all workers together: a share is not divided by them
    unsure: str = ""  # why it may be more in truth: too much is too much, but enough proves nothing


def judge_budgets(facts: GateFacts) -> Verdicts:
    """Yield a verdict for each budget of each measured entry, then for the whole environment."""
    if not facts.static:
        for entry in facts.measured_entries():
            yield from _judge_startup(facts, entry)
            yield from _judge_first_use(facts, entry)
            yield from _judge_workers(facts, entry)
    yield from _judge_disk(facts)


def startup_budget(facts: GateFacts, entry: str, given: Amount | None) -> Budget | str | None:
    """Return the budget of one process; why there is none though one was asked for; None when none applies."""
    limit, workers = facts.limits.get(entry), facts.workers.get(entry, 1)
    return _resolve(given, limit, workers, facts.settings.derived_share)


def describe_budget(facts: GateFacts, entry: str) -> str:
    """Return where the startup budget of an entry comes from; empty when it has none."""
    budget = startup_budget(facts, entry, facts.settings_of(entry).max_startup_anon)
    return budget.source if isinstance(budget, Budget) else ""


def _resolve(given: Amount | None, limit: Limit | None, workers: int | None, derived: float) -> Budget | str | None:
    """Return the budget of one of so many workers; None: of all of them together."""
    if given is not None and given.size_bytes is not None:
        return Budget(given.size_bytes, "given")
    share = given.share if given is not None else derived
    if not share:
        return None
    if limit is None or limit.memory_bytes is None:
        return None if given is None else "a share of the limit, and no limit is known: give one with --limit"
    processes = "all workers" if not workers else "1 worker" if workers == 1 else f"{workers} workers"
    words = f"{share * 100:.4g} % of {size(limit.memory_bytes)} ({limit.source}), {processes}"
    return Budget(int(limit.memory_bytes * share / (workers or 1)), words)


def _judge_startup(facts: GateFacts, entry: EntryRow) -> Verdicts:
    settings, series = facts.settings_of(entry.name), facts.series[entry.name]
    anon, rss = middle(anon_runs(series)), middle(rss_runs(series))
    yield from _judge(facts, entry.name, _Figure("FP401", "startup anon", anon, settings.max_startup_anon))
    yield from _judge(facts, entry.name, _Figure("FP402", "startup RSS", rss, settings.max_startup_rss))
    # A host kills on the peak, so the whole limit is its budget, and the highest start counts.
    given = settings.max_startup_peak or (Amount(share=1.0) if _has_limit(facts, entry.name) else None)
    peak = max(peak_runs(series), default=None)
    yield from _judge(facts, entry.name, _Figure("FP407", "peak of the start", peak, given))


def _has_limit(facts: GateFacts, entry: str) -> bool:
    """Return whether the limit of the host is a budget without being given as one."""
    limit = facts.limits.get(entry)
    return bool(facts.settings.derived_share) and limit is not None and limit.memory_bytes is not None


def _judge_first_use(facts: GateFacts, entry: EntryRow) -> Verdicts:
    given = facts.settings_of(entry.name).max_first_use_rss
    if given is not None:
        rss, unsure = first_use_rss(facts, entry), _failed_first_uses(facts, entry.name)
        yield from _judge(facts, entry.name, _Figure("FP403", "RSS after its lazy imports", rss, given, unsure=unsure))


def _failed_first_uses(facts: GateFacts, entry: str) -> str:
    """Return which lazy imports crashed or hung: what they take is not known. What raised was measured."""
    failed = [
        row
        for row in facts.audit.first_uses
        if row.entry == entry and row.outcome not in ("imported", "loaded") and row.rss_bytes is None
    ]
    if not failed:
        return ""
    more = f" and {len(failed) - 1} more" if len(failed) > 1 else ""
    return f"{failed[0].path}:{failed[0].line}{more} could not be run ({failed[0].message or failed[0].outcome})"


def first_use_rss(facts: GateFacts, entry: EntryRow) -> int | None:
    """Return the gated RSS with the growth of the lazy imports on top; None where they were not run."""
    rss, last = middle(rss_runs(facts.series[entry.name])), entry.last_stage
    later = next((row.reading for row in entry.stages if row.reading.stage == "first_use"), None)
    if rss is None or last is None:
        return None
    if later is None:
        nothing_lazy = not any(row.entry == entry.name for row in facts.audit.first_uses)
        return rss if nothing_lazy else None
    return rss + later.rss_bytes - last.reading.rss_bytes


def _judge_workers(facts: GateFacts, entry: EntryRow) -> Verdicts:
    rows = [row for row in facts.audit.workers if row.entry == entry.name and row.workers > 1]
    given = facts.settings_of(entry.name).max_total
    if not rows and given is not None:
        rss = middle(rss_runs(facts.series[entry.name]))
        yield from _judge(facts, entry.name, _Figure("FP404", "memory of 1 worker", rss, given, whole=True))
    for row in sorted(rows, key=lambda row: -row.total_bytes)[:1]:
        what = f"estimated memory of {row.workers} workers"
        yield from _judge(facts, entry.name, _Figure("FP404", what, row.total_bytes, given, whole=True))


def _judge(facts: GateFacts, entry: str, figure: _Figure) -> Verdicts:
    code, what, measured = figure.code, figure.what, figure.measured
    workers = None if figure.whole else facts.workers.get(entry, 1)
    budget = _resolve(figure.given, facts.limits.get(entry), workers, facts.settings.derived_share)
    if budget is None:
        return
    if isinstance(budget, str) or measured is None:
        why = budget if isinstance(budget, str) else "it could not be measured here"
        yield from give(facts, code, "not judged", f"{what}: {why}", entry=entry)
        return
    most = budget.most_bytes
    of = f"{what} {size(measured)} of {size(most)} ({budget.source})"
    if measured > most:
        yield from _tell_excess(facts, entry, code, of, measured, most)
        return
    outcome: Outcome = "not judged" if figure.unsure else "passed"
    words = f"{of}, without what {figure.unsure}" if figure.unsure else of
    yield from give(facts, code, outcome, words, entry=entry, unit="bytes", measured=measured, allowed=most)


def _tell_excess(facts: GateFacts, entry: str, code: str, of: str, measured: int, most: int) -> Verdicts:
    reference = facts.reference_of(entry)
    before = reference.rss_bytes if reference is not None else measured
    reasons = explain_growth(facts, entry, max(measured - before, 0)) if code in ("FP401", "FP402") else ()
    path, line, heaviest = _heaviest_line(facts, entry, lazy=code == "FP403")
    rest = middle(rss_runs(facts.series[entry])) or 0
    if code == "FP407" and rest <= most:  # no import accounts for what does not stay
        path, line, heaviest = None, None, f"; {size(rest)} stay"
    yield from give(
        facts,
        code,
        "violated",
        f"{of}, {size(measured - most)} too much{heaviest if not reasons else ''}",
        entry=entry,
        unit="bytes",
        measured=measured,
        allowed=most,
        path=path,
        line=line,
        reasons=reasons,
        hint="footprint audit shows what each import costs and what to defer",
    )


def _heaviest_line(facts: GateFacts, entry: str, *, lazy: bool) -> tuple[str | None, int | None, str]:
    """Return the import that takes most, with words for it; `lazy`: of those that run after the start, too."""
    lines = [
        (line.rss_bytes, line.path, line.line, ", ".join(part.module for part in line.imports) or line.module)
        for line in facts.audit.import_lines
        if line.entry == entry
    ]
    if lazy:
        later = (row for row in facts.audit.first_uses if row.entry == entry and row.rss_bytes is not None)
        lines += [(row.rss_bytes or 0, row.path, row.line, row.statement) for row in later]
    if not lines:
        return None, None, ""
    growth, path, number, what = max(lines, key=lambda each: each[0])
    words = f"; the heaviest import is {path}:{number} ({what}), about {size(growth)}"
    return path, number, words if growth > 0 else ""


def _judge_disk(facts: GateFacts) -> Verdicts:
    settings, disk = facts.settings, facts.audit.disk
    limit = facts.audit.limit
    given = settings.max_disk
    if given is None and limit is not None and limit.disk_bytes is not None:
        given = Amount(share=1.0)
    if given is not None:
        yield from _judge_size(facts, given, limit)
    count = len([row for row in facts.audit.distributions if row.version is not None])
    most = settings.max_distributions
    if most is not None and disk.site_apparent_bytes is not None:
        outcome: Outcome = "passed" if count <= most else "violated"
        message = f"{count} distributions installed, of {most}"
        yield from give(facts, "FP406", outcome, message, unit="count", measured=count, allowed=most)


def _weigh(facts: GateFacts) -> tuple[int | None, int]:
    """Return what the site folders take without bytecode, which the first start makes where it is not, and that."""
    disk = facts.audit.disk
    if disk.site_apparent_bytes is None:
        return None, 0
    bytecode = sum(row.bytecode_bytes or 0 for row in facts.audit.distributions)
    return disk.site_apparent_bytes - (disk.own_bytes or 0) - bytecode, bytecode


def _judge_size(facts: GateFacts, given: Amount, limit: Limit | None) -> Verdicts:
    most, source = given.size_bytes, "given"
    if given.share is not None:
        if limit is None or limit.disk_bytes is None:
            message = "disk: a share of the limit, and no limit of code is known: give one with --limit code=250MiB"
            yield from give(facts, "FP405", "not judged", message)
            return
        most = int(limit.disk_bytes * given.share)
        source = f"{given.share * 100:.4g} % of {size(limit.disk_bytes)}, {limit.source}"
    total, bytecode = _weigh(facts)
    if total is None or most is None:
        yield from give(facts, "FP405", "not judged", "disk: there is no environment to weigh")
        return
    of = f"installed, without bytecode: {size(total)} of {size(most)} ({source})"
    figures: dict[str, Any] = {"unit": "bytes", "measured": total, "allowed": most}
    if total <= most < total + bytecode:
        message = f"{of}, and {size(total + bytecode)} with it: too much if it is deployed"
        yield from give(facts, "FP405", "not judged", message, **figures)
        return
    if total <= most:
        yield from give(facts, "FP405", "passed", of, **figures)
        return
    rows = ((row.name, (row.apparent_bytes or 0) - (row.bytecode_bytes or 0)) for row in facts.audit.distributions)
    words = ", ".join(f"{name} {size(own)}" for name, own in sorted(rows, key=lambda item: -item[1])[:3])
    message = f"{of}, {size(total - most)} too much; heaviest: {words}"
    yield from give(
        facts,
        "FP405",
        "violated",
        message,
        hint="footprint audit lists what can be removed, and what that frees",
        **figures,
    )

"""Why a start grew: the distributions that are new in memory or take more, by the line of ours that they came by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from footprint.analysis.cost.attribution import UNKNOWN
from footprint.analysis.cost.observed import ObservedEntry
from footprint.analysis.gate.facts import GateFacts
from footprint.model.gate import Reason
from footprint.model.memory import Brought, LoadStep
from footprint.names import DistributionName, ModuleName
from footprint.units import MIB

# What is loaded before a distribution shifts some of its memory to or from it: 0.9 MiB of joblib in the example.
_GROWN_BYTES = MIB
_GROWN_RATIO = 0.05
_REST_BYTES = MIB


def startup_sizes(entry: ObservedEntry) -> dict[DistributionName, int]:
    """Return the distributions in memory when the entry was ready, each with its own growth of RSS in bytes."""
    return {name: cost.self_rss_bytes for name, cost in entry.costs.items()}


def new_arrivals(facts: GateFacts, entry: str) -> tuple[Reason, ...]:
    """Return what is in memory at startup and was not in the reference: one reason per line of ours, largest first."""
    observed, reference = facts.observed.get(entry), facts.reference_of(entry)
    if observed is None or reference is None:
        return ()
    return _group_by_line(
        facts, entry, {n: s for n, s in startup_sizes(observed).items() if n not in reference.startup}
    )


def explain_growth(facts: GateFacts, entry: str, growth_bytes: int) -> tuple[Reason, ...]:
    """Return what a start grew by: new distributions by line, those that take more, and what is left, largest first."""
    observed, reference = facts.observed.get(entry), facts.reference_of(entry)
    if observed is None or reference is None:
        return ()
    grown = [
        _reason(facts, entry, name, "grown", before, after)
        for name, after in startup_sizes(observed).items()
        if (before := reference.startup.get(name)) is not None
        and after - before > max(_GROWN_BYTES, before * _GROWN_RATIO)
    ]
    reasons = sorted([*new_arrivals(facts, entry), *grown], key=_largest_first)
    rest = growth_bytes - sum(reason.growth_bytes or 0 for reason in reasons)
    if rest > max(_REST_BYTES, growth_bytes // 5):
        reasons.append(Reason("rest", None, None, rest, (), None, None, "", None))
    return tuple(reasons)


def _largest_first(reason: Reason) -> tuple[int, str]:
    return -(reason.growth_bytes or 0), reason.path or ""


def chain_to(facts: GateFacts, entry: str, module: ModuleName) -> tuple[LoadStep, ...]:
    """Return by which imports `module` was loaded, with the statements of ours behind them."""
    return facts.observed[entry].steps_to(module, facts.sources)


def line_of(chain: tuple[LoadStep, ...]) -> LoadStep | None:
    """Return the last step that a line of ours asked for: where a reader has to look."""
    return next((step for step in reversed(chain) if step.path is not None), None)


def _group_by_line(facts: GateFacts, entry: str, sizes: Mapping[DistributionName, int]) -> tuple[Reason, ...]:
    groups: dict[tuple[str | None, int | None], list[Reason]] = {}
    for name, after in sizes.items():
        reason = _reason(facts, entry, name, "new", None, after)
        groups.setdefault((reason.path, reason.line), []).append(reason)
    found = [_join(facts, entry, group) for group in groups.values()]
    return tuple(sorted(found, key=_largest_first))


def _join(facts: GateFacts, entry: str, group: list[Reason]) -> Reason:
    """Return one reason for all that came by one line: the distribution that the line names, with what it brought."""
    owners = facts.observed[entry].owners
    named = owners.get(group[0].statement, UNKNOWN).name
    group = sorted(group, key=lambda reason: (reason.distribution != named, -(reason.after_bytes or 0)))
    others = sorted(group[1:], key=lambda reason: -(reason.after_bytes or 0))
    brings = tuple(Brought(each.distribution or "", each.after_bytes or 0) for each in others)
    return replace(group[0], brings=brings)


def _reason(facts: GateFacts, entry: str, name: DistributionName, kind: str, before: int | None, after: int) -> Reason:
    chain = chain_to(facts, entry, facts.observed[entry].costs[name].first_module)
    step = line_of(chain)
    saving = next(
        (
            line
            for line in facts.audit.import_lines
            if step is not None and (line.entry, line.path, line.line) == (entry, step.path, step.line)
        ),
        None,
    )
    return Reason(
        kind="new" if kind == "new" else "grown",
        distribution=name,
        before_bytes=before,
        after_bytes=after,
        chain=chain,
        path=step.path if step else None,
        line=step.line if step else None,
        statement=step.module if step else "",
        deferral_bytes=saving.rss_bytes if saving is not None else None,
        still_needed_by=saving.still_needed_by if saving is not None else (),
    )

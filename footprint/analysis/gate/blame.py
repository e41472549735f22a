"""Why a start grew: the distributions that are new in memory or take more, by the line of ours that they came by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from footprint.analysis.cost.attribution import UNKNOWN
from footprint.analysis.cost.entry_rows import ObservedEntry, sizes_by_file
from footprint.analysis.gate.verdicts import GateFacts, line_of, startup_sizes
from footprint.model.gate_report import Reason
from footprint.model.memory_rows import Brought, LoadStep
from footprint.names import ByName, DistributionName, ModuleName
from footprint.pairs import group_pairs
from footprint.units import MIB
from footprint.values import replace

# What is loaded before a distribution shifts some of its memory to or from it: 0.9 MiB of joblib in the example.
_GROWN_BYTES = MIB
_GROWN_RATIO = 0.05
_REST_BYTES = MIB
_NOWHERE = LoadStep("", None, None)


def new_arrivals(facts: GateFacts, entry: str) -> tuple[Reason, ...]:
    """Return what is in memory at startup and was not in the reference: one reason per line of ours, largest first."""
    observed, reference = facts.observed.get(entry), facts.reference_of(entry)
    if observed is None or reference is None:
        return ()
    sizes = {name: size for name, size in startup_sizes(observed).items() if name not in reference.startup}
    return _group_by_line(facts, entry, sizes)


def explain_growth(facts: GateFacts, entry: str, growth_bytes: int) -> tuple[Reason, ...]:
    """Return what a start grew by: new distributions by line, those that take more, and what is left, largest first."""
    observed, reference = facts.observed.get(entry), facts.reference_of(entry)
    if observed is None or reference is None:
        return ()
    grown = [
        _reason(facts, entry, name, before, after)
        for name, after in startup_sizes(observed).items()
        if (before := reference.startup.get(name)) is not None
        and after - before > max(_GROWN_BYTES, before * _GROWN_RATIO)
    ]
    own = _own_growth(facts, entry, reference.own)
    reasons = sorted([*new_arrivals(facts, entry), *grown, *own], key=_largest_first)
    rest = growth_bytes - sum(reason.growth_bytes or 0 for reason in reasons)
    if rest > max(_REST_BYTES, growth_bytes // 5):
        reasons.append(Reason("rest", after_bytes=rest))
    return tuple(reasons)


def _own_growth(facts: GateFacts, entry: str, before: Mapping[str, tuple[int, ...]] | None) -> Iterator[Reason]:
    """Yield the files of the project that add more themselves, each with the line that the reference has not got.

    Lines move with every edit, so they are known by what they add: each of the reference is the one of now that is
    closest to it.
    """
    if before is None:
        return
    for path, sizes in sizes_by_file(facts.audit.own_lines, entry).items():
        was = before.get(path, ())
        if sum(sizes) - sum(was) > max(_GROWN_BYTES, sum(was) * _GROWN_RATIO):
            left = [line for line in facts.audit.own_lines if (line.entry, line.path) == (entry, path)]
            for size in was[: len(left) - 1]:
                left.remove(min(left, key=lambda line: abs(line.rss_bytes - size)))
            yield Reason("own", None, sum(was) or None, sum(sizes), path=path, line=left[0].line)


def explain_peak(facts: GateFacts, entry: str, before: int, growth_bytes: int) -> tuple[Reason, ...]:
    """Return the lines during which a start went higher than `before` bytes, largest first.

    Where they are less than half of the growth, first the lines that child processes came of, which count with it.
    """
    observed = facts.observed.get(entry)
    if observed is None:
        return ()
    sizes: dict[tuple[str, int], int] = {}
    parents: set[tuple[str, int]] = set()
    for rise in observed.run.rises:
        if path := observed.files.get(rise.path):
            place = path, rise.line
            sizes[place] = sizes.get(place, 0) + max(rise.peak_bytes - max(rise.before_bytes, before), 0)
            parents |= {place} if rise.has_children else set()
    large = ((place, took) for place, took in sizes.items() if took > _GROWN_BYTES)
    found = [Reason("peak", after_bytes=took, path=path, line=line) for (path, line), took in large]
    if 2 * sum(sizes.values()) < growth_bytes:
        found += [Reason("children", path=path, line=line) for path, line in parents]
    return tuple(sorted(found, key=lambda reason: (reason.kind, *_largest_first(reason), reason.line)))


def _largest_first(reason: Reason) -> tuple[int, str]:
    return -(reason.growth_bytes or 0), reason.path or ""


def _calling_line(observed: ObservedEntry, module: ModuleName) -> tuple[str, int] | None:
    """Return the line of ours that made a call which loaded `module`; None where code of ours imports it itself."""
    cost = observed.tree.costs.get(module)
    asker = observed.owners.get(cost.asked_by or "", UNKNOWN) if cost is not None else UNKNOWN
    return observed.line_behind(module) if asker.kind == "distribution" else None


def _group_by_line(facts: GateFacts, entry: str, sizes: ByName[int]) -> tuple[Reason, ...]:
    reasons = (_reason(facts, entry, name, None, after) for name, after in sizes.items())
    groups = group_pairs(((reason.path, reason.line), reason) for reason in reasons)
    return tuple(sorted([_join(facts, entry, group) for group in groups.values()], key=_largest_first))


def _join(facts: GateFacts, entry: str, group: Sequence[Reason]) -> Reason:
    """Return one reason for all that came by one line: the distribution that the line names, with what it brought."""
    named = facts.observed[entry].owners.get(group[0].statement, UNKNOWN).name
    group = sorted(group, key=lambda reason: (reason.distribution != named, -(reason.after_bytes or 0)))
    others = sorted(group[1:], key=lambda reason: -(reason.after_bytes or 0))
    return replace(group[0], brings=tuple(Brought(each.distribution or "", each.after_bytes or 0) for each in others))


def _reason(facts: GateFacts, entry: str, name: DistributionName, before: int | None, after: int) -> Reason:
    observed = facts.observed[entry]
    module = observed.costs[name].first_module
    chain = observed.steps_to(module, facts.sources)
    step = line_of(chain) or _NOWHERE
    called = _calling_line(observed, module)
    if called is not None and step.path is not None and called != (step.path, step.line):
        step = LoadStep("", *called)  # what it calls imports it, whoever was imported by which line before
    place = (entry, step.path, step.line)
    saving = next((line for line in facts.audit.import_lines if (line.entry, line.path, line.line) == place), None)
    return Reason(
        kind="new" if before is None else "grown",
        distribution=name,
        before_bytes=before,
        after_bytes=after,
        chain=chain,
        path=step.path,
        line=step.line,
        statement=step.module,
        deferral_bytes=saving.rss_bytes if saving is not None else None,
        still_needed_by=saving.still_needed_by if saving is not None else (),
    )

"""Distributions taken away in a shadow, all at once; those that are missed are put back, with who misses them."""

from __future__ import annotations

import time
from collections.abc import Mapping

from footprint.collect.disk.claims import Claims
from footprint.model.installed_environment import DiskScan
from footprint.model.trial import Trial, TriedChange
from footprint.names import ByName, DistributionName, NameSet
from footprint.trial.bench import Bench, Outcome
from footprint.trial.culprits import TakenAway, find_culprits
from footprint.trial.search import Found, search
from footprint.trial.shadow import Change, NoShadow


def try_removals(
    bench: Bench,
    leaving: ByName[tuple[DistributionName, ...]],
    scan: DiskScan,
    *,
    variables: Mapping[str, str] | None = None,
    budget_s: float = float("inf"),
) -> Trial:
    """Take away all distributions of `leaving` and what leaves with each, and put back who is missed.

    No new set is tried once the time is over. What a shadow cannot show is `not tried`, and says why.
    """
    if not bench.judges:
        return _not_tried(leaving, "no start goes through, and no command was given: nothing could break")
    given = variables or {}
    end = time.monotonic() + budget_s

    def try_set(items: frozenset[str]) -> Outcome:
        return bench.try_change(Change(_all_of(items, leaving)), given)

    def name(outcome: Outcome, items: frozenset[str]) -> frozenset[str]:
        taken = taken_of(bench.shadows.ground.claims, _all_of(items, leaving))
        message = outcome.breakage.message if outcome.breakage is not None else ""
        missed = find_culprits(message, outcome.printed, taken)
        return frozenset(item for item in items if missed & frozenset(leaving[item]))

    try:
        found = search(list(leaving), try_set, name, has_time=lambda: time.monotonic() < end)
    except NoShadow as why:
        return _not_tried(leaving, str(why))
    return _tell(bench, found, leaving, scan)


def _all_of(items: frozenset[str], leaving: ByName[tuple[DistributionName, ...]]) -> NameSet:
    return frozenset(name for item in items for name in leaving[item])


def _not_tried(leaving: ByName[tuple[DistributionName, ...]], why: str) -> Trial:
    return Trial(None, tuple(TriedChange(each, names, "not tried", reason=why) for each, names in leaving.items()))


def _tell(bench: Bench, found: Found, leaving: ByName[tuple[DistributionName, ...]], scan: DiskScan) -> Trial:
    by = found.outcome.by if found.outcome is not None else ()
    changes = []
    for item, names in leaving.items():
        if item in found.holds:
            changes.append(TriedChange(item, names, "proved", by))
        elif item in found.put_back:
            changes.append(TriedChange(item, names, "breaks", breakage=found.put_back[item]))
        else:
            changes.append(TriedChange(item, names, "not tried", reason="the time for trials was over"))
    gone = _all_of(found.holds, leaving)
    freed = sum(use.apparent_bytes + use.outside_bytes for use in scan.uses if use.name in gone)
    baseline = bench.baseline
    return Trial(
        engine=bench.shadows.engine,
        changes=tuple(changes),
        starts=tuple(bench.figures(found.outcome)) if found.outcome is not None else (),
        disk_bytes=freed,
        start_count=bench.start_count,
        written=found.outcome.written if found.outcome is not None else (),
        flaky=tuple(sorted(baseline.flaky)) if baseline is not None else (),
        command=" ".join(bench.command.words) if bench.command is not None else "",
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

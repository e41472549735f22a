"""Lazy imports: which are worth trying once an entry is ready, what trying them said, which a start kept. Pure.

Kept for their first use, whatever made it so: `lazy import`, `__lazy_modules__` and what stands in its place,
PYTHON_LAZY_IMPORTS, `-X lazy_imports`, `sys.set_lazy_imports`, and a filter that makes exceptions: only the start
knows what came of them, and CPython 3.15 says it of itself. Source: PEP 810.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from footprint.analysis.cost.attribution import UNKNOWN, OwnersOf, Places, locate
from footprint.analysis.cost.entry_rows import ObservedEntry
from footprint.analysis.reach.reach_rule import is_caught
from footprint.late import late_pattern
from footprint.model.memory_rows import Brought, CallRow, FirstUseRow
from footprint.model.runtime import CallRun, EntryRuntime, FirstUse, ProbeRun, Statement
from footprint.model.source_modules import ImportSite, SiteUse
from footprint.names import ByModule, DistributionName, ModuleName, ancestors, top_level
from footprint.pairs import group_pairs
from footprint.values import replace

MOST_STATEMENTS = 200
_NOT_FOUND = late_pattern(r"ModuleNotFoundError: No module named '([\w.]+)'$")
_MOST_BROUGHT = 40


def lazy_statements(
    uses: Iterable[SiteUse], stdlib_names: Collection[str], *, lazy_syntax: bool = False
) -> tuple[Statement, ...]:
    """Return the lazy imports of one entry as they run, each once, in the order of the sources.

    After them, where the interpreter may keep any import for later (`lazy_syntax`), all others: it knows which.

    `uses` are the sites of that entry; the standard library is left out: it is small and always there. What only
    another process loads (a command of manage.py, a worker, the runner of tests) is no use of this one, and
    a name that only may be loaded, one of several, need not even be there.
    """
    late: dict[Statement, None] = {}
    rest: dict[Statement, None] = {}
    for use in uses:
        site = use.site
        if use.other_process or site.form == "string" or not site.module or top_level(site.module) in stdlib_names:
            continue
        if use.status == "lazy":
            late[statement_of(site)] = None
        elif use.status == "startup" and lazy_syntax:
            rest[Statement(site.module, site.names, _promises_of(use))] = None
    return tuple({**late, **rest})[:MOST_STATEMENTS]


def statement_of(site: ImportSite) -> Statement:
    """Return what a site does when it runs."""
    return Statement(site.module, site.names)


def list_first_uses(
    observed: Iterable[ObservedEntry], uses: Sequence[SiteUse], places: Places, owner_of: OwnersOf
) -> tuple[FirstUseRow, ...]:
    """Return what each lazy import of each entry did, entry by entry, largest growth first.

    Broken ones come before, in the order of the sources.
    """
    late = (use for use in uses if use.status == "lazy" and not use.other_process)
    places_of = group_pairs((statement_of(use.site), use) for use in late)
    rows: list[FirstUseRow] = []
    for entry in observed:
        found = [
            _describe(entry.name, each, places_of[each.statement], places, owner_of)
            for each in entry.run.first_uses
            if each.statement in places_of
        ]
        rows += sorted(found, key=_in_order)
    return tuple(rows)


def _in_order(row: FirstUseRow) -> tuple[bool, int, str, int]:
    """Sort broken ones by their place: what one left in memory before it failed is another figure each time."""
    is_whole = row.message is None
    return is_whole, -(row.rss_bytes or 0) if is_whole else 0, row.path, row.line


def _describe(entry: str, use: FirstUse, found: Sequence[SiteUse], places: Places, owner_of: OwnersOf) -> FirstUseRow:
    first = min(found, key=lambda each: (is_caught(each), each.site.path, each.site.line)).site
    return FirstUseRow(
        entry=entry,
        statement=use.statement,
        path=first.path,
        line=first.line,
        function=first.function,
        further_count=len(found) - 1,
        distributions=tuple(owner_of(first)),
        outcome=use.outcome,
        message=use.message,
        guarded=all(map(is_caught, found)),
        rss_bytes=use.rss_bytes,
        anon_bytes=use.anon_bytes,
        time_us=use.time_us,
        brings=brought(use, places),
        under_way=use.under_way,
        missing=_missing(use),
        chain=heaviest_chain(use, places),
    )


def _missing(use: FirstUse) -> ModuleName | None:
    """Return the part of a statement's own module that is not there, None if what it needs is not.

    Python names the first that it does not find: `zope.sqlalchemy` where there is a zope, whoever installed it.
    """
    found = _NOT_FOUND.match(use.message or "")
    if found is None or use.outcome != "failed":
        return None
    asked = (*ancestors(use.statement.module), use.statement.module)
    return found[1] if found[1] in asked else None


def brought(use: FirstUse | CallRun, places: Places) -> tuple[Brought, ...]:
    """Return the distributions that came into memory, heaviest first, with what their own modules added."""
    origins: ByModule[str] = dict(use.origins)
    sums: dict[DistributionName, int] = defaultdict(int)
    for cost in use.costs[1:]:
        owner = locate(origins[cost.module], places) if cost.module in origins else UNKNOWN
        if owner.kind == "distribution":
            sums[owner.name] += cost.self_rss_bytes
    ranked = sorted(sums.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Brought(name, rss) for name, rss in ranked[:_MOST_BROUGHT])


def heaviest_chain(use: FirstUse | CallRun, places: Places) -> tuple[DistributionName, ...]:
    """Return the distributions on the way down to the heaviest load, as long as one holds half of what is above it."""
    origins: ByModule[str] = dict(use.origins)
    above = use.costs[0] if use.costs else None
    root = None if above is None else above.order  # also of what another thread loads
    inside = group_pairs((root if cost.parent is None else cost.parent, cost) for cost in use.costs[1:])
    chain: list[DistributionName] = []
    while above is not None and above.order in inside:
        heaviest = max(inside[above.order], key=lambda cost: cost.cumulative_rss_bytes)
        if 2 * heaviest.cumulative_rss_bytes < above.cumulative_rss_bytes or heaviest.cumulative_rss_bytes <= 0:
            break
        owner = locate(origins[heaviest.module], places) if heaviest.module in origins else UNKNOWN
        if owner.kind == "distribution" and owner.name not in chain[-1:]:
            chain.append(owner.name)
        above = heaviest
    return tuple(chain)


def list_calls(observed: Iterable[ObservedEntry], places: Places) -> tuple[CallRow, ...]:
    """Return what each call of each entry did, in the order in which they were asked for."""
    called = [(entry.name, call) for entry in observed for call in entry.run.calls]
    if not called:
        return ()
    from footprint.analysis.cost.call_rows import describe_call

    return tuple(describe_call(entry, call, places) for entry, call in called)


def growths(rows: Iterable[FirstUseRow]) -> dict[DistributionName, int]:
    """Return the largest growth that one lazy import of each distribution caused, where one was measured."""
    known = ((row.distributions, row.rss_bytes) for row in rows if row.rss_bytes is not None)
    found = group_pairs((name, growth) for names, growth in known for name in names)
    return {name: max(several) for name, several in found.items()}


_PROMISES_AT_MOST = 30


def _promises_of(use: SiteUse) -> tuple[ModuleName, ...]:
    """Return what the interpreter names where it keeps an import for later, or one on the way to its file."""
    return tuple(dict.fromkeys(name for site in reversed(use.chain) for name in site.asked_names))[:_PROMISES_AT_MOST]


def mark_late(uses: Iterable[SiteUse], runtimes: Iterable[EntryRuntime]) -> tuple[SiteUse, ...]:
    """Return the uses, those lazy that the start of their entry kept for later."""
    kept = {one.entry: _Kept(one.run) for one in runtimes if one.run is not None and one.run.promised}
    return tuple(
        replace(use, status="lazy")
        if use.status == "startup" and use.entry in kept and any(map(kept[use.entry].keeps, use.chain))
        else use
        for use in uses
    )


def kept_modules(run: ProbeRun, stdlib_names: Collection[str]) -> tuple[ModuleName, ...]:
    """Return what a start kept for later to its end, without the standard library's own."""
    return tuple(name for name in run.promised if top_level(name) not in stdlib_names)


class _Kept:
    """One start: what it kept and what it loaded."""

    def __init__(self, run: ProbeRun) -> None:
        self._promised = frozenset(run.promised)
        self._loaded = {cost.module for cost in run.costs if cost.ok and cost.stage != "first_use"} | {*run.preloaded}

    def keeps(self, site: ImportSite) -> bool:
        """Whether all that a site asks for was kept."""
        module, *rest = site.asked_names or ("",)
        waiting = module in self._promised or not self._promised.isdisjoint(rest)
        return waiting and (module not in self._loaded or self._promised.issuperset(rest))

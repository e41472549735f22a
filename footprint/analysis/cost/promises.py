"""Imports that the interpreter keeps for their first use, whatever made it so: what CPython 3.15 says of itself. Pure.

`lazy import`, `__lazy_modules__` and what stands in its place, PYTHON_LAZY_IMPORTS, `-X lazy_imports`,
`sys.set_lazy_imports`, and a filter that makes exceptions: only the start knows what came of them. Source: PEP 810.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from footprint.model.runtime import EntryRuntime, ProbeRun, Statement
from footprint.model.source_modules import ImportSite, SiteUse
from footprint.names import ModuleName, top_level

_PROMISES_AT_MOST = 30


def promises_of(use: SiteUse) -> tuple[ModuleName, ...]:
    """Return what the interpreter names where it keeps an import for later, or one on the way to its file."""
    return tuple(dict.fromkeys(name for site in reversed(use.chain) for name in _names(site)))[:_PROMISES_AT_MOST]


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
        module, *rest = _names(site) or ("",)
        waiting = module in self._promised or not self._promised.isdisjoint(rest)
        return waiting and (module not in self._loaded or self._promised.issuperset(rest))


def _names(site: ImportSite) -> tuple[ModuleName, ...]:
    return (site.module, *(f"{site.module}.{name}" for name in site.names)) if site.module else ()


def waiting_statement(use: SiteUse) -> Statement:
    """Return what a site at module level does when it runs, which the start may keep for later."""
    return Statement(use.site.module, use.site.names, promises_of(use))

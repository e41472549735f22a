"""Packages of the project whose `__init__` imports everything: who wants one module loads them all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from footprint.analysis.cost.avoidable import SMALLEST_BYTES, Saving
from footprint.analysis.suggest.suggestion_context import SuggestionContext
from footprint.model.audit import DistributionRow, Evidence, Suggestion
from footprint.model.source_modules import ImportSite
from footprint.names import DistributionName
from footprint.units import few, places


def suggest_splitting(context: SuggestionContext) -> tuple[Suggestion, ...]:
    """Suggest breaking the chain at the imports of an `__init__` that only hand names on which no start takes.

    What several of them load together counts together. Left alone is what is imported for its effect: modules as such,
    names that nobody takes anywhere, guarded imports, and what the `__init__` itself uses.
    """
    found = (_suggest(path, sites, context) for path, sites in context.handed_on.items())
    return tuple(each for each in found if each is not None)


def _suggest(path: str, sites: Sequence[ImportSite], context: SuggestionContext) -> Suggestion | None:
    saving = context.predict(sites)
    if saving is None or saving.rss_bytes < SMALLEST_BYTES:
        return None
    chain = _single(sites, saving, context)
    owners = {name for module in saving.modules for name in context.owners_of(module)}
    rows = sorted((row for row in context.rows if row.name in owners), key=_weight, reverse=True)
    if not rows:
        return None
    names = tuple(row.name for row in rows)
    package = context.module_names[path][0]
    return Suggestion(
        code="FP112",
        action="split",
        distribution=names[0],
        distributions=tuple(sorted(names)),
        disk_bytes=None,
        rss_bytes=saving.rss_bytes,
        rss_kind="predicted",
        verdict="not verified",
        measured_rss_bytes=None,
        effort="medium",
        confidence="likely",
        evidence=tuple(Evidence(path, site.line, site.placement.value, None) for site in chain),
        detail=_detail(package, path, chain, names),
        steps=tuple(_steps(package, chain)),
    )


def _single(sites: Sequence[ImportSite], saving: Saving, context: SuggestionContext) -> Sequence[ImportSite]:
    """Return the imports without which less is saved: each that adds nothing to the others is left out."""
    kept = list(sites)
    for site in sites:
        rest = [each for each in kept if each is not site]
        left = context.predict(rest) if rest else None
        if left is not None and left.rss_bytes >= saving.rss_bytes:
            kept = rest
    return kept


def _weight(row: DistributionRow) -> int:
    return row.startup_self_rss_bytes or 0


def _detail(package: str, path: str, chain: Sequence[ImportSite], names: tuple[DistributionName, ...]) -> str:
    handed = few([name for site in chain for name in site.bound], 3)
    where = places((path, site.line) for site in chain)
    return (
        f"whoever imports anything of {package} loads {few(names, 3)}, since {where} hands on {handed}, which no start "
        "takes from there; by hand, since names of a package are its interface: "
        f"import them from their modules, or let {path} give them when they are asked for"
    )


def _steps(package: str, chain: Sequence[ImportSite]) -> Iterator[str]:
    """Yield what `__init__` has in the place of its imports: attributes of a module, PEP 562."""
    table = ", ".join(f'"{name}": "{site.module}"' for site in chain for name in site.names)
    yield f"in {package}: _WHERE = {{{table}}}"
    yield "def __getattr__(name): of a name in _WHERE return getattr(importlib.import_module(_WHERE[name]), name)"

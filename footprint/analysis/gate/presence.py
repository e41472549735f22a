"""What must not, or alone may, be in memory at startup: exact, whatever the machine does."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from footprint.analysis.cost.attribution import UNKNOWN
from footprint.analysis.cost.entry_rows import ObservedEntry
from footprint.analysis.cost.memory_parts import startup_costs
from footprint.analysis.gate.verdicts import GateFacts, Verdicts, give, line_of
from footprint.analysis.reach.reach_rule import is_caught
from footprint.model.memory_rows import LoadStep
from footprint.model.source_modules import SiteUse, SourceModule
from footprint.names import ByPath, DistributionName, ModuleName, normalise
from footprint.values import dataclass

_FORBIDDEN, _NOT_ALLOWED = "FP301", "FP302"


@dataclass(frozen=True, slots=True)
class Hit:
    """A module that a pattern means. `chain` leads to it from the entry; empty: it was there before the start."""

    module: ModuleName
    chain: tuple[LoadStep, ...]

    def tell(self, subject: str, of: str = "") -> str:
        """Return that it is loaded at startup, and by which line, for who looks for `subject`."""
        step = line_of(self.chain)
        as_module = f" (as {self.module})" if self.module != subject else ""
        by = f", by {step.path}:{step.line}" if step else "" if self.chain else ", before the application starts"
        return f"{subject} is loaded at startup{of}{as_module}{by}"


def judge_presence(facts: GateFacts) -> Verdicts:
    """Yield a verdict per forbidden name and, where there is a list of allowed ones, per distribution outside it.

    With --static only what reached code itself imports at module level is known: a hit is one, no hit is no proof.
    """
    if facts.static:
        yield from _judge_static(facts)
        return
    for entry in facts.audit.entries:
        observed = facts.observed.get(entry.name)
        if observed is None:
            continue
        settings = facts.settings_of(entry.name)
        for pattern in settings.forbid_at_startup:
            hit = find_loaded(observed, facts.sources, pattern)
            if hit is not None:
                yield from _loaded(facts, _FORBIDDEN, entry.name, pattern, hit, "forbidden")
            elif observed.complete:
                message = f"{pattern} is not loaded at startup"
                yield from give(facts, _FORBIDDEN, "passed", message, entry=entry.name, subject=pattern)
        if settings.allow_at_startup is not None:
            yield from _judge_allowed(facts, observed, settings.allow_at_startup)


def is_meant(pattern: str, module: ModuleName, distribution: DistributionName | None) -> bool:
    """Whether a name or shell pattern of the settings means a module, one in it, or a distribution."""
    if module == pattern or module.startswith(f"{pattern}.") or fnmatchcase(module, pattern):
        return True
    if distribution is None:
        return False
    return normalise(pattern) == distribution or fnmatchcase(distribution, normalise(pattern))


def find_loaded(observed: ObservedEntry, sources: ByPath[SourceModule], pattern: str) -> Hit | None:
    """Return the first module in memory at startup that `pattern` means, with the imports that led to it."""
    for cost in startup_costs(observed.run):
        owner = observed.owners.get(cost.module, UNKNOWN)
        distribution = owner.name if owner.kind == "distribution" else None
        if owner.kind == "first-party" and not fnmatchcase(cost.module, pattern):
            continue  # ours may be called as a distribution is: `app.redis`; by its module name it can be forbidden
        if cost.ok and not cost.module.startswith("<") and is_meant(pattern, cost.module, distribution):
            return Hit(cost.module, observed.steps_to(cost.module, sources))
    early = next((module for module in observed.run.preloaded if is_meant(pattern, module, None)), None)
    return Hit(early, ()) if early is not None else None


def _loaded(facts: GateFacts, code: str, entry: str, subject: str, hit: Hit, why: str) -> Verdicts:
    message = f"{hit.tell(subject)}{_shorten(hit.chain)}: {why}"
    at = line_of(hit.chain)
    yield from give(facts, code, "violated", message, entry=entry, subject=subject, at=at, names_place=True)


def _shorten(chain: tuple[LoadStep, ...]) -> str:
    """Return the modules from the last line of ours on, the ends of a long way only."""
    ours = max((index for index, step in enumerate(chain) if step.path is not None), default=0)
    names = [step.module for step in chain[ours:]]
    if len(names) < 2:
        return ""
    names = [*names[:2], "...", *names[-2:]] if len(names) > 5 else names
    return f" ({' > '.join(names)})"


def _judge_allowed(facts: GateFacts, observed: ObservedEntry, allowed: tuple[str, ...]) -> Verdicts:
    loaded = ((name, cost.first_module) for name, cost in observed.costs.items())
    outside = [pair for pair in loaded if not any(is_meant(pattern, pair[1], pair[0]) for pattern in allowed)]
    for name, module in outside:
        hit = Hit(module, observed.steps_to(module, facts.sources))
        yield from _loaded(facts, _NOT_ALLOWED, observed.name, name, hit, "not among those allowed")
    if not outside and observed.complete:
        message = f"all {len(observed.costs)} distributions at startup are allowed ones"
        yield from give(facts, _NOT_ALLOWED, "passed", message, entry=observed.name)


def _judge_static(facts: GateFacts) -> Verdicts:
    for entry in facts.audit.entries:
        for pattern in facts.settings_of(entry.name).forbid_at_startup:
            uses = _startup_uses(facts, entry.name)
            use = next((use for use, owners in uses if _use_is_meant(pattern, use, owners)), None)
            if use is not None:
                hit = Hit(use.site.module, tuple(LoadStep(site.module, site.path, site.line) for site in use.chain))
                yield from _loaded(facts, _FORBIDDEN, entry.name, pattern, hit, "forbidden")
            elif any(fnmatchcase(module.module, pattern) for module in facts.sources.values()):
                message = f"{pattern} is a module of the project itself: only a start tells whether it is loaded"
                yield from give(facts, _FORBIDDEN, "not judged", message, entry=entry.name, subject=pattern)
            else:
                message = f"no module that {entry.name} starts with imports {pattern} itself"
                yield from give(facts, _FORBIDDEN, "passed", message, entry=entry.name, subject=pattern)


def _startup_uses(facts: GateFacts, entry: str) -> Iterator[tuple[SiteUse, tuple[DistributionName, ...]]]:
    for use, owners in facts.uses.get(entry, ()):
        if use.status == "startup" and (owners or not is_caught(use)):  # guarded and not there: nothing is loaded
            yield use, owners


def _use_is_meant(pattern: str, use: SiteUse, owners: tuple[DistributionName, ...]) -> bool:
    modules = (use.site.module, *(f"{use.site.module}.{name}" for name in use.site.names))
    return any(is_meant(pattern, module, owner) for module in modules for owner in (*owners, None))

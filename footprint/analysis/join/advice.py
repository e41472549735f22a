"""What follows from the rows of an audit: suggestions, findings, and what all changes of lines free together. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from typing import TYPE_CHECKING

from footprint.analysis.cost.savings import Starts, find_guests
from footprint.analysis.facts.index import Joined, gather_facts
from footprint.analysis.facts.roots import Roots, find_roots, names_judged
from footprint.analysis.facts.run_facts import Collected
from footprint.analysis.facts.spelled_extras import find_extras
from footprint.analysis.facts.weights import LinesByName, Weights
from footprint.analysis.findings.optional_stacks import find_lazy_stacks
from footprint.analysis.findings.rules import FindingContext, find_candidates, find_undecided
from footprint.analysis.findings.suppressed import find_stale, suppress
from footprint.analysis.findings.undeclared import find_developed
from footprint.analysis.names.import_names import usual_providers
from footprint.analysis.reach.reach_rule import helps_tests_of_others
from footprint.analysis.suggest import SuggestionContext, Worth, names_to_defer, suggest
from footprint.analysis.suggest.suggestion_context import SpelledExtra
from footprint.analysis.use.use_facts import Classification, effective_status
from footprint.model.audit import (
    OF_LINES,
    Audit,
    DistributionRow,
    Finding,
    GoingLine,
    Suggestion,
    Usage,
)
from footprint.model.combinations import Combinations
from footprint.model.requirements import DeclaredRequirement
from footprint.model.source_modules import ImportSite, SiteUse, SourceModule
from footprint.names import ByName, DistributionName, ModuleName, Names, NameSet, normalise, top_level
from footprint.pairs import group_pairs
from footprint.values import dataclass, replace

if TYPE_CHECKING:
    from footprint.analysis.findings.deployment import DeploymentContext


def advise(audit: Audit, joined: Joined, spelled: Joined, roots: Roots, starts: Starts, weights: Weights) -> Audit:
    """Return the audit with what follows from it: suggestions, findings, and what all changes of lines free.

    `spelled` is indexed as if what extras bring and what nobody declares had lines of their own.
    """
    rows = audit.distributions
    context = _suggestion_context(joined, rows, starts, weights, roots)
    if spelled.facts is not joined.facts:
        verdicts = find_roots(names_judged(spelled), spelled).verdicts
        guests = {line.name: verdicts[line.name] for line in spelled.facts.declared.requirements if not line.path}
        context = replace(context, extras=_judge_extras(joined.facts, spelled, verdicts), guests=guests)
    worth = Worth.of(audit.limit, audit.fits, audit.entries, audit.disk.site_apparent_bytes)
    suggestions, findings = _judge(audit, joined, context, roots, worth)
    removal = _JointRemoval.of(suggestions, joined, roots, context.lines)
    is_weighed = joined.facts.missing is None
    sites_of = {name: [use.site for use in context.startup_uses[name]] for name in names_to_defer(suggestions)}
    deferred = [use.site for name in names_to_defer(suggestions) for use in context.startup_uses[name]]
    return replace(
        audit,
        suggestions=suggestions,
        findings=findings,
        removable_bytes=removal.freed_bytes if is_weighed else None,
        removable_kept_bytes=removal.kept_bytes if is_weighed else None,
        removable_lines=removal.lines,
        deferrals=starts.saving_of_set(deferred),
        limiting=worth.limiting,
        guests=find_guests(rows, starts, weights.brings),
        lazy_stacks=find_lazy_stacks(rows, joined, roots, audit.first_uses, context.lines),
        what_if=_draw(suggestions, roots, starts, joined, sites_of) if is_weighed else None,
    )


def _draw(
    suggestions: Sequence[Suggestion],
    roots: Roots,
    starts: Starts,
    joined: Joined,
    sites_of: ByName[list[ImportSite]],
) -> Combinations | None:
    if not suggestions:
        return None
    from footprint.analysis.combinations.suggestion_choices import Choices, draw_combinations

    return draw_combinations(Choices.of(suggestions, roots, sites_of), roots, starts, joined.weigh)


def _judge_extras(
    facts: Collected, spelled: Joined, verdicts: ByName[Classification]
) -> dict[DistributionName, tuple[SpelledExtra, ...]]:
    """Return what each extra of production brings, with the classes that it would have on lines of its own."""
    without = {(each.of, each.extra): each.without for each in spelled.look.spare_extras}
    found = (
        (name, SpelledExtra(extra, tuple((each, verdicts[each]) for each in members), without.get((name, extra), "")))
        for (name, extra), members in find_extras(facts).items()
    )
    return group_pairs(found)


def _judge(
    audit: Audit, joined: Joined, asked: SuggestionContext, roots: Roots, worth: Worth
) -> tuple[tuple[Suggestion, ...], tuple[Finding, ...]]:
    """Return the suggestions and the findings, those marked that the project asks not to be told."""
    suggestions = suggest(asked, worth)
    context = _finding_context(audit, suggestions, joined, roots)
    usages, requests = {row.name: row.usage for row in asked.rows}, joined.facts.suppressions
    findings = suppress(find_candidates(context), requests, find_undecided(context), usages)
    findings = (*findings, *find_stale(joined))
    silent = {(item.code, item.distribution) for item in findings if item.suppressed}
    marked = (replace(item, suppressed=(item.code, item.distribution) in silent) for item in suggestions)
    return tuple(marked), findings


def _finding_context(audit: Audit, suggestions: tuple[Suggestion, ...], joined: Joined, roots: Roots) -> FindingContext:
    def is_reached(use: SiteUse) -> bool:
        if use.job is not None and use.job.purpose == "development":
            return use.site.path in joined.loaded_files  # what developers run needs what is declared for them
        return use.status in ("startup", "lazy") or (use.status == "unreached" and use.site.path in joined.loaded_files)

    facts = joined.facts
    return FindingContext(
        rows=audit.distributions,
        suggestions=suggestions,
        undeclared=audit.undeclared,
        first_uses=audit.first_uses,
        calls=audit.calls,
        disk=audit.disk,
        declared=joined.declared,
        reached={name: tuple(filter(is_reached, uses)) for name, uses in joined.uses.by_distribution.items()},
        loaded_files=joined.loaded_files,
        imported=frozenset(joined.uses.by_distribution),
        holders=roots.whole.holders,
        stdlib_names=facts.interpreter.stdlib_names,
        python=facts.interpreter.version,
        entries_known=facts.entries_known,
        measured=joined.measured,
        developed=find_developed(
            joined.uses.by_distribution,
            facts.declared,
            joined.indexes.members,
            lambda use: (
                is_reached(use) or (use.status == "unreached" and joined.indexes.members.is_of_library(use.site.path))
            ),
        ),
        files=joined.sources,
        deployment=_deployment(audit, joined),
        declared_elsewhere=lambda module: _declared_elsewhere(module, facts),
    )


def _declared_elsewhere(module: ModuleName, facts: Collected) -> DeclaredRequirement | None:
    """Return the first line that declares what provides a module for another platform or version than the target's."""
    names = {normalise(top_level(module)), *usual_providers(module, facts.known_names)}
    lines = (line for line in facts.declared.requirements if line.name in names and line.kind == "requirement")
    return next((line for line in lines if line.marker and not facts.graph.applies(line)), None)


def _deployment(audit: Audit, joined: Joined) -> DeploymentContext | None:
    """Return what is known of the deployment, where there is anything to say of it."""
    if not joined.facts.habits and not audit.workers:
        return None
    from footprint.analysis.findings.deployment import DeploymentContext

    def leaving(names: Names) -> tuple[NameSet, int | None]:
        unneeded = joined.facts.graph.closure_of(names) & joined.production.orphans - joined.facts.born
        return unneeded, joined.weigh(unneeded)

    return DeploymentContext(joined.facts.habits, audit.entries, audit.workers, joined.declared, leaving)


def _suggestion_context(
    joined: Joined, rows: tuple[DistributionRow, ...], starts: Starts, weights: Weights, roots: Roots
) -> SuggestionContext:
    startup = {}
    for row in rows:
        if row.usage is Usage.STARTUP:
            facts = gather_facts(row.name, joined)
            startup[row.name] = tuple(use for use in facts.sites if effective_status(use, facts) == "startup")
    modules = joined.facts.sources.modules
    taken = {(site.module, name) for module in modules for site in module.sites for name in site.names}
    return SuggestionContext(
        rows=rows,
        startup_uses=startup,
        module_names={module.path: (module.module, *module.other_names) for module in modules},
        borrowed=joined.look.taken | taken,
        lines=LinesByName.of(joined),
        rings=roots.rings,
        stays=frozenset(roots.kept),
        exclusive=weights.exclusive,
        variants=joined.look.variants,
        predict=starts.saving_of_sites,
        predict_removal=starts.saving_of_removal,
        startup_functions=frozenset().union(*(reach.startup_functions for reach in joined.facts.reaches)),
        commanded=frozenset(row.name for row in rows if gather_facts(row.name, joined).tools),
        tested=frozenset(
            name for name, uses in joined.uses.by_distribution.items() if any(use.status == "tests" for use in uses)
        ),
        leaving_without=lambda name, extras: tuple(
            sorted(roots.leaving_with((), (), frozenset((name, extra) for extra in extras)))
        ),
        leaving_by_moving=lambda names: roots.leaving_with((), names),
        weigh=joined.weigh,
        handed_on=_handed_on(modules, taken),
        owners_of=joined.facts.names.owner_of_module,
        form=joined.look.form,
        build_files=joined.indexes.build_files,
        is_published=bool(joined.facts.declared.published),
        offered=_find_offered(joined),
    )


def _find_offered(joined: Joined) -> NameSet:
    """Return what a published project imports in modules for the tests of those who install it."""
    if not joined.facts.declared.published:
        return frozenset()
    files = {module.path for module in joined.facts.sources.modules}
    paths = {use.site.path for use in joined.facts.uses if use.status == "tests"}
    helping = {path for path in paths if helps_tests_of_others(path, files)}
    by_name = joined.uses.by_distribution.items() if helping else ()
    return frozenset(name for name, uses in by_name if any(use.site.path in helping for use in uses))


def _handed_on(
    modules: Sequence[SourceModule], taken: Set[tuple[ModuleName, str]]
) -> dict[str, tuple[ImportSite, ...]]:
    """Return, by `__init__`, its imports of own modules that only hand names on, none of which is taken at startup.

    `taken` are the names that anybody imports from a module.
    """
    own = {name for module in modules for name in (module.module, *module.other_names)}
    early = {
        (site.module, name)
        for module in modules
        if module.role != "test"
        for site in module.sites
        if site.placement.runs_at_import
        for name in site.names
    }

    def is_handed_on(module: SourceModule, site: ImportSite) -> bool:
        if not site.placement.runs_at_import or site.guarded or site.form != "from" or site.module not in own:
            return False
        if not site.hands_on or "*" in site.names:
            return False
        if any(f"{site.module}.{name}" in own for name in site.names):
            return False  # a module as such may be there for its effect
        names = {(each, name) for each in (module.module, *module.other_names) for name in (*site.bound, "*")}
        return names.isdisjoint(early) and not names.isdisjoint(taken)

    packages = (module for module in modules if module.path.rpartition("/")[2] == "__init__.py")
    found = ((module.path, site) for module in packages for site in module.sites if is_handed_on(module, site))
    return group_pairs(found)


@dataclass(frozen=True, slots=True)
class _JointRemoval:
    """What all removals together free: a set may free more than the sum of its lines."""

    freed_bytes: int | None = 0
    kept_bytes: int | None = 0  # of it: stays where the development groups are installed
    lines: tuple[GoingLine, ...] = ()

    @classmethod
    def of(cls, suggestions: Iterable[Suggestion], joined: Joined, roots: Roots, lines: LinesByName) -> _JointRemoval:
        """Take together all changes of lines that the project does not ask to leave out."""
        chosen = [item for item in suggestions if item.action in OF_LINES and not item.suppressed]
        if not chosen:
            return cls()
        removed = [item.distribution for item in chosen if item.action == "remove"]
        names = roots.with_rings(removed)
        moved = [item.distribution for item in chosen if item.action == "move"]
        dropped = frozenset((item.distribution, extra) for item in chosen for extra in item.extras)
        leaving = roots.leaving_with(names, moved, dropped)
        moving = leaving & joined.facts.graph.closure_of(moved)
        kept = leaving - roots.whole.exclusive_of(names, dropped)
        narrowed = (line for item in chosen for line in item.lines if line.extras)
        changed = (*lines.going(names, leaving - moving), *lines.moving(moved, moving), *narrowed)
        return cls(joined.weigh(leaving), joined.weigh(kept), tuple(dict.fromkeys(changed)))

"""The join: collected facts to one `Audit`. Every figure of a report is put in its place here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from footprint.analysis.cost import entry_rows
from footprint.analysis.cost.entry_rows import ObservedEntry
from footprint.analysis.cost.fit import agree_with, describe_rehearsals, judge_fit
from footprint.analysis.cost.host import doubt_ranges, list_workers, total_on_host
from footprint.analysis.cost.missing_servers import find_missing, note_installed_elsewhere
from footprint.analysis.cost.savings import Starts, explain_starts, find_guests, list_import_lines
from footprint.analysis.facts.index import Joined, gather_facts, index_facts
from footprint.analysis.facts.roots import Roots, find_roots, names_judged
from footprint.analysis.facts.run_facts import Collected, SecondLook, UsesByOwner
from footprint.analysis.facts.weights import LinesByName, Weights
from footprint.analysis.findings.optional_stacks import find_lazy_stacks
from footprint.analysis.findings.rules import FindingContext, find_candidates, find_undecided
from footprint.analysis.findings.suppressed import find_stale, mark_ignored, suppress
from footprint.analysis.findings.undeclared import find_developed, find_undeclared
from footprint.analysis.graph.chains import NO_CHAIN
from footprint.analysis.graph.settled_lines import without_uncertain
from footprint.analysis.suggest import SuggestionContext, Worth, names_to_defer, suggest
from footprint.analysis.use.use_facts import Facts, effective_status
from footprint.model.audit import (
    OF_LINES,
    SCHEMA_VERSION,
    Audit,
    DeclaredAt,
    DistributionRow,
    EntryRow,
    Finding,
    GoingLine,
    Suggestion,
    Usage,
)
from footprint.model.environment_facts import DiskFacts, EnvironmentFacts, EnvironmentKind
from footprint.model.memory_rows import CallRow, FirstUseRow, Limit
from footprint.model.requirements import RequirementProblem
from footprint.model.service_memory import MissingNeed, ServerMemories
from footprint.model.source_modules import EntryPoint, SiteUse
from footprint.names import DistributionName, ModuleName
from footprint.values import dataclass


def join(
    facts: Collected, look: SecondLook, observed: tuple[ObservedEntry, ...], uses: UsesByOwner, tool_version: str
) -> Audit:
    """Join everything that was collected into the audit."""
    joined = index_facts(facts, look, observed, uses)
    starts = explain_starts(observed, joined.sources, facts.reaches, facts.uses)
    names = names_judged(joined)
    first_uses, growth, calls = _first_uses(facts, observed)
    roots = find_roots(names, joined)
    weights = Weights.of(names, joined, roots)
    built = (_build_row(name, joined, starts, roots, weights, growth.get(name)) for name in names)
    rows = mark_ignored(built, facts.suppressions)
    entries = _entry_rows(joined)
    workers = list_workers(entries, facts.wishes, limits := _judged_limits(facts, entries))
    rehearsals = describe_rehearsals(facts.rehearsed, facts.limits, observed, joined.sources, first_uses)
    audit = Audit(
        schema_version=SCHEMA_VERSION,
        tool_version=tool_version,
        project=facts.project_name,
        environment=describe_environment(facts),
        disk=describe_disk(facts),
        limit=facts.limit,
        entries=(*entries, *map(_beside_row, facts.beside)),
        distributions=rows,
        undeclared=find_undeclared(joined, roots.whole),
        suggestions=(),
        problems=_problems(facts),
        notes=(*facts.notes, *doubt_ranges(workers), *note_installed_elsewhere(entries)),
        declared_files=facts.declared.files,
        import_lines=(lines := list_import_lines(starts, facts.names.owner_of)),
        own_lines=entry_rows.list_own_lines(observed, facts.places),
        first_uses=first_uses,
        calls=calls,
        workers=workers,
        host=total_on_host(observed, entries),
        fits=agree_with(rehearsals, judge_fit(entries, limits, lines, first_uses, calls)),
        rehearsals=rehearsals,
    )
    return _advise(audit, joined, roots, starts, weights)


def _advise(audit: Audit, joined: Joined, roots: Roots, starts: Starts, weights: Weights) -> Audit:
    """Return the audit with what follows from it: suggestions, findings, and what all removals free."""
    rows = audit.distributions
    context = _suggestion_context(joined, rows, starts, weights, roots)
    worth = Worth.of(audit.limit, audit.fits, audit.entries, audit.disk.site_apparent_bytes)
    suggestions, findings = _judge(audit, joined, context, roots, worth)
    removal = _JointRemoval.of(suggestions, joined, roots, context.lines)
    is_weighed = joined.facts.missing is None
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
    )


def _entry_rows(joined: Joined) -> tuple[EntryRow, ...]:
    facts = joined.facts
    observed = {entry.name: entry for entry in joined.observed}
    runtimes = {runtime.entry: runtime for runtime in facts.runtimes}
    return tuple(
        replace(
            entry_rows.build_entry_row(
                entry,
                runtimes.get(entry.name),
                observed.get(entry.name),
                facts.not_probed,
                facts.servers.get(entry.name, ServerMemories()),
            ),
            lazy_modules=_kept_modules(observed.get(entry.name), facts),
            live=facts.lives.get(entry.name),
            missing=_missing(facts, entry),
            live_failure=facts.live_failures.get(entry.name),
        )
        for entry in facts.entries
    )


def _judged_limits(facts: Collected, entries: Sequence[EntryRow]) -> dict[str, Limit]:
    """Return the limits of all entries but those whose command cannot start here: nothing is said of these."""
    cannot = {entry.name for entry in entries if entry.cannot_start is not None}
    return {name: limit for name, limit in facts.limits.items() if name not in cannot}


def _missing(facts: Collected, entry: EntryPoint) -> tuple[MissingNeed, ...]:
    """Return what the command of an entry has not got here: nothing where it ran, or there is no environment."""
    if facts.missing is not None or entry.name in facts.lives:
        return ()
    return find_missing(entry, {item.name for item in facts.installed}, facts.installs)


# What an audit that starts nothing does not load.


def _first_uses(
    facts: Collected, observed: tuple[ObservedEntry, ...]
) -> tuple[tuple[FirstUseRow, ...], dict[DistributionName, int], tuple[CallRow, ...]]:
    if not observed:
        return (), {}, ()
    from footprint.analysis.cost.first_use_rows import growths, list_calls, list_first_uses

    found = list_first_uses(observed, facts.uses, facts.places, facts.names.owner_of)
    return found, growths(found), list_calls(observed, facts.places)


def _kept_modules(seen: ObservedEntry | None, facts: Collected) -> tuple[ModuleName, ...]:
    if seen is None:
        return ()
    from footprint.analysis.cost.first_use_rows import kept_modules

    return kept_modules(seen.run, facts.interpreter.stdlib_names)


def _beside_row(entry: EntryPoint) -> EntryRow:
    """Return the row of what was not started: it is listed to be seen, and to be named."""
    why = f"not measured beside the others: measure it with --entry {entry.name}"
    return entry_rows.build_entry_row(entry, None, None, why)


def _build_row(
    name: DistributionName, joined: Joined, starts: Starts, roots: Roots, weights: Weights, first_use: int | None
) -> DistributionRow:
    facts, verdict = gather_facts(name, joined), roots.verdicts[name]
    chain = roots.chains.get(name, NO_CHAIN)
    item, load = joined.installed.get(name), facts.load
    required_by = joined.facts.graph.required_by(name)
    return DistributionRow(
        name=name,
        version=(item.version or None) if item else None,  # a lock may leave it open
        usage=verdict.usage,
        reason=verdict.reason,
        confidence=verdict.confidence,
        declared=tuple(DeclaredAt(at.path, at.line, at.group, at.specifier, at.raw) for at in facts.declared),
        evidence=verdict.evidence,
        **_weigh(name, joined, weights),
        required_by=tuple(each for each in required_by if each not in joined.indexes.own_names),
        requirement_chain=chain.names,
        loaded_at_stage=load.stage if load else None,
        loaded_by_entries=load.entries if load else (),
        load_chain=load.chain if load else (),
        also_imported_by=entry_rows.other_importers(name, joined.observed),
        **_cost(facts, verdict.usage, joined, starts),
        first_use_rss_bytes=first_use,
        pinned_by=facts.required_by if facts.declared and verdict.usage is Usage.TRANSITIVE else (),
        shortened=weights.shortened(name, chain),
    )


def _weigh(name: DistributionName, joined: Joined, weights: Weights) -> dict[str, Any]:
    """Return the fields of a row that say what a distribution weighs, and with what."""
    item, disk = joined.installed.get(name), joined.disk.get(name)
    is_weighed = item is not None and joined.facts.missing is None
    measured = ("apparent_bytes", "allocated_bytes", "outside_bytes", "bytecode_bytes", "file_count")
    return {
        **{field: getattr(disk, field, None) for field in measured},
        "parts": disk.parts if disk else (),
        "origin": item.origin if item and is_weighed else None,
        "closure_bytes": weights.sums.of(weights.shares[name].closure) if is_weighed else None,
        "exclusive_bytes": weights.sums.of(weights.shares[name].exclusive) if is_weighed else None,
        "closure": weights.closures.names(name),
        "exclusive": weights.exclusives.names(name),
        "kept_by": weights.keepers.names(name),
    }


def _cost(facts: Facts, usage: Usage, joined: Joined, starts: Starts) -> dict[str, Any]:
    """Return the fields of a row that say what a distribution adds to the start."""
    name, opportunistic = facts.name, _is_opportunistic(facts, usage)
    cost = next((entry.costs[name] for entry in joined.observed if name in entry.costs), None)
    cut = starts.saving_of_distribution(name, facts.load.entries[0] if facts.load else "")
    removal = starts.saving_of_removal([name]) if opportunistic else None
    costing = [entry for entry in joined.observed if name in entry.costs]
    return {
        "opportunistic": opportunistic,
        "start_stopped": bool(costing) and not costing[0].complete,
        "startup_self_rss_bytes": cost.self_rss_bytes if cost else None,
        "startup_self_anon_bytes": cost.self_anon_bytes if cost else None,
        "startup_cumulative_rss_bytes": cost.cumulative_rss_bytes if cost else None,
        "startup_self_rss_by_entry": tuple((entry.name, entry.costs[name].self_rss_bytes) for entry in costing),
        "import_time_us": cost.self_time_us if cost else None,
        "import_cumulative_time_us": cost.cumulative_time_us if cost else None,
        "avoidable_rss_bytes": cut.saving.rss_bytes if cut else None,
        "avoidable_anon_bytes": cut.saving.anon_bytes if cut else None,
        "still_needed_by": cut.still_needed_by if cut else (),
        "removal_rss_bytes": removal.rss_bytes if removal else None,
    }


def _is_opportunistic(facts: Facts, usage: Usage) -> bool | None:
    """Return whether it is in memory only because it is installed; None when that was not measured."""
    if not facts.measured:
        return None
    if facts.load is None or facts.load.importer is None or usage is Usage.STARTUP:
        return False
    return not facts.required_by


def _problems(facts: Collected) -> tuple[RequirementProblem, ...]:
    """Return what is not met. Where nothing is installed or locked, nothing is missing: it is not known."""
    if facts.missing is None or facts.missing.lock_files:
        return without_uncertain(facts.graph.problems, facts.uncertain)
    return tuple(problem for problem in facts.graph.problems if problem.kind != "missing")


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
        names = [each for name in removed for each in roots.rings.get(name, (name,))]
        moved = [item.distribution for item in chosen if item.action == "move"]
        dropped = frozenset((item.distribution, extra) for item in chosen for extra in item.extras)
        leaving = roots.leaving_with(names, moved, dropped)
        moving = leaving & joined.facts.graph.closure_of(moved)
        kept = leaving - roots.whole.exclusive_of(names, dropped)
        narrowed = (line for item in chosen for line in item.lines if line.extras)
        changed = (*lines.going(names, leaving - moving), *lines.moving(moved, moving), *narrowed)
        return cls(joined.weigh(leaving), joined.weigh(kept), tuple(dict.fromkeys(changed)))


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
        declared=joined.declared,
        reached={name: tuple(filter(is_reached, uses)) for name, uses in joined.uses.by_distribution.items()},
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
    )


def _suggestion_context(
    joined: Joined, rows: tuple[DistributionRow, ...], starts: Starts, weights: Weights, roots: Roots
) -> SuggestionContext:
    startup = {}
    for row in rows:
        if row.usage is Usage.STARTUP:
            facts = gather_facts(row.name, joined)
            startup[row.name] = tuple(use for use in facts.sites if effective_status(use, facts) == "startup")
    modules = joined.facts.sources.modules
    return SuggestionContext(
        rows=rows,
        startup_uses=startup,
        module_names={module.path: (module.module, *module.other_names) for module in modules},
        borrowed=joined.look.taken
        | frozenset((site.module, name) for module in modules for site in module.sites for name in site.names),
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
        is_published=bool(joined.facts.declared.published),
    )


def describe_environment(facts: Collected) -> EnvironmentFacts:
    """Return what was audited: an environment, or the files that stand in for one."""
    interpreter, missing = facts.interpreter, facts.missing
    kind: EnvironmentKind = "installed"
    if missing is not None:
        kind = "locked" if missing.lock_files else "declared"
    return EnvironmentFacts(
        python=".".join(map(str, interpreter.version)),
        implementation=interpreter.implementation,
        platform=interpreter.platform,
        prefix_relative=facts.prefix_relative,
        chosen=facts.chosen,
        bytecode=facts.scan.has_bytecode if missing is None else None,
        kind=kind,
        lock_files=missing.lock_files if missing is not None else (),
    )


def describe_disk(facts: Collected) -> DiskFacts:
    """Return the totals of the site folders; nothing but None where there are none."""
    scan = facts.scan
    if facts.missing is not None:
        return NOT_WEIGHED
    return DiskFacts(
        site_apparent_bytes=scan.total_apparent_bytes,
        site_allocated_bytes=scan.total_allocated_bytes,
        shared_bytes=scan.shared_bytes,
        unowned_bytes=scan.unowned_bytes,
        outside_bytes=sum(use.outside_bytes for use in scan.uses),
        own_bytes=sum(use.apparent_bytes for use in scan.uses if use.name in facts.own),
        hard_linked_bytes=scan.hard_linked_bytes,
        reconciles=scan.reconciles,
        unowned=scan.unowned,
        conflicts=scan.conflicts,
    )


NOT_WEIGHED = DiskFacts(None, None, None, None, None, None, None, None, (), ())

"""The join: collected facts to one `Audit`. Every figure of a report is put in its place here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from footprint.analysis.cost import entry_rows
from footprint.analysis.cost.entry_rows import ObservedEntry
from footprint.analysis.cost.fit import agree_with, describe_rehearsals, judge_fit
from footprint.analysis.cost.folded_folders import fold_folders
from footprint.analysis.cost.host import doubt_ranges, list_workers, total_on_host
from footprint.analysis.cost.import_lines import LineCuts
from footprint.analysis.cost.missing_servers import find_missing, note_installed_elsewhere
from footprint.analysis.cost.savings import Starts, explain_starts, find_cuts, list_import_lines
from footprint.analysis.facts.index import Joined, gather_facts, index_facts
from footprint.analysis.facts.roots import Roots, find_roots, names_judged
from footprint.analysis.facts.run_facts import Collected, SecondLook
from footprint.analysis.facts.weights import Weights
from footprint.analysis.findings.suppressed import mark_ignored
from footprint.analysis.findings.undeclared import find_undeclared
from footprint.analysis.graph.chains import NO_CHAIN
from footprint.analysis.graph.settled_lines import without_uncertain
from footprint.analysis.join.advice import advise
from footprint.analysis.use.use_facts import Facts
from footprint.model.audit import (
    SCHEMA_VERSION,
    Audit,
    DeclaredAt,
    DistributionRow,
    EntryRow,
    Usage,
)
from footprint.model.environment_facts import DiskFacts, EnvironmentFacts, EnvironmentKind
from footprint.model.import_tree import ImportTree
from footprint.model.memory_rows import CallRow, FirstUseRow, Limit
from footprint.model.requirements import RequirementProblem
from footprint.model.service_memory import MissingNeed, ServerMemories
from footprint.model.source_modules import EntryPoint
from footprint.names import DistributionName, ModuleName
from footprint.values import replace


def join(facts: Collected, spelled: Joined, look: SecondLook, tool_version: str) -> Audit:
    """Join everything that was collected into the audit. `spelled`: the same with extras spelled out, for the look."""
    observed, uses = spelled.observed, spelled.uses
    spelled = replace(spelled, look=look)
    joined = spelled if spelled.facts is facts else index_facts(facts, look, observed, uses)
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
        import_lines=(lines := list_import_lines(starts, facts.names.owner_of, cuts := find_cuts(starts))),
        own_lines=entry_rows.list_own_lines(observed, facts.places),
        import_trees=_trees(observed, cuts),
        first_uses=first_uses,
        calls=calls,
        workers=workers,
        host=total_on_host(observed, entries),
        fits=agree_with(rehearsals, judge_fit(entries, limits, lines, first_uses, calls)),
        rehearsals=rehearsals,
    )
    return advise(audit, joined, spelled, roots, starts, weights)


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


def _trees(observed: tuple[ObservedEntry, ...], cuts: Mapping[str, LineCuts]) -> tuple[ImportTree, ...]:
    if not observed:
        return ()
    from footprint.analysis.cost.import_trees import list_import_trees

    return list_import_trees(observed, cuts)


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
        download=joined.facts.downloads.get(name),
    )


def _weigh(name: DistributionName, joined: Joined, weights: Weights) -> dict[str, Any]:
    """Return the fields of a row that say what a distribution weighs, and with what."""
    item, disk = joined.installed.get(name), joined.disk.get(name)
    is_weighed = item is not None and joined.facts.missing is None
    measured = ("apparent_bytes", "allocated_bytes", "outside_bytes", "bytecode_bytes", "file_count")
    return {
        **{field: getattr(disk, field, None) for field in measured},
        "parts": disk.parts if disk else (),
        "folders": fold_folders(disk.folders) if disk else (),
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
    is_foreign = facts.load is not None and facts.load.importer is not None and usage is not Usage.STARTUP
    return is_foreign and not facts.required_by


def _problems(facts: Collected) -> tuple[RequirementProblem, ...]:
    """Return what is not met. Where nothing is installed or locked, nothing is missing: it is not known."""
    if facts.missing is None or facts.missing.lock_files:
        return without_uncertain(facts.graph.problems, facts.uncertain)
    return tuple(problem for problem in facts.graph.problems if problem.kind != "missing")


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
        return replace(NOT_WEIGHED, downloads=facts.download_total)
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
        idle=scan.idle,
        downloads=facts.download_total,
    )


NOT_WEIGHED = DiskFacts(None, None, None, None, None, None, None, None, (), ())

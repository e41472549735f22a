"""This run in the shape of the baseline file: what is compared, recorded, and handed to --against."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from footprint.analysis.cost.entry_rows import sizes_by_file
from footprint.analysis.gate.budgets import first_use_rss
from footprint.analysis.gate.findings_as_verdicts import found_names
from footprint.analysis.gate.verdicts import GateFacts, middle, noise, startup_sizes
from footprint.late import late_pattern
from footprint.model.audit import Audit, EntryRow
from footprint.model.baseline import ENTRY_FIGURES, HEAVY_BYTES, Baseline, EntryBaseline, EnvironmentBaseline
from footprint.model.entry_origins import GivenEntry
from footprint.model.installed_environment import Interpreter
from footprint.model.memory_rows import CallRow
from footprint.model.service_memory import WorkersRow
from footprint.names import ByName, DistributionName
from footprint.values import replace

_FLAGS = late_pattern(r"^(\w+-[\d.]+)[a-z]+(?=-)")


def environment_key(python: Interpreter) -> str:
    """Return what figures may be compared within: "cpython-3.11-linux-x86_64-glibc", "cpython-3.14t-..."."""
    version = ".".join(map(str, python.version[:2])) + python.abi_flags
    return "-".join(part for part in (python.implementation, version, python.platform, python.libc) if part)


def stored_key(baseline: Baseline | None, key: str) -> str:
    """Return the key under which a baseline holds an environment: without its ABI flags where it was made before those
    stood in the key."""
    known = baseline.environments if baseline is not None else {}
    older = _FLAGS.sub(r"\1", key)
    return older if key not in known and older in known else key


def installed_bytes(audit: Audit) -> int | None:
    """Return what the distributions take on disk without their bytecode, which comes with use; None: not weighed."""
    if audit.disk.site_apparent_bytes is None:
        return None
    return sum(_own_bytes(audit).values())


def heavy_sizes(audit: Audit) -> dict[DistributionName, int]:
    """Return the distributions of HEAVY_BYTES and more with their bytes on disk, bytecode left out."""
    return {name: own for name, own in _own_bytes(audit).items() if own >= HEAVY_BYTES}


def _own_bytes(audit: Audit) -> ByName[int]:
    return {
        row.name: row.code_bytes + (row.outside_bytes or 0) for row in audit.distributions if row.code_bytes is not None
    }


def describe_run(facts: GateFacts) -> Baseline:
    """Return what this check found, entries that were not measured left out."""
    audit = facts.audit
    environment = EnvironmentBaseline(
        python=audit.environment.python,
        tool_version=audit.tool_version,
        disk_bytes=installed_bytes(audit),
        distribution_count=len(_own_bytes(audit)) if audit.disk.site_apparent_bytes is not None else None,
        heavy=heavy_sizes(audit),
        entries={entry.name: _describe_entry(facts, entry) for entry in facts.measured_entries()},
        known=found_names(facts),
    )
    return Baseline({facts.key: environment})


def _describe_entry(facts: GateFacts, entry: EntryRow) -> EntryBaseline:
    series = facts.series[entry.name]
    anon, rss = series.runs_of("anon_bytes"), series.runs_of("rss_bytes")
    observed = facts.observed.get(entry.name)
    wanted = facts.settings_of(entry.name).max_first_use_rss is not None
    return EntryBaseline(
        anon_bytes=middle(anon),
        rss_bytes=middle(rss) or 0,
        noise_bytes=noise(anon or rss) or 0,
        first_use_rss_bytes=first_use_rss(facts, entry) if wanted else None,
        peak_bytes=middle(series.runs_of("peak_bytes")),
        time_ratio=series.time_ratio,
        startup=startup_sizes(observed) if observed is not None else {},
        workers=facts.workers.get(entry.name, 1),
        preload=has_preload(facts, entry.name),
        total_bytes=total_of(facts, entry.name),
        own=sizes_by_file(facts.audit.own_lines, entry.name) if observed is not None else None,
        target=entry.target if entry.source == GivenEntry() else None,
        calls=_describe_calls(facts.audit, entry.name),
    )


def _describe_calls(audit: Audit, entry: str) -> dict[str, tuple[int, ...]] | None:
    found = {call.name: figures_of(call) for call in audit.calls if call.entry == entry}
    return dict(sorted(found.items())) or None


def figures_of(call: CallRow) -> tuple[int, ...]:
    """Return the peak of a call and what it held, as a baseline has them; nothing where that is not known."""
    if call.rss_bytes is None or call.peak_bytes is None:
        return ()
    held = max(call.rss_bytes, 0)
    return max(call.peak_bytes, held), held


def total_of(facts: GateFacts, entry: str) -> int | None:
    """Return the estimated memory of all workers of an entry; None where only the machine says how many there are."""
    rows = _running_rows(facts, entry)
    if not rows:
        return middle(facts.series[entry].runs_of("rss_bytes"))
    return rows[0].total_bytes if len(rows) == 1 else None


def has_preload(facts: GateFacts, entry: str) -> bool:
    """Whether the workers of an entry share what was made before they were forked."""
    return any(row.preload for row in _running_rows(facts, entry))


def _running_rows(facts: GateFacts, entry: str) -> list[WorkersRow]:
    rows = [row for row in facts.audit.workers if row.entry == entry]
    # where nothing states a preload there is a row for either way, and the server goes without
    return [row for row in rows if not row.preload] or rows


def join_references(
    baseline: EnvironmentBaseline | None, against: EnvironmentBaseline | None
) -> EnvironmentBaseline | None:
    """Return the larger of both in every figure: what one of them already has is no fault of this change."""
    if baseline is None or against is None:
        return baseline or against
    names = sorted(baseline.entries.keys() | against.entries.keys())
    return EnvironmentBaseline(
        python=against.python,
        tool_version=against.tool_version,
        disk_bytes=_larger(baseline.disk_bytes, against.disk_bytes),
        distribution_count=_larger(baseline.distribution_count, against.distribution_count),
        heavy=_larger_of_each(baseline.heavy, against.heavy),
        entries={name: _join_entries(baseline.entries.get(name), against.entries.get(name)) for name in names},
        known={
            code: tuple(sorted({*baseline.known.get(code, ()), *against.known.get(code, ())}))
            for code in sorted(baseline.known.keys() | against.known.keys())
        },
    )


def _join_entries(one: EntryBaseline | None, other: EntryBaseline | None) -> EntryBaseline:
    if one is None or other is None or one.target != other.target:
        found = other or one
        assert found is not None
        return found
    larger = (*(row.field for row in ENTRY_FIGURES), "noise_bytes", "time_ratio")
    heavier = max(one, other, key=lambda each: each.total_bytes or 0)  # workers stand with what they take
    figures = {name: _larger(getattr(one, name), getattr(other, name)) for name in larger}
    startup, own = _larger_of_each(one.startup, other.startup), _larger_files(one.own, other.own)
    return replace(heavier, **figures, startup=startup, own=own, calls=_larger_calls(one.calls, other.calls))


def _larger_calls(one: Any, other: Any) -> Any:
    if one is None or other is None:
        return other if one is None else one
    both = ((name, one.get(name, ()), other.get(name, ())) for name in sorted(one.keys() | other.keys()))
    return {name: tuple(map(max, was, now)) if was and now else was or now for name, was, now in both}


def _larger_files(one: Any, other: Any) -> Any:
    if one is None or other is None:
        return other if one is None else one
    return {path: max(one.get(path, ()), other.get(path, ()), key=sum) for path in sorted(one.keys() | other.keys())}


def _larger(one: Any, other: Any) -> Any:
    return max((value for value in (one, other) if value is not None), default=None)


def _larger_of_each(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {name: max(one.get(name, 0), other.get(name, 0)) for name in sorted(one.keys() | other.keys())}

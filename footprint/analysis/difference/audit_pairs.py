"""Two audits held against each other: by name, whatever order or line things stand in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from footprint.model.audit import Audit, DistributionRow, EntryRow, Finding, NotMeasured, StageRow
from footprint.model.audit_difference import (
    DIFFERENCE_SCHEMA_VERSION,
    AuditDifference,
    AuditSide,
    DistributionChange,
    EntryDifference,
    FigureChange,
    FindingChange,
    StartupChange,
)
from footprint.model.environment_facts import Machine
from footprint.model.note import Note
from footprint.names import ByName
from footprint.units import size

_OF_MACHINES: Mapping[str, Callable[[Machine], str | int | None]] = {
    "system": lambda machine: machine.distribution or machine.system,
    "kernel": lambda machine: machine.release,
    "architecture": lambda machine: machine.architecture,
    "processor": lambda machine: machine.processor,
    "processors": lambda machine: machine.processor_count,
    "memory": lambda machine: None if machine.memory_bytes is None else size(machine.memory_bytes),
    "C library": lambda machine: machine.libc,
    "container": lambda machine: machine.container or "none",
    "memory of the control group": lambda machine: (
        "no limit" if machine.memory_limit_bytes is None else size(machine.memory_limit_bytes)
    ),
}
_AT_THE_START = ("interpreter", "import", "ready")
_FINDINGS_NAMED = 200


def compare_audits(before: Audit, after: Audit, labels: tuple[str, str]) -> AuditDifference:
    """Return what two audits differ in; `labels` are what the reader calls them."""
    old, new = ({entry.name: entry for entry in audit.started} for audit in (before, after))
    return AuditDifference(
        schema_version=DIFFERENCE_SCHEMA_VERSION,
        tool_version=after.tool_version,
        before=_side(before, labels[0]),
        after=_side(after, labels[1]),
        figures=_environment_figures(before, after),
        entries=tuple(_compare_entry(entry, new[name], before, after) for name, entry in old.items() if name in new),
        entries_gone=tuple(name for name in old if name not in new),
        entries_new=tuple(name for name in new if name not in old),
        distributions=_compare_distributions(before, after),
        findings_gone=_only_in(before, after),
        findings_new=_only_in(after, before),
        notes=tuple(_circumstances(before, after)),
    )


def _side(audit: Audit, label: str) -> AuditSide:
    environment = audit.environment
    return AuditSide(label, audit.project, f"{environment.implementation} {environment.python}", environment.platform)


def _circumstances(before: Audit, after: Audit) -> Iterator[Note]:
    """Yield what differs besides the project, in the face of which figures say little."""
    old, new = before.environment, after.environment
    pairs = (
        ("Python", f"{old.implementation} {old.python}", f"{new.implementation} {new.python}"),
        ("platform", old.platform, new.platform),
        ("project", before.project, after.project),
        ("footprint", before.tool_version, after.tool_version),
        ("kind of environment", old.kind, new.kind),
        ("limit of the host", _limit(before), _limit(after)),
    )
    for what, one, other in pairs:
        if one != other:
            yield Note("circumstances", f"{what}: {one} before, {other} after")
    if before.measured is not None and after.measured is not None:
        yield from _other_machine(before.measured.machine, after.measured.machine)


def _other_machine(before: Machine, after: Machine) -> Iterator[Note]:
    """Yield a note where the machines differ, with what they differ in; when each audit was made is no difference."""
    differ = [
        f"{what} {_machine_figure(one)} before, {_machine_figure(other)} after"
        for what, read in _OF_MACHINES.items()
        if (one := read(before)) != (other := read(after))
    ]
    if differ:
        yield Note("circumstances", f"measured on different machines, RSS and time may differ: {'; '.join(differ)}")


def _machine_figure(value: str | int | None) -> str:
    return "not known" if value is None else str(value)


def _limit(audit: Audit) -> str:
    return "none" if audit.limit is None else size(audit.limit.memory_bytes)


def _environment_figures(before: Audit, after: Audit) -> tuple[FigureChange, ...]:
    counts = (sum(1 for row in audit.distributions if row.version is not None) for audit in (before, after))
    sites = map(_site_bytes, (before, after))
    return (
        FigureChange(None, "disk, site-packages without bytecode", "bytes", *sites),
        FigureChange(None, "disk, outside site-packages", "bytes", before.disk.outside_bytes, after.disk.outside_bytes),
        FigureChange(None, "distributions", "count", *counts),
    )


def _site_bytes(audit: Audit) -> int | None:
    """Return what the site folders take without bytecode, which is no difference of what is installed."""
    total = audit.disk.site_apparent_bytes
    return None if total is None else total - audit.bytecode_bytes


def _compare_entry(old: EntryRow, new: EntryRow, before: Audit, after: Audit) -> EntryDifference:
    starts = (("before", old.start), ("after", new.start))
    why = "; ".join(f"{when}: {start.reason}" for when, start in starts if isinstance(start, NotMeasured))
    if why:
        return EntryDifference(old.name, (), (), (), why)
    loaded, loads = _loaded_by(old.name, before), _loaded_by(new.name, after)
    return EntryDifference(
        old.name,
        _entry_figures(old, new),
        entered=_startup_changes(new.name, loads, loaded),
        left=_startup_changes(old.name, loaded, loads),
        not_compared=None,
    )


def _entry_figures(old: EntryRow, new: EntryRow) -> tuple[FigureChange, ...]:
    """Return the figures of the stages that both starts reached; a figure that one does not have is None."""
    stages, others = ({row.reading.stage: row for row in entry.stages} for entry in (old, new))
    found: list[FigureChange] = []
    for name, stage in stages.items():
        if name in others and name != "interpreter":
            values = zip(_stage_figures(stage), _stage_figures(others[name]), strict=True)
            found += (
                FigureChange(name, what, "bytes" if is_bytes else "count", one, other)
                for (what, is_bytes, one), (_, _, other) in values
            )
    return tuple(found)


def _stage_figures(row: StageRow) -> tuple[tuple[str, bool, int | None], ...]:
    reading = row.reading
    return (
        ("RSS", True, reading.rss_bytes),
        ("anon", True, reading.anon_bytes),
        ("peak", True, reading.highest_bytes),
        ("modules", False, reading.module_count),
        ("distributions", False, row.distribution_count),
    )


def _loaded_by(entry: str, audit: Audit) -> ByName[DistributionRow]:
    return {
        row.name: row
        for row in audit.distributions
        if entry in row.loaded_by_entries and row.loaded_at_stage in _AT_THE_START
    }


def _startup_changes(
    entry: str, ours: ByName[DistributionRow], theirs: ByName[DistributionRow]
) -> tuple[StartupChange, ...]:
    """Return what stands in `ours` alone, the heaviest first."""
    found = [_startup_change(entry, row) for name, row in ours.items() if name not in theirs]
    return tuple(sorted(found, key=lambda each: (-(each.self_rss_bytes or 0), each.name)))


def _startup_change(entry: str, row: DistributionRow) -> StartupChange:
    own = [place for place, step in enumerate(row.load_chain) if step.path is not None]
    last = row.load_chain[own[-1]] if own else None
    way = tuple(step.module for step in row.load_chain[own[-1] if own else 0 :])
    figures: Mapping[str, int] = dict(row.startup_self_rss_by_entry)
    figure = figures.get(entry, row.startup_self_rss_bytes)
    return StartupChange(row.name, last.path if last else None, last.line if last else None, way, figure)


def _compare_distributions(before: Audit, after: Audit) -> tuple[DistributionChange, ...]:
    old, new = ({row.name: row for row in audit.distributions} for audit in (before, after))
    pairs = ((old.get(name), new.get(name)) for name in dict.fromkeys((*old, *new)))
    found = [_distribution_change(*pair) for pair in pairs if _differ(*pair)]
    return tuple(sorted(found, key=lambda each: (-abs(each.disk_change or 0), each.name)))


def _differ(old: DistributionRow | None, new: DistributionRow | None) -> bool:
    if old is None or new is None:
        return True
    return (old.version, old.usage, old.code_bytes) != (new.version, new.usage, new.code_bytes)


def _distribution_change(old: DistributionRow | None, new: DistributionRow | None) -> DistributionChange:
    sides = [each for each in (new, old) if each is not None]
    declared = next((each.declared[0] for each in sides if each.declared), None)
    return DistributionChange(
        name=sides[0].name,
        version_before=old.version if old else None,
        version_after=new.version if new else None,
        usage_before=old.usage if old else None,
        usage_after=new.usage if new else None,
        bytes_before=old.code_bytes if old else None,
        bytes_after=new.code_bytes if new else None,
        path=declared.file if declared else None,
        line=declared.line if declared else None,
    )


def _only_in(ours: Audit, theirs: Audit) -> tuple[FindingChange, ...]:
    """Return the findings of one audit that the other has not as often: what they say, wherever it stands."""
    known = Counter(map(_key, _shown(theirs)))
    found = []
    for each in _shown(ours):
        known[_key(each)] -= 1
        if known[_key(each)] < 0:
            found.append(FindingChange(each.code, each.severity, each.message, each.path, each.line))
    return tuple(found[:_FINDINGS_NAMED])


def _shown(audit: Audit) -> Iterator[Finding]:
    return (each for each in audit.findings if not each.suppressed)


def _key(finding: Finding) -> tuple[str, str | None, str | None]:
    """Return what makes two findings one: figures and lines in their words may differ."""
    return finding.code, finding.distribution, finding.path

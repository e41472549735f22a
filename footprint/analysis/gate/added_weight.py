"""What a change adds to the requirement files, held against its budget."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from footprint.analysis.additions.branch_lines import compare_lines, requirement_text
from footprint.analysis.gate.verdicts import AddedWeight, GateFacts, Verdicts, give
from footprint.knowledge.codes import rule_about
from footprint.model.installed_environment import DiskScan, Installed
from footprint.model.requirements import DeclaredRequirement
from footprint.model.rule import Figure
from footprint.names import NameSet
from footprint.units import few, size

_SHOWN = 3


def weigh_added(
    before: Sequence[DeclaredRequirement],
    after: Sequence[DeclaredRequirement],
    installed: Sequence[Installed],
    held: NameSet,
    scan: DiskScan,
) -> AddedWeight:
    """Return what the lines of `after` bring that `before` has not; `held` are the distributions of these alone."""
    lines = compare_lines(before, after).added
    there = {one.name for one in installed}
    missing = sorted({line.name for line in lines} - there)
    told = tuple(f"{line.path}:{line.line} {requirement_text(line)}" for line in lines)
    if missing:
        return AddedWeight(told, why_not=f"{few(missing)} is declared and not installed here")
    weights = {use.name: use.apparent_bytes + use.outside_bytes - use.bytecode_bytes for use in scan.uses}
    found = sorted(((name, weights.get(name, 0)) for name in held), key=lambda pair: (-pair[1], pair[0]))
    return AddedWeight(told, tuple(found))


def judge_added(facts: GateFacts) -> Verdicts:
    """Yield whether the added lines stay within `max-added-disk`."""
    code, given, added = rule_about("budget", Figure.ADDED).code, facts.settings.max_added_disk, facts.added
    if given is None:
        return
    what = "added lines bring"
    if added is None or added.why_not:
        why = added.why_not if added is not None else "--against names no folder to compare the lines with"
        yield from give(facts, code, "not judged", f"what {what}: {why}")
        return
    limit = facts.audit.limit
    code_bytes = limit.disk_bytes if limit is not None else None
    if given.size_bytes is None and code_bytes is None:
        yield from give(facts, code, "not judged", f"what {what}: a share of the limit, and no limit of code is known")
        return
    most = given.size_bytes if given.size_bytes is not None else int((code_bytes or 0) * (given.share or 0))
    total = sum(weight for _, weight in added.held)
    figures: dict[str, Any] = {"unit": "bytes", "measured": total, "allowed": most}
    count = f"{len(added.held)} distribution{'s' * (len(added.held) != 1)}"
    said = f"{what} {size(total)} of {size(most)} and {count}"
    if total <= most:
        yield from give(facts, code, "passed", said, **figures)
        return
    heaviest = few([f"{name} {size(weight)}" for name, weight in added.held], _SHOWN)
    path, _, rest = added.lines[0].partition(":")
    figures |= {"path": path, "line": int(rest.partition(" ")[0]), "names_place": True}
    yield from give(facts, code, "violated", f"{said}: {heaviest}, by {few(added.lines, _SHOWN)}", **figures)

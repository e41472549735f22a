"""Distributions that hold no module themselves and stand for one that they require: fastmcp for fastmcp-slim.

Laws: pure. Only a declared, installed distribution can stand for another, and only for one that no line declares as
it does: taking its line out takes the other away, or extras of it. A frozen file has both lines, the other one without
its extras. Stubs hold modules for type checkers and stand for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from footprint.analysis.facts.run_facts import Collected
from footprint.names import ByName, DistributionName, Names
from footprint.pairs import group_pairs


def find_umbrellas(facts: Collected) -> ByName[tuple[DistributionName, ...]]:
    """Return what each declared distribution without a module stands for, through others without one."""
    owners = {owner for mapping in facts.scan.owners for owner in mapping.values()}
    declared = {line.name for line in facts.declared.requirements if line.kind == "requirement"}
    empty = {item.name for item in facts.installed if item.name not in owners and item.origin != "editable"}
    empty = {name for name in empty - facts.own if not (name.startswith("types-") or name.endswith("-stubs"))}
    if not empty & declared:
        return {}
    full = (item.name for item in facts.installed if item.name not in declared and item.name in owners)
    pairs = ((name, other) for other in full for name in _above(other, empty, declared, facts))
    stands = group_pairs([*pairs, *_asking_for_more(empty & declared, owners, facts)])
    return {name: tuple(sorted(set(others))) for name, others in stands.items()}


def _asking_for_more(
    empty: Names, owners: Names, facts: Collected
) -> Iterator[tuple[DistributionName, DistributionName]]:
    """Yield which of `empty` requires which declared distribution with extras that no line of the project asks for."""
    asked: dict[DistributionName, set[str]] = {}
    for line in facts.declared.requirements:
        if line.kind == "requirement":
            asked.setdefault(line.name, set()).update(line.extras)
    for edge in facts.graph.edges:
        is_asked = edge.requirer in empty and edge.required in asked and edge.required in owners
        if is_asked and not asked[edge.required].issuperset(edge.required_extras):
            yield edge.requirer, edge.required


def _above(name: DistributionName, empty: Names, declared: Names, facts: Collected) -> set[DistributionName]:
    """Return the declared empty distributions that require `name`, directly or through other empty ones."""
    found: set[DistributionName] = set()
    seen, pending = {name}, [name]
    while pending:
        requirers = [each for each in facts.graph.required_by(pending.pop()) if each in empty and each not in seen]
        seen.update(requirers)
        found.update(each for each in requirers if each in declared)
        pending.extend(each for each in requirers if each not in declared)
    return found

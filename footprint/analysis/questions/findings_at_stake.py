"""Whether a second look could change what a check judges: which lines may go, which imports nobody declares. Pure.

Laws: of a declared line a look only adds uses, and settles who loads its plugins. So a line that gets no advice to go
where nothing loads these gets none after any look. A look may also make a pin hold what it requires: then it may bring
in what is imported and not declared, and others that hold only each other may be held by it.
"""

from __future__ import annotations

from footprint.analysis.facts.index import Joined, gather_facts
from footprint.analysis.facts.roots import is_pin, is_removable
from footprint.analysis.graph.requirement_graph import RequirementGraph
from footprint.analysis.use.classification import classify
from footprint.analysis.use.use_facts import Classification, Facts
from footprint.knowledge.codes import CLASS_CODES
from footprint.model.audit import Usage
from footprint.names import Names, NameSet
from footprint.values import replace

# Of all else that is found, such as spare extras, the look itself may speak.
CODES = frozenset(CLASS_CODES[name] for name in ("unused", "unreached", "undeclared"))


def may_change(joined: Joined) -> bool:
    """Whether any look could change a finding of CODES, for facts of which nothing was looked for or started."""
    facts = {name: with_least_use(gather_facts(name, joined)) for name in joined.declared}
    lowest = {name: classify(each) for name, each in facts.items()}
    if any(may_go(lowest[name]) for name in facts.keys() & joined.installed.keys()):
        return True
    pins = {name for name, each in facts.items() if is_pin(each, lowest[name])}
    if not pins or _imports_undeclared(joined):
        return bool(pins)
    loose = (facts[name] for name in _loose(pins, joined))
    return any(may_go(classify(replace(each, required_by=(), ring=each.required_by))) for each in loose)


def with_least_use(facts: Facts) -> Facts:
    """Return the facts as if nothing loaded the plugins of a line, which only a look can tell."""
    return replace(facts, plugin_groups=())


def may_go(lowest: Classification) -> bool:
    """Whether a line may get the advice to go after some look, by its class with the least use.

    What cannot be told gives way to what developers need.
    """
    return is_removable(lowest) or (lowest.usage is Usage.IMPLIED and lowest.confidence == "cannot tell")


def _imports_undeclared(joined: Joined) -> bool:
    """Whether the project imports something installed that no line declares: somebody may bring it in."""
    lines = joined.facts.declared.requirements
    declared = {line.name for line in lines if line.kind == "requirement"}
    return any(name in joined.installed for name in joined.uses.by_distribution.keys() - declared)


def _loose(pins: Names, joined: Joined) -> NameSet:
    """Return the pins that nothing but pins holds; a look can only make these fewer."""
    kept = tuple(name for name in joined.facts.born if name in joined.installed)

    def find(graph: RequirementGraph, names: Names) -> NameSet:
        rings = graph.loose_rings(graph.held_by(((name,) for name in sorted(names)), kept))
        return frozenset(name for ring in rings for name in ring)

    roots = joined.declared.keys() - set(pins)
    return find(joined.production, roots & set(joined.production_names)) | find(joined.facts.graph, roots)

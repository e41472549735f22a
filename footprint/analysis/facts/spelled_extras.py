"""What extras bring, and what nobody declares, as if it had lines of its own: rules of use judge it as they do lines.

Laws: pure. Only extras of production lines. What has a line of its own is judged by that, a pin as if it were none.
Of what nobody declares only the heaviest, and only where the environment is the project's own and all that it declares
is understood.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from footprint.analysis.facts.run_facts import Collected
from footprint.analysis.graph.requirement_graph import RequirementGraph
from footprint.model.requirements import DeclaredRequirement, plain_line
from footprint.names import DistributionName
from footprint.pairs import follow, group_pairs
from footprint.values import replace

_GUESTS_AT_MOST = 10
Extra = tuple[DistributionName, str]


def find_extras(facts: Collected) -> Mapping[Extra, tuple[DistributionName, ...]]:
    """Return the extras that only lines of production ask for, each with what it requires and is installed."""
    if facts.missing is not None:
        return {}
    needed = {(comment.path, comment.line) for comment in facts.suppressions.needed}
    lines = [line for line in facts.declared.requirements if line.kind == "requirement" and facts.graph.applies(line)]
    by_extra = group_pairs(((line.name, extra), line) for line in lines for extra in line.extras)
    installed, members = {item.name for item in facts.installed}, _members(facts)
    found = {}
    for extra, asking in by_extra.items():
        if any(line.group != "main" or (line.path, line.line) in needed for line in asking):
            continue
        brought = {name for name, of in follow([extra], lambda each: members.get(each, ())) if not of}
        if brought & installed and not brought & facts.own:
            found[extra] = tuple(sorted(brought & installed))
    return found


def _find_guests(facts: Collected) -> tuple[DistributionName, ...]:
    """Return what nothing declared requires, nor anything else that nobody needs: the heaviest first."""
    declared, graph = facts.declared, facts.graph
    there = {line.name for line in declared.requirements if line.kind == "requirement"}
    is_open = declared.doubts or declared.outside or any(each.whole for each in facts.installs)
    if not there or is_open or facts.missing is not None or facts.prefix_relative is None:
        return ()
    installed = {item.name for item in facts.installed if item.origin != "editable"}
    known = {*facts.own, *facts.born, *declared.own_names, *(name for each in facts.installs for name in each.names)}
    kept = graph.closure_of(known & installed)
    alone = [
        name for name in graph.orphans & installed - known - kept if not graph.orphans & {*graph.required_by(name)}
    ]
    weights = {use.name: use.apparent_bytes for use in facts.scan.uses}
    return tuple(sorted(alone, key=lambda name: (-weights.get(name, 0), name))[:_GUESTS_AT_MOST])


def _members(facts: Collected) -> Mapping[Extra, tuple[Extra, ...]]:
    """Return what each extra requires: distributions, as their extra "", and extras, its own and those of others.

    celery[redis] requires kombu[redis], which is what requires redis.
    """

    def pairs() -> Iterator[tuple[Extra, Extra]]:
        for edge in facts.graph.edges:
            extras = edge.required_extras if edge.requirer == edge.required else ("", *edge.required_extras)
            yield from (((edge.requirer, edge.extra), (edge.required, extra)) for extra in extras if edge.extra)

    return group_pairs(pairs())


def spell_out(facts: Collected, *, guests: bool) -> Collected:
    """Return the facts with what extras bring, and guests, on lines of production, and those extras left out.

    The line of a guest has no path. `guests`: whether to look for any.
    """
    extras, alone = find_extras(facts), _find_guests(facts) if guests else ()
    if not extras and not alone:
        return facts
    declared = {line.name for line in facts.declared.requirements if line.kind == "requirement"}
    lines: list[DeclaredRequirement] = []
    for line in facts.declared.requirements:
        gone = [extra for extra in line.extras if (line.name, extra) in extras]
        lines.append(replace(line, extras=tuple(extra for extra in line.extras if extra not in gone)) if gone else line)
        for extra in gone:
            members = [name for name in extras[line.name, extra] if name not in declared]
            lines += (replace(line, name=name, extras=(), specifier="", source_line=None) for name in members)
    lines += (plain_line(name, "main", "", 0, raw=name) for name in alone)
    graph = RequirementGraph.build(facts.installed, lines, facts.interpreter.markers)
    return replace(facts, declared=replace(facts.declared, requirements=tuple(lines)), graph=graph)

"""Which declared lines stand for themselves, and what every distribution is: one depends on the other. Pure.

Laws: a line that the project does not use itself and that others require is a pin, and holds nothing; every other
declared line is a root, also one of which nothing can be told. Pins that only require each other are not pins: they
are judged without each other, and stand and fall together. What only development needs holds nothing in production.
"""

from __future__ import annotations

from collections.abc import Iterable

from footprint.analysis.facts.index import Joined, gather_facts
from footprint.analysis.facts.naming_extras import extras_that_name
from footprint.analysis.graph.chains import NO_CHAIN, Chain
from footprint.analysis.graph.requirement_graph import Dropped, RequirementGraph
from footprint.analysis.use.classification import classify
from footprint.analysis.use.use_facts import Classification, Facts, effective_status
from footprint.model.audit import Usage
from footprint.model.source_modules import SiteUse
from footprint.names import ByName, DistributionName, Names, NameSet
from footprint.values import dataclass, replace

Group = tuple[DistributionName, ...]  # declared names that hold together what they hold; mostly one
_Verdicts = dict[DistributionName, Classification]  # filled as names are judged
_REMOVABLE = (Usage.UNUSED, Usage.UNREACHED)


@dataclass(frozen=True, slots=True)
class Roots:
    """The class of every name, and the requirement graph held by the declared lines that hold anything."""

    verdicts: ByName[Classification]
    chains: ByName[Chain]  # the shortest way from a root
    rings: ByName[Group]  # by member: the pins that only require each other
    groups: tuple[Group, ...]  # that hold production
    kept: Group  # what the environment was born with
    production_names: Names
    production: RequirementGraph  # held by what is not for development alone
    whole: RequirementGraph

    def graph_for(self, name: DistributionName) -> RequirementGraph:
        """Return the graph that tells what leaves with a name: for a production line that of production."""
        return self.production if name in self.production_names else self.whole

    def leaving_with(self, names: Names, moved: Names = (), dropped: Dropped = frozenset()) -> NameSet:
        """Return what all of `names` free together: of production where they are for production.

        And what leaves production with the `moved` ones and with extras that are `dropped`.
        """
        production = [name for name in (*names, *moved) if name in self.production_names]
        return self.whole.exclusive_of(names, dropped) | self.production.exclusive_of(production, dropped)

    def with_rings(self, names: Iterable[DistributionName]) -> list[DistributionName]:
        """Return all of `names`, each with those that it goes with as one."""
        return [each for name in names for each in self.rings.get(name, (name,))]


def names_judged(joined: Joined) -> list[DistributionName]:
    """Return whom an audit judges, sorted: what is installed or declared, but for what the project itself is."""
    return sorted((joined.installed.keys() | joined.declared.keys()) - joined.facts.own)


def verdict_on(name: DistributionName, joined: Joined) -> Classification:
    """Return the class of `name` by itself, made once for the same facts."""
    facts = gather_facts(name, joined)
    known = joined.judged.get(name)
    if known is None or known[0] is not facts:
        known = joined.judged[name] = facts, classify(facts)
    return known[1]


def find_roots(names: Iterable[DistributionName], joined: Joined) -> Roots:
    """Classify all of `names` and tell the roots among the declared lines."""
    facts = {name: gather_facts(name, joined) for name in joined.declared}
    verdicts = {name: verdict_on(name, joined) for name in facts}
    verdicts |= _maybe_asked_for(joined, verdicts)
    roots = sorted(name for name, known in facts.items() if not is_pin(known, verdicts[name]))
    kept = tuple(sorted(name for name in joined.facts.born if name in joined.installed))
    groups: list[Group] = [(name,) for name in roots if name in joined.production_names]
    groups += _judge_rings(joined.production, joined.production.held_by(groups, kept), facts, verdicts)
    named = _judge_leaving(joined.production.held_by(groups, kept), groups, facts, verdicts)
    groups += [(name,) for name in named]
    production = joined.production.held_by(groups, kept)
    more: list[Group] = [*groups, *((name,) for name in roots if name not in joined.production_names)]
    more += _judge_rings(joined.facts.graph, joined.facts.graph.held_by(more, kept), facts, verdicts)
    whole = joined.facts.graph.held_by(more, kept)
    in_memory = joined.indexes.in_memory
    chains = whole.find_chains(lambda name: name not in in_memory)
    for name in names:
        if name not in verdicts:
            verdicts[name] = classify(replace(gather_facts(name, joined), requirement_chain=chains.get(name, NO_CHAIN)))
    verdicts |= dict(_bringers(joined, verdicts, chains, whole))
    rings = {name: group for group in more if len(group) > 1 for name in group}
    return Roots(verdicts, chains, rings, tuple(groups), kept, joined.production_names, production, whole)


def _judge_rings(
    graph: RequirementGraph, held: RequirementGraph, facts: ByName[Facts], verdicts: _Verdicts
) -> list[Group]:
    """Return what holds the pins that nothing else holds: those that have a use after all, else all of a ring.

    A pin that asks for an extra which nothing else asks for holds what that brings; it stays a pin for the rest.
    """
    groups: list[Group] = []
    for ring in graph.loose_rings(held):
        if not held.orphans.issuperset(ring):
            verdicts.update((name, _hold_by_extra(facts[name], verdicts[name])) for name in ring)
            groups += [(name,) for name in ring]
            continue
        alone = {}
        for name in ring:
            others = tuple(each for each in ring if each != name)
            alone[name] = classify(replace(facts[name], required_by=(), ring=others))
        used = [name for name in ring if alone[name].usage not in _REMOVABLE]
        verdicts.update((name, alone[name]) for name in used or ring)
        groups += [(name,) for name in used] or [ring]
    return groups


def _judge_leaving(
    graph: RequirementGraph, groups: Iterable[Group], facts: ByName[Facts], verdicts: _Verdicts
) -> list[DistributionName]:
    """Return the pins that are needed after all, of those whose requirers can all go; they are judged without these.

    What only cannot be told would not even be asked of what nobody declares: it holds no pin, but for the project's own
    words that name a module of it.
    """
    removable = [name for group in groups for name in group if is_removable(verdicts[name])]
    needed = []
    for name in sorted(graph.exclusive_of(removable) & facts.keys()) if removable else ():
        if not is_pin(facts[name], verdicts[name]):
            continue
        alone = classify(replace(facts[name], required_by=()))
        if alone.usage is Usage.IMPLIED and (alone.confidence != "cannot tell" or facts[name].namings):
            verdicts[name] = alone
            needed.append(name)
    return needed


def is_pin(facts: Facts, verdict: Classification) -> bool:
    """Whether a line only pins what others require: it holds nothing."""
    if not facts.required_by:
        return False
    return verdict.usage is Usage.TRANSITIVE or (verdict.usage is Usage.TESTS and not facts.has_use)


def is_removable(verdict: Classification) -> bool:
    """Whether a line of this class gets the advice to go."""
    return verdict.usage in _REMOVABLE and verdict.confidence != "cannot tell"


def _maybe_asked_for(joined: Joined, verdicts: ByName[Classification]) -> dict[DistributionName, Classification]:
    """Return the lines that would go, but that an extra names of something of which nobody can tell whether it is used.

    What of the code of that would run, and ask for them, is not known either.
    """
    removable = [name for name, verdict in verdicts.items() if is_removable(verdict)]
    doubtful = {name for name, verdict in verdicts.items() if verdict.confidence == "cannot tell"}
    found = {}
    for name, askers in extras_that_name(removable, joined.installed, doubtful).items() if doubtful else ():
        asker, extra = askers[0]
        said = f"{asker} may ask for it (extra {extra}), and whether {asker} is used is not known"
        found[name] = replace(verdicts[name], reason=f"{verdicts[name].reason}; {said}", confidence="cannot tell")
    return found


def _hold_by_extra(facts: Facts, verdict: Classification) -> Classification:
    by, extras = ", ".join(facts.required_by[:3]), sorted({extra for line in facts.declared for extra in line.extras})
    reason = f"required by {by} anyway, but not with all that the line asks for: [{', '.join(extras)}]"
    return replace(verdict, reason=reason) if verdict.usage is Usage.TRANSITIVE else verdict


def _bringers(
    joined: Joined, verdicts: ByName[Classification], chains: ByName[Chain], graph: RequirementGraph
) -> Iterable[tuple[DistributionName, Classification]]:
    """Yield the lines that cannot go: without them nothing brings what is used without being declared or required."""
    removable = [name for name, verdict in verdicts.items() if name in joined.declared and is_removable(verdict)]
    leaving = graph.exclusive_of(removable) if removable else frozenset()
    for name in sorted(leaving - joined.declared.keys()):
        need = _need_of_ours(name, joined) or _need_of_others(name, joined, leaving)
        if need:
            bringer = chains[name].names[0]
            reason = f"{verdicts[bringer].reason}; it alone brings in {name}, which {need}: declare that first"
            yield bringer, replace(verdicts[bringer], reason=reason, confidence="cannot tell")


def _need_of_ours(name: DistributionName, joined: Joined) -> str:
    facts = gather_facts(name, joined)
    needing = [use.site for use in joined.uses.by_distribution.get(name, ()) if _needs(use, facts)]
    return f"{needing[0].path}:{needing[0].line} imports and nothing declares" if needing else ""


def _need_of_others(name: DistributionName, joined: Joined, leaving: Names) -> str:
    """Return who loads it at startup without requiring it and without a guard; empty where nobody does that stays."""
    facts = gather_facts(name, joined)
    if facts.load is None or facts.load.importer is None or facts.load.importer in leaving:
        return ""
    asks = [ask for ask in facts.asks if ask.asker.distribution == facts.load.importer and ask.loaded]
    is_plain = any(not ask.guarded and not ask.function for ask in asks)
    return f"{facts.load.importer_module} imports at startup without requiring it" if is_plain else ""


def _needs(use: SiteUse, facts: Facts) -> bool:
    return not use.site.guarded and effective_status(use, facts) in ("startup", "lazy", "tests")

"""Audits of any size, made up: distributions with folders, a start of thousands of loads, suggestions that share."""

import random
from collections.abc import Sequence
from dataclasses import replace

from footprint.analysis.combinations.suggestion_choices import Choices, draw_combinations
from footprint.analysis.cost.savings import Starts
from footprint.analysis.facts.roots import Roots
from footprint.analysis.graph.requirement_graph import RequirementGraph
from footprint.model.audit import Audit, DistributionRow, Usage
from footprint.model.import_tree import OWN, STDLIB, ImportTree
from footprint.model.memory_rows import Fit
from footprint.units import MIB
from tests.support.builders import (
    audit,
    declared_at,
    disk,
    distribution,
    entry,
    evidence,
    installed,
    requirement,
    stage,
)
from tests.support.builders import suggestion as advice

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "<!--",
    "a&amp;b\"'`",
    "**bold** [x](javascript:alert(1)) | @all",
    "\u202egpj.exe\u2066",
    "\x1b[31mred\x1b]8;;http://x\x07",
    "\u2028line\u2029",
    "\ud800lone",
    "]]>{{7*7}}${7*7}",
)
_USAGES = tuple(Usage)
_SUGGESTED = 6


def make_audit(count: int, modules: int = 0, names: Sequence[str] = (), seed: int = 7) -> Audit:
    """Return an audit of so many distributions, the first ones with these names, and a start of so many loads."""
    chance = random.Random(seed)
    called = [*names, *(f"dist-{number}" for number in range(len(names), count))][:count]
    rows = [_row(name, chance) for name in called]
    total = sum(row.apparent_bytes or 0 for row in rows)
    value = audit(
        *rows,
        disk=disk(site_apparent_bytes=total + 12_345, shared_bytes=12_345),
        import_trees=(_tree(modules, called, chance),) if modules else (),
        entries=(entry(stages=_stages()),),
        fits=(_fit("ready", 181), _fit("first_use", 548)),
    )
    return _advised(value, called[:_SUGGESTED])


def _row(name: str, chance: random.Random) -> DistributionRow:
    weight = int(chance.paretovariate(0.8) * 100_000) + chance.randrange(4096)
    half = weight // 2
    usage = chance.choice(_USAGES)
    is_loaded = usage in (Usage.STARTUP, Usage.TRANSITIVE)
    return distribution(
        name,
        usage,
        apparent_bytes=weight,
        exclusive_bytes=weight,
        folders=((f"{name}/", half), (f"{name}/data/", weight - half)),
        declared=(declared_at(name),) if usage is not Usage.TRANSITIVE else (),
        evidence=tuple(evidence(f"app/{name}.py", line) for line in range(1, chance.randrange(2, 5))),
        reason=f"no import of {name}",
        startup_self_rss_bytes=chance.randrange(20 * MIB) if is_loaded else None,
        import_time_us=chance.randrange(900_000) if is_loaded else None,
        avoidable_rss_bytes=chance.randrange(20 * MIB) if usage is Usage.STARTUP else None,
    )


def _tree(count: int, names: Sequence[str], chance: random.Random) -> ImportTree:
    parents = [-1, *(max(number - 1 - int(chance.expovariate(0.25)), 0) for number in range(1, count))]
    owners = [OWN, *(chance.choice([STDLIB, *range(min(len(names), 200))]) for _ in range(1, count))]
    modules = ["app", *(f"pkg{number // 40}.sub{number % 7}.module_{number}" for number in range(1, count))]
    return ImportTree(
        entry="web",
        modules=tuple(modules),
        parents=tuple(parents),
        self_rss_bytes=tuple(chance.choice([0, 4096, 65_536, 900_000, -4096]) for _ in range(count)),
        self_time_us=tuple(chance.randrange(5_000) for _ in range(count)),
        avoidable_rss_bytes=tuple(chance.choice([0, 0, 0, 65_536]) for _ in range(count)),
        owners=tuple(owners),
        distributions=tuple(names[:200]),
        lines=tuple(0 if 10 < number < 50 else -1 for number in range(count)),
        places=("app/main.py:3",),
        ready_from=count - count // 10,
    )


def _stages() -> tuple[object, ...]:
    return (
        stage("interpreter", 9 * MIB),
        stage("import", 170 * MIB, time_us=900_000, distributions=40),
        stage("ready", 181 * MIB, time_us=1_300_000, distributions=41),
        stage("first_use", 548 * MIB, time_us=4_100_000, distributions=60),
    )


def _fit(name: str, mebibytes: int) -> Fit:
    taken, limit = mebibytes * MIB, 512 * MIB
    return Fit("web", name, limit, taken, taken, limit - taken, taken <= limit, True, None, None, resting_bytes=taken)  # type: ignore[arg-type]


def _advised(value: Audit, names: Sequence[str]) -> Audit:
    """Return the audit with removals that share what the last name is: it leaves with all of them alone."""
    if len(names) < 3:
        return value
    *removed, shared = names
    there = [installed("shared")]
    graph_names = {name: f"one{number}" for number, name in enumerate(removed)}
    there += [installed(plain, "shared") for plain in graph_names.values()]
    lines = [requirement(plain) for plain in graph_names.values()]
    graph = RequirementGraph.build(there, lines, {})
    plain_names = frozenset(graph_names.values())
    roots = Roots({}, {}, {}, tuple((name,) for name in sorted(plain_names)), (), plain_names, graph, graph)
    weights = {
        graph_names.get(row.name, "shared" if row.name == shared else ""): row.apparent_bytes
        for row in value.distributions
    }
    asked = [advice(plain) for plain in graph_names.values()]
    drawn = draw_combinations(
        Choices.of(asked, roots, {}), roots, Starts({}), lambda found: sum(weights[name] or 0 for name in found)
    )
    back = {plain: name for name, plain in graph_names.items()} | {"shared": shared}
    assert drawn is not None
    told = tuple(advice(name, disk_bytes=weights[graph_names[name]], detail=f"remove {name}") for name in removed)
    return replace(
        value,
        suggestions=told,
        what_if=replace(drawn, distributions=tuple(back[name] for name in drawn.distributions)),
    )

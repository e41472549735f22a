"""A start as folded stacks, `outer;inner;module weight` per line: what flamegraph.pl, inferno and speedscope read.

The weight is what the module cost itself, in bytes of RSS or in microseconds. It cannot be negative: a load that
gave memory back has no line of its own. What cost nothing itself has none either.
"""

from __future__ import annotations

from footprint.report.start.start_tree import WEIGHTS, StartTree, Unit, one_word, walk


def render(start: StartTree, unit: Unit = "bytes") -> str:
    """Return the stacks of one start, weighed in bytes of RSS or in microseconds."""
    weights: dict[str, int] = {}
    stack: list[str] = []
    for step in walk(start.run.costs):
        if not step.entering:
            stack.pop()
            continue
        stack.append(one_word(step.cost.module))
        if (weight := WEIGHTS[unit](step.cost)) > 0:
            path = ";".join(stack)
            weights[path] = weights.get(path, 0) + weight
    return "".join(f"{path} {weight}\n" for path, weight in weights.items())

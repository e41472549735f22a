"""A start as folded stacks, `outer;inner;module weight` per line: what flamegraph.pl, inferno and speedscope read.

The weight is what the module cost itself, in bytes of RSS or in microseconds. It cannot be negative: a load that
gave memory back has no line of its own. What cost nothing itself has none either.
"""

from __future__ import annotations

from footprint.report.start.start_tree import StartTree, one_word, walk


def render_memory(start: StartTree) -> str:
    """Return the stacks of one start, weighed in bytes of RSS."""
    return _render(start, memory=True)


def render_time(start: StartTree) -> str:
    """Return the stacks of one start, weighed in microseconds."""
    return _render(start, memory=False)


def _render(start: StartTree, *, memory: bool) -> str:
    weights: dict[str, int] = {}
    stack: list[str] = []
    for step in walk(start.run.costs):
        if not step.entering:
            stack.pop()
            continue
        stack.append(one_word(step.cost.module))
        weight = step.cost.self_rss_bytes if memory else step.cost.self_time_us
        if weight > 0:
            path = ";".join(stack)
            weights[path] = weights.get(path, 0) + weight
    return "".join(f"{path} {weight}\n" for path, weight in weights.items())

"""A start as `python -X importtime` prints it, for the tools that read that.

The same lines in the same order: a module after what it loaded, two spaces of indentation for each load around it,
microseconds; loads that failed are among them. Two things differ: what `importlib.import_module` was asked for is
here as well (CPython leaves it out), and what was in memory before the probe's hooks is not. What the entry does
outside of imports has no line.
"""

from __future__ import annotations

from footprint.report.start.start_tree import StartTree, modules_alone, one_word, walk

_HEADER = "import time: self [us] | cumulative | imported package\n"


def render(start: StartTree) -> str:
    """Return the text for one start."""
    lines = [_HEADER]
    for step in walk(modules_alone(start.run.costs)):
        if not step.entering:
            cost = step.cost
            name = f"{'  ' * step.depth}{one_word(cost.module)}"
            lines.append(f"import time: {cost.self_time_us:9d} | {cost.cumulative_time_us:10d} | {name}\n")
    return "".join(lines)

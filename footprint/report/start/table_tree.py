"""The loads of a start as an indented tree, heaviest first: what `footprint probe --tree` prints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from footprint.model.runtime import ImportCost
from footprint.report.start.start_tree import StartTree, children
from footprint.report.text.text_table import Rows
from footprint.units import mebibytes, milliseconds
from footprint.values import dataclass, field

_INDENT = "  "
_DEEPEST = 24  # levels that are indented: a terminal has no room for more
_NEARLY_ALL = 0.9
_SPANS = {
    "<entry>": "(import of the entry)",
    "<factory>": "(call of the factory)",
    "<lifespan>": "(lifespan start-up)",
    "<first-use>": "(lazy imports)",
}


def tree_rows(start: StartTree, *, top: int, least_bytes: int | None) -> Rows:
    """Return one row per load: the `top` heaviest by what they added with all that they loaded (0: all).

    A load that is nearly all of the one around it comes with that one and does not count: else one chain of imports
    would fill the table. `least_bytes` leaves out lighter ones as well. What is left out inside a load is summed up
    in one row, so the self costs of the rows and those sums add up to the whole. A distribution stands in brackets
    behind the first of its modules that is shown. Levels below the 24th are counted (`+3`) instead of indented.
    """
    tree = _LoadTree(children(start.run.costs), _chosen(start.run.costs, top, least_bytes), start)
    return ("RSS MiB", "self", "ms", "Module"), "rrrl", tree.rows()


def _chosen(costs: Iterable[ImportCost], top: int, least_bytes: int | None) -> frozenset[int]:
    """Return the orders of the loads to show; what is around one that is shown is shown as well."""
    by_order = {cost.order: cost for cost in costs}
    heavy = [cost for cost in by_order.values() if least_bytes is None or cost.cumulative_rss_bytes >= least_bytes]
    heavy.sort(key=_weight)
    chosen: set[int] = set()
    count = 0
    for cost in heavy:
        outer = by_order.get(cost.parent) if cost.parent is not None else None
        count += outer is None or cost.cumulative_rss_bytes < _NEARLY_ALL * outer.cumulative_rss_bytes
        if count > top > 0:
            break
        inner: ImportCost | None = cost
        while inner is not None and inner.order not in chosen:
            chosen.add(inner.order)
            inner = by_order.get(inner.parent) if inner.parent is not None else None
    return frozenset(chosen)


def _indent(depth: int) -> str:
    return _INDENT * depth if depth <= _DEEPEST else f"{_INDENT * _DEEPEST}+{depth - _DEEPEST} "


def _weight(cost: ImportCost) -> tuple[int, int]:
    return -cost.cumulative_rss_bytes, cost.order


@dataclass(slots=True)
class _LoadTree:
    inside: Mapping[int | None, tuple[ImportCost, ...]]
    chosen: frozenset[int]
    start: StartTree
    named: set[str] = field(default_factory=set)  # distributions that stand behind a module already

    def rows(self) -> list[tuple[str, ...]]:
        """Return the rows from the outermost loads down, without recursion."""
        found: list[tuple[str, ...]] = []
        waiting: list[tuple[int, ImportCost | list[ImportCost]]] = [*reversed(self.below(None, 0))]
        while waiting:
            depth, item = waiting.pop()
            if isinstance(item, list):
                found.append(self.summed(depth, item))
                continue
            found.append(self.row(depth, item))
            waiting += reversed(self.below(item.order, depth + 1))
        return found

    def below(self, order: int | None, depth: int) -> list[tuple[int, ImportCost | list[ImportCost]]]:
        """Return the loads inside one, heaviest first, and at the end those left out, together."""
        inside = sorted(self.inside.get(order, ()), key=_weight)
        shown: list[tuple[int, ImportCost | list[ImportCost]]]
        shown = [(depth, cost) for cost in inside if cost.order in self.chosen]
        rest = [cost for cost in inside if cost.order not in self.chosen]
        return [*shown, (depth, rest)] if rest else shown

    def row(self, depth: int, cost: ImportCost) -> tuple[str, ...]:
        """Return the row of one load."""
        name = _SPANS.get(cost.module, cost.module)
        distribution = self.start.distributions.get(cost.module)
        if distribution is not None and distribution not in self.named:
            self.named.add(distribution)
            name += f" [{distribution}]"
        return (
            mebibytes(cost.cumulative_rss_bytes),
            mebibytes(cost.self_rss_bytes),
            milliseconds(cost.cumulative_time_us),
            f"{_indent(depth)}{name}{'' if cost.ok else ' (failed)'}",
        )

    def summed(self, depth: int, rest: list[ImportCost]) -> tuple[str, ...]:
        """Return one row for loads that are left out, with all that they load."""
        count, waiting = 0, list(rest)
        while waiting:
            count += 1
            waiting += self.inside.get(waiting.pop().order, ())
        memory = sum(cost.cumulative_rss_bytes for cost in rest)
        time = sum(cost.cumulative_time_us for cost in rest)
        return mebibytes(memory), "", milliseconds(time), f"{_indent(depth)}and {count} smaller"

"""What start-up hooks load before the entry's first line, with what each module took. Pure.

A .pth line or a sitecustomize of a distribution runs while the interpreter starts, when nothing can be watched yet. So
one more process is started with `-S`, without them, and runs `site.main()` as an entry: its loads are those of the
hooks. What they took is taken off the bare interpreter of the measured start, so all figures still add up.
"""

from __future__ import annotations

from collections.abc import Collection

from footprint.late import late_pattern
from footprint.model.runtime import ImportCost, ImportEdge, ProbeRun
from footprint.names import top_level
from footprint.pairs import group_pairs
from footprint.probe import records
from footprint.probe.spans import add_up, moved
from footprint.values import replace

_LINE = "<hook>"  # the span around one program line of a .pth file
_BY = "<by>"  # the span around what a module of a hook asked for later, its name behind it
SITE = "site"  # the module of the standard library that runs the hooks
# Of the tools that make environments: nothing of the application's, and too small to be worth a start.
_OF_TOOLS = late_pattern(r"_distutils_hack|__editable__|_editable_impl_|_virtualenv|apport_python_hook|__")


def has_hooks(data: bytes, stdlib_names: Collection[str]) -> bool:
    """Whether the records of a start name modules in memory before its first line that are no part of Python."""
    names = next(records.find(data, "p"), ("",))[0]
    tops = {top_level(name) for name in names.split("\t") if name} - frozenset(stdlib_names)
    return any(not _OF_TOOLS.match(top) for top in tops)


def with_preloads(run: ProbeRun, seen: ProbeRun, stdlib_names: Collection[str]) -> ProbeRun:
    """Return a run with the loads of its start-up hooks in front, as `seen` in a process that ran only these.

    The baseline is then that of an interpreter without hooks.
    """
    kept = _Hooks(seen, frozenset(stdlib_names)).loads()
    total = sum(cost.self_rss_bytes for cost in kept)
    if not kept or not 0 <= total < run.baseline_rss_bytes:
        return run
    hooks = _below_site(kept)
    names = {cost.module for cost in kept}
    edges = {edge for edge in seen.edges if edge.importer in names and edge.imported in names}
    edges |= {ImportEdge(cost.importer, cost.module) for cost in hooks if cost.importer is not None}
    return replace(
        run,
        costs=(*hooks, *(moved(cost, len(hooks)) for cost in run.costs)),
        edges=run.edges | edges,
        baseline_rss_bytes=run.baseline_rss_bytes - total,
    )


def _below_site(kept: list[ImportCost]) -> list[ImportCost]:
    """Return the load of the site module, which took nothing itself, and all others below it, summed up anew."""
    site = ImportCost(-1, SITE, None, "interpreter", True, 0, 0, 0, 0, 0, 0)
    orders = {cost.order: number for number, cost in enumerate(kept, start=1)}
    parents = [None, *(0 if cost.parent is None else orders.get(cost.parent, 0) for cost in kept)]
    loads = [site, *kept]
    sums = add_up(parents, [(cost.self_rss_bytes, cost.self_anon_bytes or 0, cost.self_time_us) for cost in loads])
    return [
        replace(
            cost,
            order=order,
            parent=parents[order],
            stage="interpreter",
            cumulative_rss_bytes=rss,
            cumulative_anon_bytes=anon,
            cumulative_time_us=time,
        )
        for order, (cost, (rss, anon, time)) in enumerate(zip(loads, sums, strict=True))
    ]


class _Hooks:
    """The loads of one process that ran its start-up hooks, by what began them."""

    def __init__(self, seen: ProbeRun, stdlib_names: frozenset[str]) -> None:
        self._costs, self._stdlib = _without_inner_spans(seen.costs), stdlib_names
        self._below = group_pairs((cost.parent, cost) for cost in self._costs)

    def loads(self) -> list[ImportCost]:
        """Return the loads that hooks are the cause of, in load order. What loads below nothing has no parent."""
        changed: dict[int, ImportCost] = {}
        for cost in self._costs:
            if cost.module == _LINE:
                self._join_line(cost, changed)
            elif cost.module.startswith(_BY):
                self._join_asker(cost, changed)
            elif self._is_foreign(cost) and cost.order not in changed and cost.parent not in changed:
                self._take(replace(cost, parent=None, importer=SITE), changed)
        return [changed[order] for order in sorted(changed)]

    def _join_line(self, line: ImportCost, changed: dict[int, ImportCost]) -> None:
        """Hang all that a line of a .pth file did on the first foreign module that it loaded: what it is there for."""
        below = self._below.get(line.order, ())
        head = next((cost for cost in below if self._is_foreign(cost)), None)
        if head is None:
            return
        for cost in below:
            if cost is not head:
                self._take(replace(cost, parent=head.order, importer=head.module), changed)
        self._take(replace(_charged(head, line), parent=None, importer=SITE), changed)

    def _join_asker(self, span: ImportCost, changed: dict[int, ImportCost]) -> None:
        """Hang what was asked for outside of any load on the module that asked, with what those around it took."""
        name = span.module.removeprefix(_BY)
        asker = next((cost for cost in changed.values() if cost.module == name), None)
        if asker is None:
            return
        for cost in self._below.get(span.order, ()):
            self._take(replace(cost, parent=asker.order, importer=name), changed)
        changed[asker.order] = _charged(asker, span)

    def _take(self, top: ImportCost, changed: dict[int, ImportCost]) -> None:
        changed[top.order] = top
        pending = list(self._below.get(top.order, ()))
        while pending:
            cost = pending.pop()
            changed[cost.order] = cost
            pending += self._below.get(cost.order, ())

    def _is_foreign(self, cost: ImportCost) -> bool:
        name = cost.module
        if not cost.ok and cost.order not in self._below:  # site asks for sitecustomize in every start
            return False
        return not name.startswith("<") and top_level(name) not in self._stdlib and not _OF_TOOLS.match(name)


def _without_inner_spans(costs: tuple[ImportCost, ...]) -> list[ImportCost]:
    """Return the loads without the spans that lie in a load: what is in such a span is that load's."""
    kept: dict[int, ImportCost] = {}
    dissolved: dict[int, int] = {}  # span -> the load around it
    for cost in costs:
        around = None if cost.parent is None else dissolved.get(cost.parent, cost.parent)
        holder = kept.get(around) if around is not None else None
        if holder is not None and cost.module.startswith(_BY) and not holder.module.startswith("<"):
            dissolved[cost.order] = holder.order
            kept[holder.order] = _charged(holder, cost)
        elif around != cost.parent and holder is not None:
            kept[cost.order] = replace(cost, parent=around, importer=holder.module)
        else:
            kept[cost.order] = cost
    return list(kept.values())


def _charged(cost: ImportCost, span: ImportCost) -> ImportCost:
    """Return a load that has also taken itself what a span took itself."""
    return replace(
        cost,
        self_rss_bytes=cost.self_rss_bytes + span.self_rss_bytes,
        self_anon_bytes=(cost.self_anon_bytes or 0) + (span.self_anon_bytes or 0),
        self_time_us=cost.self_time_us + span.self_time_us,
    )

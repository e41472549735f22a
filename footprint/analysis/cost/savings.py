"""Predicted savings for the audit: per distribution, per import line, and for all deferrals together. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from footprint.analysis.cost.attribution import UNKNOWN, Owner, OwnersOf
from footprint.analysis.cost.avoidable import SMALLEST_BYTES, ImportGraph, Saving
from footprint.analysis.cost.entry_rows import ObservedEntry
from footprint.analysis.cost.import_lines import ExplainedGraph, LineCuts, explain
from footprint.model.audit import DistributionRow, Guest, Usage
from footprint.model.memory_rows import ImportLine, LinePart, SetSaving
from footprint.model.runtime import ImportEdge
from footprint.model.source_modules import ImportSite, Reach, SiteUse, SourceModule
from footprint.names import ByPath, DistributionName, ModuleName
from footprint.pairs import group_pairs
from footprint.values import as_dict, dataclass


@dataclass(frozen=True, slots=True)
class RowSaving:
    """What a start would save when no line of the project imports a distribution, and who would load it anyway."""

    saving: Saving
    still_needed_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Starts:
    """The starts that were measured, by entry, with the lines behind what they loaded."""

    entries: Mapping[str, ExplainedGraph]

    def saving_of_distribution(self, name: DistributionName, entry: str) -> RowSaving | None:
        """Return what cutting every import of `name` by the project's own code saves; None if `entry` has no start."""
        start = self.entries.get(entry)
        if start is None:
            return None
        cut = start.own_edges.get(Owner("distribution", name), frozenset())
        saving = start.graph.saving(cut)
        return RowSaving(saving, start.still_needed_by(start.modules_of(name), cut, saving.modules.__contains__))

    def saving_of_removal(self, names: Iterable[DistributionName], entry: str | None = None) -> Saving | None:
        """Return the largest saving that a start without `names` installed has, or that of `entry`.

        None if no such start was measured.
        """
        gone = tuple(names)
        savings = [
            start.graph.saving(without=frozenset[ModuleName]().union(*map(start.modules_of, gone)))
            for name, start in self.entries.items()
            if entry in (None, name)
        ]
        return max(savings, key=lambda saving: saving.rss_bytes, default=None)

    def saving_of_sites(self, sites: Iterable[ImportSite]) -> Saving | None:
        """Return the largest saving that cutting `sites` gives in any entry; None if nothing was measured."""
        wanted = tuple(sites)
        savings = [start.saving_of(wanted) for start in self.entries.values()]
        return max(savings, key=lambda saving: saving.rss_bytes, default=None)

    def saving_of_set(self, sites: Sequence[ImportSite]) -> tuple[SetSaving, ...]:
        """Return per entry what cutting all of `sites` saves, entries that save nothing left out."""
        found = [(name, start.saving_of(sites)) for name, start in self.entries.items()] if sites else []
        return tuple(
            SetSaving(name, saving.rss_bytes, saving.anon_bytes, saving.time_us)
            for name, saving in found
            if saving.modules
        )


def explain_starts(
    observed: Iterable[ObservedEntry], sources: ByPath[SourceModule], reaches: Iterable[Reach], uses: Iterable[SiteUse]
) -> Starts:
    """Find the lines behind what each entry loaded; one that did not get through its start predicts nothing.

    A lazy one of `uses` does not stand behind what another line asks for, too.
    """
    lazy = frozenset(use.site for use in uses if use.status == "lazy")
    functions = {reach.entry.name: reach.startup_functions for reach in reaches}
    found = {}
    for entry in observed:
        if entry.complete:
            called = functions.get(entry.name, frozenset())
            found[entry.name] = explain(ImportGraph.of(entry.run), entry.owners, sources, called, lazy)
    return Starts(found)


def find_cuts(starts: Starts) -> dict[str, LineCuts]:
    """Return the lines of every start as what each alone brings, by entry."""
    return {entry: LineCuts(start) for entry, start in starts.entries.items()}


def list_import_lines(
    starts: Starts, owner_of: OwnersOf, cuts_by_entry: Mapping[str, LineCuts] | None = None
) -> tuple[ImportLine, ...]:
    """Return every line that imports a distribution at startup, and those of own modules that would save something.

    Shape: entry by entry, largest saving first. Statements of one line count together: a line is what is edited.
    `cuts_by_entry` are those of `starts`, where they are there already.
    """
    rows: list[ImportLine] = []
    cuts_by_entry = find_cuts(starts) if cuts_by_entry is None else cuts_by_entry
    for entry, start in starts.entries.items():
        by_line = group_pairs(((site.path, site.line), site) for site in start.lines())
        cuts = cuts_by_entry[entry]
        found = [_describe_line(entry, start, cuts, sites, owner_of) for sites in by_line.values()]
        kept = [row for row in found if row is not None]
        rows += sorted(kept, key=lambda row: (-row.rss_bytes, row.path, row.line))
    return tuple(rows)


def _describe_line(
    entry: str, start: ExplainedGraph, cuts: LineCuts, sites: Sequence[ImportSite], owner_of: OwnersOf
) -> ImportLine | None:
    distributions = tuple(sorted({name for site in sites for name in owner_of(site)}))
    line = cuts.of((sites[0].path, sites[0].line), sites)
    if not distributions and line.sums.rss_bytes < SMALLEST_BYTES:
        return None
    cut = start.edges_of(sites)
    targets = {edge.imported for edge in cut if not _is_stdlib(start, edge)}
    parts = _parts_of(start, cuts, sites) if len(sites) > 1 else ()
    first = next((site for site in sites if parts and site.module == parts[0].module), sites[0])
    return ImportLine(
        entry=entry,
        path=first.path,
        line=first.line,
        module=first.module,
        function=first.function,
        distributions=distributions,
        **as_dict(line.sums),
        still_needed_by=start.still_needed_by(targets, cut, line.is_lost),
        imports=parts,
    )


def _parts_of(start: ExplainedGraph, cuts: LineCuts, sites: Sequence[ImportSite]) -> tuple[LinePart, ...]:
    """Return what each module of a line would save alone, heaviest first; of the standard library only if all are."""
    own = [site for site in sites if not all(_is_stdlib(start, edge) for edge in start.asked.get(site, ()))]
    found = group_pairs((site.module, cuts.of(site, [site]).sums.rss_bytes) for site in own or sites)
    parts = (LinePart(module, max(0, *sums)) for module, sums in found.items())
    return tuple(sorted(parts, key=lambda part: (-part.rss_bytes, part.module)))


def _is_stdlib(start: ExplainedGraph, edge: ImportEdge) -> bool:
    return start.owners.get(edge.imported, UNKNOWN).kind == "stdlib"


def _is_used(row: DistributionRow) -> bool:
    """Say whether the project is known to use a distribution itself."""
    return row.usage in (Usage.STARTUP, Usage.LAZY) or (row.usage is Usage.IMPLIED and row.confidence != "cannot tell")


def find_guests(
    rows: Sequence[DistributionRow],
    starts: Starts,
    brings: Callable[[DistributionName, DistributionName], bool | None] | None = None,
) -> tuple[Guest, ...]:
    """Return the guests, those first whose absence saves most.

    A guest stays in memory without any import of the project's own, and none of those who import it then requires
    it, not even through others. What the project uses, and what that requires, is no guest. Whether they do without it
    is not looked at here. What its absence saves is counted beyond what deferring it saves; below what a prediction
    can tell it is left out. `brings` tells whether the first of two distributions requires the second, through others
    too, and is None when the first is not a distribution; the closures of the rows tell it where they are whole.
    """
    closures = {row.name: row.closure for row in rows}

    def is_known_to_need(host: str, name: DistributionName) -> bool:
        if brings is not None:
            return brings(host, name) is not False
        return name in closures.get(host, (name,))

    used = {row.name for row in rows if _is_used(row)}
    found = []
    for row in rows:
        hosts = row.still_needed_by
        if row.name in used:
            continue
        # A name that is none of ours is a file of the project: it imports it all the same.
        if not hosts or any(is_known_to_need(host, row.name) for host in (*hosts, *used)):
            continue
        # Of the entry that the hosts and the deferral are of: figures of two entries do not compare.
        removal = starts.saving_of_removal([row.name], row.loaded_by_entries[0] if row.loaded_by_entries else None)
        deferral = row.avoidable_rss_bytes or 0
        if removal is not None and removal.rss_bytes - deferral >= SMALLEST_BYTES:
            found.append(Guest(row.name, hosts, removal.rss_bytes, deferral, row.usage))
    return tuple(sorted(found, key=lambda guest: (-guest.removal_rss_bytes, guest.name)))

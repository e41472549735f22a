"""What lines of the project added by themselves: a client that is made, a table that is read. Pure.

What a line imports is no part of it: that is in `import_lines`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from footprint.analysis.cost.attribution import UNKNOWN, Owner, Places, locate
from footprint.analysis.cost.entry_rows import ObservedEntry
from footprint.analysis.cost.memory_parts import startup_costs
from footprint.model.memory_rows import OwnLine
from footprint.model.runtime import ImportCost, LineCost
from footprint.units import MIB

SMALLEST_BYTES = MIB // 2


def list_own_lines(observed: Iterable[ObservedEntry], places: Places) -> tuple[OwnLine, ...]:
    """Return the lines that added SMALLEST_BYTES or more to a start, entry by entry, heaviest first.

    What a file added that no line of it accounts for, its code and its constants, has no line.
    """
    rows: list[OwnLine] = []
    for entry in observed:
        sums: dict[tuple[str, int | None], OwnLine] = {}
        for cost in startup_costs(entry.run):
            for owner, line in _parts_of(cost, entry.owners.get(cost.module, UNKNOWN), places):
                if owner.kind == "first-party" and owner.name:
                    key = owner.name, line.line or None
                    sums[key] = _add(sums.get(key) or OwnLine(entry.name, cost.stage, *key, 0, 0, 0), line)
        found = (row for row in sums.values() if row.rss_bytes >= SMALLEST_BYTES)
        rows += sorted(found, key=lambda row: (-row.rss_bytes, row.path, row.line or 0))
    return tuple(rows)


def _parts_of(cost: ImportCost, owner: Owner, places: Places) -> Iterator[tuple[Owner, LineCost]]:
    """Yield what a load added itself by lines, and what no line accounts for, each with whose it is."""
    rss, anon, time = cost.self_rss_bytes, cost.self_anon_bytes or 0, cost.self_time_us
    for line in cost.lines:
        rss, anon, time = rss - line.rss_bytes, anon - line.anon_bytes, time - line.time_us
        yield locate(line.path, places), line
    yield owner, LineCost("", 0, rss, anon, time)


def _add(row: OwnLine, line: LineCost) -> OwnLine:
    return OwnLine(
        row.entry,
        row.stage,
        row.path,
        row.line,
        row.rss_bytes + line.rss_bytes,
        row.anon_bytes + line.anon_bytes,
        row.time_us + line.time_us,
    )


def sizes_by_file(lines: Iterable[OwnLine], entry: str) -> dict[str, tuple[int, ...]]:
    """Return what the files of one entry added, line by line, heaviest first."""
    found: dict[str, list[int]] = defaultdict(list)
    for line in lines:
        if line.entry == entry:
            found[line.path].append(line.rss_bytes)
    return {path: tuple(sizes) for path, sizes in sorted(found.items())}

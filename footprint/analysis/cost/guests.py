"""Distributions in memory that others import without requiring them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from footprint.analysis.cost.avoidable import SMALLEST_BYTES
from footprint.analysis.cost.savings import Starts
from footprint.model.audit import DistributionRow, Guest, Usage
from footprint.names import DistributionName


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
    too, and is None when the first is no distribution; the closures of the rows tell it where they are whole.
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

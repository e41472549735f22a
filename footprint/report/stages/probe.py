"""What `footprint probe` prints, as rows of text or plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from footprint.model.audit import EntryRow
from footprint.model.runtime import DistributionCost
from footprint.report.audit.json import plain, plain_entry
from footprint.report.text.layout import Rows
from footprint.units import mebibytes, milliseconds


def cost_rows(costs: Iterable[DistributionCost], top: int) -> Rows:
    """Return one row per distribution, heaviest first."""
    ordered = sorted(costs, key=lambda cost: (-cost.self_rss_bytes, cost.name))
    cells = [
        (
            cost.name,
            mebibytes(cost.self_rss_bytes),
            mebibytes(cost.cumulative_rss_bytes),
            milliseconds(cost.self_time_us),
            str(cost.module_count),
        )
        for cost in (ordered if top == 0 else ordered[:top])
    ]
    return ("Loaded", "RSS MiB", "with imports", "time ms", "modules"), "lrrrr", cells


def probe_values(rows: Iterable[EntryRow], costs: Mapping[str, Sequence[DistributionCost]]) -> list[dict[str, Any]]:
    """Return the measured entries as plain values for JSON: the entry as in an audit, and its costs."""
    return [plain_entry(row) | {"distributions": [plain(cost) for cost in costs[row.name]]} for row in rows]

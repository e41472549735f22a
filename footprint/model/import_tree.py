"""The start of an entry as a tree of module loads, in columns: thousands of rows stay small. Field names are JSON."""

from __future__ import annotations

from footprint.names import DistributionName, ModuleName
from footprint.values import dataclass

# In the place of a distribution's number.
OWN, STDLIB, UNKNOWN = -1, -2, -3


@dataclass(frozen=True, slots=True)
class ImportTree:
    """The loads of one start, in the order in which they began; row n of every column is load n.

    The rows are the loads that the entry's stages import and ready saw, the probe's own spans left out.
    `parents`: the row of the load around it, -1 for none. `owners`: the row of `distributions`; -1: the project's own,
    -2: the standard library, -3: not known. `lines`: the row of `places`, the line of the project that ran in the
    load around it; -1: none. `ready_from`: the first row of the stage ready; all before it are of the import.
    """

    entry: str
    modules: tuple[ModuleName, ...]
    parents: tuple[int, ...]
    self_rss_bytes: tuple[int, ...]
    self_time_us: tuple[int, ...]
    avoidable_rss_bytes: tuple[int, ...]  # what the start would save if nothing asked for the module
    owners: tuple[int, ...]
    distributions: tuple[DistributionName, ...]
    lines: tuple[int, ...]
    places: tuple[str, ...]  # "backend/main.py:8"
    ready_from: int

"""What a distribution weighs folder by folder, the small ones folded into the folder around them. Pure.

Laws: bytes are those that lie in a folder itself, with what was folded into it, so that those of all rows below a
folder add up to the folder, and all rows of a distribution to the distribution. Paths of folders end in a slash.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from footprint.names import readable

_SMALLEST_BYTES = 1 << 18  # no smaller folder is worth a place in a picture
_SMALLEST_SHARE = 40  # nor one below a fortieth of its distribution
_DEEPEST = 6  # levels


def fold_folders(own: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """Return folders and top-level files that weigh something with their bytes, the heaviest first, the rest as ""."""
    smallest = max(_SMALLEST_BYTES, sum(own.values()) // _SMALLEST_SHARE)
    levels: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for path, count in own.items():
        levels[path.count("/") - path.endswith("/")][path] = count
    rows: dict[str, int] = {}
    below: defaultdict[str, int] = defaultdict(int)  # bytes of the rows below a folder
    for depth in range(max(levels, default=-1), -1, -1):
        for path, count in levels[depth].items():
            around = path.rstrip("/").rpartition("/")[0]
            around = f"{around}/" if around else ""
            above = levels[depth - 1] if depth else rows
            above.setdefault(around, 0)
            if depth > _DEEPEST or (count + below[path] < smallest and not below[path]):
                above[around] += count
                continue
            if count or not below[path]:
                rows[path] = rows.get(path, 0) + count
            below[around] += count + below[path]
    kept = ((readable(path), count) for path, count in rows.items() if count)
    return tuple(sorted(kept, key=lambda row: (-row[1], row[0])))

"""Several entries on one host, from one measured process of each. Pure.

Anonymous pages are each process's own. Pages of files (code of extensions, the interpreter) are there once: by
distribution, those of the entry that has most of them stand for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from footprint.analysis.cost.entry_rows import ObservedEntry
from footprint.analysis.cost.memory_parts import last_startup_stage
from footprint.analysis.cost.server_parts import serving_parts
from footprint.model.audit import EntryRow
from footprint.model.hosting import HostRow

_OTHER = ""  # file pages of no distribution: interpreter, standard library, own code


def total_on_host(observed: Iterable[ObservedEntry], entries: Sequence[EntryRow]) -> HostRow | None:
    """Return what all measured entries take together; None with fewer than two, or where anon is not told."""
    names = []
    anon = unshared = 0
    largest: dict[str, int] = {}
    for each in observed:
        last = last_startup_stage(each.run)
        if last is None:
            continue
        if last.anon_bytes is None:
            return None
        names.append(each.name)
        anon += last.anon_bytes
        unshared += last.rss_bytes
        for owner, pages in _file_pages(each, last.rss_bytes - last.anon_bytes).items():
            largest[owner] = max(largest.get(owner, 0), pages)
    if len(names) < 2:
        return None
    started = [entry for entry in entries if entry.name in names]
    lasts = [(entry, entry.last_stage.reading) for entry in started if entry.last_stage]
    serving = sum(part.bytes for entry, last in lasts for part in serving_parts(entry, last))
    children = sum(last.children_bytes for _, last in lasts)
    common = _common_parts(started)
    return HostRow(
        entries=tuple(names),
        total_bytes=min(anon + sum(largest.values()), unshared) + children + serving,
        unshared_bytes=unshared + children + serving,
        common_bytes=sum(rss for _, _, rss in common),
        common=tuple(sorted(name for name, kind, _ in common if kind == "distribution")),
        serving_bytes=serving,
        unknown=tuple(entry.name for entry in started if entry.serving and entry.serving.workers is None),
    )


def _file_pages(entry: ObservedEntry, whole: int) -> dict[str, int]:
    """Return the file-backed bytes of each distribution, and of all else."""
    pages = {
        name: max(cost.self_rss_bytes - cost.self_anon_bytes, 0)
        for name, cost in entry.costs.items()
        if cost.self_anon_bytes is not None
    }
    return pages | {_OTHER: max(whole - sum(pages.values()), 0)}


def _common_parts(entries: Sequence[EntryRow]) -> tuple[tuple[str, str, int], ...]:
    """Return (name, kind, bytes) of what every entry has in memory, own code and the rest left out."""
    shares = [
        {(part.name, part.kind): part.rss_bytes for part in entry.memory if part.kind not in ("first-party", "rest")}
        for entry in entries
    ]
    keys = set.intersection(*(set(share) for share in shares)) if shares else set()
    return tuple(sorted((name, kind, min(share[name, kind] for share in shares)) for name, kind in keys))

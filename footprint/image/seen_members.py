"""Which members of which layers a container sees, under which names: what is laid down to start it."""

from __future__ import annotations

from collections.abc import Sequence

from footprint.analysis.images.layer_tree import LayerTree, SeenEntry
from footprint.model.image_files import FILE, FOLDER, HARD_LINK, LINK, LayerFiles
from footprint.values import dataclass, field

_OURS = frozenset({"dev", "proc", "sys"})  # a container gets its own
_LINKS_AT_MOST = 40


@dataclass(frozen=True, slots=True)
class SeenOfLayer:
    """What is seen of one layer."""

    folders: set[str] = field(default_factory=set)
    files: dict[str, list[str]] = field(default_factory=dict)  # of a member with content, all names that it gets
    sizes: dict[str, int] = field(default_factory=dict)  # of these members: one that a later one replaces may be larger


@dataclass(frozen=True, slots=True)
class SeenMembers:
    """All that a container sees."""

    folders: tuple[str, ...]  # each after the one above it
    links: tuple[tuple[str, str], ...]  # path and target
    layers: tuple[SeenOfLayer, ...]
    file_bytes: int
    left_out: int  # devices, pipes, second names of nothing


def find_seen(tree: LayerTree, layers: Sequence[LayerFiles]) -> SeenMembers:
    """Return what of the layers is to be laid down. /dev, /proc and /sys are left to whoever starts it."""
    found = tuple(SeenOfLayer() for _ in layers)
    folders: list[str] = []
    links: list[tuple[str, str]] = []
    left_out = 0
    for at, names in tree.walk():
        if at.partition("/")[0] in _OURS:
            continue
        folders.append(at)
        start = f"{at}/" if at else ""
        for name, seen in names.items():
            path = f"{start}{name}"
            if path in _OURS:
                continue
            if seen.entry.kind == FOLDER:
                found[seen.layer - 1].folders.add(path)
            elif seen.entry.kind == LINK:
                links.append((path, seen.entry.target))
            elif (place := _content(tree, layers, path, seen)) is None:
                left_out += 1
            else:
                layer, member = place
                # The member's own name goes first: the others are second names of it.
                held = found[layer - 1].files.setdefault(member, [])
                found[layer - 1].sizes[member] = layers[layer - 1].entries[member].size_bytes
                held.insert(0 if path == member else len(held), path)
    total = sum(sum(each.sizes.values()) for each in found)
    return SeenMembers(tuple(filter(None, folders)), tuple(links), found, total, left_out)


def _content(tree: LayerTree, layers: Sequence[LayerFiles], path: str, seen: SeenEntry) -> tuple[int, str] | None:
    """Return the layer and the member that has the content of a file or of a hard link; None for anything else."""
    for _ in range(_LINKS_AT_MOST):
        if seen.entry.kind == FILE:
            return seen.layer, path
        if seen.entry.kind != HARD_LINK:
            return None
        path = seen.entry.target
        own = layers[seen.layer - 1].entries.get(path)
        below = tree.find(path) if own is None else SeenEntry(seen.layer, own)
        if below is None:
            return None
        seen = below
    return None

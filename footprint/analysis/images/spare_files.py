"""What an image could do without: what is hidden, what is there twice, and kinds that no application needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from footprint.analysis.images.layer_tree import HiddenEntry, SeenEntry
from footprint.knowledge.image_parts import IDLE, PARTS, compile_parts
from footprint.model.image_files import FILE, LayerFiles
from footprint.model.image_report import DoubledFile, HiddenFiles, ImagePart
from footprint.names import readable

_ROWS_AT_MOST = 1000
_SMALLEST_DOUBLED = 4096  # bytes of a file; smaller ones are many and weigh little
_PLACES_AT_MOST = 5
_FOLDER_PARTS = 3  # of the place of a kind: usr/lib/gcc


def sum_hidden(hidden: Iterable[HiddenEntry]) -> tuple[HiddenFiles, ...]:
    """Return what is hidden by layers and cause, the heaviest first."""
    sizes: Counter[tuple[object, ...]] = Counter()
    counts: Counter[tuple[object, ...]] = Counter()
    rows: dict[tuple[object, ...], HiddenEntry] = {}
    for each in hidden:
        key = (each.seen.layer, each.by_layer, each.how, each.cause)
        rows.setdefault(key, each)
        sizes[key] += each.seen.entry.size_bytes
        counts[key] += 1
    heaviest = sorted(rows, key=lambda key: (-sizes[key], key[0], key[1], str(key[3])))[:_ROWS_AT_MOST]
    return tuple(
        HiddenFiles(
            layer=rows[key].seen.layer,
            by_layer=rows[key].by_layer,
            how=rows[key].how,
            path=readable(f"/{rows[key].cause}"),
            file_bytes=sizes[key],
            file_count=counts[key],
        )
        for key in heaviest
    )


def find_doubled(layers: Sequence[LayerFiles]) -> tuple[tuple[DoubledFile, ...], int]:
    """Return the contents that are there several times, the heaviest first, and what all copies but one take."""
    first: dict[bytes, tuple[int, str]] = {}
    several: dict[bytes, list[tuple[int, str]]] = {}
    sizes: dict[bytes, int] = {}
    for number, path, digest, size in _contents(layers):
        if digest in first:
            several.setdefault(digest, [first[digest]]).append((number, path))
            sizes[digest] = size
        else:
            first[digest] = number, path
    total = sum((len(places) - 1) * sizes[digest] for digest, places in several.items())
    order = sorted(several, key=lambda digest: (-(len(several[digest]) - 1) * sizes[digest], several[digest][0]))
    return tuple(_doubled(sizes[digest], several[digest]) for digest in order[:_ROWS_AT_MOST]), total


def _contents(layers: Sequence[LayerFiles]) -> Iterator[tuple[int, str, bytes, int]]:
    for number, files in enumerate(layers, 1):
        for path, entry in (*files.entries.items(), *files.replaced):
            if entry.size_bytes >= _SMALLEST_DOUBLED and entry.kind == FILE and entry.digest:
                yield number, path, entry.digest, entry.size_bytes


def _doubled(size: int, places: Sequence[tuple[int, str]]) -> DoubledFile:
    shown = places[:_PLACES_AT_MOST]
    return DoubledFile(
        file_bytes=size,
        count=len(places),
        places=tuple(readable(f"/{path}") for _, path in shown),
        layers=tuple(number for number, _ in shown),
        same_path=len({path for _, path in places}) == 1,
    )


def sum_parts(files: Iterable[tuple[str, SeenEntry]], idle: Sequence[tuple[str, SeenEntry]]) -> tuple[ImagePart, ...]:
    """Return what is seen of each kind, the heaviest first; `idle` are those files of distributions."""
    pattern, sums = compile_parts(), {row.name: _PartSum() for row in PARTS}
    for path, seen in files:
        found = pattern.search(path)
        if found is not None:
            sums[PARTS[(found.lastindex or 1) - 1].name].add(path, seen)
    sums[IDLE] = _PartSum()
    for path, seen in idle:
        sums[IDLE].add(path, seen)
    rows = [part.row(name) for name, part in sums.items() if part.count]
    return tuple(sorted(rows, key=lambda row: (-row.file_bytes, row.kind)))


class _PartSum:
    """The sum of one kind."""

    def __init__(self) -> None:
        self.size = self.count = 0
        self.folders: Counter[str] = Counter()
        self.layers: set[int] = set()

    def add(self, path: str, seen: SeenEntry) -> None:
        self.size += seen.entry.size_bytes
        self.count += 1
        self.layers.add(seen.layer)
        self.folders["/".join(path.split("/")[:-1][:_FOLDER_PARTS])] += seen.entry.size_bytes

    def row(self, kind: str) -> ImagePart:
        heaviest = max(self.folders, key=lambda each: (self.folders[each], each))
        return ImagePart(kind, readable(f"/{heaviest}"), self.size, self.count, tuple(sorted(self.layers)))

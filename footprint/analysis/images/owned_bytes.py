"""The bytes of an image by distribution and layer, and by site folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from footprint.analysis.images.layer_tree import HiddenEntry, SeenEntry
from footprint.model.image_report import ImageDistribution, ImageSite, LayerBytesOf
from footprint.names import readable


class Owning(Protocol):
    """Whose a file is."""

    @property
    def name(self) -> str:
        """Normalised."""

    @property
    def version(self) -> str:
        """As its metadata says it."""

    @property
    def by_dpkg(self) -> bool:
        """Whether only the list of a Debian package tells."""


Key = tuple[str, str, str, bool]  # site, name, version, by dpkg


class OwnedBytes:
    """Sums by distribution, filled file by file."""

    def __init__(self) -> None:
        self._layers: dict[Key, Counter[int]] = {}
        self._inside: Counter[Key] = Counter()
        self._outside: Counter[Key] = Counter()
        self._hidden: Counter[Key] = Counter()
        self._bytecode: Counter[Key] = Counter()

    def add_site(
        self,
        site: str,
        files: Iterable[tuple[str, SeenEntry]],
        owner_of: Callable[[str], Owning | None],
        is_idle: Callable[[str], bool],
    ) -> ImageSite:
        """Give every seen file of a site folder to its owner."""
        owners: set[Key] = set()
        sums: Counter[str] = Counter()
        for path, seen in files:
            size, owner = seen.entry.size_bytes, owner_of(path)
            sums["all"] += size
            sums["source"] += path.endswith(".py")
            is_bytecode = path.endswith(".pyc")
            sums["bytecode"] += is_bytecode
            sums["bytecode bytes"] += size * is_bytecode
            sums["idle"] += size * is_idle(path[len(site) + 1 :])
            if owner is None:
                continue
            key = _key(site, owner)
            owners.add(key)
            sums["named"] += size
            self._inside[key] += size
            self._bytecode[key] += size * is_bytecode
            self._layers.setdefault(key, Counter())[seen.layer] += size
        return ImageSite(
            path=readable(f"/{site}"),
            file_bytes=sums["all"],
            named_bytes=sums["named"],
            unowned_bytes=sums["all"] - sums["named"],
            distribution_count=len(owners),
            source_count=sums["source"],
            bytecode_count=sums["bytecode"],
            bytecode_bytes=sums["bytecode bytes"],
            idle_bytes=sums["idle"],
        )

    def add_outside(self, site: str, outside: Mapping[str, Owning], find: Callable[[str], SeenEntry | None]) -> None:
        """Give the recorded files outside of a site folder to their owners."""
        for path, owner in outside.items():
            seen = find(path)
            if seen is not None and seen.entry.size_bytes:
                key = _key(site, owner)
                self._outside[key] += seen.entry.size_bytes
                self._layers.setdefault(key, Counter())[seen.layer] += seen.entry.size_bytes

    def add_hidden(self, site: str, owner: Owning, hidden: HiddenEntry) -> None:
        """Give a file that is not seen any more to whose it was."""
        self._hidden[_key(site, owner)] += hidden.seen.entry.size_bytes

    def rows(self) -> tuple[ImageDistribution, ...]:
        """Return all distributions, the heaviest first."""
        keys = self._layers.keys() | self._hidden.keys()
        found = [self._row(key) for key in keys]
        return tuple(
            sorted(
                found,
                key=lambda each: (-each.file_bytes - each.outside_bytes, -each.hidden_bytes, each.name, each.site),
            )
        )

    def _row(self, key: Key) -> ImageDistribution:
        site, name, version, by_dpkg = key
        layers = self._layers.get(key, Counter())
        return ImageDistribution(
            name=name,
            version=version,
            site=readable(f"/{site}"),
            origin="dpkg" if by_dpkg else "metadata",
            file_bytes=self._inside[key],
            outside_bytes=self._outside[key],
            hidden_bytes=self._hidden[key],
            bytecode_bytes=self._bytecode[key],
            layers=tuple(LayerBytesOf(*each) for each in sorted(layers.items())),
        )


def _key(site: str, owner: Owning) -> Key:
    return site, owner.name, owner.version, owner.by_dpkg

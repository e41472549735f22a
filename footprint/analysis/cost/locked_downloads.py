"""What is downloaded for the pins of a lock file, and what that comes to unpacked. Pure.

Laws: a size that the lock does not have stays None. A total is a range; where anything in it is not known, it has no
upper end. The unpacked size is an estimate between measured ratios, and of a source that is built nothing is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from footprint.model.environment_facts import Download, DownloadTotal, HowDownloaded, UnpackedRatio
from footprint.model.requirements import LockedArchive, LockedDistribution
from footprint.names import ByName, DistributionName
from footprint.values import replace

Tags = Sequence[Mapping[str, int]]  # as collect.layout.wheel_tags gives them
_WHEEL = ".whl"
_WHEEL_PARTS = (5, 6)  # name, version, perhaps a build, python, abi, platform
_NVIDIA = "nvidia_"


def find_downloads(
    locked: Iterable[LockedDistribution],
    versions: Mapping[DistributionName, str],
    tags: Tags,
    ratios: Iterable[UnpackedRatio],
) -> ByName[Download]:
    """Return what each distribution is downloaded as, of those that are locked in the version that `versions` has.

    Folders of the project have no download. Of several lock files the first one with a size counts.
    """
    by_kind: dict[str, UnpackedRatio] = {ratio.kind: ratio for ratio in ratios}
    found: dict[DistributionName, Download] = {}
    for one in locked:
        if one.is_local or not one.archives or versions.get(one.name) != one.version:
            continue
        if one.name not in found or found[one.name].least_bytes is None:
            found[one.name] = _download_of(one.archives, tags, by_kind)
    return found


def total_downloads(
    locked: Sequence[LockedDistribution],
    versions: Mapping[DistributionName, str],
    downloads: ByName[Download],
    estimated_by: str,
) -> DownloadTotal | None:
    """Return what the pins for deployment come to; None where no archive is named at all."""
    deployed = {
        one.name: one.path
        for one in locked
        if not one.is_local and versions.get(one.name) == one.version and (not one.groups or "main" in one.groups)
    }
    if not deployed or not downloads:
        return None
    of = [downloads.get(name) for name in deployed]
    unpacked_most = _whole(of, lambda each: each.unpacked_most_bytes)
    unpacked_least = _known(of, lambda each: each.unpacked_least_bytes)
    return DownloadTotal(
        lock_files=tuple(dict.fromkeys(deployed.values())),
        distribution_count=len(deployed),
        least_bytes=_known(of, lambda each: each.least_bytes),
        most_bytes=_whole(of, lambda each: each.most_bytes),
        unpacked_least_bytes=unpacked_least,
        unpacked_most_bytes=unpacked_most,
        unknown=tuple(sorted(name for name in deployed if name not in downloads or downloads[name].most_bytes is None)),
        estimated_by=estimated_by if unpacked_least is not None else "",
    )


def without_estimate(download: Download) -> Download:
    """Return a download of something that was weighed: no estimate stands beside the measured weight."""
    return replace(download, unpacked_least_bytes=None, unpacked_most_bytes=None)


_Figure = Callable[[Download], int | None]


def _known(downloads: Iterable[Download | None], figure: _Figure) -> int | None:
    """Return the sum of those figures that are known; None where none is."""
    figures = [count for each in downloads if each is not None and (count := figure(each)) is not None]
    return sum(figures) if figures else None


def _whole(downloads: Iterable[Download | None], figure: _Figure) -> int | None:
    """Return the sum of all figures; None where one of them is not known."""
    total = 0
    for each in downloads:
        count = figure(each) if each is not None else None
        if count is None:
            return None
        total += count
    return total


def _download_of(archives: Sequence[LockedArchive], tags: Tags, ratios: Mapping[str, UnpackedRatio]) -> Download:
    wheels = {archive: parts for archive in archives if (parts := _tags_of(archive.file)) is not None}
    sources = [archive for archive in archives if archive not in wheels]
    chosen = [best for ranks in tags if (best := _best(wheels, ranks)) is not None]
    if wheels and not tags:
        chosen = [*wheels]  # the target's tags are not known: any of them
    if not chosen and sources:
        return _range_of("source", sources[:1], lambda _: None)
    if not chosen:
        chosen = [*wheels]  # none fits, though it is locked: installed on another machine
    files = [*dict.fromkeys(chosen)]
    how: HowDownloaded = "wheel" if len(files) == 1 else "one of several wheels"
    return _range_of(how, files, lambda each: ratios.get(_kind_of(each.file)))


def _range_of(
    how: HowDownloaded, archives: Sequence[LockedArchive], ratio_of: Callable[[LockedArchive], UnpackedRatio | None]
) -> Download:
    sizes = [archive.size_bytes for archive in archives]
    least, most = _ends([(size, size) for size in sizes])
    ratios = [ratio_of(archive) for archive in archives]
    unpacked = [
        (None, None) if size is None or ratio is None else (int(size * ratio.least), int(size * ratio.most) + 1)
        for size, ratio in zip(sizes, ratios, strict=True)
    ]
    lowest, highest = _ends(unpacked)
    return Download(
        how=how,
        file=archives[0].file if len(archives) == 1 else None,
        least_bytes=least,
        most_bytes=most,
        unpacked_least_bytes=lowest,
        unpacked_most_bytes=highest,
    )


def _ends(ranges: Sequence[tuple[int | None, int | None]]) -> tuple[int | None, int | None]:
    """Return the lowest and the highest end; None for both where one is not known: any may be the one."""
    least, most = [low for low, _ in ranges if low is not None], [high for _, high in ranges if high is not None]
    if not ranges or len(least) < len(ranges) or len(most) < len(ranges):
        return None, None
    return min(least), max(most)


def _best(wheels: Mapping[LockedArchive, Sequence[str]], ranks: Mapping[str, int]) -> LockedArchive | None:
    """Return the wheel whose tag comes first; of several builds the last one that is listed."""
    best: tuple[int, LockedArchive] | None = None
    for archive, names in wheels.items():
        rank = min((ranks[name] for name in names if name in ranks), default=None)
        if rank is not None and (best is None or rank <= best[0]):
            best = rank, archive
    return best[1] if best is not None else None


def _tags_of(file: str) -> tuple[str, ...] | None:
    """Return the tags that the name of a wheel stands for; None where it is not a wheel.

    Source: "Binary distribution format" specification, file name convention.
    """
    if not file.endswith(_WHEEL):
        return None
    parts = file.removesuffix(_WHEEL).split("-")
    return tuple(_expand(*parts[-3:])) if len(parts) in _WHEEL_PARTS else ()


_MOST_TAGS = 64  # real wheels have some ten


def _expand(python: str, abi: str, platform: str) -> Iterator[str]:
    pythons, abis, platforms = (part.split(".")[:_MOST_TAGS] for part in (python, abi, platform))
    for each in pythons[: _MOST_TAGS // 4]:
        for one in abis[: _MOST_TAGS // 4]:
            yield from (f"{each}-{one}-{other}" for other in platforms)


def _kind_of(file: str) -> str:
    if file.lower().startswith(_NVIDIA):
        return "cuda"
    return "pure" if file.endswith("-any.whl") else "compiled"

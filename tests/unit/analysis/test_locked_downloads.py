"""What a lock file's pins are downloaded as: the wheel for the target, a range, or nothing known; never a zero."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.analysis.cost.locked_downloads import find_downloads, total_downloads
from footprint.knowledge.tables import read_unpacked_ratios
from footprint.model.environment_facts import Download, UnpackedRatio
from footprint.model.requirements import LockedArchive, LockedDistribution

RATIOS = (UnpackedRatio("pure", 2, 4), UnpackedRatio("compiled", 3, 5), UnpackedRatio("cuda", 1, 5))
GLIBC = {"cp311-cp311-manylinux_2_28_x86_64": 0, "cp311-cp311-manylinux_2_17_x86_64": 1, "cp311-abi3-linux_x86_64": 2}
GLIBC |= {"py3-none-any": 9}
MUSL = {"cp311-cp311-musllinux_1_2_x86_64": 0, "py3-none-any": 9}


def locked(
    name: str = "a", version: str = "1", /, *archives: tuple[str, int | None], **more: Any
) -> LockedDistribution:
    values: dict[str, Any] = dict(dependencies=(), groups=("main",), path="uv.lock", line=1)
    return LockedDistribution(name, version, archives=tuple(LockedArchive(*each) for each in archives), **values | more)


def named(tags: str, size: int | None = 100) -> tuple[str, int | None]:
    return f"a-1-{tags}.whl", size


PURE, SOURCE = named("py3-none-any"), ("a-1.tar.gz", 70)
NEW, OLD = named("cp311-cp311-manylinux_2_28_x86_64", 200), named("cp311-cp311-manylinux_2_17_x86_64", 210)
OF_MUSL, OF_MAC = named("cp311-cp311-musllinux_1_2_x86_64", 300), named("cp311-cp311-macosx_11_0_arm64", 50)
BOTH_OLD = named("cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64", 211)
# archives, tags of the target -> how, the file, the range, the unpacked range
CASES: dict[str, tuple[list[tuple[str, int | None]], tuple[dict[str, int], ...], tuple[Any, ...]]] = {
    "the only wheel": ([PURE], (GLIBC,), ("wheel", PURE[0], 100, 100, 200, 401)),
    "a wheel before a source": ([PURE, SOURCE], (GLIBC,), ("wheel", PURE[0], 100, 100, 200, 401)),
    "the best of two": ([OLD, NEW], (GLIBC,), ("wheel", NEW[0], 200, 200, 600, 1001)),
    "order does not matter": ([NEW, OLD], (GLIBC,), ("wheel", NEW[0], 200, 200, 600, 1001)),
    "several platforms in one name": ([OF_MAC, BOTH_OLD], (GLIBC,), ("wheel", BOTH_OLD[0], 211, 211, 633, 1056)),
    "not that of another C library": ([OF_MUSL, NEW], (GLIBC,), ("wheel", NEW[0], 200, 200, 600, 1001)),
    "the C library is not known": ([OF_MUSL, NEW], (GLIBC, MUSL), ("one of several wheels", None, 200, 300, 600, 1501)),
    "known to be the same": ([PURE], (GLIBC, MUSL), ("wheel", PURE[0], 100, 100, 200, 401)),
    "no wheel fits, a source does": ([OF_MAC, SOURCE], (GLIBC,), ("source", SOURCE[0], 70, 70, None, None)),
    "no wheel fits, no source": ([OF_MAC, OF_MUSL], (GLIBC,), ("one of several wheels", None, 50, 300, 150, 1501)),
    "the target is not known": ([OF_MAC, NEW, SOURCE], (), ("one of several wheels", None, 50, 200, 150, 1001)),
    "a size that the lock has not": ([named("py3-none-any", None)], (GLIBC,), ("wheel", PURE[0], *[None] * 4)),
    "of a range one is not known": (
        [named("cp311-cp311-musllinux_1_2_x86_64", None), NEW],
        (GLIBC, MUSL),
        ("one of several wheels", None, *[None] * 4),
    ),
    "a build number": ([("a-1-2-py3-none-any.whl", 5)], (GLIBC,), ("wheel", "a-1-2-py3-none-any.whl", 5, 5, 10, 21)),
    "a name that says nothing": ([("x.whl", 5), SOURCE], (GLIBC,), ("source", SOURCE[0], 70, 70, None, None)),
    "libraries of NVIDIA": (
        [("nvidia_x-1-py3-none-any.whl", 10)],
        (GLIBC,),
        ("wheel", "nvidia_x-1-py3-none-any.whl", 10, 10, 10, 51),
    ),
    "nothing at all is nothing": ([("a-1-py3-none-any.whl", 0)], (GLIBC,), ("wheel", PURE[0], 0, 0, 0, 1)),
}


@pytest.mark.parametrize(("archives", "tags", "expected"), CASES.values(), ids=CASES)
def test_what_is_downloaded(
    archives: list[tuple[str, int | None]], tags: tuple[dict[str, int], ...], expected: tuple[Any, ...]
) -> None:
    assert find_downloads([locked("a", "1", *archives)], {"a": "1"}, tags, RATIOS)["a"] == Download(*expected)


NOOP: dict[str, LockedDistribution] = {
    "no archive": locked("a", "1"),
    "another version is installed": locked("a", "2", PURE),
    "not installed": locked("b", "1", PURE),
    "a folder of the project": locked("a", "1", PURE, is_local=True),
}


@pytest.mark.parametrize("one", NOOP.values(), ids=NOOP)
def test_what_has_no_download(one: LockedDistribution) -> None:
    assert find_downloads([one], {"a": "1"}, (GLIBC,), RATIOS) == {}


def test_a_lock_without_sizes_gives_way_to_one_with_them() -> None:
    both = [locked("a", "1", named("py3-none-any", None)), locked("a", "1", PURE), locked("a", "1", ("a.tar.gz", 1))]
    assert find_downloads(both, {"a": "1"}, (GLIBC,), RATIOS)["a"].least_bytes == 100


def total(*all_locked: LockedDistribution) -> tuple[Any, ...] | None:
    versions = {one.name: one.version for one in all_locked}
    downloads = find_downloads(all_locked, versions, (GLIBC,), RATIOS)
    found = total_downloads(all_locked, versions, downloads, "measured")
    if found is None:
        return None
    ends = (found.least_bytes, found.most_bytes, found.unpacked_least_bytes, found.unpacked_most_bytes)
    return found.distribution_count, *ends, found.unknown


OTHER = ("b-1-py3-none-any.whl", 10)
TOTALS: dict[str, tuple[list[LockedDistribution], tuple[Any, ...] | None]] = {
    "nothing": ([], None),
    "no archives": ([locked("a", "1")], None),
    "a sum": ([locked("a", "1", PURE), locked("b", "1", OTHER)], (2, 110, 110, 220, 442, ())),
    "what is for developers stays out": (
        [
            locked("a", "1", PURE),
            locked("b", "1", OTHER, groups=("dev",)),
            locked("c", "1", OTHER, groups=("dev", "main")),
        ],
        (2, 110, 110, 220, 442, ()),
    ),
    "so do extras": (
        [locked("a", "1", PURE), locked("b", "1", OTHER, groups=("optional:x",))],
        (1, 100, 100, 200, 401, ()),
    ),
    "no group is known": ([locked("a", "1", PURE, groups=())], (1, 100, 100, 200, 401, ())),
    "one without a size has no upper end": (
        [locked("a", "1", PURE), locked("b", "1", ("b-1-py3-none-any.whl", None))],
        (2, 100, None, 200, None, ("b",)),
    ),
    "one without an archive neither": ([locked("a", "1", PURE), locked("b", "1")], (2, 100, None, 200, None, ("b",))),
    "a source has no unpacked size": ([locked("a", "1", PURE), locked("b", "1", SOURCE)], (2, 170, 170, 200, None, ())),
    "no size at all is not nothing": (
        [locked("a", "1", named("py3-none-any", None))],
        (1, None, None, None, None, ("a",)),
    ),
}


@pytest.mark.parametrize(("of", "expected"), TOTALS.values(), ids=TOTALS)
def test_what_a_lock_comes_to(of: list[LockedDistribution], expected: tuple[Any, ...] | None) -> None:
    assert total(*of) == expected


@given(st.lists(st.integers(0, 1 << 40) | st.none(), max_size=8))
def test_a_range_holds_together(sizes: list[int | None]) -> None:
    found = total(*(locked(f"p{place}", "1", named("py3-none-any", size)) for place, size in enumerate(sizes)))
    if found is None:
        assert not sizes
        return
    _, least, most, unpacked_least, unpacked_most, unknown = found
    assert (least is None) == (unpacked_least is None) == all(size is None for size in sizes)
    assert len(unknown) == sizes.count(None)
    assert (most is None) == (unpacked_most is None) == (None in sizes)
    if least is not None and unpacked_least is not None:
        assert least == sum(size or 0 for size in sizes) <= unpacked_least
        assert unpacked_most is None or unpacked_least <= unpacked_most


def test_the_measured_ratios_are_ranges_with_a_source() -> None:
    ratios, source = read_unpacked_ratios()
    assert {ratio.kind for ratio in ratios} == {"pure", "compiled", "cuda"}
    assert all(1 <= ratio.least < ratio.most for ratio in ratios)
    assert source.endswith("2026-11")

"""Which wheels a target takes: as pip would rank them here, and for targets that are not this machine."""

from dataclasses import replace

import pytest
from packaging.tags import sys_tags

from footprint.collect import layout
from footprint.collect.layout.wheel_tags import rank_tags
from footprint.model.installed_environment import Interpreter

HERE = replace(layout.describe_running(), implementation="cpython")


def test_here_they_are_those_of_pip_in_its_order() -> None:
    (ranks,) = rank_tags(layout.describe_running())
    assert [*ranks] == [*dict.fromkeys(map(str, sys_tags()))]
    assert [*ranks.values()] == sorted(ranks.values())


def target(platform: str = "linux-aarch64", libc: str = "glibc", **more: object) -> Interpreter:
    values: dict[str, object] = dict(version=(3, 12, 1), platform=platform, libc=libc, abi_flags="") | more
    return replace(HERE, **values)  # type: ignore[arg-type]


# the target, a wheel that it takes, and one that it does not
TAKES = {
    "another architecture": (target(), "cp312-cp312-manylinux_2_17_aarch64", "cp312-cp312-manylinux_2_17_x86_64"),
    "not older than the first": (target(), "cp312-cp312-manylinux_2_17_aarch64", "cp312-cp312-manylinux_2_12_aarch64"),
    "its older name": (target(), "cp312-cp312-manylinux2014_aarch64", "cp312-cp312-manylinux1_aarch64"),
    "musl": (target(libc="musl"), "cp312-cp312-musllinux_1_2_aarch64", "cp312-cp312-manylinux_2_17_aarch64"),
    "an older Python": (target(version=(3, 9, 0)), "cp39-cp39-manylinux_2_17_aarch64", "cp312-cp312-linux_aarch64"),
    "the stable ABI": (target(), "cp38-abi3-manylinux_2_17_aarch64", "cp313-abi3-manylinux_2_17_aarch64"),
    "free-threaded": (
        target(version=(3, 13, 0), abi_flags="t"),
        "cp313-cp313t-manylinux_2_17_aarch64",
        "cp313-abi3-manylinux_2_17_aarch64",
    ),
    "pure Python": (target(), "py3-none-any", "py2-none-any"),
}


@pytest.mark.parametrize(("python", "taken", "refused"), TAKES.values(), ids=TAKES)
def test_what_a_target_takes(python: Interpreter, taken: str, refused: str) -> None:
    (ranks,) = rank_tags(python)
    assert taken in ranks
    assert refused not in ranks


def test_a_target_whose_c_library_is_not_known_has_both() -> None:
    glibc, musl = rank_tags(target(libc=""))
    assert "cp312-cp312-manylinux_2_17_aarch64" in glibc
    assert "cp312-cp312-musllinux_1_1_aarch64" in musl


@pytest.mark.parametrize("python", [target("win-amd64", ""), target(implementation="pypy")], ids=["system", "kind"])
def test_of_others_nothing_is_claimed(python: Interpreter) -> None:
    assert rank_tags(python) == ()

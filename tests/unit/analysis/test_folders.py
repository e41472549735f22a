"""Folders of a distribution, folded: nothing is lost, and what a folder's rows come to is the folder."""

import random

import pytest

from footprint.analysis.cost.folded_folders import fold_folders
from footprint.units import MIB

CASES: dict[str, tuple[dict[str, int], list[tuple[str, int]]]] = {
    "noop: nothing": ({}, []),
    "a small one is told without folders": ({"pkg/": 10, "pkg/a/": 20, "single.py": 5}, [("", 35)]),
    "a large file of the top level stands for itself": ({"big.so": 2 * MIB, "pkg/": 9}, [("big.so", 2 * MIB), ("", 9)]),
    "what lies in a folder itself is apart from a large one in it": (
        {"pkg/": MIB, "pkg/data/": 3 * MIB, "pkg/tests/": 7},
        [("pkg/data/", 3 * MIB), ("pkg/", MIB + 7)],
    ),
    "of a folder that holds one large folder only that is a row": ({"pkg/a/b/": 3 * MIB}, [("pkg/a/b/", 3 * MIB)]),
    "far down it is folded": ({f"{'d/' * 20}": 3 * MIB}, [(f"{'d/' * 7}", 3 * MIB)]),
}


@pytest.mark.parametrize("name", CASES)
def test_folders(name: str) -> None:
    own, expected = CASES[name]
    assert list(fold_folders(own)) == expected


def make(seed: int) -> dict[str, int]:
    chance = random.Random(seed)
    own: dict[str, int] = {}
    for _ in range(chance.randrange(60)):
        path = "/".join(chance.choice("abc") for _ in range(chance.randrange(1, 10)))
        path += "/" if "/" in path or chance.random() < 0.7 else ".py"
        own[path] = own.get(path, 0) + chance.choice([0, 10, 1 << 17, 1 << 18, 1 << 20, 1 << 24])
    return own


@pytest.mark.parametrize("seed", range(300))
def test_rows_add_up_to_the_whole_and_to_every_folder_that_is_a_row_or_holds_one(seed: int) -> None:
    own = make(seed)
    rows = fold_folders(own)
    assert sum(count for _, count in rows) == sum(own.values())
    assert len(rows) <= 41  # none below a fortieth, but for the rest
    assert all(count > 0 for _, count in rows)
    for path, _ in rows:
        folders = [path[: place + 1] for place, sign in enumerate(path) if sign == "/"]
        for folder in folders:
            whole = sum(count for each, count in own.items() if each.startswith(folder))
            assert sum(count for each, count in rows if each.startswith(folder)) == whole

"""The patterns of many rows asked at once: the first row of which one fits, as each pattern by itself says it."""

import posixpath
from collections.abc import Sequence
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.collect.deploy import READERS
from footprint.collect.deploy.tools import _KINDS
from footprint.collect.namings import text_kinds
from footprint.files.name_patterns import NamePatterns

TABLES: dict[str, Sequence[Sequence[str]]] = {
    "readers": [patterns for patterns, _ in READERS],
    "tools": [kind.patterns for kind in _KINDS],
    "texts": [patterns for patterns, _ in text_kinds._KINDS],
    "not read": [text_kinds._NOT_READ],
    "stars": [("a*b*", "*a*x"), ("a*bc", "**"), ("*", "b*a")],
    "sets": [("[ab", "x?"), ("?", "[!a]*b"), ("a[*]x", "*[b]"), ("[]]", "*?x")],
    "a name in two rows": [("a", "b*"), ("b", "a"), ("bc",)],
    "a path and a name": [("*x/a",), ("a",), ("[ab]",)],
    "nothing": [],
}
WORDS = sorted(
    {
        each.replace("*", "").replace("[", "").replace("]", "")
        for rows in TABLES.values()
        for row in rows
        for each in row
    }
)


def one_by_one(rows: Sequence[Sequence[str]], path: str) -> int | None:
    fitting = (
        number
        for number, row in enumerate(rows)
        if any(fnmatchcase(path if "/" in each else posixpath.basename(path), each) for each in row)
    )
    return next(fitting, None)


@pytest.mark.parametrize("table", TABLES)
@given(
    words=st.lists(
        st.sampled_from([*WORDS, "a", "b", "bc", "x", "X", ".", "*", "]", "[ab", "\n"]), min_size=1, max_size=3
    ),
    glue=st.sampled_from(["/", "", "."]),
)
def test_a_file_is_of_the_first_row_that_fits(table: str, words: list[str], glue: str) -> None:
    rows = TABLES[table]
    for path in (*words, glue.join(words)):
        assert NamePatterns(rows).row_of(path) == one_by_one(rows, path)

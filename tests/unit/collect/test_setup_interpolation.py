"""References in a setup.cfg that make more and more of each other: they come to an end."""

import pytest

from footprint.documents.setup_interpolation import interpolated
from footprint.documents.setup_options import parse_setup_options

BOMBS = {
    "lines": "".join(f"a{n} =\n  %(a{n + 1})s\n  %(a{n + 1})s\n" for n in range(60)),
    "parts of a line": "".join(f"a{n} = %(a{n + 1})s %(a{n + 1})s\n" for n in range(60)),
    "a circle": "a0 = %(a1)s\na1 = %(a2)s\na2 = x %(a0)s y %(a1)s\n",
    "many": "".join(f"a{n} = %(a{n + 1})s\n" for n in range(3_000)),
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_what_refers_to_itself_many_times_is_bounded(bomb: str) -> None:
    found = interpolated(parse_setup_options(f"[options]\n{bomb}").options)
    assert all(len(option.values) <= 2_000 for option in found)

"""Rows of what would come: one candidate, or several lines that are priced together."""

from footprint.analysis.additions.asked_candidates import read_candidate
from footprint.analysis.additions.candidate_rows import NewArrivals, Standing, describe
from tests.support.builders import installed

STANDING = Standing((installed("below"),), {"below": 100}, {})
ARRIVED = NewArrivals((installed("heavy", "below"), installed("light")), {"heavy": 7000, "light": 900})


def test_one_candidate_has_the_version_that_came() -> None:
    row = describe(STANDING, ARRIVED, (read_candidate("heavy"),))
    assert (row.requirement, row.version, row.state) == ("heavy", "1.0", "new")
    assert (row.installed_bytes, row.new_bytes, row.new_count) == (7100, 7900, 2)


def test_several_lines_have_no_version_of_one() -> None:
    row = describe(STANDING, ARRIVED, tuple(map(read_candidate, ("heavy", "light"))))
    assert (row.requirement, row.version, row.state) == ("heavy, light", None, "new")
    assert (row.installed_bytes, row.installed_count, row.new_bytes) == (8000, 3, 7900)


def test_what_is_there_already_is_present_in_its_version() -> None:
    row = describe(STANDING, NewArrivals(), (read_candidate("below"),))
    assert (row.version, row.state, row.new_bytes, row.download_bytes) == ("1.0", "present", 0, 0)

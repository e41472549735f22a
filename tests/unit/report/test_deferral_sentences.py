"""What a report of deferrals says of each form."""

import pytest

from footprint.model.deferrals import DeferralForm, Deferrals
from footprint.report.deferral.deferral_sentences import guard_lines


@pytest.mark.parametrize(("form", "count"), [("move", 2), ("lazy", 1), ("listed", 1)])
def test_a_ban_of_imports_at_the_top_is_offered_where_none_is_left(form: DeferralForm, count: int) -> None:
    deferrals = Deferrals(1, "1", "shop", form, (), (), (), (), ("heavy",), True)
    assert len(list(guard_lines(deferrals))) == count

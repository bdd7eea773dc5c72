"""A period is the days from its first to its last, told of by the snapshots of their years."""

from datetime import date

import pytest

from omsorgstall.core import OmsorgstallError
from omsorgstall.measures.period import Period
from omsorgstall.measures.populations.long_term import months_before


def test_a_period_of_one_day_is_a_period():
    assert list(Period(date(2020, 2, 29), date(2020, 2, 29)).years) == [2020]


def test_a_period_over_new_year_touches_two_years():
    assert list(Period(date(2020, 12, 31), date(2021, 1, 1)).years) == [2020, 2021]


def test_a_period_that_ends_before_it_begins_is_refused():
    with pytest.raises(OmsorgstallError) as refused:
        Period(date(2021, 1, 1), date(2020, 12, 31))
    assert refused.value.code == "period-backwards"


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2021, 3, 31), 1, date(2021, 2, 28)),
        (date(2020, 2, 29), 12, date(2019, 2, 28)),
        (date(2021, 1, 15), 3, date(2020, 10, 15)),
        (date(2021, 12, 31), 60, date(2016, 12, 31)),
    ],
)
def test_months_before_a_day_end_on_the_last_of_a_shorter_month(day, months, before):
    assert months_before(day, months) == before

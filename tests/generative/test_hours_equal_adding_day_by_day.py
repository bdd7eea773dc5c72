"""The table of hours is that of writing down every date of every record."""

import pytest

from tests.generative.test_tables_equal_counting_by_hand import drawn, figures, random_register, shown
from tests.twins import hours as twin


@pytest.mark.parametrize("seed", range(3))
def test_hours_are_those_added_day_by_day(duckdb_engine, seed):
    register = random_register(seed)
    hours = drawn(duckdb_engine, register).tables[1]
    assert figures(hours, "Timer") == pytest.approx(shown(twin.hours(register), hours, "Timer"), abs=0.01)
    raw = shown(twin.hours(register, exclusive=False), hours, "TimerMedOverlapp")
    assert figures(hours, "TimerMedOverlapp") == pytest.approx(raw, abs=0.01)

"""Which municipalities there were in a year, and what they became."""

import pytest

from omsorgstall.codes import municipalities, municipalities_in

NUMBER_OF = {
    **dict.fromkeys((2006, 2007), 431),
    **dict.fromkeys(range(2008, 2012), 430),
    2012: 429,
    **dict.fromkeys(range(2013, 2017), 428),
    2017: 426,
    **dict.fromkeys((2018, 2019), 422),
    **dict.fromkeys(range(2020, 2024), 356),
    **dict.fromkeys((2024, 2025, 2026), 357),
}


@pytest.mark.parametrize("year", NUMBER_OF)
def test_every_year_has_the_number_of_municipalities_it_had_and_together_they_are_todays(year):
    found = municipalities_in(year)
    assert len(found) == NUMBER_OF[year]
    assert {today for parts in found.values() for today, _ in parts} == set(municipalities())
    assert all(sum(weight for _, weight in parts) == pytest.approx(1) for parts in found.values())


def test_the_reform_of_2024_changed_numbers_on_its_first_day_and_not_before():
    assert "3001" in municipalities_in(2023)
    assert "3101" not in municipalities_in(2023)
    assert "3001" not in municipalities_in(2024)
    assert municipalities_in(2024)["3101"] == (("3101", 1.0),)

"""Made-up people have numbers that cannot belong to anyone, and that a check accepts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omsorgstall.synthetic.identity import identity_digits, organisation_numbers


def check_digits(number: str) -> tuple[int, int]:
    """The two check digits, one digit at a time, as the Tax Administration describes them."""
    digits = [int(c) for c in number]
    first = -sum(w * d for w, d in zip((3, 7, 6, 1, 8, 9, 4, 5, 2), digits, strict=False)) % 11
    second = -sum(w * d for w, d in zip((5, 4, 3, 2, 7, 6, 5, 4, 3, 2), [*digits[:9], first], strict=False)) % 11
    return first, second


def numbers(dates, sex, ordinal, foreign):
    matrix = identity_digits(
        np.array(dates, dtype="datetime64[D]"), np.array(sex), np.array(ordinal), np.array(foreign, dtype=bool)
    )
    return ["".join(map(str, row)) for row in matrix]


people = st.tuples(st.dates(*(np.datetime64(d).item() for d in ("1870-01-01", "2025-12-31"))), st.integers(0, 1))


@settings(max_examples=200, deadline=None)
@given(people, st.integers(0, 90), st.booleans())
def test_every_number_has_month_plus_80_and_valid_check_digits(person, ordinal, foreign):
    born, sex = person
    (number,) = numbers([born], [sex], [ordinal], [foreign])
    assert 81 <= int(number[2:4]) <= 92
    assert (int(number[9]), int(number[10])) == check_digits(number)
    assert int(number[8]) % 2 == sex
    assert (int(number[:2]) > 40) == foreign


def test_everyone_born_on_one_day_gets_a_different_number():
    count = 180
    found = numbers(["1950-06-15"] * count, [0] * count, range(count), [False] * count)
    assert len(set(found)) == count


def test_more_people_than_numbers_is_refused():
    with pytest.raises(ValueError, match="More people"):
        numbers(["1950-06-15"], [0], [250], [False])


def test_units_of_a_municipality_have_numbers_no_real_unit_has():
    units = organisation_numbers("4203")
    assert len(set(units)) == 40
    for unit in units:
        assert unit[0] == "3"
        assert sum(w * int(d) for w, d in zip((3, 2, 7, 6, 5, 4, 3, 2, 1), unit, strict=True)) % 11 == 0


def test_two_municipalities_have_different_units():
    assert not set(organisation_numbers("4203")) & set(organisation_numbers("4204"))

"""The words every room shares: numbers, municipality numbers, errors."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omsorgstall.core import ErrorFamily, MunicipalityNumber, OmsorgstallError, format_number, round_half_up

NO_BREAK = "\u00a0"


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        (0, 0, "0"),
        (999, 0, "999"),
        (1000, 0, f"1{NO_BREAK}000"),
        (1234567.8, 1, f"1{NO_BREAK}234{NO_BREAK}567,8"),
        (2.5, 0, "3"),
        (1.25, 1, "1,3"),
        (2.675, 2, "2,68"),
        (np.float64(2.675), 2, "2,68"),
        (-1.25, 1, "-1,3"),
    ],
)
def test_norwegian_numbers_have_a_space_for_thousands_a_comma_and_half_up_rounding(value, decimals, written):
    assert format_number(value, decimals) == written


def test_english_numbers_have_a_comma_for_thousands_and_a_point():
    assert format_number(1234567.85, 1, "en") == "1,234,567.9"


@given(st.integers(-1_000_000, 1_000_000), st.integers(0, 3))
def test_exactly_half_is_rounded_away_from_zero(number, decimals):
    halves = Decimal(number * 10 + (5 if number >= 0 else -5)).scaleb(-decimals - 1)
    away = Decimal(number + (1 if number >= 0 else -1)).scaleb(-decimals)
    assert round_half_up(float(halves), decimals) == float(away)


@pytest.mark.parametrize("text", ["301", "03010", "O301", "", " 301", "0301\n", "٠٣٠١"])
def test_what_has_not_four_digits_is_no_municipality_number(text):
    with pytest.raises(ValueError, match="four digits"):
        MunicipalityNumber(text)


def test_a_municipality_number_keeps_its_leading_zero():
    assert MunicipalityNumber("0301") == "0301"


def test_an_error_reads_as_sentences_and_leaves_out_what_is_not_known():
    error = OmsorgstallError(ErrorFamily.USAGE, "some-code", "It is wrong.", where="line 3", todo="Mend it.")
    assert str(error) == "It is wrong. Where: line 3. What to do: Mend it."
    assert str(OmsorgstallError(ErrorFamily.STORE, "some-code", "It is wrong.")) == "It is wrong."


def test_each_family_of_errors_has_an_exit_code_of_its_own_above_one():
    codes = [family.value for family in ErrorFamily]
    assert len(set(codes)) == len(codes)
    assert min(codes) > 1

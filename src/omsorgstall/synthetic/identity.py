"""Made-up identity numbers (fødselsnummer, month + 80) and organisation numbers with valid check digits.

The Norwegian Tax Administration reserves month + 80 for made-up people, so none of these can belong to anyone. No real
organisation number begins with 3.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from omsorgstall.synthetic.draws import Ints

WEIGHTS_FIRST = np.array([3, 7, 6, 1, 8, 9, 4, 5, 2])
WEIGHTS_SECOND = np.array([5, 4, 3, 2, 7, 6, 5, 4, 3, 2])
WEIGHTS_ORGANISATION = np.array([3, 2, 7, 6, 5, 4, 3, 2])
SYNTHETIC_MONTH = 80
D_NUMBER_DAY = 40
MADE_UP_FIRST_DIGIT = 3
FEMALE, MALE = 0, 1
_CENTURIES = ((1854, 500, 750), (1900, 0, 500), (2000, 500, 1000))
"""First birth year and range of individual numbers (individnummer) that tell the century."""


def _century(year: Ints) -> Ints:
    return np.searchsorted([c[0] for c in _CENTURIES], year, side="right").astype(np.int64) - 1


@dataclass(frozen=True, slots=True)
class _ValidNumbers:
    """Individual numbers with check digits, by century, sex and the date's share of both check sums (modulo 11)."""

    numbers: NDArray[np.int64]
    counts: NDArray[np.int64]


@cache
def _valid_numbers() -> _ValidNumbers:
    numbers = np.zeros((3, 2, 11, 11, 256), dtype=np.int64)
    counts = np.zeros((3, 2, 11, 11), dtype=np.int64)
    for century, (_, low, high) in enumerate(_CENTURIES):
        for sex in (FEMALE, MALE):
            own = np.array([n for n in range(low, high) if n % 2 == sex])
            for first in range(11):
                for second in range(11):
                    valid = own[_has_check_digits(own, first, second)]
                    numbers[century, sex, first, second, : len(valid)] = valid
                    counts[century, sex, first, second] = len(valid)
    return _ValidNumbers(numbers, counts)


def _has_check_digits(individual: Ints, first: int, second: int) -> NDArray[np.bool_]:
    digits = _digits(individual, 3)
    k1 = (first + digits @ WEIGHTS_FIRST[6:]) % 11
    k1_digit = (11 - k1) % 11
    k2 = (second + digits @ WEIGHTS_SECOND[6:9] + 2 * k1_digit) % 11
    valid: NDArray[np.bool_] = (k1 != 1) & (k2 != 1)
    return valid


def _digits(values: Ints, width: int) -> Ints:
    powers = 10 ** np.arange(width - 1, -1, -1)
    return (values[:, None] // powers) % 10


def identity_digits(birth_date: NDArray[np.datetime64], sex: Ints, ordinal: Ints, d_number: NDArray[np.bool_]) -> Ints:
    """Identity numbers as a matrix of eleven digits.

    Args:
        birth_date: dates of birth.
        sex: 0 female, 1 male (the parity of the ninth digit).
        ordinal: which of the valid numbers of the date and sex; the same triple gives the same number.
        d_number: whether 40 is added to the day.

    Raises:
        ValueError: when a date has fewer valid numbers than asked for.
    """
    years = birth_date.astype("datetime64[Y]").astype(np.int64) + 1970
    months = birth_date.astype("datetime64[M]").astype(np.int64) % 12 + 1 + SYNTHETIC_MONTH
    days = (birth_date - birth_date.astype("datetime64[M]")).astype(np.int64) + 1 + D_NUMBER_DAY * d_number
    date_digits = _digits(days * 10_000 + months * 100 + years % 100, 6)
    valid = _valid_numbers()
    place = (_century(years), sex, date_digits @ WEIGHTS_FIRST[:6] % 11, date_digits @ WEIGHTS_SECOND[:6] % 11)
    if np.any(ordinal >= valid.counts[place]):
        raise ValueError("More people than valid identity numbers for one date and sex.")
    digits = np.concatenate([date_digits, _digits(valid.numbers[*place, ordinal], 3)], axis=1)
    return _with_check_digits(digits)


def _with_check_digits(nine: Ints) -> Ints:
    first = (11 - nine @ WEIGHTS_FIRST % 11) % 11
    ten = np.concatenate([nine, first[:, None]], axis=1)
    second = (11 - ten @ WEIGHTS_SECOND % 11) % 11
    return np.concatenate([ten, second[:, None]], axis=1)


@cache
def organisation_numbers(municipality: str, units: int = 40) -> tuple[str, ...]:
    """The made-up units of a municipality: nine digits, first digit 3, valid modulo-11 check digit."""
    found = []
    for unit in range(1000):
        body = np.array([MADE_UP_FIRST_DIGIT, *map(int, municipality), *map(int, f"{unit:03d}")])
        remainder = int(body @ WEIGHTS_ORGANISATION % 11)
        if remainder != 1:
            found.append("".join(map(str, body)) + str((11 - remainder) % 11))
        if len(found) == units:
            break
    return tuple(found)

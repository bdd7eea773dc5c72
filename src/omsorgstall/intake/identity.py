"""What a Norwegian identity number tells: whether it can be valid, birth date, sex, and whether it was made for tests.

Fødselsnummer and D-nummer: day (+40 for a D-number), month, two-digit year, individual number, two check digits modulo 11.
Numbers for tests add 80, 65 or 40 to the month. ASSUMED (general knowledge of the number; the reference verifies only its
length and the D-number's rule).
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

LENGTH = 11
_FIRST = np.array([3, 7, 6, 1, 8, 9, 4, 5, 2])
_SECOND = np.array([5, 4, 3, 2, 7, 6, 5, 4, 3, 2])
_MONTH_OFFSETS = (80, 65, 40)
_NO_DATE = np.datetime64("NaT", "D")

Flags = NDArray[np.bool_]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class IdentityFacts:
    """What the numbers of a chunk tell, one entry each; nothing is told of an invalid number.

    Attributes:
        valid: eleven digits, a possible date and right check digits.
        for_tests: made for tests, not given to a person.
        birth_date: days, NaT when unknown.
        sex: code system 3101: 1 male, 2 female, 0 unknown.
    """

    valid: Flags
    for_tests: Flags
    birth_date: NDArray[np.datetime64]
    sex: NDArray[np.int8]


def identity_facts(numbers: pa.Array) -> IdentityFacts:
    """Facts of identity numbers given as text; null and other kinds of text are invalid."""
    shaped = pc.fill_null(pc.match_substring_regex(numbers, r"^\d{11}$"), False).to_numpy(zero_copy_only=False)
    digits = _digits(numbers.filter(pa.array(shaped)))
    date, for_tests = _birth_dates(digits)
    good = _check_digits(digits) & ~np.isnat(date)
    facts = IdentityFacts(
        np.zeros(len(shaped), bool),
        np.zeros(len(shaped), bool),
        np.full(len(shaped), _NO_DATE),
        np.zeros(len(shaped), np.int8),
    )
    where = np.flatnonzero(shaped)[good]
    facts.valid[where] = True
    facts.for_tests[where] = for_tests[good]
    facts.birth_date[where] = date[good]
    facts.sex[where] = np.where(digits[good, 8] % 2 == 1, 1, 2)
    return facts


def _digits(numbers: pa.Array) -> Numbers:
    text = "".join(numbers.to_pylist()).encode("ascii")
    return (np.frombuffer(text, np.uint8).reshape(-1, LENGTH) - ord("0")).astype(np.int64)


def _check_digits(digits: Numbers) -> Flags:
    first = (11 - digits[:, :9] @ _FIRST % 11) % 11
    second = (11 - digits[:, :10] @ _SECOND % 11) % 11
    good: Flags = (first == digits[:, 9]) & (second == digits[:, 10])
    return good


def _birth_dates(digits: Numbers) -> tuple[NDArray[np.datetime64], Flags]:
    day = digits[:, 0] * 10 + digits[:, 1]
    day = np.where(day > 40, day - 40, day)
    month = digits[:, 2] * 10 + digits[:, 3]
    offset = np.select([month > o for o in _MONTH_OFFSETS], _MONTH_OFFSETS, 0)
    year = _years(digits[:, 4] * 10 + digits[:, 5], digits[:, 6] * 100 + digits[:, 7] * 10 + digits[:, 8])
    return _dates(year, month - offset, day), offset > 0


def _years(short: Numbers, individual: Numbers) -> Numbers:
    """The full year; 0 where year and individual number do not fit together."""
    ranges = [
        individual < 500,
        (individual >= 900) & (short >= 40),
        (individual < 750) & (short >= 54),
        short < 40,
    ]
    return np.select(ranges, [1900 + short, 1900 + short, 1800 + short, 2000 + short], 0)


def _dates(year: Numbers, month: Numbers, day: Numbers) -> NDArray[np.datetime64]:
    possible = (year > 0) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    months = np.where(possible, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    dates = months.astype("datetime64[D]") + (day - 1)
    return np.where(possible & (dates.astype("datetime64[M]") == months), dates, _NO_DATE)

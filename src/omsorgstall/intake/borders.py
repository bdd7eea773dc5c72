"""The reporting municipality within today's borders. A person of a split municipality is always put on the same side."""

from collections.abc import Sequence

import pyarrow as pa

from omsorgstall.codes import municipalities_in
from omsorgstall.intake.pseudonyms import share_of


def is_valid(municipality: str, year: int) -> bool:
    """Whether the number was in use in the year and leads to a municipality of today."""
    return municipality in municipalities_in(year)


def todays_municipality(municipality: str, year: int, pseudonyms: Sequence[str]) -> pa.Array:
    """Today's municipality for each person of a reporting municipality.

    Raises:
        KeyError: when the number was not in use in the year; ask ``is_valid`` first.
    """
    parts = municipalities_in(year)[municipality]
    if len(parts) == 1:
        return pa.repeat(pa.scalar(parts[0][0]), len(pseudonyms))
    return pa.array([_side(parts, share_of(p)) for p in pseudonyms], pa.string())


def _side(parts: Sequence[tuple[str, float]], share: float) -> str:
    reached = 0.0
    for number, weight in parts:
        reached += weight
        if share < reached:
            return number
    return parts[-1][0]

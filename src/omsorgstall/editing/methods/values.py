"""What the methods share: values with gaps, strata, and the result of a test."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Marks = NDArray[np.bool_]
Limit = float | Mapping[str, float]
"""A limit for every stratum, or one for each by its name."""


@dataclass(frozen=True, slots=True)
class Tested:
    """What a method found.

    Attributes:
        units: one row for each unit in the order given. ``flag`` is true for a suspicious unit, null for one not tested.
        strata: one row for each stratum with what was estimated in it; empty for methods that estimate nothing.
        warnings: what readers of the result should know, one sentence each.
    """

    units: pa.Table
    strata: pa.Table
    warnings: tuple[str, ...] = ()


def floats(values: ArrayLike | pa.Array) -> Floats:
    """Values as floats; NaN where missing."""
    if isinstance(values, pa.Array | pa.ChunkedArray):
        values = values.to_pylist()
    return np.array([np.nan if v is None else v for v in np.asarray(values, dtype=object).ravel()], dtype=np.float64)


def same_length(*columns: Floats) -> None:
    """Refuse columns that do not describe the same units.

    Raises:
        ValueError: when their lengths differ.
    """
    if len({len(c) for c in columns}) > 1:
        raise ValueError("The columns do not have one value for each unit.")


def names_of(strata: Sequence[str] | None, count: int) -> list[str]:
    """The stratum of each unit; all are in one without a name when none are given.

    Raises:
        ValueError: when there is not one stratum for each unit.
    """
    if strata is None:
        return [""] * count
    if len(strata) != count:
        raise ValueError("There is not one stratum for each unit.")
    return [str(s) for s in strata]


def by_stratum(names: Sequence[str]) -> Iterator[tuple[str, NDArray[np.intp]]]:
    """Each stratum in the order of their names as text, with the positions of its units."""
    column = np.array(names, dtype=object)
    for name in sorted(set(names)):
        yield name, np.flatnonzero(column == name)


def limit_of(limit: Limit, stratum: str) -> float:
    """The limit of a stratum."""
    return float(limit[stratum] if isinstance(limit, Mapping) else limit)


def flags(flagged: Marks, tested: Marks) -> pa.Array:
    """Flags with null for what was not tested."""
    return pa.array(flagged & tested, pa.bool_(), mask=~tested)


def column(values: Floats) -> pa.Array:
    """A column of floats with null where missing."""
    return pa.array(values, pa.float64(), mask=np.isnan(values))

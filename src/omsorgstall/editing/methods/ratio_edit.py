"""Ratio edit weighted by size: unusual changes, of which more is demanded the larger the unit.

Source: M. A. Hidiroglou and J.-M. Berthelot, "Statistical editing and imputation for periodic business surveys" (1986), with
the limits and the rule for equal values of the R package for KOSTRA (``Hb``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import ArrayLike, NDArray

from omsorgstall.editing.methods.values import (
    Floats,
    Limit,
    Tested,
    by_stratum,
    column,
    flags,
    floats,
    limit_of,
    names_of,
    same_length,
)

UNIT_COLUMNS = ("ratio", "median", "effect", "lower", "upper")


@dataclass(frozen=True, slots=True)
class _Terms:
    """The limits of one stratum: ``size`` is U, ``least`` A and ``width`` C of the method."""

    size: float
    least: float
    width: float


def ratio_edit(
    now: ArrayLike,
    before: ArrayLike,
    strata: Sequence[str] | None = None,
    *,
    size: Limit = 0.5,
    least: Limit = 0.05,
    width: Limit = 20.0,
) -> Tested:
    """Ratio edit (``Hb``) in each stratum, over the units with both values above zero.

    With ``r = now/before``, ``M`` the median of r, the symmetric effect ``s = r/M − 1`` or ``1 − M/r``, and the size
    ``v = max(now, before)``, the weighted effects ``e = s·v^U`` give limits around their median from their quartiles. Back on
    the scale of ratios the limits differ from unit to unit.

    Args:
        now: values reported now; NaN or None where missing.
        before: earlier, edited values of the same units.
        strata: the stratum of each unit, such as its KOSTRA group; all in one when None.
        size: U, from 0 (size is ignored) to 1 (nothing but size).
        least: A, which keeps the limits apart when the quartiles lie close.
        width: C, how many quartile distances from the median the limits lie.

    Returns:
        Per unit ``ratio``, ``median``, ``effect`` (e), ``lower``, ``upper`` (of the ratio) and ``flag``. Per stratum
        ``stratum``, ``tested``, ``median``, ``lower_effect``, ``upper_effect``. In a stratum where at least half of the
        testable units did not change, only those that did are tested, with a warning.

    Raises:
        ValueError: when the columns differ in length.
    """
    x, x0 = floats(now), floats(before)
    same_length(x, x0)
    columns = {name: np.full(len(x), np.nan) for name in UNIT_COLUMNS}
    rows: list[dict[str, object]] = []
    warnings: list[str] = []
    for name, units in by_stratum(names_of(strata, len(x))):
        terms = _Terms(limit_of(size, name), limit_of(least, name), limit_of(width, name))
        chosen = _testable(x, x0, units, name, warnings)
        if len(chosen):
            rows.append({"stratum": name, "tested": len(chosen), **_stratum(x[chosen], x0[chosen], chosen, terms, columns)})
    flagged = (columns["ratio"] < columns["lower"]) | (columns["ratio"] > columns["upper"])
    tested = ~np.isnan(columns["ratio"])
    units_table = pa.table({**{n: column(v) for n, v in columns.items()}, "flag": flags(flagged, tested)})
    return Tested(units_table, pa.Table.from_pylist(rows), tuple(warnings))


def _testable(x: Floats, x0: Floats, units: NDArray[np.intp], name: str, warnings: list[str]) -> NDArray[np.intp]:
    """The units of a stratum to run the method on."""
    where = f"stratum {name}" if name else "the units"
    testable: NDArray[np.intp] = units[(x[units] > 0) & (x0[units] > 0)]
    changed: NDArray[np.intp] = testable[x[testable] != x0[testable]]
    if not len(testable):
        warnings.append(f"None of {where} has both values above zero; nothing is tested there.")
    elif not len(changed):
        warnings.append(f"All values of {where} are the same as before; nothing is tested there.")
    elif 2 * len(changed) <= len(testable):
        warnings.append(f"At least half of {where} did not change; only the {len(changed)} that did are tested.")
    else:
        return testable
    return changed


def _stratum(x: Floats, x0: Floats, units: NDArray[np.intp], terms: _Terms, columns: dict[str, Floats]) -> dict[str, float]:
    """Test one stratum and write down its units."""
    ratio = x / x0
    median = float(np.median(ratio))
    symmetric = np.where(ratio >= median, ratio / median - 1, 1 - median / ratio)
    weight = np.maximum(x, x0) ** terms.size
    effect = symmetric * weight
    low, high = _effect_limits(effect, terms)
    room = weight - low
    lower = np.divide(median * weight, room, out=np.full(len(x), np.inf), where=room > 0)
    upper = median * (weight + high) / weight
    for name, values in zip(UNIT_COLUMNS, (ratio, median, effect, lower, upper), strict=True):
        columns[name][units] = values
    return {"median": median, "lower_effect": low, "upper_effect": high}


def _effect_limits(effect: Floats, terms: _Terms) -> tuple[float, float]:
    q1, q2, q3 = (float(q) for q in np.quantile(effect, [0.25, 0.5, 0.75]))
    least = abs(terms.least * q2) if q2 else terms.least
    return q2 - terms.width * max(q2 - q1, least), q2 + terms.width * max(q3 - q2, least)

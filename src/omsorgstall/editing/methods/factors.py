"""Values reported in another unit than asked for: kroner for thousands, hours a month for hours a week."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from numpy.typing import ArrayLike

from omsorgstall.editing.methods.values import Tested, column, flags, floats, same_length


def thousand_error(now: ArrayLike, before: ArrayLike, *, lower: float = -2.5, upper: float = 2.5) -> Tested:
    """Thousand error (``ThError``): ``d = log10(now) − log10(before)`` outside the limits.

    Args:
        now: values reported now; NaN or None where missing.
        before: earlier, edited values of the same units.
        lower: smallest difference that passes, from −3 to 0; ``upper``: largest, from 0 to 3.

    Returns:
        Per unit ``difference``, ``lower``, ``upper``, ``flag``, and for flagged ones ``factor`` (a power of ten) and
        ``suggested`` (the value divided by it). Only units with both values above zero are tested.

    Raises:
        ValueError: when a limit lies outside its range, or the columns differ in length.
    """
    if not -3 <= lower <= 0 <= upper <= 3:
        raise ValueError("The limits of the thousand error are from -3 to 0 and from 0 to 3.")
    x, x0 = floats(now), floats(before)
    same_length(x, x0)
    tested = (x > 0) & (x0 > 0)
    difference = np.full(len(x), np.nan)
    difference[tested] = np.log10(x[tested]) - np.log10(x0[tested])
    flagged = (difference < lower) | (difference > upper)
    factor = np.where(flagged, 10.0 ** np.round(difference), np.nan)
    found = {
        "difference": column(difference),
        "lower": pa.array(np.full(len(x), lower)),
        "upper": pa.array(np.full(len(x), upper)),
        "flag": flags(flagged, tested),
        "factor": column(factor),
        "suggested": column(x / factor),
    }
    return Tested(pa.table(found), pa.table({}))


def unit_factor(now: ArrayLike, before: ArrayLike, factors: Mapping[str, float], *, tolerance: float) -> Tested:
    """Ratios that lie at a known factor between units, such as 4.33 for hours a month reported as hours a week.

    Args:
        now: values reported now; ``before``: earlier values of the same units.
        factors: what each factor means, and the factor.
        tolerance: how far the ratio may lie from the factor or its inverse, as a share of it.

    Returns:
        Per unit ``ratio``, the nearest ``factor`` (below one when the value is too small) with its ``meaning``, ``lower`` and
        ``upper`` around it, ``flag``, and ``suggested`` for flagged ones. Only units with both values above zero are tested.
    """
    x, x0 = floats(now), floats(before)
    same_length(x, x0)
    tested = (x > 0) & (x0 > 0)
    ratio = np.full(len(x), np.nan)
    ratio[tested] = x[tested] / x0[tested]
    names = [*factors, *factors]
    known = np.array([*factors.values(), *(1 / f for f in factors.values())])
    away = np.abs(np.log(ratio)[:, None] - np.log(known)[None, :])
    nearest = np.argmin(np.where(np.isnan(away), 0, away), axis=1)
    factor = np.where(tested, known[nearest], np.nan)
    lower, upper = factor * (1 - tolerance), factor * (1 + tolerance)
    flagged = (ratio >= lower) & (ratio <= upper)
    found = {
        "ratio": column(ratio),
        "factor": column(factor),
        "meaning": pa.array([names[n] for n in nearest], pa.string(), mask=~tested),
        "lower": column(lower),
        "upper": column(upper),
        "flag": flags(flagged, tested),
        "suggested": column(np.where(flagged, x / factor, np.nan)),
    }
    return Tested(pa.table(found), pa.table({}))

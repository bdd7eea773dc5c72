"""The largest changes: which units moved the totals most."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import ArrayLike, NDArray

from omsorgstall.editing.methods.values import Floats, Marks, Tested, by_stratum, column, flags, floats, names_of, same_length


def largest_changes(
    before: ArrayLike,
    now: ArrayLike,
    strata: Sequence[str] | None = None,
    *,
    most: int = 5,
    threshold: float | None = None,
) -> Tested:
    """Largest changes (``Diff2NumVar``), over the units with both values: a missing report must not look like a fall.

    Args:
        before: earlier values (x); ``now``: values reported now (y).
        strata: the stratum of each unit; all in one when None.
        most: how many units to flag, those with the largest differences (equal ones: the larger in percent first).
        threshold: flag all with a larger difference instead.

    Returns:
        Per unit ``difference``, ``percent`` (of its own earlier value), ``percent_of_stratum`` and ``percent_of_total`` (of
        the sum of earlier values), ``rank`` (1 is the largest) and ``flag``. Per stratum ``stratum``, ``before``, ``now``,
        ``percent`` (its own change) and ``percent_of_total``.
    """
    x, y = floats(before), floats(now)
    same_length(x, y)
    tested = ~np.isnan(x) & ~np.isnan(y)
    x, y = np.where(tested, x, np.nan), np.where(tested, y, np.nan)
    difference = y - x
    total = float(np.nansum(x))
    percent = _percent(difference, x)
    of_stratum = np.full(len(x), np.nan)
    rows: list[dict[str, object]] = []
    for name, units in by_stratum(names_of(strata, len(x))):
        first, last = float(np.nansum(x[units])), float(np.nansum(y[units]))
        of_stratum[units] = _percent(difference[units], np.full(len(units), first))
        change = _percent(np.array([last - first] * 2), np.array([first, total]))
        rows.append(
            {"stratum": name, "before": first, "now": last, "percent": float(change[0]), "percent_of_total": float(change[1])}
        )
    rank = _rank(np.abs(difference), np.abs(percent), tested)
    flagged = np.abs(difference) > threshold if threshold is not None else rank <= most
    found = {
        "difference": column(difference),
        "percent": column(percent),
        "percent_of_stratum": column(of_stratum),
        "percent_of_total": column(_percent(difference, np.full(len(x), total))),
        "rank": pa.array(rank, pa.int64(), mask=~tested),
        "flag": flags(flagged, tested),
    }
    return Tested(pa.table(found), pa.Table.from_pylist(rows))


def _percent(above: Floats, below: Floats) -> Floats:
    """Percent, missing where there is nothing to compare with."""
    found: Floats = np.divide(100 * above, below, out=np.full(len(above), np.nan), where=below != 0)
    return found


def _rank(size: Floats, percent: Floats, tested: Marks) -> NDArray[np.int64]:
    """Rank by size, then by percent (without one last); units equal in both share a rank, so that no order of rows matters."""
    keys = np.stack([np.where(np.isnan(percent), -np.inf, percent), size])
    order = [int(n) for n in np.lexsort(-keys) if tested[n]]
    rank = np.zeros(len(size), np.int64)
    for place, unit in enumerate(order):
        before = order[place - 1]
        tied = place > 0 and bool((keys[:, unit] == keys[:, before]).all())
        rank[unit] = rank[before] if tied else place + 1
    return rank

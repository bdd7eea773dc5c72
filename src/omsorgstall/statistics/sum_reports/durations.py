"""How long stays last, by cell: the estimate of Kaplan and Meier at some times, and its median."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import product

import ibis
import numpy as np
import pyarrow as pa
from ibis.expr import types as ir

from omsorgstall.measures.survival import Lasting, lasting, life_table, median_days
from omsorgstall.statistics.sum_reports.breakdown import Breakdown
from omsorgstall.statistics.sum_reports.counted_measures import LASTING
from omsorgstall.statistics.sum_reports.counting import Selection, coordinates, parts, placed
from omsorgstall.statistics.sum_reports.happened import Happened

DURATIONS = "long_term_durations"
_LIFE = ("days", "at_risk", "ended")
TIMES = (91, 182, 365, 730, 1095)
"""Days after the start at which the share that lasts is told."""


def life_tables(found: Happened, chosen: Selection, by: Sequence[Breakdown]) -> ir.Table:
    """The life table (``measures.survival``) of every municipality and cell, totals among them."""
    at = ("municipality", *coordinates(by))
    return ibis.union(*(life_table(placed(found, chosen, some), at) for some in product(*map(parts, by))))


def with_lasting(cells: pa.Table, lives: pa.Table) -> pa.Table:
    """The cells with ``lasting_<days>``, per cent, and ``lasting_median`` in days; nothing while more than half are left."""
    names = [c for c in lives.column_names if c not in _LIFE]
    steps: dict[tuple[str, ...], list[tuple[int, int, int]]] = defaultdict(list)
    for *at, days, at_risk, ended in zip(*(lives[c].to_pylist() for c in (*names, *_LIFE)), strict=True):
        steps[tuple(at)].append((days, at_risk, ended))
    known = [lasting(steps.get(at, ())) for at in zip(*(cells[c].to_pylist() for c in names), strict=True)]
    for days in TIMES:
        cells = cells.append_column(f"{LASTING}{days}", pa.array([100 * _share(each, days) for each in known], pa.float64()))
    medians = [median_days(each) for each in known]
    return cells.append_column(f"{LASTING}median", pa.array([np.nan if m is None else float(m) for m in medians], pa.float64()))


def _share(steps: Sequence[Lasting], days: int) -> float:
    """The share left after some days: that of the last step not after them."""
    return next((step.share for step in reversed(steps) if step.days <= days), 1.0)

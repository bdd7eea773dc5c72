"""What counting gives: the cells of a report at one time, of every municipality, and of one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from omsorgstall.statistics.sum_reports.population import Time


@dataclass(frozen=True, slots=True)
class Counted:
    """The cells of one date or period.

    Attributes:
        cells: ``municipality``, the columns of ``counting.coordinates`` and one for each measure.
        behind: of paired scores ``municipality``, ``pairing`` and ``stays``; None for others.
    """

    at: Time
    cells: pa.Table
    behind: pa.Table | None = None


def by_owner(counted: Counted, owners: Iterable[str]) -> Mapping[str, Counted]:
    """The cells of each municipality; none where nobody is counted."""
    cells, behind = _split(counted.cells), _split(counted.behind)
    none, nothing = counted.cells.slice(0, 0), None if counted.behind is None else counted.behind.slice(0, 0)
    return {owner: Counted(counted.at, cells.get(owner, none), behind.get(owner, nothing)) for owner in owners}


def _split(rows: pa.Table | None) -> dict[str, pa.Table]:
    if rows is None or not rows.num_rows:
        return {}
    ordered = rows.take(pc.sort_indices(rows["municipality"]))
    names = np.asarray(ordered["municipality"].to_pylist())
    starts = np.flatnonzero(np.concatenate(([True], names[1:] != names[:-1])))
    ends = [*starts[1:].tolist(), len(names)]
    return {str(names[a]): ordered.slice(a, b - a) for a, b in zip(starts.tolist(), ends, strict=True)}

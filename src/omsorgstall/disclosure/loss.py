"""What protection costs: cells and persons hidden, by table and kind of region."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from omsorgstall.tables import CellStatus, DimensionKind, DraftRelease, DraftTable, ReleasedTable, TableModel


@dataclass(frozen=True, slots=True)
class Loss:
    """Hidden and all applicable cells of one content at one level of regions, and the figures' sums.

    Attributes:
        level: ``country``, ``county``, ``kostra_group``, ``municipality``, ``district``, or ``all`` without regions.
        hidden_sum: what the hidden cells add up to (persons, hours or days).
    """

    table: str
    content: str
    level: str
    cells: int
    hidden: int
    total: float
    hidden_sum: float


def measure_loss(draft: DraftRelease, released: Sequence[ReleasedTable]) -> tuple[Loss, ...]:
    """Losses of every table, content and level of regions; cells that are zero or cannot occur are not counted."""
    return tuple(found for before, after in zip(draft.tables, released, strict=True) for found in _of_table(before, after))


def _of_table(before: DraftTable, after: ReleasedTable) -> list[Loss]:
    levels = _levels(before.model)
    found = []
    for content, status in after.statuses.items():
        figures = np.nan_to_num(before.values[content])
        counted = (status <= CellStatus.SUPPRESSED) & (figures != 0)
        hidden = counted & (status == CellStatus.SUPPRESSED)
        for level in dict.fromkeys(levels.ravel().tolist()):
            here = np.broadcast_to(levels == level, figures.shape)
            sums = float(figures[counted & here].sum()), float(figures[hidden & here].sum())
            found.append(Loss(after.model.id, content, level, int((counted & here).sum()), int((hidden & here).sum()), *sums))
    return found


def _levels(model: TableModel) -> np.ndarray[tuple[int, ...], np.dtype[np.str_]]:
    for axis, dimension in enumerate(model.dimensions):
        if dimension.kind is DimensionKind.REGION:
            names = np.array([region_level(m.code) for m in dimension.members])
            return names.reshape([-1 if a == axis else 1 for a in range(len(model.dimensions))])
    return np.full([1] * len(model.dimensions), "all")


def region_level(code: str) -> str:
    """The kind of region a code stands for, by its form."""
    for start, level in (("EAK", "country"), ("EKA", "county"), ("EKG", "kostra_group")):
        if code.startswith(start):
            return level
    return "district" if len(code) == 6 else "municipality"

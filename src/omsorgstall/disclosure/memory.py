"""What readers know from earlier editions: cells that were open, and cells that were hidden."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from omsorgstall.disclosure.primary import Bools
from omsorgstall.disclosure.system import Place, System
from omsorgstall.tables import CellStatus, DraftRelease, DraftTable, ReleasedTable


@dataclass(frozen=True, slots=True)
class Recalled:
    """Per column of a system.

    Attributes:
        opened: shown in any earlier edition with the figure it has now, so hiding it is of no use.
        hidden: hidden in one, and shown like that in none.
    """

    opened: Bools
    hidden: Bools


def recall(draft: DraftRelease, system: System, earlier: Sequence[ReleasedTable]) -> Recalled:
    """What earlier editions of the same tables say of the cells of a system."""
    found = Recalled(np.zeros(system.columns, bool), np.zeros(system.columns, bool))
    for place in system.places:
        table = draft.tables[place.table]
        for before in earlier:
            if before.model.id == table.model.id and place.content in before.statuses:
                _recall_place(found, place, table, before)
    found.hidden[found.opened] = False
    return found


def _recall_place(found: Recalled, place: Place, table: DraftTable, before: ReleasedTable) -> None:
    at = positions_before(table, before).ravel()[place.cells]
    there = (at >= 0) & (place.column >= 0)
    status = before.statuses[place.content].ravel()[at]
    same = before.values[place.content].ravel()[at] == table.values[place.content].ravel()[place.cells]
    found.opened[place.column[there & (status == CellStatus.VALUE) & same]] = True
    found.hidden[place.column[there & (status == CellStatus.SUPPRESSED)]] = True


def positions_before(table: DraftTable, before: ReleasedTable) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """For each cell of a table, its flat index in the earlier edition; -1 where it had none."""
    known: Mapping[str, Mapping[str, int]] = {d.id: d.index() for d in before.model.dimensions}
    if [d.id for d in table.model.dimensions] != list(known):
        return np.full(table.model.shape, -1)
    axes = [np.array([known[d.id].get(c, -1) for c in d.codes()]) for d in table.model.dimensions]
    grids = np.meshgrid(*axes, indexing="ij")
    flat = np.ravel_multi_index([np.maximum(g, 0) for g in grids], before.model.shape)
    return np.where(np.all([g >= 0 for g in grids], axis=0), flat, -1)

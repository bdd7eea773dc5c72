"""A family that counts everyone beside one that counts some of them: what the figures of each say about the other.

The surplus of a cell is what the whole family has more than the part. It is never negative, so a cell's surplus is no larger than
that of any cell around it: where the users during the year and those left on its last day are both open for a county, and hardly
differ, no municipality of the county can differ by more.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from omsorgstall.disclosure.bounds import Floats, OpenSums
from omsorgstall.disclosure.primary import Bools
from omsorgstall.disclosure.system import Ints, System, columns_as
from omsorgstall.disclosure.unknowns import contents_of
from omsorgstall.tables import DraftRelease


@dataclass(frozen=True, slots=True)
class Surplus:
    """Pairs of rows, and pairs of columns, of the same place in the two families.

    Attributes:
        whole: rows of the family that counts everyone; ``part`` those of the other, -1 where it has nobody.
        whole_column: columns of the same cell in the one family and in the other; ``part_column``.
        members: 0/1, which pairs of rows each pair of columns consists of.
    """

    whole: Ints
    part: Ints
    whole_column: Ints
    part_column: Ints
    members: sparse.csc_array

    def counterparts(self) -> dict[int, list[int]]:
        """The columns of the same cell in the other family, by column."""
        found: dict[int, list[int]] = {}
        for one, other in zip(self.whole_column.tolist(), self.part_column.tolist(), strict=True):
            found.setdefault(one, []).append(other)
            found.setdefault(other, []).append(one)
        return found


class Slack:
    """Bounds of the surplus of each pair of rows, drawn closer together with those of the rows."""

    def __init__(self, surplus: Surplus, system: System, closed: Bools) -> None:
        self.surplus = surplus
        both = ~closed[surplus.whole_column] & ~closed[surplus.part_column]
        figures = system.matrix.T @ system.persons
        self.sums = OpenSums(
            sparse.csc_array(surplus.members[:, np.flatnonzero(both)]).astype(float),
            (figures[surplus.whole_column] - figures[surplus.part_column])[both],
        )
        self.low, self.high = np.zeros(len(surplus.whole)), np.full(len(surplus.whole), np.inf)

    def through(self, low: Floats, high: Floats) -> tuple[Floats, Floats]:
        """Bounds of the rows, closer where the surplus says so."""
        self.low, self.high = self.sums.through(self.low, self.high)
        whole, part, there = self.surplus.whole, self.surplus.part, self.surplus.part >= 0
        least, most = np.where(there, low[part], 0.0), np.where(there, high[part], 0.0)
        self.high = np.minimum(self.high, high[whole] - least)
        with np.errstate(invalid="ignore"):
            self.low = np.fmax(self.low, low[whole] - most)
            np.fmax.at(low, part[there], (low[whole] - self.high)[there])
            np.fmin.at(high, part[there], (high[whole] - self.low)[there])
        np.minimum.at(high, whole, most + self.high)
        np.maximum.at(low, whole, least + self.low)
        return low, high


def find_surplus(draft: DraftRelease, system: System) -> Surplus:
    """Every such pair in a system; none when no family is among another."""
    among = {c.family: c.among for _, _, c in contents_of(draft, system.unknowns.group.stands_for) if c.among}
    where = {key: int(row) for key, row in zip(system.unknowns.keys, system.row_of, strict=True) if row >= 0}
    rows = [
        (row, where.get((part, *key[1:]), -1))
        for part, whole in sorted(among.items())
        for key, row in where.items()
        if key[0] == whole
    ]
    columns = [np.empty((2, 0), np.int64)]
    for place in system.places:
        model = draft.tables[place.table].model
        content = next(c for c in model.contents if c.id == place.content)
        if among.get(content.family) in system.unknowns.group.stands_for:
            pair = np.stack([columns_as(draft, system, model, content.among)[place.cells], place.column])
            columns.append(pair[:, (pair >= 0).all(axis=0)])
    paired = {whole for whole, part in rows if part >= 0}
    whole, part = np.array(sorted({r for r in rows if r[1] >= 0 or r[0] not in paired}), np.int64).reshape(-1, 2).T
    whole_column, part_column = np.concatenate(columns, axis=1)
    return Surplus(whole, part, whole_column, part_column, _members(system, (whole, part), (whole_column, part_column)))


def _members(system: System, rows: tuple[Ints, Ints], columns: tuple[Ints, Ints]) -> sparse.csc_array:
    by_row = sparse.csr_array(system.matrix)
    inside = [sparse.csr_array(by_row[r][:, c]) for r, c in zip(rows, columns, strict=True)]
    nobody = sparse.diags_array((rows[1] < 0).astype(np.int8), dtype=np.int8)
    there = sparse.diags_array((rows[1] >= 0).astype(np.int8), dtype=np.int8)
    return sparse.csc_array(nobody @ inside[0] + (there @ inside[0]).multiply(inside[1]))

"""What is published, read as equations: one system per family of persons or amounts and year, from the tables' models alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from omsorgstall.tables import CellStatus, Composition, Content, ContentKind, Dimension, DimensionKind, ReleasedTable

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sight:
    """One content of one table in a year, as far as it shows a family.

    Attributes:
        first: number of its first column in the system; ``cells`` the flat index in the table of each of its columns.
    """

    table: ReleasedTable
    content: str
    first: int
    cells: Ints

    def codes(self, column: int) -> tuple[str, ...]:
        """The codes of the cell in a column."""
        model = self.table.model
        position = np.unravel_index(int(self.cells[column - self.first]), model.shape)
        return (*(d.members[int(p)].code for d, p in zip(model.dimensions, position, strict=True)), self.content)


@dataclass(frozen=True, slots=True)
class Published:
    """The attacker's equations for one family and year.

    Attributes:
        axes: leaf codes of each axis of the unknowns: the unit first, then the other dimensions by id.
        matrix: 0/1, a row per unknown (row-major over the axes), a column per cell.
        values: figures of the open cells, NaN otherwise.
        open_: whether the cell's figure is known; ``hidden``: whether it is suppressed.
        unions: rows of ``axes["unit"]`` that are unions, with their children.
    """

    family: str
    year: str
    amounts: bool
    axes: dict[str, tuple[str, ...]]
    matrix: sparse.csc_array
    values: Floats
    open_: Bools
    hidden: Bools
    sights: tuple[Sight, ...]
    unions: dict[int, tuple[int, ...]]

    def name(self, column: int) -> tuple[str, tuple[str, ...]]:
        """Table and codes of a column."""
        sight = max((s for s in self.sights if s.first <= column), key=lambda s: s.first)
        return sight.table.model.id, sight.codes(column)


def read(tables: Sequence[ReleasedTable]) -> list[Published]:
    """Every system that can be set up from the tables, in order of family and year."""
    found = sorted({(c.family, y) for t in tables for c in t.model.contents if c.family for y in _years(t)})
    systems = (_read_family(tables, family, year) for family, year in found)
    return [s for s in systems if s.matrix.shape[1]]


def _years(table: ReleasedTable) -> tuple[str, ...]:
    times = [d for d in table.model.dimensions if d.kind is DimensionKind.TIME]
    return tuple(m.code for m in times[0].members) if times else ("",)


def _read_family(tables: Sequence[ReleasedTable], family: str, year: str) -> Published:
    shown = [(t, c) for t in tables for c in t.model.contents if c.family == family and (not year or year in _years(t))]
    amounts = any(c.kind is ContentKind.AMOUNT for _, c in shown)
    axes = _axes(shown, amounts)
    pieces: list[sparse.csc_array] = []
    values: list[Floats] = []
    seen: list[tuple[Bools, Bools]] = []
    sights: list[Sight] = []
    for table, content in shown:
        figures, known, hidden = known_figures(table, content)
        piece, cells = _columns(table, axes, year, amounts)
        pieces.append(piece)
        sights.append(Sight(table, content.id, sum(len(v) for v in values), cells))
        values.append(figures.ravel()[cells])
        seen.append((known.ravel()[cells], hidden.ravel()[cells]))
    matrix = sparse.csc_array(sparse.hstack(pieces, format="csc"))
    opened, hidden = np.concatenate([s[0] for s in seen]), np.concatenate([s[1] for s in seen])
    unions = {} if amounts else _unions(shown, axes["unit"])
    return Published(family, year, amounts, axes, matrix, np.concatenate(values), opened, hidden, tuple(sights), unions)


def known_figures(table: ReleasedTable, content: Content) -> tuple[Floats, Bools, Bools]:
    """Figures, whether they are known, and whether they are hidden; a ratio gives away an unpublished part."""
    if content.published:
        status = table.statuses[content.id]
        return table.values[content.id], status <= CellStatus.TRUE_ZERO, status == CellStatus.SUPPRESSED
    figures = np.full(table.model.shape, np.nan)
    hidden = np.zeros(table.model.shape, bool)
    for ratio in (c for c in table.model.contents if c.kind is ContentKind.RATIO and content.id in (c.numerator, c.denominator)):
        share, status = table.values[ratio.id], table.statuses[ratio.id]
        other = table.values.get(ratio.denominator if content.id == ratio.numerator else ratio.numerator)
        if other is not None:
            with np.errstate(divide="ignore", invalid="ignore"):
                figures = share * other if content.id == ratio.numerator else other / share
        hidden |= status == CellStatus.SUPPRESSED
    known = np.isfinite(figures)
    return figures, known, hidden & ~known


def _axes(shown: Iterable[tuple[ReleasedTable, Content]], amounts: bool) -> dict[str, tuple[str, ...]]:
    leaves: dict[str, set[str]] = {"unit": set()}
    for table, _ in shown:
        for dimension in table.model.dimensions:
            if dimension.kind is not DimensionKind.TIME:
                is_unit = dimension.id == table.model.unit_dimension
                for member in dimension.members:
                    own = is_unit and not amounts and dimension.composition is Composition.UNION
                    leaves.setdefault("unit" if is_unit else dimension.id, set()).update({member.code} if own else member.covers)
    return {axis: tuple(sorted(found)) or ("",) for axis, found in leaves.items()}


def _columns(table: ReleasedTable, axes: dict[str, tuple[str, ...]], year: str, amounts: bool) -> tuple[sparse.csc_array, Ints]:
    """The table's cells of a year as columns, and the flat index of each in the table."""
    model = table.model
    by_axis = {"unit" if d.id == model.unit_dimension else d.id: n for n, d in enumerate(model.dimensions)}
    parts = []
    for axis, leaves in axes.items():
        if axis in by_axis:
            parts.append(_membership(model.dimensions[by_axis[axis]], leaves, union=axis == "unit" and not amounts))
        else:
            parts.append(sparse.csc_array(np.ones((len(leaves), 1))))
    matrix = reduce(lambda a, b: sparse.kron(a, b, format="csc"), parts)
    grid = np.arange(model.cells).reshape(model.shape)
    order = [by_axis[a] for a in axes if a in by_axis]
    time = [n for n in range(len(model.dimensions)) if n not in order]
    grid = grid.transpose([*time, *order])
    return sparse.csc_array(matrix), (grid[_years(table).index(year)] if time else grid).ravel()


def _membership(dimension: Dimension, leaves: Sequence[str], *, union: bool) -> sparse.csc_array:
    own = union and dimension.composition is Composition.UNION
    table = [[leaf == m.code if own else leaf in m.covers for m in dimension.members] for leaf in leaves]
    return sparse.csc_array(np.array(table, float))


def _unions(shown: Iterable[tuple[ReleasedTable, Content]], units: Sequence[str]) -> dict[int, tuple[int, ...]]:
    """Units that are unions of others."""
    where = {u: n for n, u in enumerate(units)}
    found: dict[int, tuple[int, ...]] = {}
    for table, _ in shown:
        if table.model.unit_dimension:
            dimension = table.model.dimension(table.model.unit_dimension)
            for member in dimension.members if dimension.composition is Composition.UNION else ():
                children = tuple(sorted(where[c] for c in member.covers if c in where and c != member.code))
                if children and member.covers <= set(units):
                    found[where[member.code]] = children
    return found

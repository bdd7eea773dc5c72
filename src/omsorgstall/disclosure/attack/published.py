"""What is published, read as equations: one system per family of persons or amounts and year, from the tables' models alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from omsorgstall.disclosure.attack.blocks import Block
from omsorgstall.disclosure.attack.relations import among_of, links_of
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
    """The attacker's equations for one year and the families that say something about each other.

    Attributes:
        matrix: 0/1, a row per unknown, a column per cell.
        values: figures of the open cells, NaN otherwise.
        open_: whether the cell's figure is known; ``hidden``: whether it is suppressed.
        links: sums of unknowns that are zero, a column each: two families count the same persons.
        among: sums of unknowns that are not negative, a column each: one family counts everyone another does.
    """

    year: str
    amounts: bool
    blocks: tuple[Block, ...]
    matrix: sparse.csc_array
    values: Floats
    open_: Bools
    hidden: Bools
    sights: tuple[Sight, ...]
    links: sparse.csc_array
    among: sparse.csc_array

    def name(self, column: int) -> tuple[str, tuple[str, ...]]:
        """Table and codes of a column."""
        if column >= self.matrix.shape[1]:
            return "", ("everyone counted in two ways",)
        sight = max((s for s in self.sights if s.first <= column), key=lambda s: s.first)
        return sight.table.model.id, sight.codes(column)


def read(tables: Sequence[ReleasedTable]) -> list[Published]:
    """Every system that can be set up from the tables, in order of families and year."""
    years = sorted({y for t in tables for y in _years(t)})
    return [_read_group(tables, group, year) for group in _groups(tables) for year in years if _shown(tables, group, year)]


def _groups(tables: Sequence[ReleasedTable]) -> list[tuple[str, ...]]:
    """Families that say something about each other's persons stand together."""
    contents = [c for t in tables for c in t.model.contents if c.family]
    groups = {c.family: {c.family} for c in contents}
    for content in contents:
        for other in {content.among, *(i.family for i in content.identities)} & set(groups):
            joined = groups[content.family] | groups[other]
            groups.update(dict.fromkeys(joined, joined))
    return sorted({tuple(sorted(g)) for g in groups.values()})


def _shown(tables: Sequence[ReleasedTable], group: Sequence[str], year: str) -> list[tuple[ReleasedTable, Content]]:
    return [(t, c) for t in tables for c in t.model.contents if c.family in group and year in _years(t)]


def _years(table: ReleasedTable) -> tuple[str, ...]:
    times = [d for d in table.model.dimensions if d.kind is DimensionKind.TIME]
    return tuple(m.code for m in times[0].members) if times else ("",)


def _read_group(tables: Sequence[ReleasedTable], group: Sequence[str], year: str) -> Published:
    shown = _shown(tables, group, year)
    blocks: list[Block] = []
    for family in dict.fromkeys(c.family for _, c in shown):
        mine = [(t, c) for t, c in shown if c.family == family]
        amounts = mine[0][1].kind is ContentKind.AMOUNT
        axes = _axes(mine, amounts)
        first = blocks[-1].first + blocks[-1].size if blocks else 0
        blocks.append(Block(family, first, axes, {} if amounts else _unions(mine, axes["unit"])))
    return _system(shown, blocks, year)


def _system(shown: Sequence[tuple[ReleasedTable, Content]], blocks: Sequence[Block], year: str) -> Published:
    of_family = {b.family: b for b in blocks}
    amounts = shown[0][1].kind is ContentKind.AMOUNT
    rows, cells, counts, sights = [], [], [0], []
    parts: list[tuple[Floats, Bools, Bools]] = []
    for table, content in shown:
        block = of_family[content.family]
        piece, where = _columns(table, block.axes, year, amounts)
        coo = piece.tocoo()
        rows.append(coo.row + block.first)
        cells.append(coo.col + sum(counts))
        sights.append(Sight(table, content.id, sum(counts), where))
        counts.append(len(where))
        figures, known, hidden = known_figures(table, content)
        parts.append((figures.ravel()[where], known.ravel()[where], hidden.ravel()[where]))
    size = (blocks[-1].first + blocks[-1].size, sum(counts))
    row, cell = np.concatenate(rows), np.concatenate(cells)
    matrix = sparse.csc_array((np.ones(len(row)), (row, cell)), shape=size)
    values, opened, closed = (np.concatenate([p[n] for p in parts]) for n in range(3))
    links, among = links_of(shown, of_family, size[0]), among_of(shown, of_family, size[0])
    seen = opened.astype(bool), closed.astype(bool)
    return Published(year, amounts, tuple(blocks), matrix, values, *seen, tuple(sights), links, among)


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

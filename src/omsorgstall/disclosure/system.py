"""The published cells of one family and year as sums of unknowns: a sparse 0/1 matrix, merged and linked over all tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from omsorgstall.disclosure.unknowns import PARTS, REGION, UNIT, Key, Unknowns, contents_of, leaf_part, unit_leaves
from omsorgstall.tables import Content, ContentKind, Dimension, DimensionKind, DraftRelease, TableModel

Ints = NDArray[np.int64]
Matrix: TypeAlias = sparse.csc_array


@dataclass(frozen=True, slots=True)
class Place:
    """Where one content of one table stands in a system.

    Attributes:
        cells: flat index into the table's array of each of its cells in the year.
        column: the merged column of each, -1 where nobody can be counted.
    """

    table: int
    content: str
    cells: Ints
    column: Ints


@dataclass(frozen=True, slots=True)
class System:
    """Unknowns and merged published cells.

    Attributes:
        matrix: 0/1, a row per merged unknown, a column per merged cell.
        identities: sums of rows that everybody knows to be zero, a column each, with factors 1 and -1.
        row_of: merged row of each unknown, -1 when it stands in no published cell.
        persons: how many persons each merged row counts.
        shown: whether the cell is published anywhere; one that is missing everywhere is neither open nor hidden.
    """

    unknowns: Unknowns
    matrix: Matrix
    identities: Matrix
    row_of: Ints
    persons: Ints
    shown: NDArray[np.bool_]
    places: tuple[Place, ...]

    @property
    def columns(self) -> int:
        """Number of different cells."""
        return int(self.matrix.shape[1])


def build(draft: DraftRelease, unknowns: Unknowns) -> System:
    """Set up the system of one group of families and year from every table that shows it."""
    rows, cells = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    grids: list[tuple[int, str, Ints]] = []
    offset = 0
    for number, model, content in contents_of(draft, unknowns.group.stands_for):
        pairs = _pairs(draft, model, content, unknowns)
        rows.append(pairs[0])
        cells.append(pairs[1] + offset)
        grids.append((number, content.id, _cells_of_year(model, unknowns.year)))
        offset += model.cells
    return _merged(draft, unknowns, _incidence(unknowns, np.concatenate(rows), np.concatenate(cells), offset), grids)


def _incidence(unknowns: Unknowns, rows: Ints, columns: Ints, size: int) -> Matrix:
    """A 0/1 matrix with an unknown per row; tied unknowns stand in the row of the one they equal."""
    found = sparse.csc_array((np.ones(len(rows), np.int8), (unknowns.same_as[rows], columns)), shape=(len(unknowns.keys), size))
    found.data[:] = 1
    return found


def _merged(draft: DraftRelease, unknowns: Unknowns, full: Matrix, grids: list[tuple[int, str, Ints]]) -> System:
    column, kept = merge_equal(full)
    known = _identities(draft, unknowns)
    by_row = sparse.csc_array(sparse.hstack([full[:, kept], known]).T)
    row, first = merge_equal(by_row)
    small = sparse.csc_array(by_row[:, first].T)
    own = (unknowns.same_as == np.arange(len(unknowns.keys))) & (row >= 0)
    persons = np.bincount(row[own], unknowns.persons[own], minlength=len(first)).astype(np.int64)
    places = _places(draft, grids, column)
    identities = sparse.csc_array(small[:, len(kept) :])
    return System(
        unknowns,
        sparse.csc_array(small[:, : len(kept)]),
        identities,
        row[unknowns.same_as],
        persons,
        _shown(draft, places, len(kept)),
        places,
    )


def _identities(draft: DraftRelease, unknowns: Unknowns) -> Matrix:
    """The persons that two families both count, once with a plus and once with a minus, for each leaf both tell apart.

    A person served in two municipalities has one group, but in each only the services given there. Where that makes the two
    differ, a reader who takes them for the same is wrong.
    """
    links = sorted({(c.family, i) for _, _, c in contents_of(draft, unknowns.group.stands_for) for i in c.identities})
    of_unit = _keys_of_units(unknowns)
    places: dict[tuple[int, Key], int] = {}
    columns, factors, keys = [], [], []
    for number, (own, same) in enumerate(links):
        units = same.units or tuple(u for f, u in of_unit if f == own)
        sides = [[n for u in us for n in of_unit.get((f, u), ())] for f, us in ((own, units), (same.family, same.theirs))]
        shared = _told_apart(unknowns, sides)
        for side, factor in zip(sides, (1, -1), strict=True):
            for n in side:
                where = (number, tuple(unknowns.keys[n][part] for part in shared))
                columns.append(places.setdefault(where, len(places)))
                factors.append(factor)
                keys.append(n)
    place, factor_of, key = np.array(columns, np.int64), np.array(factors, np.int8), np.array(keys, np.int64)
    shape = (len(unknowns.keys), len(places))
    found = sparse.csc_array((factor_of, (unknowns.same_as[key], place)), shape=shape)
    difference = np.bincount(place, factor_of * unknowns.persons[key], minlength=shape[1])
    return sparse.csc_array(found[:, np.flatnonzero(difference == 0)])


def _keys_of_units(unknowns: Unknowns) -> dict[tuple[str, str], list[int]]:
    """Numbers of the unknowns of each family and unit."""
    found: dict[tuple[str, str], list[int]] = {}
    for n, key in enumerate(unknowns.keys):
        found.setdefault((key[0], key[UNIT]), []).append(n)
    return found


def _told_apart(unknowns: Unknowns, sides: Sequence[Sequence[int]]) -> list[int]:
    """The parts of a key, the leaf region among them, that both sides tell apart."""
    parts = range(REGION + 1, len(PARTS))
    return [REGION, *(p for p in parts if all(any(unknowns.keys[n][p] for n in side) for side in sides))]


def _shown(draft: DraftRelease, places: Sequence[Place], columns: int) -> NDArray[np.bool_]:
    found = np.zeros(columns, bool)
    for place in places:
        table = draft.tables[place.table]
        there = ~np.isnan(table.values[place.content]) & table.applicable[place.content]
        found[place.column[there.ravel()[place.cells] & (place.column >= 0)]] = True
    return found


def _places(draft: DraftRelease, grids: list[tuple[int, str, Ints]], column: Ints) -> tuple[Place, ...]:
    found, offset = [], 0
    for number, content, cells in grids:
        found.append(Place(number, content, cells, column[cells + offset]))
        offset += draft.tables[number].model.cells
    return tuple(found)


def merge_equal(matrix: Matrix) -> tuple[Ints, Ints]:
    """Merge equal columns of a 0/1 matrix.

    Returns:
        the number of the merged column of each column (-1 when empty), and one column that stands for each merged one.
    """
    weights = np.random.default_rng(5).integers(0, 2**63 - 1, size=(matrix.shape[0], 2)).astype(np.uint64)
    marks = np.zeros((matrix.shape[1], 2), np.uint64)
    filled = np.flatnonzero(np.diff(matrix.indptr))
    if not len(filled):
        return np.full(matrix.shape[1], -1), filled
    # Sums of random 64-bit numbers, wrapped: equal sets of rows give equal sums, others do not but by chance.
    marks[filled] = np.add.reduceat(weights[matrix.indices], matrix.indptr[filled], axis=0)
    _, first, inverse = np.unique(marks[filled], axis=0, return_index=True, return_inverse=True)
    merged = np.full(matrix.shape[1], -1)
    merged[filled] = inverse.ravel()
    return merged, filled[first]


def _cells_of_year(model: TableModel, year: int) -> Ints:
    grid = np.arange(model.cells).reshape(model.shape)
    for axis, dimension in enumerate(model.dimensions):
        if dimension.kind is DimensionKind.TIME:
            grid = grid.take(_positions_of_year(dimension, year), axis=axis)
    return grid.ravel()


def _positions_of_year(dimension: Dimension, year: int) -> list[int]:
    return [n for n, m in enumerate(dimension.members) if m.code == str(year)]


def _pairs(draft: DraftRelease, model: TableModel, content: Content, unknowns: Unknowns) -> tuple[Ints, Ints]:
    """Every pair of an unknown and a cell of the content it counts in."""
    family = unknowns.group.stands_for[content.family]
    rows: Ints = np.flatnonzero([key[0] == family for key in unknowns.keys])
    cells: Ints = np.zeros(len(rows), np.int64)
    stride = model.cells
    for dimension in model.dimensions:
        stride //= len(dimension.members)
        positions = _positions(draft, model, dimension, unknowns)
        counts = np.array([len(p) for p in positions], np.int64)
        starts = np.cumsum(counts) - counts
        flat = np.concatenate([*positions, np.empty(0, np.int64)]).astype(np.int64)
        repeat = counts[rows]
        step = np.arange(repeat.sum()) - np.repeat(np.cumsum(repeat) - repeat, repeat)
        place = flat[np.repeat(starts[rows], repeat) + step]
        rows, cells = np.repeat(rows, repeat), np.repeat(cells, repeat) + place * stride
    return rows, cells


def _positions(draft: DraftRelease, model: TableModel, dimension: Dimension, unknowns: Unknowns) -> list[Sequence[int]]:
    """Per unknown, the members of the dimension it counts in."""
    part = leaf_part(draft, model, dimension)
    if part is None:
        return [_positions_of_year(dimension, unknowns.year)] * len(unknowns.keys)
    number = PARTS.index(part)
    of_leaf = _members_of_leaf(dimension, part, unknowns)
    return [of_leaf.get(key[number], ()) for key in unknowns.keys]


def _members_of_leaf(dimension: Dimension, part: str, unknowns: Unknowns) -> Mapping[str, list[int]]:
    units = frozenset(key[UNIT] for key in unknowns.keys)
    found: dict[str, list[int]] = {}
    for n, member in enumerate(dimension.members):
        leaves = unit_leaves(member, dimension, units, amounts=unknowns.group.amounts) if part == "unit" else member.covers
        for leaf in leaves:
            found.setdefault(leaf, []).append(n)
    return found


def columns_as(draft: DraftRelease, system: System, model: TableModel, family: str) -> Ints:
    """The merged column that holds the same rows as each cell of a table, read as one of a family; -1 where none does."""
    content = Content("", model.title, ContentKind.PERSONS, model.title, family=family)
    rows, cells = _pairs(draft, model, content, system.unknowns)
    keep = system.row_of[rows] >= 0
    shape = (system.matrix.shape[0], model.cells)
    other = sparse.csc_array((np.ones(keep.sum(), np.int8), (system.row_of[rows[keep]], cells[keep])), shape=shape)
    other.data[:] = 1
    both, _ = merge_equal(sparse.csc_array(sparse.hstack([system.matrix, other])))
    known = np.full(both.max(initial=0) + 1, -1)
    known[both[: system.columns]] = np.arange(system.columns)
    return np.where(both[system.columns :] >= 0, known[both[system.columns :]], -1)

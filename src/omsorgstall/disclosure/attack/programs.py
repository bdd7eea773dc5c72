"""The attacker's equations and inequalities as programs for a solver, and their independent parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from omsorgstall.disclosure.attack.blocks import Block
from omsorgstall.disclosure.attack.published import Bools, Floats, Ints, Published
from omsorgstall.disclosure.attack.reduce import Reduced
from omsorgstall.tables import Composition, Dimension, DimensionKind

LARGE_REGION = 10
"""Leaf regions from which on a region is worth a piece of its own."""

Number = TypeVar("Number", np.float64, np.int64)


@dataclass(frozen=True, slots=True)
class Program:
    """Unknowns ``y >= 0`` under rows ``low <= matrix @ y <= high``, and the sums we want to know.

    Attributes:
        sums: a column per hidden cell; ``columns`` their numbers in the system; ``sure`` what is known of each already.
        loose: rows in which an overlap of regions may make the figure smaller than the sum.
        start: what the auditor counts in each unknown; only a first point to search from.
        region: the number of the large region, such as a county, that each unknown is in.
    """

    matrix: sparse.csr_array
    low: Floats
    high: Floats
    loose: Bools
    sums: sparse.csc_array
    columns: Ints
    sure: Floats
    start: Floats | None = None
    region: Ints | None = None


def program(system: Published, reduced: Reduced, counts: Floats | None = None) -> Program:
    """All equations and inequalities of a system of persons; ``counts`` are the auditor's, per unknown of the system."""
    cells = len(system.hidden)
    filled = np.diff(reduced.matrix.indptr) > 0
    equal = np.flatnonzero(reduced.open_ & filled)
    hidden = np.flatnonzero(system.hidden & filled[:cells])
    unions, floor = _unions(system, reduced)
    sums = sparse.csc_array(reduced.matrix[:, hidden])
    sure = system.matrix[:, hidden].T @ np.nan_to_num(reduced.figures)
    telling = (reduced.surplus < 0) | (np.asarray((reduced.among < 0).sum(axis=0)).ravel() > 0)
    some = np.flatnonzero(telling & (np.diff(reduced.among.indptr) > 0))
    more = sparse.csr_array(reduced.among[:, some].T)
    floor = np.concatenate([floor, -reduced.surplus[some]])
    matrix = sparse.csr_array(sparse.vstack([reduced.matrix[:, equal].T, unions, more]))
    rest = np.round(reduced.rest[equal])
    loose = np.concatenate([_over_regions(system, reduced)[equal], np.zeros(len(floor), bool)])
    low, high = np.concatenate([rest, floor]), np.concatenate([rest, np.full(len(floor), np.inf)])
    start = None if counts is None else _per_row(reduced, counts)
    return Program(matrix, low, high, loose, sums, hidden, sure, start, _per_row(reduced, _regions(system)))


def _per_row(reduced: Reduced, of_unknown: NDArray[Number]) -> NDArray[Number]:
    found = np.zeros(reduced.matrix.shape[0], of_unknown.dtype)
    inside = reduced.row_of >= 0
    found[reduced.row_of[inside]] = of_unknown[inside]
    return found


def _regions(system: Published) -> Ints:
    """The large region of each unknown of a system."""
    regions = {d.id: d for s in system.sights for d in s.table.model.dimensions if d.kind is DimensionKind.REGION}
    found = np.zeros(system.matrix.shape[0], np.int64)
    for block in system.blocks:
        for axis, (name, leaves) in enumerate(block.axes.items()):
            if name in regions:
                of_leaf = _large_regions(regions[name], leaves)
                found[block.first : block.first + block.size] = of_leaf[np.indices(block.shape)[axis].ravel()]
    return found


def _large_regions(dimension: Dimension, leaves: Sequence[str]) -> Ints:
    """The number of the region that each leaf is in: the smallest of the large ones, zero when it is in none."""
    large = sorted((m for m in dimension.members if len(m.covers) >= LARGE_REGION), key=lambda m: (len(m.covers), m.code))
    around = ((n for n, member in enumerate(large, 1) if leaf in member.covers) for leaf in leaves)
    return np.array([next(found, 0) for found in around], np.int64)


def _over_regions(system: Published, reduced: Reduced) -> Bools:
    """Columns of regions that are unions of leaves, in which a person of two municipalities counts once."""
    found = np.zeros(reduced.matrix.shape[1], bool)
    for sight in system.sights:
        model = sight.table.model
        for axis, dimension in enumerate(model.dimensions):
            if dimension.kind is DimensionKind.REGION and dimension.composition is Composition.UNION:
                many = np.array([len(m.covers) > 1 for m in dimension.members])
                at = np.unravel_index(sight.cells, model.shape)[axis]
                found[sight.first : sight.first + len(sight.cells)] = many[at]
    return found


def _unions(system: Published, reduced: Reduced) -> tuple[sparse.csr_array, Floats]:
    """Rows ``union - child >= low`` and ``sum of children - union >= low``."""
    terms: list[tuple[Ints, Ints, Floats]] = []
    floors: list[Floats] = [np.empty(0)]
    count = 0
    for block in system.blocks:
        row, sure = _of_block(block, reduced.row_of), _of_block(block, reduced.figures)
        for union, children in block.unions.items():
            pairs = [([union], [child]) for child in children]
            for larger, smaller in [*pairs, (list(children), [union])]:
                made, floor = _inequality(row, sure, larger, smaller, count)
                terms += made
                floors.append(floor)
                count += len(floor)
    rows, columns, factors = (np.concatenate([t[n] for t in terms]) if terms else np.empty(0) for n in range(3))
    shape = (count, reduced.matrix.shape[0])
    return sparse.csr_array((factors, (rows.astype(int), columns.astype(int))), shape=shape), np.concatenate(floors)


def _of_block(block: Block, values: Floats | Ints) -> Floats:
    return np.asarray(values[block.first : block.first + block.size], np.float64).reshape(block.shape[0], -1)


def _inequality(
    row: Floats, sure: Floats, larger: Sequence[int], smaller: Sequence[int], first: int
) -> tuple[list[tuple[Ints, Ints, Floats]], Floats]:
    """``sum of larger >= sum of smaller`` wherever an unknown of the smaller side and of any side is in doubt."""
    doubt = (row[larger] >= 0).any(axis=0) | (row[smaller] >= 0).any(axis=0)
    there = ((row[smaller] >= 0) | (np.nan_to_num(sure[smaller]) > 0)).any(axis=0)
    at = np.flatnonzero(doubt & there)
    number = np.arange(len(at)) + first
    made = []
    floor = np.zeros(len(at))
    for units, factor in ((larger, 1.0), (smaller, -1.0)):
        for unit in units:
            open_ = row[unit, at] >= 0
            made.append((number[open_], row[unit, at][open_].astype(np.int64), np.full(open_.sum(), factor)))
            floor -= factor * np.where(open_, 0.0, np.nan_to_num(sure[unit, at]))
    return made, floor


def parts(whole: Program) -> list[Program]:
    """Programs that have nothing to do with each other, the smallest first; those without a hidden cell left out."""
    rows = abs(sparse.csr_array(sparse.vstack([whole.matrix, whole.sums.T])))
    _, label = connected_components(sparse.bmat([[None, rows.T], [rows, None]], format="csr"), directed=False)
    label = label[: whole.matrix.shape[1]]
    of_sum = label[whole.sums.indices[whole.sums.indptr[:-1]]]
    of_row = np.full(whole.matrix.shape[0], -1)
    filled = np.diff(whole.matrix.indptr) > 0
    of_row[filled] = label[whole.matrix.indices[whole.matrix.indptr[:-1][filled]]]
    found = [_part(whole, label == n, of_row == n, of_sum == n) for n in np.unique(of_sum)]
    return sorted(found, key=lambda p: p.matrix.shape[1])


def _part(whole: Program, unknowns: Bools, rows: Bools, sums: Bools) -> Program:
    keep, at, wanted = np.flatnonzero(unknowns), np.flatnonzero(rows), np.flatnonzero(sums)
    matrix = sparse.csr_array(whole.matrix[at][:, keep])
    inside = sparse.csc_array(whole.sums[:, wanted][keep])
    start = None if whole.start is None else whole.start[keep]
    region = None if whole.region is None else whole.region[keep]
    return Program(
        matrix, whole.low[at], whole.high[at], whole.loose[at], inside, whole.columns[wanted], whole.sure[wanted], start, region
    )

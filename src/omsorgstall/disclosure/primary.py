"""Primary suppression: which cells are sensitive by themselves, and which differences of cells are protected like cells."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from omsorgstall.disclosure.presets import Preset
from omsorgstall.disclosure.system import Ints, Matrix, System, merge_equal
from omsorgstall.tables import Dimension, DraftRelease

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Primary:
    """What must not become known in one system.

    Attributes:
        counts: per column how many persons stand behind it: the published figure for persons, the contributors of an amount.
        sensitive: per column, whether it is primary.
        virtual: sums that are no cells but protected like cells; a column each.
        singleton: per row, whether one lone person stands behind it.
    """

    counts: Ints
    sensitive: Bools
    virtual: Matrix
    singleton: Bools


def find_primary(draft: DraftRelease, system: System, preset: Preset) -> Primary:
    """Small counts, amounts with few contributors, and small complements."""
    lone, behind = contributors(system)
    counts = behind if system.unknowns.group.amounts else _figures(draft, system, behind)
    sensitive = small(counts, preset) | small(behind, preset)
    return Primary(counts, sensitive, small_complements(draft, system, (counts, behind), preset), lone == 1)


def small(counts: NDArray[np.int64] | NDArray[np.float64], preset: Preset) -> Bools:
    """Counts below the limit; zeros too when they are not shown."""
    lowest = 0 if preset.show_zeros else -1
    return np.asarray((counts > lowest) & (counts < preset.limit))


def contributors(system: System) -> tuple[Ints, Ints]:
    """How many persons stand behind each row and each column.

    Persons with two services stand in two rows of amounts, so amounts take the service with the most: never too many.
    """
    units = np.array([key[1] for key in system.unknowns.keys])
    groups = [units == u for u in np.unique(units)] if system.unknowns.group.amounts else [np.ones(len(units), bool)]
    rows = np.zeros(system.matrix.shape[0], np.int64)
    columns = np.zeros(system.columns, np.int64)
    own = (system.unknowns.same_as == np.arange(len(units))) & (system.row_of >= 0)
    for group in groups:
        mine = group & own
        persons = np.bincount(system.row_of[mine], system.unknowns.persons[mine], minlength=len(rows)).astype(np.int64)
        rows, columns = np.maximum(rows, persons), np.maximum(columns, system.matrix.T @ persons)
    return rows, columns


def _figures(draft: DraftRelease, system: System, behind: Ints) -> Ints:
    """The figure of each column; a person in two municipalities makes it smaller than the sum of its leaves."""
    found = behind.copy()
    for place in system.places:
        figures = draft.tables[place.table].values[place.content].ravel()[place.cells]
        known = (place.column >= 0) & ~np.isnan(figures)
        np.minimum.at(found, place.column[known], figures[known].astype(np.int64))
    return found


def small_complements(draft: DraftRelease, system: System, measures: Sequence[Ints], preset: Preset) -> Matrix:
    """Differences of a parent and a child cell behind which there are few persons by any measure, as sums of rows."""
    pairs = [pair for place in system.places for pair in _pairs_of_place(draft, system, place.table, place.column, preset)]
    if not pairs:
        return sparse.csc_array((system.matrix.shape[0], 0), dtype=np.int8)
    parents, children = (np.concatenate(side) for side in zip(*pairs, strict=True))
    few = np.any([small(counts[parents] - counts[children], preset) for counts in measures], axis=0)
    pairs_few = np.unique(np.stack([parents[few], children[few]]), axis=1)
    difference = sparse.csc_array(system.matrix[:, pairs_few[0]] - system.matrix[:, pairs_few[1]])
    difference.eliminate_zeros()
    _, first = merge_equal(difference)
    return sparse.csc_array(difference[:, first])


def _pairs_of_place(draft: DraftRelease, system: System, table: int, column: Ints, preset: Preset) -> Iterator[tuple[Ints, Ints]]:
    """Columns of parents and of their children in the dimensions whose complements are protected."""
    model = draft.tables[table].model
    years = [str(system.unknowns.year)]
    shape = tuple(
        len([m for m in d.members if m.code in years]) if d.kind == "time" else len(d.members) for d in model.dimensions
    )
    grid = column.reshape(shape)
    for axis, dimension in enumerate(model.dimensions):
        if dimension.id in preset.protect_complements:
            for parent, children in nested(dimension):
                yield _pair_columns(np.moveaxis(grid, axis, 0), parent, children)


def _pair_columns(grid: Ints, parent: int, children: Sequence[int]) -> tuple[Ints, Ints]:
    below = grid[list(children)].reshape(len(children), -1)
    above = np.broadcast_to(grid[parent].ravel(), below.shape)
    real = (above >= 0) & (below >= 0) & (above != below)
    return above[real], below[real]


def nested(dimension: Dimension) -> Iterator[tuple[int, list[int]]]:
    """Each member that covers others wholly, with those others."""
    for n, parent in enumerate(dimension.members):
        children = [m for m, child in enumerate(dimension.members) if child.covers < parent.covers]
        if children:
            yield n, children

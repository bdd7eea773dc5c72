"""Before any solver: published zeros, unions with one child left, and cells with one unknown left, to a fixed point."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from omsorgstall.disclosure.attack.published import Bools, Floats, Ints, Published


@dataclass(frozen=True, slots=True)
class Reduced:
    """A system after simple reasoning.

    Attributes:
        matrix: rows are the unknowns still open to doubt (``rows`` of the system; tied ones merged), columns all cells.
        rest: figures of the open cells less what is known of their unknowns.
        row_of: row in ``matrix`` of each unknown; -1 when it is zero or known.
    """

    matrix: sparse.csc_array
    rest: Floats
    row_of: Ints


def reduce_system(system: Published) -> Reduced:
    """Take out what anyone can see."""
    alive, same = _alive_and_tied(system)
    matrix = _merged(system.matrix, alive, same)
    known, figures = _singles(matrix, system.open_, system.values)
    rest = system.values - matrix.T @ figures
    keep = (np.diff(sparse.csr_array(matrix).indptr) > 0) & ~known
    number = np.where(keep, np.cumsum(keep) - 1, -1)
    reduced = sparse.csc_array(sparse.csr_array(matrix)[np.flatnonzero(keep)])
    reduced.eliminate_zeros()
    return Reduced(reduced, rest, np.where(alive, number[same], -1))


def _alive_and_tied(system: Published) -> tuple[Bools, Ints]:
    """Unknowns that no published zero rules out, and the unknown each is equal to."""
    zero = system.open_ & (system.values == 0)
    units = len(system.axes["unit"])
    alive = (system.matrix[:, np.flatnonzero(zero)].sum(axis=1) == 0).reshape(units, -1)
    same = np.arange(alive.size).reshape(alive.shape)
    for union, children in sorted(system.unions.items(), key=lambda item: len(item[1])):
        below = alive[list(children)]
        below &= alive[union]
        alive[list(children)] = below
        alive[union] &= below.any(axis=0)
        lone = (below.sum(axis=0) == 1) & alive[union]
        child = np.array(children)[below.argmax(axis=0)]
        same[union, lone] = same[child[lone], np.flatnonzero(lone)]
    return alive.ravel(), _roots(same.ravel())


def _roots(same: Ints) -> Ints:
    while not np.array_equal(same, same[same]):
        same = same[same]
    return same


def _merged(matrix: sparse.csc_array, alive: Bools, same: Ints) -> sparse.csc_array:
    """Rows of dead unknowns emptied, rows of tied ones put together."""
    pairs = matrix.tocoo()
    keep = alive[pairs.row]
    found = sparse.csc_array((np.ones(keep.sum()), (same[pairs.row[keep]], pairs.col[keep])), shape=matrix.shape)
    found.data[:] = 1.0
    return found


def _singles(matrix: sparse.csc_array, open_: Bools, values: Floats) -> tuple[Bools, Floats]:
    """Unknowns that an open cell gives by itself, again and again; with their figures."""
    known = np.zeros(matrix.shape[0], bool)
    figures = np.zeros(matrix.shape[0])
    columns = np.flatnonzero(open_)
    opened = sparse.csc_array(matrix[:, columns])
    by_cell = sparse.csr_array(opened.T)
    while True:
        left = by_cell @ (~known).astype(float)
        numbers = (by_cell @ (np.arange(len(known)) * ~known)).astype(np.int64)
        lone = np.flatnonzero(left == 1)
        if not len(lone):
            return known, figures
        gap = (values[columns] - by_cell @ figures)[lone]
        figures[numbers[lone]] = gap
        known[numbers[lone]] = True

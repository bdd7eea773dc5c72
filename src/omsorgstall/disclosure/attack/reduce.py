"""Before any solver: published zeros, unions with one child left, and cells with one unknown left, to a fixed point."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from omsorgstall.disclosure.attack.published import Bools, Floats, Ints, Published


@dataclass(frozen=True, slots=True)
class Reduced:
    """A system after simple reasoning.

    Attributes:
        matrix: rows are the unknowns still open to doubt (tied ones merged), columns all cells and then the links.
        open_: which columns are known; ``rest`` their figures less what is known of their unknowns.
        row_of: row in ``matrix`` of each unknown; -1 when it is zero or known.
        figures: figure of each unknown that is zero or known, NaN for the others.
        among: the sums that are not negative over the unknowns still open to doubt; ``surplus`` what is known of each.
    """

    matrix: sparse.csc_array
    open_: Bools
    rest: Floats
    row_of: Ints
    figures: Floats
    among: sparse.csc_array
    surplus: Floats


def reduce_system(system: Published) -> Reduced:
    """Take out what anyone can see."""
    alive, same = _alive_and_tied(system)
    matrix = sparse.csc_array(sparse.hstack([_merged(system.matrix, alive, same), _merged(system.links, alive, same)]))
    open_ = np.concatenate([system.open_, np.ones(system.links.shape[1], bool)])
    values = np.concatenate([system.values, np.zeros(system.links.shape[1])])
    known, figures = _singles(matrix, open_, values)
    keep = (np.diff(sparse.csr_array(matrix).indptr) > 0) & ~known
    number = np.where(keep, np.cumsum(keep) - 1, -1)
    reduced = sparse.csc_array(sparse.csr_array(matrix)[np.flatnonzero(keep)])
    among = _merged(system.among, alive, same)
    row_of = np.where(alive, number[same], -1)
    certain = np.where(alive, np.where(known[same], figures[same], np.nan), 0.0)
    doubtful = sparse.csc_array(sparse.csr_array(among)[np.flatnonzero(keep)])
    return Reduced(reduced, open_, values - matrix.T @ figures, row_of, certain, doubtful, among.T @ figures)


def _alive_and_tied(system: Published) -> tuple[Bools, Ints]:
    """Unknowns that no published zero rules out, and the unknown each is equal to."""
    zero = system.open_ & (system.values == 0)
    everywhere = np.asarray(system.matrix[:, np.flatnonzero(zero)].sum(axis=1)).ravel() == 0
    parts, ties = [], []
    for block in system.blocks:
        alive = everywhere[block.first : block.first + block.size].reshape(block.shape[0], -1)
        same = np.arange(alive.size).reshape(alive.shape)
        for union, children in sorted(block.unions.items(), key=lambda item: len(item[1])):
            _reason(alive, same, union, list(children))
        parts.append(alive.ravel())
        ties.append(_roots(same.ravel()) + block.first)
    return np.concatenate(parts), np.concatenate(ties)


def _reason(alive: Bools, same: Ints, union: int, children: list[int]) -> None:
    """A child is in its union, a union has a child, and a union with one child is that child."""
    below = alive[children] & alive[union]
    alive[children] = below
    alive[union] &= below.any(axis=0)
    lone = np.flatnonzero((below.sum(axis=0) == 1) & alive[union])
    same[union, lone] = same[np.array(children)[below.argmax(axis=0)][lone], lone]


def _roots(same: Ints) -> Ints:
    while not np.array_equal(same, same[same]):
        same = same[same]
    return same


def _merged(matrix: sparse.csc_array, alive: Bools, same: Ints) -> sparse.csc_array:
    """Rows of dead unknowns emptied, rows of tied ones put together."""
    pairs = matrix.tocoo()
    keep = alive[pairs.row]
    found = sparse.csc_array((pairs.data[keep], (same[pairs.row[keep]], pairs.col[keep])), shape=matrix.shape)
    found.sum_duplicates()
    # A union and its only child in one cell are still the same persons once.
    found.data[:] = np.sign(found.data)
    return found


def _singles(matrix: sparse.csc_array, open_: Bools, values: Floats) -> tuple[Bools, Floats]:
    """Unknowns that an open cell gives by itself, again and again; with their figures."""
    known = np.zeros(matrix.shape[0], bool)
    figures = np.zeros(matrix.shape[0])
    columns = np.flatnonzero(open_)
    opened = sparse.csc_array(matrix[:, columns])
    by_cell = sparse.csr_array(opened.T)
    size = abs(by_cell)
    while True:
        left = size @ (~known).astype(float)
        numbers = (size @ (np.arange(len(known)) * ~known)).astype(np.int64)
        lone = np.flatnonzero(left == 1)
        if not len(lone):
            return known, figures
        gap = (values[columns] - by_cell @ figures)[lone]
        figures[numbers[lone]] = gap * (by_cell @ (~known).astype(float))[lone]
        known[numbers[lone]] = True

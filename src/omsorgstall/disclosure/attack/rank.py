"""The rank test: which hidden sums are linear combinations of what is open, by projections in real numbers.

A random vector is projected onto the null space of the open cells; a sum whose inner product with the projection vanishes
is determined. Not a word in common with the elimination modulo a prime that protects.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import lsmr

from omsorgstall.disclosure.attack.published import Bools, Floats, Ints

PROBES = 3
TOLERANCE = 1e-13
DETERMINED_BELOW = 1e-6
"""Measured gap: determined sums stay below 2e-9, others above 6e-2 (reference, section 5)."""


@dataclass(frozen=True, slots=True)
class Signatures:
    """Projections and what they say.

    Attributes:
        rows: a projection per column, an unknown per row.
        cells: signature of each cell, scaled by the square root of its number of unknowns.
    """

    rows: Floats
    cells: Floats

    def determined(self) -> Bools:
        """Cells whose figure follows from the open ones."""
        return np.asarray(np.abs(self.cells).max(axis=1, initial=0.0) < DETERMINED_BELOW)


def signatures(matrix: sparse.csc_array, open_: Bools) -> Signatures:
    """Project random vectors onto the null space of the open cells, part by part."""
    opened = sparse.csc_array(matrix[:, np.flatnonzero(open_)])
    rows = np.random.default_rng(11).standard_normal((matrix.shape[0], PROBES))
    for part in _parts(opened):
        rows[part] = _project(sparse.csc_array(sparse.csr_array(opened)[part]), rows[part])
    scale = np.sqrt(np.maximum(np.diff(matrix.indptr), 1))
    return Signatures(rows, (matrix.T @ rows) / scale[:, None])


def _parts(opened: sparse.csc_array) -> list[Ints]:
    """Groups of unknowns that open cells connect; those in no open cell need no projection."""
    graph = sparse.bmat([[None, opened], [opened.T, None]], format="csr")
    _, label = connected_components(graph, directed=False)
    mine = label[: opened.shape[0]]
    order = np.argsort(mine, kind="stable")
    touched = np.diff(sparse.csr_array(opened).indptr) > 0
    groups = np.split(order, np.flatnonzero(np.diff(mine[order])) + 1)
    return [g for g in groups if touched[g[0]]] if len(order) else []


def _project(opened: sparse.csc_array, vectors: Floats) -> Floats:
    used = _even(sparse.csc_array(opened[:, np.flatnonzero(np.diff(opened.indptr))]))[0]
    out = vectors.copy()
    for n in range(out.shape[1]):
        for _ in range(2):
            out[:, n] -= used @ _least_squares(used, out[:, n])
    return out


def _even(opened: sparse.csc_array) -> tuple[sparse.csc_array, Floats]:
    """Columns of length one, and what each was divided by: else sums of thousands keep the solver from converging."""
    length = np.sqrt(np.maximum(opened.multiply(opened).sum(axis=0), 1.0))
    return sparse.csc_array(opened @ sparse.diags_array(1.0 / length)), length


def _least_squares(matrix: sparse.csc_array, right: NDArray[np.float64]) -> Floats:
    found: Floats = lsmr(matrix, right, atol=TOLERANCE, btol=TOLERANCE, conlim=0, maxiter=20 * min(matrix.shape) + 200)[0]
    return found


def solution(matrix: sparse.csc_array, open_: Bools, rest: Floats) -> Floats:
    """One point that fits the open cells, for the figures of determined sums."""
    opened, length = _even(sparse.csc_array(matrix[:, np.flatnonzero(open_)]))
    return _least_squares(sparse.csc_array(opened.T), rest[open_] / length) if opened.shape[1] else np.zeros(matrix.shape[0])


def equation(matrix: sparse.csc_array, open_: Bools, column: int, most: int = 8) -> Sequence[tuple[int, float]]:
    """The open cells, with factors, that add up to a cell, the weightiest first; empty when they do not."""
    columns = np.flatnonzero(open_)
    opened = sparse.csc_array(matrix[:, columns])
    target = matrix[:, [column]].toarray().ravel()
    factors = _least_squares(opened, target)
    if np.abs(opened @ factors - target).max(initial=0.0) > DETERMINED_BELOW:
        return ()
    order = np.argsort(-np.abs(factors), kind="stable")[:most]
    return [(int(columns[n]), float(factors[n])) for n in order if abs(factors[n]) > DETERMINED_BELOW]

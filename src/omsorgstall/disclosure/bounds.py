"""Bounds that open sums put on what they consist of, by cheap reasoning."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float64]


@dataclass(slots=True)
class OpenSums:
    """Sums of rows that everybody knows.

    Attributes:
        matrix: 0/1, a column per sum; ``totals`` their figures.
    """

    matrix: sparse.csc_array
    totals: Floats
    _by_row: sparse.csr_array = field(init=False)

    def __post_init__(self) -> None:
        """By rows too, made once."""
        self._by_row = sparse.csr_array(self.matrix)

    def through(self, low: Floats, high: Floats) -> tuple[Floats, Floats]:
        """What a sum leaves for one row when the others are as small, or as large, as they can be."""
        high = np.minimum(high, low + self._least(self.totals - self.matrix.T @ low))
        with np.errstate(invalid="ignore"):
            low = np.fmax(low, high - self._least(self.matrix.T @ high - self.totals))
        return low, high

    def _least(self, of_column: Floats) -> Floats:
        """Per row, the least value of the columns it stands in; infinite for none."""
        found = np.full(self._by_row.shape[0], np.inf)
        filled = np.flatnonzero(np.diff(self._by_row.indptr))
        if len(filled):
            found[filled] = np.minimum.reduceat(of_column[self._by_row.indices], self._by_row.indptr[filled])
        return found

"""The unknowns of one family of persons or amounts, laid out over the leaves that its tables tell apart."""

from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Block:
    """The unknowns of one family: rows ``first`` and on of a system, row-major over the axes.

    Attributes:
        axes: leaf codes of each axis: the unit first, then the other dimensions by id.
        unions: units that are unions, with their children.
    """

    family: str
    first: int
    axes: dict[str, tuple[str, ...]]
    unions: dict[int, tuple[int, ...]]

    @property
    def shape(self) -> tuple[int, ...]:
        """Leaf codes per axis."""
        return tuple(len(leaves) for leaves in self.axes.values())

    @property
    def size(self) -> int:
        """Number of unknowns."""
        return prod(self.shape)

    def grid(self) -> NDArray[np.int64]:
        """Row of each unknown in the system, an axis per axis."""
        return np.arange(self.size).reshape(self.shape) + self.first

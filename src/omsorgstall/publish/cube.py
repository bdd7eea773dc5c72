"""A cube: the part of a released table that someone asked for, with its contents as one more variable.

Every format is written from a cube, so that all formats show the same cells. Nothing is ever summed here: a variable that is
left out is replaced by the member that stands for all of it, which disclosure control has seen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from math import prod
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from omsorgstall.core import Text
from omsorgstall.publish.wording import text
from omsorgstall.tables import CellStatus, Content, Dimension, DimensionKind, ReleasedTable

Cell = TypeVar("Cell", np.float64, np.uint8)
CONTENTS = "ContentsCode"
"""Code of the variable whose values are the measures of a table (statistikkvariabel)."""


class Role(StrEnum):
    """What a variable is to readers of the StatBank."""

    REGION = "region"
    TIME = "time"
    CLASSIFICATION = "classification"
    CONTENTS = "contents"


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a variable."""

    code: str
    label: Text
    note: Text | None = None


@dataclass(frozen=True)
class Variable:
    """A variable of a cube: a dimension of the table, or its contents.

    Attributes:
        elimination: code of the value that stands for the whole variable when it is left out; None when it must be chosen.
    """

    id: str
    label: Text
    role: Role
    values: tuple[Value, ...]
    elimination: str | None = None

    def value(self, code: str) -> Value | None:
        """The value with this code, whatever the case; None when there is none."""
        position = self.positions.get(code.lower())
        return None if position is None else self.values[position]

    @cached_property
    def positions(self) -> dict[str, int]:
        """Position of each code, written in lower case since requests are matched so."""
        return {v.code.lower(): n for n, v in enumerate(self.values)}

    def codes(self) -> tuple[str, ...]:
        """The codes in order."""
        return tuple(v.code for v in self.values)


@dataclass(frozen=True)
class Cube:
    """Chosen cells of a released table.

    Attributes:
        variables: the stub's and then the heading's.
        stub: number of variables in the stub (down the side); the rest stand in the heading.
        numbers: figures by variable, rounded half up to the shown decimals; NaN where there is no number.
        statuses: ``CellStatus`` by variable.
    """

    table: ReleasedTable
    variables: tuple[Variable, ...]
    stub: int
    numbers: NDArray[np.float64]
    statuses: NDArray[np.uint8]

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of values of each variable."""
        return tuple(len(v.values) for v in self.variables)

    @property
    def rows(self) -> int:
        """Number of combinations of the stub."""
        return prod(self.shape[: self.stub])

    @property
    def columns(self) -> int:
        """Number of combinations of the heading."""
        return prod(self.shape[self.stub :])

    def contents(self) -> tuple[Content, ...]:
        """The chosen measures in order."""
        return tuple(self.table.model.content(v.code) for v in self._contents_variable().values)

    def _contents_variable(self) -> Variable:
        return next(v for v in self.variables if v.role is Role.CONTENTS)

    @cached_property
    def decimals(self) -> NDArray[np.int64]:
        """Shown decimals of every cell, by variable."""
        axis = self.variables.index(self._contents_variable())
        shape = [1] * len(self.shape)
        shape[axis] = -1
        per_content = np.array([c.decimals for c in self.contents()], dtype=np.int64).reshape(shape)
        return np.broadcast_to(per_content, self.shape)


def variables_of(table: ReleasedTable) -> tuple[Variable, ...]:
    """All variables of a table in the order it is shown: classifications, then contents, then time."""
    dimensions = table.model.dimensions
    first = [_variable(d) for d in dimensions if d.kind is not DimensionKind.TIME]
    last = [_variable(d) for d in dimensions if d.kind is DimensionKind.TIME]
    return (*first, _contents(table), *last)


def _variable(dimension: Dimension) -> Variable:
    values = tuple(Value(m.code, m.label, m.note) for m in dimension.members)
    return Variable(dimension.id, dimension.label, Role(dimension.kind.value), values, dimension.elimination)


def published_contents(table: ReleasedTable) -> tuple[Content, ...]:
    """The measures of a table that may be shown."""
    return tuple(c for c in table.model.contents if c.published and c.id in table.values)


def _contents(table: ReleasedTable) -> Variable:
    values = tuple(Value(c.id, c.label) for c in published_contents(table))
    return Variable(CONTENTS, text("contents_variable"), Role.CONTENTS, values)


def take(table: ReleasedTable, chosen: Mapping[str, Sequence[int]], stub: Sequence[str], heading: Sequence[str]) -> Cube:
    """Cut a cube out of a table.

    Args:
        chosen: positions of the chosen values by variable; a variable that is not in it is eliminated.
        stub: variables down the side; ``heading`` across. Together they are the variables of ``chosen``.
    """
    by_id = {v.id: v for v in variables_of(table)}
    order = [*stub, *heading]
    variables = tuple(_narrowed(by_id[i], chosen[i]) for i in order)
    contents = chosen[CONTENTS]
    numbers = _block(table, chosen, order, [table.values[by_id[CONTENTS].values[n].code] for n in contents])
    statuses = _block(table, chosen, order, [table.statuses[by_id[CONTENTS].values[n].code] for n in contents])
    cube = Cube(table, variables, len(stub), numbers, statuses)
    return Cube(table, variables, len(stub), _shown(cube), statuses)


def _narrowed(variable: Variable, positions: Sequence[int]) -> Variable:
    values = tuple(variable.values[n] for n in positions)
    return Variable(variable.id, variable.label, variable.role, values, variable.elimination)


def _block(
    table: ReleasedTable, chosen: Mapping[str, Sequence[int]], order: Sequence[str], arrays: Sequence[NDArray[Cell]]
) -> NDArray[Cell]:
    """Pick the chosen positions of every content and turn the axes into the order asked for."""
    axes = [CONTENTS, *(d.id for d in table.model.dimensions if d.id in chosen)]
    gone = tuple(n + 1 for n, d in enumerate(table.model.dimensions) if d.id not in chosen)
    index = np.ix_(*_picked(table, chosen))
    block = np.stack([a[index] for a in arrays]).squeeze(axis=gone)
    return np.ascontiguousarray(block.transpose([axes.index(i) for i in order]))


def _picked(table: ReleasedTable, chosen: Mapping[str, Sequence[int]]) -> list[NDArray[np.intp]]:
    """Positions to take of every dimension: the chosen ones, or the one that stands for all."""
    return [np.array(chosen[d.id] if d.id in chosen else [_eliminated(d)], dtype=np.intp) for d in table.model.dimensions]


def _eliminated(dimension: Dimension) -> int:
    if dimension.elimination is None:
        raise ValueError(f"The variable {dimension.id} cannot be left out.")
    return dimension.index()[dimension.elimination]


def _shown(cube: Cube) -> NDArray[np.float64]:
    """Figures as they are shown: true zeros are 0, anything else that is no value is NaN, values are rounded half up."""
    rounded = rounded_half_up(cube.numbers, cube.decimals)
    rounded[cube.statuses == CellStatus.TRUE_ZERO] = 0.0
    rounded[cube.statuses > CellStatus.TRUE_ZERO] = np.nan
    return rounded


def rounded_half_up(numbers: NDArray[np.float64], decimals: NDArray[np.int64]) -> NDArray[np.float64]:
    """Round half away from zero, as ``core.round_half_up`` does, for a whole block.

    The inner rounding to nine decimals takes away the binary noise of such as 2.675 x 100, which else would be rounded down.
    """
    scale = np.power(10.0, decimals)
    steps = np.floor(np.round(np.abs(numbers) * scale, 9) + 0.5)
    result: NDArray[np.float64] = np.copysign(steps, numbers) / scale
    return result

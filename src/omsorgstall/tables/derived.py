"""Tables derived from others: each figure is a sum of cells of other tables over another, or over a public number.

What is derived says nothing that its sources do not say: a figure is hidden as soon as any of its cells is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from omsorgstall.tables.cells import CellStatus
from omsorgstall.tables.kinds import CellSum, DerivedTable, DraftTable, OwnerTable, ReleasedTable, Statuses, Values
from omsorgstall.tables.model import ContentKind, Dimension, TableModel

AnyNumber = TypeVar("AnyNumber", np.float64, np.uint8)
VALUE, NUMERATOR, DENOMINATOR = "Verdi", "Teller", "Nevner"
"""Contents of a derived table, whose dimensions are Region, one of its figures, and Tid."""
REGION, TIME = "Region", "Tid"


@dataclass(frozen=True, slots=True)
class Cells:
    """What a derived table reads of another: figures with their statuses, by content."""

    model: TableModel
    values: Mapping[str, Values]
    statuses: Mapping[str, Statuses]

    @classmethod
    def released(cls, table: ReleasedTable) -> "Cells":
        """A table as readers see it."""
        return cls(table.model, table.values, table.statuses)

    @classmethod
    def unprotected(cls, table: DraftTable | OwnerTable) -> "Cells":
        """A table before protection, or an owner's own."""
        return cls(table.model, table.values, {name: _seen(values) for name, values in table.values.items()})


def derived_cells(derived: DerivedTable, sources: Iterable[Cells]) -> tuple[dict[str, Values], dict[str, Statuses]]:
    """Values (NaN unless there is a figure) and statuses of a derived table, by content.

    Raises:
        KeyError: when a source lacks a code that a figure names.
    """
    by_id, shape = {s.model.id: s for s in sources}, derived.model.shape
    values = {name: np.full(shape, np.nan) for name in (VALUE, NUMERATOR, DENOMINATOR)}
    statuses = {name: np.full(shape, CellStatus.NOT_APPLICABLE, np.uint8) for name in values}
    for place, ratio in enumerate(derived.ratios):
        above = _summed(ratio.numerator, by_id, derived.model)
        wanted = ratio.denominator
        below = _summed(wanted, by_id, derived.model) if isinstance(wanted, CellSum) else (wanted, _seen(wanted))
        for name, (figures, found) in zip(values, (_divided(above, below, ratio.per), above, below), strict=True):
            values[name][:, place], statuses[name][:, place] = figures, found
    return values, statuses


def _seen(values: Values) -> Statuses:
    """Statuses of figures that nobody has hidden."""
    known = np.where(values == 0, CellStatus.TRUE_ZERO, CellStatus.VALUE)
    found: Statuses = np.where(np.isnan(values), CellStatus.MISSING, known).astype(np.uint8)
    return found


def _summed(wanted: CellSum, sources: Mapping[str, Cells], model: TableModel) -> tuple[Values, Statuses]:
    """The sums by region and year of the derived table; not applicable where no source has the region or year."""
    regions, years = model.dimension(REGION).index(), model.dimension(TIME).index()
    values = np.full((len(regions), len(years)), np.nan)
    statuses = np.full(values.shape, CellStatus.NOT_APPLICABLE, np.uint8)
    for table in reversed([t for t in wanted.tables if t in sources]):
        source = sources[table]
        figures, found = _added(source, wanted)
        rows = _common(source.model.dimension(REGION), regions)
        columns = _common(source.model.dimension(TIME), years)
        here, there = np.ix_([t for _, t in rows], [t for _, t in columns]), np.ix_([s for s, _ in rows], [s for s, _ in columns])
        values[here], statuses[here] = figures[there], found[there]
    return values, statuses


def _common(dimension: Dimension, places: Mapping[str, int]) -> list[tuple[int, int]]:
    """Places in a source's dimension and in the derived table's of the codes both have."""
    return [(n, places[code]) for n, code in enumerate(dimension.codes()) if code in places]


def _added(source: Cells, wanted: CellSum) -> tuple[Values, Statuses]:
    """The sum over the codes by region and year of the source."""
    values, statuses = _content(source, wanted.content)
    order = [n for n, d in enumerate(source.model.dimensions) if d.id in (REGION, TIME)]
    cut = np.ix_(*(_positions(d, wanted.codes) for d in source.model.dimensions))
    values, statuses = _flat(values[cut], order), _flat(statuses[cut], order)
    total = np.where(statuses == CellStatus.NOT_APPLICABLE, 0.0, values).sum(axis=-1)
    conditions = [
        np.any(statuses == CellStatus.SUPPRESSED, axis=-1),
        np.any(statuses == CellStatus.MISSING, axis=-1),
        np.all(statuses == CellStatus.NOT_APPLICABLE, axis=-1),
        total == 0,
    ]
    kinds = [CellStatus.SUPPRESSED, CellStatus.MISSING, CellStatus.NOT_APPLICABLE, CellStatus.TRUE_ZERO]
    found = np.select(conditions, kinds, CellStatus.VALUE).astype(np.uint8)
    return np.where(found <= CellStatus.TRUE_ZERO, total, np.nan), found


def _positions(dimension: Dimension, codes: Mapping[str, Sequence[str]]) -> list[int]:
    if dimension.id in (REGION, TIME):
        return list(range(len(dimension.members)))
    if dimension.id not in codes and dimension.elimination is None:
        raise KeyError(f"{dimension.id} has no total, and no code of it is named.")
    return [dimension.index()[code] for code in codes.get(dimension.id, (dimension.elimination or "",))]


def _flat(array: NDArray[AnyNumber], kept: Sequence[int]) -> NDArray[AnyNumber]:
    """The kept axes first, in order; the others as one."""
    moved = np.moveaxis(array, kept, range(len(kept)))
    return moved.reshape(*moved.shape[: len(kept)], -1)


def _content(source: Cells, content: str) -> tuple[Values, Statuses]:
    """A content's cells; an amount that is not there is its mean times its persons."""
    if content in source.values:
        return source.values[content], source.statuses[content]
    mean = next(c for c in source.model.contents if c.kind is ContentKind.RATIO and c.numerator == content)
    persons, of_persons = source.values[mean.denominator], source.statuses[mean.denominator]
    means, of_means = source.values[mean.id], source.statuses[mean.id]
    nobody = of_persons == CellStatus.TRUE_ZERO
    statuses: Statuses = np.where(nobody, CellStatus.TRUE_ZERO, np.maximum(of_persons, of_means)).astype(np.uint8)
    return np.where(nobody, 0.0, persons * means), statuses


def _divided(above: tuple[Values, Statuses], below: tuple[Values, Statuses], per: float) -> tuple[Values, Statuses]:
    """The ratio: hidden where either part is hidden, not applicable where nobody stands below."""
    parts = np.stack([above[1], below[1]])
    nobody = below[1] == CellStatus.TRUE_ZERO
    conditions = [
        np.any(parts == CellStatus.SUPPRESSED, axis=0),
        np.any(parts == CellStatus.MISSING, axis=0),
        np.any(parts == CellStatus.NOT_APPLICABLE, axis=0) | nobody,
        above[1] == CellStatus.TRUE_ZERO,
    ]
    kinds = [CellStatus.SUPPRESSED, CellStatus.MISSING, CellStatus.NOT_APPLICABLE, CellStatus.TRUE_ZERO]
    found = np.select(conditions, kinds, CellStatus.VALUE).astype(np.uint8)
    shown = found <= CellStatus.TRUE_ZERO
    return np.divide(above[0] * per, below[0], out=np.full(above[0].shape, np.nan), where=shown), found

"""Dense arrays of a table from inner cells: membership of members in leaf codes, times counts.

Every figure of a table is such a sum, so tables of one release agree by construction.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy import sparse

from omsorgstall.tables import Content, ContentKind, Dimension, TableModel

LEAF_COLUMNS: Mapping[str, str] = {
    "Region": "regions",
    "Alder": "age",
    "Behov": "need",
    "Tjeneste": "unit",
    "Tjenestegruppe": "unit",
    "Trinn": "unit",
    "Svar": "unit",
    "Husstand": "household",
    "Iverksettingstid": "waiting",
    "Tid": "year",
}
"""Which column of the inner cells a dimension's leaf codes stand in."""
BETWEEN = "|"
Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the inner cells as numbers: ``codes[index[row]]`` is the text of the row."""

    codes: tuple[str, ...]
    index: NDArray[np.int64]

    @classmethod
    def of(cls, column: pa.ChunkedArray) -> "Column":
        """Number the texts of a column; lists are joined into one text."""
        if pa.types.is_list(column.type):
            column = pc.binary_join(column, BETWEEN)
        encoded = pc.cast(column, pa.string()).combine_chunks().dictionary_encode()
        return cls(tuple(encoded.dictionary.to_pylist()), encoded.indices.to_numpy().astype(np.int64))


class InnerCells:
    """The inner cells of one family, numbered for adding up.

    Attributes:
        persons: persons per row; ``amount`` hours or days per row.
    """

    def __init__(self, inner: pa.Table, family: str) -> None:
        rows = inner.filter(pc.equal(inner["family"], family))
        self.columns = {c: Column.of(rows[c]) for c in sorted(set(LEAF_COLUMNS.values()))}
        self.persons: Values = rows["persons"].to_numpy().astype(np.float64)
        self.amount: Values = rows["amount"].to_numpy().astype(np.float64)


def membership(dimension: Dimension, leaves: tuple[str, ...], apart: bool) -> sparse.csr_matrix:
    """Which leaf codes (columns) count in which members (rows).

    Args:
        leaves: leaf codes; several places of one person are one text with ``|`` between them.
        apart: the members are counted apart (services), so each is a leaf of its own.
    """
    holders: dict[str, set[int]] = {}
    for row, member in enumerate(dimension.members):
        for code in [member.code] if apart else member.covers:
            holders.setdefault(code, set()).add(row)
    places = [
        (row, column)
        for column, text in enumerate(leaves)
        for row in sorted(set().union(*(holders.get(code, set()) for code in text.split(BETWEEN))))
    ]
    rows, columns = zip(*places, strict=True) if places else ((), ())
    return sparse.csr_matrix((np.ones(len(places)), (rows, columns)), shape=(len(dimension.members), len(leaves)))


def content_values(cells: InnerCells, content: Content, model: TableModel) -> Values:
    """The figures of one content over the whole table, first dimension first."""
    weights = cells.amount if content.kind is ContentKind.AMOUNT else cells.persons
    columns = [cells.columns[LEAF_COLUMNS[d.id]] for d in model.dimensions]
    members = [membership(d, c.codes, d.id == model.unit_dimension) for d, c in zip(model.dimensions, columns, strict=True)]
    first, *others = columns
    shape = tuple(len(c.codes) for c in others)
    flat = np.ravel_multi_index([c.index for c in others], shape) if len(weights) else np.zeros(0, np.int64)
    leaf_cells = sparse.csr_matrix((weights, (first.index, flat)), shape=(len(first.codes), int(np.prod(shape))))
    values = np.asarray((members[0] @ leaf_cells).todense()).reshape(len(model.dimensions[0].members), *shape)
    for axis, matrix in enumerate(members[1:], start=1):
        values = np.moveaxis(np.tensordot(matrix.toarray(), values, axes=(1, axis)), 0, axis)
    return np.ascontiguousarray(values)

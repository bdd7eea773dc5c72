"""The kinds of table by who may see them: draft, owner, peer, released; and reports with an owner.

Only ``disclosure`` makes a ``ReleasedTable``, only ``statistics`` (and later ``planning``) makes an ``OwnerTable`` or a
``PeerTable``: a test of the architecture holds it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from omsorgstall.core import Text
from omsorgstall.tables.model import TableModel

Values = NDArray[np.float64]
Statuses = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class DraftTable:
    """Unprotected figures of one table, for protection only.

    Attributes:
        values: per content id an array of the model's shape; NaN where missing.
        applicable: per content id, False where the cell cannot occur (such as a service before it existed).
        lineage: what it rests on: vintage, code version, definition version.
    """

    model: TableModel
    values: Mapping[str, Values]
    applicable: Mapping[str, NDArray[np.bool_]]
    lineage: Mapping[str, str] = field(default_factory=dict)


INNER_SCHEMA = pa.schema(
    [
        pa.field("family", pa.string()),
        pa.field("unit", pa.string()),
        pa.field("year", pa.int16()),
        pa.field("regions", pa.list_(pa.string())),
        pa.field("age", pa.string()),
        pa.field("need", pa.string()),
        pa.field("household", pa.string()),
        pa.field("waiting", pa.string()),
        pa.field("persons", pa.int64()),
        pa.field("amount", pa.float64()),
    ]
)
"""Inner cells of a draft release: the pattern model with rows merged per family and unit.

``family`` and ``unit`` say who is counted (such as ``users_during_year`` and service ``15``); ``regions`` the leaf regions
(municipality, or district in a city with districts) the persons count in, several for persons served in several;
``age``, ``need``, ``household`` and ``waiting`` the leaf codes, empty where no table of the release tells the family apart by
them; ``persons`` how many; ``amount`` their hours or days for a family of amounts (then ``persons`` is the number of
contributors).
"""


@dataclass(frozen=True, slots=True)
class DraftRelease:
    """All tables of one edition over shared inner cells. Held in memory only, never stored.

    Attributes:
        derived: tables that are made from the released ones.
        inner: rows of ``INNER_SCHEMA``.
        leaf_columns: which column of ``inner`` a dimension's leaf codes stand in: ``{"Region": "regions", "Alder": "age"}``.
    """

    edition: str
    tables: tuple[DraftTable, ...]
    inner: pa.Table
    leaf_columns: Mapping[str, str]
    derived: tuple["DerivedTable", ...] = ()


@dataclass(frozen=True, slots=True)
class CellSum:
    """For each region and year the sum of some cells of a table.

    Attributes:
        tables: ids; of each year the first that has it, since one may continue another.
        content: an amount that is not published is its mean times its persons.
        codes: codes that are added, by dimension; a dimension left out is at its total.
    """

    tables: tuple[str, ...]
    content: str
    codes: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class DerivedRatio:
    """One figure of a derived table.

    Attributes:
        denominator: cells, or public numbers by region and year of the derived table (NaN where not known).
        per: the ratio is shown per so many.
    """

    code: str
    numerator: CellSum
    denominator: CellSum | Values
    per: float = 1


@dataclass(frozen=True, slots=True)
class DerivedTable:
    """A table whose figures come from others: its model (Region, the figures, Tid), and how each figure is made."""

    model: TableModel
    ratios: tuple[DerivedRatio, ...]
    lineage: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReleasedTable:
    """A protected table that may be shown to anyone.

    Attributes:
        values: per published content; NaN unless the status is VALUE or TRUE_ZERO.
        statuses: per published content, ``CellStatus`` values.
        preset: id and version of the protection.
        lineage: where the figures come from: vintage, definition, code version, loss figures of the protection.
    """

    model: TableModel
    edition: str
    values: Mapping[str, Values]
    statuses: Mapping[str, Statuses]
    preset: str
    lineage: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OwnerTable:
    """Unprotected figures of one owner (a municipality), rendered only against a grant for it.

    Attributes:
        reading: one sentence that reads the table aloud, for those who are not used to tables; None where there is none.
    """

    owner: str
    model: TableModel
    values: Mapping[str, Values]
    lineage: Mapping[str, str] = field(default_factory=dict)
    reading: Text | None = None


@dataclass(frozen=True, slots=True)
class PeerTable:
    """A municipality's figures beside those of areas; the first region is the municipality.

    The areas are protected so that the owner, who knows her own, cannot work out anything of another municipality.

    Attributes:
        owner: whose own figures stand whole in it, for her alone; empty when every figure is protected, and anyone may see it.
        values: per content; NaN unless the status is VALUE or TRUE_ZERO.
        statuses: per content, ``CellStatus`` values.
        preset: id and version of the protection of the others.
    """

    owner: str
    model: TableModel
    values: Mapping[str, Values]
    statuses: Mapping[str, Statuses]
    preset: str
    lineage: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """A document with an owner: a receipt or a quality report. ``content`` is plain data for renderers."""

    owner: str
    kind: str
    content: Mapping[str, object]

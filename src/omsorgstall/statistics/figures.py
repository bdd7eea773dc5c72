"""From inner cells to the models and dense arrays of draft tables."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from omsorgstall.statistics.caveats import Caveats
from omsorgstall.statistics.coverage import Coverage, cities_by_district
from omsorgstall.statistics.definition import TableDefinition
from omsorgstall.statistics.dense import LEAF_COLUMNS, InnerCells, content_values
from omsorgstall.statistics.dimensions import Setting, dimension_catalogue
from omsorgstall.statistics.families import Family, Unit, families
from omsorgstall.statistics.inner import APART
from omsorgstall.statistics.patterns import AGE_NOT_STATED
from omsorgstall.tables import Content, ContentKind, DraftTable, TableModel

Values = NDArray[np.float64]
Applicable = NDArray[np.bool_]


def coverage_of(
    inner: pa.Table, delivered: Mapping[int, frozenset[str]], owner: str = "", caveats: Caveats | None = None
) -> Coverage:
    """What the inner cells can say of each region and year."""
    seen: dict[int, frozenset[str]] = {}
    for year in delivered:
        rows = inner.filter(pc.equal(inner["year"], year))
        seen[year] = frozenset(pc.unique(pc.list_flatten(rows["regions"])).to_pylist())
    age_not_stated = bool(pc.any(pc.equal(inner["age"], AGE_NOT_STATED)).as_py())
    return Coverage(delivered, cities_by_district(seen), owner, age_not_stated, caveats or Caveats())


def _counted(definition: TableDefinition) -> list[Family]:
    return [families()[c.family] for c in definition.contents if c.family]


def table_model(definition: TableDefinition, years: Sequence[int], coverage: Coverage) -> TableModel:
    """The table with its dimensions filled in for the years and regions at hand."""
    units = definition.shown_units(_counted(definition)[0].units)
    shown = definition.years(tuple(years))
    setting = Setting(shown, coverage, definition.level_mark, units, coverage.age_not_stated)
    return TableModel(
        id=definition.id,
        title=definition.title,
        dimensions=tuple(dimension_catalogue()[name](setting) for name in definition.dimensions),
        contents=definition.contents,
        notes=(*definition.notes, *(c.note() for c in definition.changes), *coverage.caveats.of_table(shown)),
        description=definition.description,
        unit_dimension=definition.unit_dimension,
        level_mark=definition.level_mark,
        source=definition.source,
        successor=definition.successor,
        first_year=definition.first_year,
        last_year=definition.last_year,
        approximation=definition.approximation,
    )


@dataclass
class Figures:
    """Figures of tables from one set of inner cells; a family that several tables show is read once."""

    inner: pa.Table
    coverage: Coverage
    _cells: dict[str, InnerCells] = field(default_factory=dict)

    def _family(self, name: str) -> InnerCells:
        if name not in self._cells:
            self._cells[name] = InnerCells(self.inner, name)
        return self._cells[name]

    def draft(self, model: TableModel, lineage: Mapping[str, str]) -> DraftTable:
        """The dense arrays of a table."""
        values: dict[str, Values] = {}
        applicable: dict[str, Applicable] = {}
        for content in sorted(model.contents, key=lambda c: c.kind is ContentKind.RATIO):
            if content.kind is ContentKind.RATIO:
                values[content.id], applicable[content.id] = _ratio(content, values, applicable)
            else:
                values[content.id] = self._with_missing(model, content_values(self._family(content.family), content, model))
                applicable[content.id] = _applicable(model, families()[content.family].units)
        return DraftTable(model, values, applicable, lineage)

    def _with_missing(self, model: TableModel, values: Values) -> Values:
        years = [int(code) for code in model.dimension("Tid").codes()]
        known = self.coverage.has_figures(model.dimension("Region").codes(), years)
        return np.where(_along(known, model, ("Region", "Tid")), values, np.nan)


def _along(matrix: NDArray[np.bool_], model: TableModel, names: tuple[str, str]) -> NDArray[np.bool_]:
    """A matrix over two dimensions, shaped to broadcast over the table; the first stands before the second."""
    ids = [d.id for d in model.dimensions]
    shape = [1] * len(ids)
    for name, size in zip(names, matrix.shape, strict=True):
        shape[ids.index(name)] = size
    return matrix.reshape(shape)


def _applicable(model: TableModel, units: tuple[Unit, ...]) -> Applicable:
    """False where no service behind a member existed that year, or gives it at all."""
    found = [d for d in model.dimensions if LEAF_COLUMNS[d.id] == "unit"]
    if not found:
        return np.ones(model.shape, dtype=bool)
    years = [int(code) for code in model.dimension("Tid").codes()]
    occurs = {u.code: [u.occurs_in(y) for y in years] for u in units}
    matrix = np.array([np.any([occurs[c] for c in sorted(m.covers)], axis=0) for m in found[0].members], dtype=bool)
    return np.broadcast_to(_along(matrix, model, (found[0].id, "Tid")), model.shape).copy()


def _ratio(content: Content, values: Mapping[str, Values], applicable: Mapping[str, Applicable]) -> tuple[Values, Applicable]:
    """Sum of numerators over sum of denominators; not applicable where nobody is counted."""
    above, below = values[content.numerator], values[content.denominator]
    nobody = below == 0
    result = np.divide(above, below, out=np.full(above.shape, np.nan), where=~nobody & ~np.isnan(below))
    return result, applicable[content.denominator] & ~nobody


def tables_of(
    inner: pa.Table,
    definitions: Iterable[TableDefinition],
    years: Sequence[int],
    coverage: Coverage,
    lineage: Mapping[str, str],
) -> tuple[DraftTable, ...]:
    """Every table that has figures for any of the years."""
    figures = Figures(inner, coverage)
    models = [(d, table_model(d, years, coverage)) for d in definitions]
    return tuple(
        figures.draft(model, {**lineage, "definition": d.id, "definition_version": str(d.version)})
        for d, model in models
        if model.cells
    )


def told_apart(definitions: Iterable[TableDefinition]) -> dict[str, frozenset[str]]:
    """The families the definitions show, each with the columns of the inner cells that any of them tells it apart by."""
    found: dict[str, frozenset[str]] = {}
    for definition in definitions:
        columns = frozenset(LEAF_COLUMNS[name] for name in definition.dimensions).intersection(APART)
        for name in {n for c in definition.contents for n in (c.family, c.persons) if n}:
            found[name] = found.get(name, frozenset()) | columns
    return found

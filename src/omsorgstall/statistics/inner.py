"""The inner cells of a draft release: one pass through the engine for each year.

Those served in one municipality are counted in one query, unit by unit, from the bits of their pattern. Those served in
several get one row per unit with all the places they count in for that unit, so that they are one person in any total.
Hours and days are added in millionths as whole numbers: the sum does not depend on the order of rows or on the engine.
"""

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from omsorgstall.engine import Engine
from omsorgstall.statistics import patterns
from omsorgstall.statistics.families import Family, families, service_code
from omsorgstall.tables import INNER_SCHEMA

MILLIONTHS = 1_000_000
KEY = ["data_year", "leaf_region", "age_band", "need"]
BETWEEN = "|"
"""Between the leaf regions of one person while rows are merged."""
Counts = NDArray[np.int64]
Amounts = NDArray[np.float64]
_FLAT = ["family", "unit", "year", "regions", "age", "need"]


def counted_units() -> list[tuple[str, str, str, int]]:
    """What is counted: family, unit, pattern column and bits."""
    return [(f.name, u.code, f.pattern, u.bits) for f in families().values() if f.pattern for u in f.units]


def inner_cells(engine: Engine, service: ibis.Table, person: ibis.Table) -> pa.Table:
    """Inner cells of ``INNER_SCHEMA`` from facts of one or more years, sorted.

    Args:
        service: ``measures.service_facts``.
        person: ``measures.person_facts``.
    """
    service = engine.materialise(service, step="service facts")
    person = engine.materialise(person, step="person facts")
    rows = engine.materialise(patterns.places(service, person), step="patterns")
    several = engine.materialise(patterns.served_in_several(rows), step="served in several municipalities")
    parts = [
        _counts_in_one(engine, rows.anti_join(several, patterns.PERSON_YEAR)),
        _counts_in_several(engine, patterns.one_person(rows, several)),
        _service_amounts(engine, service, several),
        _home_hours(engine, rows, several),
    ]
    return _merged(parts)


def _counts_in_one(engine: Engine, rows: ibis.Table) -> pa.Table:
    """A wide table with a column per unit, turned into rows."""
    units = counted_units()
    counts = {f"n{n}": ((rows[c] & bits) > 0).sum().cast("int64") for n, (_, _, c, bits) in enumerate(units)}
    wide = engine.run(rows.group_by(KEY).aggregate(**counts), step="users in one municipality")
    matrix = np.column_stack([wide[name].to_numpy() for name in counts]).astype(np.int64)
    row, unit = np.nonzero(matrix)
    keys = wide.select(KEY).take(pa.array(row))
    names = pa.table({"family": [u[0] for u in units], "unit": [u[1] for u in units]}).take(pa.array(unit))
    return _flat(names, keys, matrix[row, unit], np.zeros(len(row)))


def _flat(names: pa.Table, keys: pa.Table, persons: Counts, amount: Amounts) -> pa.Table:
    columns = [names["family"], names["unit"], pc.cast(keys["data_year"], pa.int16()), keys["leaf_region"], keys["age_band"]]
    values = [pa.array(persons, pa.int64()), pa.array(amount, pa.float64())]
    return pa.table([*columns, keys["need"], *values], names=[*_FLAT, "persons", "amount"])


def _counts_in_several(engine: Engine, rows: ibis.Table) -> pa.Table:
    """Each person and unit once, with the places as one text."""
    by_pattern = [_in_units(rows, pattern) for pattern in patterns.PATTERNS]
    person_unit = [*patterns.PERSON_YEAR, "age_band", "need", "family", "unit"]
    each = ibis.union(*by_pattern).group_by(person_unit).aggregate(regions=lambda t: t.leaf_region.collect(distinct=True))
    each = each.mutate(leaf_region=each.regions.sort().join(BETWEEN))
    found = engine.run(each.group_by(["family", "unit", *KEY]).aggregate(n=each.count()), step="users in several municipalities")
    return _flat(found, found, found["n"].to_numpy(), np.zeros(found.num_rows))


def _in_units(rows: ibis.Table, pattern: str) -> ibis.Table:
    """The units of one pattern column that each row counts in."""
    units = [{"family": f, "unit": u, "bits": b} for f, u, column, b in counted_units() if column == pattern]
    table = ibis.memtable(pa.Table.from_pylist(units))
    both = rows.cross_join(table)
    kept = both.filter((both[pattern] & both.bits) > 0)
    return kept.select(*KEY, "pseudonym", "family", "unit")


def _service_amounts(engine: Engine, service: ibis.Table, several: ibis.Table) -> pa.Table:
    """Hours and days per service, by place."""
    amounts = [f for f in families().values() if f.amount and f.amount != "home_hours"]
    keyed = _with_person_need(service, several)
    sums = {f.name: _millionths(keyed[f.amount]) for f in amounts}
    counts = {f"{f.name}_persons": (keyed[f.amount] > 0).sum().cast("int64").fill_null(0) for f in amounts}
    wide = engine.run(keyed.group_by([*KEY, "service_type"]).aggregate(**sums, **counts), step="hours and days")
    return pa.concat_tables([_amount_rows(wide, family) for family in amounts])


def _with_person_need(rows: ibis.Table, several: ibis.Table) -> ibis.Table:
    joined = rows.left_join(several, patterns.PERSON_YEAR)
    own_need = joined.need.fill_null(patterns.NEED_NOT_STATED)
    return joined.mutate(age_band=joined.person_age.fill_null(joined.age_band), need=joined.person_need.fill_null(own_need))


def _millionths(column: ir.NumericColumn) -> ir.IntegerValue:
    return (column.fill_null(0.0) * MILLIONTHS).round().cast("int64").sum().cast("int64").fill_null(0)


def _amount_rows(wide: pa.Table, family: Family) -> pa.Table:
    found = wide.filter(pc.greater(wide[family.name], 0))
    codes = {u.services[0]: u.code for u in family.units}
    found = found.filter(pc.is_in(found["service_type"], value_set=pa.array(list(codes), found["service_type"].type)))
    units = pa.array([service_code(c) for c in found["service_type"].to_pylist()], pa.string())
    names = pa.table({"family": pa.array([family.name] * found.num_rows, pa.string()), "unit": units})
    return _flat(names, found, found[f"{family.name}_persons"].to_numpy(), found[family.name].to_numpy() / MILLIONTHS)


def _home_hours(engine: Engine, rows: ibis.Table, several: ibis.Table) -> pa.Table:
    keyed = _with_person_need(rows, several)
    with_hours = keyed.filter(keyed.hours_per_week > 0)
    sums = with_hours.group_by(KEY).aggregate(n=with_hours.count(), hours=_millionths(with_hours.hours_per_week))
    found = engine.run(sums, step="granted home hours a week")
    names = pa.table({n: pa.array([v] * found.num_rows, pa.string()) for n, v in (("family", "home_hours"), ("unit", ""))})
    return _flat(names, found, found["n"].to_numpy(), found["hours"].to_numpy() / MILLIONTHS)


def _merged(parts: list[pa.Table]) -> pa.Table:
    flat = pa.concat_tables(parts).combine_chunks()
    summed = flat.group_by(_FLAT).aggregate([("persons", "sum"), ("amount", "sum")])
    summed = summed.rename_columns([*_FLAT, "persons", "amount"]).sort_by([(c, "ascending") for c in _FLAT])
    regions = pc.split_pattern(summed["regions"], BETWEEN)
    return summed.set_column(_FLAT.index("regions"), "regions", regions).cast(INNER_SCHEMA)

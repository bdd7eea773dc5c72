"""The inner cells of a draft release: one pass through the engine for each year.

Those served in one municipality are counted in one query, unit by unit, from the bits of their pattern. Those served in
several get one row per unit with all the places they count in for that unit, so that they are one person in any total.
Hours and days are added in millionths as whole numbers: the sum does not depend on the order of rows or on the engine.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from omsorgstall.engine import Engine
from omsorgstall.measures import ANSWERED, SERVICE_FACTS
from omsorgstall.statistics import patterns
from omsorgstall.statistics.families import HOME_HOURS, Family, families
from omsorgstall.tables import INNER_SCHEMA

MILLIONTHS = 1_000_000
BETWEEN = "|"
"""Between the leaf regions of one person while rows are merged."""
KEY = ("data_year", "leaf_region", "age_band", "need", "household")
APART = {"age": "age_band", "need": "need", "household": "household"}
"""Columns of the inner cells that are left empty for families no table tells apart by them, and the facts they come from."""
Counts = NDArray[np.int64]
Amounts = NDArray[np.float64]
ToldApart = Mapping[str, frozenset[str]]
"""Families to make, each with those of ``APART`` that any table shows it by."""
_FLAT = ["family", "unit", "year", "regions", "age", "need", "household", "waiting"]


def inner_cells(engine: Engine, service: ibis.Table, person: ibis.Table | None, told_apart: ToldApart) -> pa.Table:
    """Inner cells of ``INNER_SCHEMA`` from facts of one or more years, sorted.

    Args:
        service: ``measures.service_facts``, kept in the engine when ``read_again``.
        person: ``measures.person_facts``; read at most once.
        told_apart: which families, by what.
    """
    needed = person if needs_persons(told_apart) else None
    rows = engine.materialise(patterns.places(service, needed), step="patterns")
    several = engine.materialise(patterns.served_in_several(rows), step="served in several municipalities")
    makers = (_counts_in_one, _counts_in_several, _service_amounts, _home_hours)
    parts = [part for maker in makers for part in maker(_Facts(engine, service, rows, several), told_apart)]
    engine.forget(rows, several)
    return _merged(parts)


def needs_persons(told_apart: ToldApart) -> bool:
    """Whether any of the families rests on person facts."""
    on_person = {*patterns.PERSON_PATTERNS, *ANSWERED}
    return "household" in _columns(told_apart) or any(families()[name].pattern in on_person for name in told_apart)


def person_columns(told_apart: ToldApart) -> tuple[str, ...]:
    """What the person facts must hold besides what they always do: household, and answers of reviews."""
    answered = [families()[name].pattern for name in told_apart if families()[name].pattern in ANSWERED]
    return (*(("household",) if "household" in _columns(told_apart) else ()), *answered)


def _columns(told_apart: ToldApart) -> frozenset[str]:
    return frozenset().union(*told_apart.values())


def read_again(told_apart: ToldApart) -> bool:
    """Whether the service facts are read a second time, for person facts or for hours and days, after the patterns."""
    return needs_persons(told_apart) or any(families()[name].amount for name in told_apart)


def service_columns(told_apart: ToldApart) -> tuple[str, ...]:
    """The columns of service facts that the families need."""
    waiting = ("waiting",) if any(families()[name].waits for name in told_apart) else ()
    if needs_persons(told_apart):
        return (*SERVICE_FACTS, *waiting)
    facts = {"during_year", *(families()[n].amount or families()[n].pattern for n in told_apart)}
    known = [c for p, c in patterns.SERVICE_PATTERNS.items() if c in facts or p in facts]
    need = ("need",) if "need" in _columns(told_apart) else ()
    return (*patterns.PLACE, "leaf_region", "age_band", *need, "service_type", *known, *waiting)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the parts of the inner cells are made from: service facts, patterns by place, and persons served in several."""

    engine: Engine
    service: ibis.Table
    rows: ibis.Table
    several: ibis.Table


def _alike(told_apart: ToldApart, names: Iterable[str]) -> Iterator[tuple[frozenset[str], list[Family]]]:
    """Families that are told apart by the same columns, together."""
    wanted = [n for n in names if n in told_apart]
    for apart in sorted({told_apart[n] for n in wanted}, key=sorted):
        yield apart, [families()[n] for n in wanted if told_apart[n] == apart]


def _keyed(table: ibis.Table, apart: frozenset[str]) -> ibis.Table:
    """The columns nobody asks for left empty."""
    return table.mutate(**{fact: ibis.literal("") for column, fact in APART.items() if column not in apart})


def _persons_families() -> list[str]:
    return [f.name for f in families().values() if f.pattern]


def _counts_in_one(facts: _Facts, told_apart: ToldApart) -> Iterator[pa.Table]:
    """A wide table with a column per unit, turned into rows."""
    in_one = facts.rows.anti_join(facts.several, patterns.PERSON_YEAR)
    for apart, alike in _alike(told_apart, _persons_families()):
        units = [(f, u, pattern, wait) for f in alike for pattern, wait in f.patterns() for u in f.units]
        counts = {f"n{n}": ((in_one[p] & u.bits) > 0).sum().cast("int64") for n, (_, u, p, _) in enumerate(units)}
        summed = _keyed(in_one, apart).group_by(KEY).aggregate(**counts)
        wide = facts.engine.run(summed, step="users in one municipality")
        matrix = np.column_stack([wide[name].to_numpy() for name in counts]).astype(np.int64)
        row, unit = np.nonzero(matrix)
        names = [{"family": f.name, "unit": u.code, "waiting": wait} for f, u, _, wait in units]
        named = pa.Table.from_pylist(names).take(pa.array(unit))
        yield _flat(named, wide.select(list(KEY)).take(pa.array(row)), matrix[row, unit], np.zeros(len(row)))


def _counts_in_several(facts: _Facts, told_apart: ToldApart) -> Iterator[pa.Table]:
    """Each person and unit once, with the places as one text."""
    rows = patterns.one_person(facts.rows, facts.several)
    wanted = _alike(told_apart, _persons_families())
    in_units = [
        _in_units(_keyed(rows, apart), family, *of) for apart, alike in wanted for family in alike for of in family.patterns()
    ]
    if not in_units:
        return
    person_unit = [*patterns.PERSON_YEAR, "age_band", "need", "household", "family", "unit", "waiting"]
    units = _at_shortest_wait(ibis.union(*in_units))
    each = units.group_by(person_unit).aggregate(places=lambda t: t.leaf_region.collect(distinct=True))
    each = each.mutate(leaf_region=each.places.sort().join(BETWEEN))
    counted = each.group_by(["family", "unit", "waiting", *KEY]).aggregate(n=each.count())
    found = facts.engine.run(counted, step="users in several municipalities")
    yield _flat(found, found, found["n"].to_numpy(), np.zeros(found.num_rows))


def _at_shortest_wait(units: ibis.Table) -> ibis.Table:
    """Each person once in a unit that is told apart by waiting time: everywhere at the shortest wait of any place."""
    waits = ("", *patterns.WAITING_PATTERNS.values())
    order = ibis.cases(*((units.waiting == wait, n) for n, wait in enumerate(waits)))
    first = order.min().over(ibis.window(group_by=[*patterns.PERSON_YEAR, "family", "unit"]))
    return units.mutate(first=first).mutate(waiting=lambda t: ibis.cases(*((t["first"] == n, w) for n, w in enumerate(waits))))


def _in_units(rows: ibis.Table, family: Family, pattern: str, waiting: str) -> ibis.Table:
    """The units of one family that each row counts in by one of its patterns."""
    names = [{"family": family.name, "unit": u.code, "waiting": waiting, "bits": u.bits} for u in family.units]
    both = rows.cross_join(ibis.memtable(pa.Table.from_pylist(names)))
    return both.filter((both[pattern] & both.bits) > 0).select(*KEY, "pseudonym", "family", "unit", "waiting")


def _with_person_need(rows: ibis.Table, several: ibis.Table) -> ibis.Table:
    """Age, need and household of the whole person for those served in several municipalities."""
    joined = rows.left_join(several, patterns.PERSON_YEAR)
    own_age, own_need = joined.age_band.fill_null(patterns.AGE_NOT_STATED), joined.need.fill_null(patterns.NEED_NOT_STATED)
    found = joined.mutate(age_band=joined.person_age.fill_null(own_age), need=joined.person_need.fill_null(own_need))
    return found.mutate(household=found.person_household.fill_null(found.household)) if "household" in rows.columns else found


def _millionths(column: ir.NumericColumn) -> ir.IntegerValue:
    return (column.fill_null(0.0) * MILLIONTHS).round().cast("int64").sum().cast("int64").fill_null(0)


def _amounts(facts: _Facts, rows: ibis.Table, by: Sequence[str], columns: Mapping[str, str], apart: frozenset[str]) -> pa.Table:
    """Sums in millionths and number of contributors, by place.

    Args:
        columns: fact column of each family.
    """
    keyed = _keyed(_with_person_need(rows, facts.several), apart)
    sums = {name: _millionths(keyed[column]) for name, column in columns.items()}
    counts = {f"{name}_persons": (keyed[column] > 0).fill_null(False).sum().cast("int64") for name, column in columns.items()}
    return facts.engine.run(keyed.group_by([*KEY, *by]).aggregate(**sums, **counts), step="hours and days")


def _service_amounts(facts: _Facts, told_apart: ToldApart) -> Iterator[pa.Table]:
    """Hours and days per service."""
    names = [f.name for f in families().values() if f.amount and f.amount != HOME_HOURS]
    for apart, alike in _alike(told_apart, names):
        wide = _amounts(facts, patterns.with_need(facts.service), ["service_type"], {f.name: f.amount for f in alike}, apart)
        for family in alike:
            codes = {u.services[0]: u.code for u in family.units}
            own = wide.filter(pc.is_in(wide["service_type"], value_set=pa.array(codes, wide["service_type"].type)))
            yield _amount_rows(own, family.name, [codes[c] for c in own["service_type"].to_pylist()])


def _home_hours(facts: _Facts, told_apart: ToldApart) -> Iterator[pa.Table]:
    """Granted home hours a week on 31 December."""
    for apart, alike in _alike(told_apart, [HOME_HOURS]):
        wide = _amounts(facts, facts.rows, [], {f.name: "hours_per_week" for f in alike}, apart)
        yield _amount_rows(wide, HOME_HOURS, [""] * wide.num_rows)


def _amount_rows(wide: pa.Table, family: str, units: list[str]) -> pa.Table:
    texts = {"family": [family] * len(units), "unit": units, "waiting": [""] * len(units)}
    names = pa.table({name: pa.array(text, pa.string()) for name, text in texts.items()})
    flat = _flat(names, wide, wide[f"{family}_persons"].to_numpy(), wide[family].to_numpy() / MILLIONTHS)
    return flat.filter(pc.greater(flat["amount"], 0))


def _flat(names: pa.Table, keys: pa.Table, persons: Counts, amount: Amounts) -> pa.Table:
    columns = [names["family"], names["unit"], pc.cast(keys["data_year"], pa.int16()), *(keys[name] for name in KEY[1:])]
    values = [pa.array(persons, pa.int64()), pa.array(amount, pa.float64())]
    return pa.table([*columns, names["waiting"], *values], names=[*_FLAT, "persons", "amount"])


def _merged(parts: list[pa.Table]) -> pa.Table:
    flat = pa.concat_tables(parts).combine_chunks()
    summed = flat.group_by(_FLAT).aggregate([("persons", "sum"), ("amount", "sum")])
    summed = summed.rename_columns([*_FLAT, "persons", "amount"]).sort_by([(c, "ascending") for c in _FLAT])
    regions = pc.split_pattern(summed["regions"], BETWEEN)
    return summed.set_column(_FLAT.index("regions"), "regions", regions).cast(INNER_SCHEMA)

"""How much of each variable is valid, unknown, missing or invalid: one pass of the engine over each table, all municipalities."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

import ibis
import pyarrow as pa
from ibis.expr import types as ir

from omsorgstall.codes import code_list, service_types
from omsorgstall.codes.regions import cities_with_districts
from omsorgstall.engine import Engine
from omsorgstall.intake import rules
from omsorgstall.measures import Settings
from omsorgstall.measures.services import granted, hour_services
from omsorgstall.quality.found import Found
from omsorgstall.quality.variables import Variable, variables
from omsorgstall.register.schemas import table_schemas

Tables = Mapping[str, ir.Table]
KEYS = ("municipality", "data_year")
YES = 1


@dataclass(frozen=True, slots=True)
class Share:
    """The records of one municipality and year that should have a variable, and what they have.

    ``valid + unknown + missing + invalid`` is ``records``.
    """

    municipality: str
    year: int
    variable: str
    records: int
    valid: int
    unknown: int
    missing: int
    invalid: int

    def share(self, part: str) -> float | None:
        """A part of the records, such as ``valid``; None without records."""
        count: int = getattr(self, part)
        return count / self.records if self.records else None


def shares(engine: Engine, tables: Tables, found: Found, years: Sequence[int]) -> tuple[Share, ...]:
    """The shares of every variable, municipality and year that has records.

    Args:
        tables: what ``engine.open`` gives for a vintage; the shares are those of annual submissions as accepted.
        found: what intake found in them: a value it left out is invalid, not missing.
    """
    made: list[Share] = []
    for name in dict.fromkeys(v.table for v in variables().values()):
        told = [v for v in variables().values() if v.table == name]
        judging = frozenset(rule for v in told for rule in v.judged_by)
        marks = engine.from_arrow({"marks": pa.concat_tables([found.rows(y, judging) for y in years])})["marks"]
        rows = engine.run(counted(tables[name], marks, told, years), step=f"values of {name}")
        engine.forget(marks)
        made.extend(share for row in rows.to_pylist() for share in _shares_of(row, told, found))
    return tuple(sorted(made, key=lambda s: (s.municipality, s.year)))


def counted(rows: ir.Table, marks: ir.Table, told: Sequence[Variable], years: Sequence[int]) -> ir.Table:
    """Per municipality and year, for each variable ``<id>_records``, ``<id>_empty``, ``<id>_unknown`` and ``<id>_judged``.

    Args:
        marks: the findings of rules that judge values which are kept, as ``Found.rows``.
    """
    rows = rows.filter(rows.data_year.isin(list(years)))
    rows = _marked(rows, marks, sorted({rule for v in told for rule in v.judged_by}))
    sums: dict[str, ir.IntegerValue] = {}
    for variable in told:
        applies, value = APPLIES[variable.applies](rows), rows[variable.column]
        unknown = value.isin(variable.unknown) if variable.unknown else ibis.literal(False)
        judged = reduce(or_, (rows[rule] for rule in variable.judged_by), _not_in_list(rows, variable, years))
        sums[f"{variable.id}_records"] = _count(applies)
        sums[f"{variable.id}_empty"] = _count(applies & value.isnull())
        sums[f"{variable.id}_unknown"] = _count(applies & unknown & ~judged)
        sums[f"{variable.id}_judged"] = _count(applies & value.notnull() & judged)
    return rows.group_by(list(KEYS)).aggregate(**sums)


def _marked(rows: ir.Table, marks: ir.Table, judging: Sequence[str]) -> ir.Table:
    """The rows with a column for each rule: whether it has a finding on the row."""
    if not judging:
        return rows
    keys = ["reported_municipality", "data_year", "line"]
    if "service_id" in rows.columns:
        keys.append("service_id")
        marks = marks.mutate(service_id=marks.record)
    flat = marks.group_by(keys).aggregate(**{rule: (marks.rule_id == rule).any() for rule in judging})
    joined = rows.left_join(flat, keys)
    return joined.select(*rows.columns, **{rule: joined[rule].fill_null(False) for rule in judging})


def _not_in_list(rows: ir.Table, variable: Variable, years: Sequence[int]) -> ir.BooleanValue:
    """Whether a coded value is none of the year's codes."""
    codes = next(c.codes for c in table_schemas()[variable.table].columns if c.name == variable.column)
    if not codes:
        return ibis.literal(False)
    valid = [(rows.data_year == y) & rows[variable.column].isin(sorted(code_list(codes).valid_in(y), key=str)) for y in years]
    return rows[variable.column].notnull() & ~reduce(or_, valid).fill_null(False)


def _count(mask: ir.BooleanValue) -> ir.IntegerValue:
    return mask.fill_null(False).cast("int64").sum()


def _shares_of(row: Mapping[str, int], told: Sequence[Variable], found: Found) -> Iterator[Share]:
    """The shares of one row of ``counted``.

    A value that was left out is empty in the register, so it is counted as invalid and taken from the empty ones; findings
    also count rows that were left out whole, so there are never more than the empty ones.
    """
    municipality, year = str(row["municipality"]), row["data_year"]
    for v in told:
        records, empty, unknown, judged = (row[f"{v.id}_{part}"] for part in ("records", "empty", "unknown", "judged"))
        if not records or (v.first_year and year < v.first_year):
            continue
        left_out = min(empty, sum(found.of_field(municipality, year, rule, v.table, _field(rule, v)) for rule in v.left_out_by))
        valid = records - empty - unknown - judged
        yield Share(municipality, year, v.id, records, valid, unknown, empty - left_out, left_out + judged)


def _field(rule: str, variable: Variable) -> str:
    """The field under which a rule's findings on the variable stand: a rule of several fields of one value names its first."""
    fields = rules()[rule].fields
    return variable.column if not fields or variable.column in fields else fields[0]


def _mandatory(rows: ir.Table) -> ir.BooleanValue:
    codes = [c for c, s in service_types().items() if s.organisation_number == "mandatory"]
    first_year = rules()["C20"].first_year or 0
    return rows.service_type.isin(codes) & (rows.data_year >= first_year) & _granted(rows)


def _granted(rows: ir.Table) -> ir.BooleanValue:
    return granted(rows.outcome, Settings())


APPLIES: Mapping[str, Callable[[ir.Table], ir.BooleanValue]] = {
    "all": lambda rows: rows.municipality.notnull(),
    "city": lambda rows: rows.municipality.isin(sorted(cities_with_districts())),
    "granted": _granted,
    "granted_hours": lambda rows: _granted(rows) & rows.service_type.isin(hour_services()),
    "organisation_number_mandatory": _mandatory,
    "needs_help": lambda rows: rows.need == YES,
}
"""Which records should have a variable."""

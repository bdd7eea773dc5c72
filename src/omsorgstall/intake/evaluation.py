"""Judging content rules: all rules of one table in one query over a chunk."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache, partial

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ibis.expr.types import BooleanValue
from numpy.typing import NDArray

from omsorgstall.engine import Engine, Prepared
from omsorgstall.intake.expressions import EXPRESSIONS, VIEWS
from omsorgstall.intake.rule import Rule, content_rules
from omsorgstall.register.schemas import table_schemas

SEEN = tuple(table_schemas())
"""Tables the content rules look at."""
CONTEXT = (
    pa.field("row", pa.int32()),
    pa.field("person", pa.int32()),
    pa.field("year", pa.int16()),
    pa.field("year_start", pa.date32()),
    pa.field("year_end", pa.date32()),
    pa.field("extracted", pa.date32()),
)
"""Columns put beside a table's own."""

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the rules of one table came out on the rows where not all of them passed.

    Attributes:
        row: numbers of those rows.
        failed: for each, the failing rules as bits in the order of ``rules``; ``unknown`` likewise those that could not be
            judged.
    """

    rules: tuple[Rule, ...]
    row: Numbers
    failed: Numbers
    unknown: Numbers

    def failing(self, number: int) -> Numbers:
        """The rows on which a rule fails."""
        rows: Numbers = self.row[self.failed >> number & 1 == 1]
        return rows

    def unknown_count(self, number: int) -> int:
        """On how many rows a rule could not be judged."""
        return int((self.unknown >> number & 1).sum())


@lru_cache(maxsize=2)
def content_check(engine: Engine) -> "ContentCheck":
    """The content rules compiled for an engine. Compiling takes longer than judging a small municipality, so it is kept."""
    return ContentCheck(engine)


class ContentCheck:
    """The content rules, compiled once for an engine and used on many chunks of many submissions."""

    def __init__(self, engine: Engine) -> None:
        schemas = {name: pa.schema([*CONTEXT, *_own(name)]) for name in SEEN}
        self._schemas = schemas
        self._queries: Prepared = engine.prepare({name: partial(_query, name) for name in VIEWS}, schemas)

    def judge(self, tables: Mapping[str, pa.Table], year: int, extracted: datetime) -> dict[str, Outcome]:
        """Judge a chunk of whole persons.

        Args:
            tables: typed tables with a column ``person``, the person's number within the chunk.

        Returns:
            Outcomes by table.
        """
        seen = {name: self._prepared(name, tables[name], year, extracted) for name in SEEN}
        present = [name for name in VIEWS if seen[name].num_rows]
        return {name: _outcome(name, result) for name, result in self._queries(seen, present).items()}

    def _prepared(self, name: str, rows: pa.Table, year: int, extracted: datetime) -> pa.Table:
        count = rows.num_rows
        constants = {"year": year, "year_start": date(year, 1, 1), "year_end": date(year, 12, 31), "extracted": extracted.date()}
        columns: dict[str, pa.Array] = {"row": pa.array(np.arange(count, dtype=np.int32)), "person": rows["person"]}
        for field in CONTEXT[2:]:
            columns[field.name] = pa.repeat(pa.scalar(constants[field.name], field.type), count)
        schema = self._schemas[name]
        return pa.table([columns.get(n, rows[n] if n in rows.column_names else None) for n in schema.names], schema=schema)


def _own(name: str) -> list[pa.Field]:
    return [pa.field(c.name, c.type) for c in table_schemas()[name].columns]


def _query(name: str, tables: dict[str, ibis.Table]) -> ibis.Table:
    """One column for each rule: true where it fails, null where it cannot be judged."""
    view = VIEWS[name](tables)
    outcomes = {rule.id: _in_force(view, rule, EXPRESSIONS[rule.id](view, rule.limits)) for rule in content_rules(name)}
    return view.select("row", **outcomes)


def _in_force(view: ibis.Table, rule: Rule, fails: BooleanValue) -> BooleanValue:
    if rule.first_year is None and rule.last_year is None:
        return fails
    years = view.year.between(rule.first_year or 0, rule.last_year or 9999)
    return ibis.ifelse(years, fails, ibis.literal(False))


def _outcome(name: str, result: pa.Table) -> Outcome:
    """The rows where not every rule passed, with one bit a rule."""
    rules_of_table = content_rules(name)
    failed = np.zeros(result.num_rows, np.int64)
    unknown = np.zeros(result.num_rows, np.int64)
    for number, rule in enumerate(rules_of_table):
        column = result[rule.id].combine_chunks()
        failed |= pc.fill_null(column, False).to_numpy(zero_copy_only=False).astype(np.int64) << number
        unknown |= column.is_null().to_numpy(zero_copy_only=False).astype(np.int64) << number
    row = result["row"].to_numpy().astype(np.int64)
    order = np.argsort(row)
    some = order[(failed | unknown)[order] != 0]
    return Outcome(rules_of_table, row[some], failed[some], unknown[some])

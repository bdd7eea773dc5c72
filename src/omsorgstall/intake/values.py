"""Values of coded fields: each must be in its code list in the data year, and in use that year."""

from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from omsorgstall.codes import code_list
from omsorgstall.intake.typing import TypedTable
from omsorgstall.register.columns import Column
from omsorgstall.register.schemas import table_schemas

NOT_IN_LIST, NOT_IN_USE = "A30", "A31"
_OWN_RULES = {"score": "C05", "household": ""}
"""Code lists whose values have a rule of their own; the household's is judged with its absence (C02)."""


def judge_values(typed: TypedTable, year: int) -> None:
    """Note values that are not in their list, and leave them out; a value that a row cannot do without stays."""
    for column in table_schemas()[typed.name].sent:
        rule = _OWN_RULES.get(column.codes, NOT_IN_LIST)
        if column.codes and rule:
            wrong = _outside(typed.columns[column.name], _valid(column, year))
            typed.fault(rule, wrong, column.name)
            if not column.required:
                typed.clear(column.name, wrong)
        if column.first_year and year < column.first_year:
            typed.fault(NOT_IN_USE, pc.is_valid(typed.columns[column.name]), column.name)


def _outside(values: pa.Array, valid: pa.Array) -> pa.Array:
    if values.null_count == len(values):
        return pa.repeat(pa.scalar(False), len(values))
    return pc.and_(pc.is_valid(values), pc.invert(pc.is_in(values, value_set=valid)))


@cache
def _valid(column: Column, year: int) -> pa.Array:
    return pa.array(sorted(code_list(column.codes).valid_in(year), key=str), column.type)

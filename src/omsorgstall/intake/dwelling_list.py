"""A dwelling file (boligfil) typed and checked whole before any measure uses it; a fault refuses it with line and column."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from omsorgstall.codes.dwellings import DwellingField, dwelling_fields
from omsorgstall.formats.dwellings import COLUMNS, PERSON, UNIT, DwellingFile
from omsorgstall.intake.identity import identity_facts
from omsorgstall.intake.parsing import parse
from omsorgstall.intake.row_faults import RowFault
from omsorgstall.intake.unit_list import not_numbers

FLAGS = {"ja": True, "yes": True, "true": True, "nei": False, "no": False, "false": False}
"""How a flag may be written, in capitals or not."""
MOST_RESIDENTS = 9999
_TYPES = {"flag": pa.bool_(), "number": pa.int16(), "code": pa.string()}
_FOUR_DIGITS = r"^[0-9]{4}$"

Wrong = tuple[Any, str, str]
"""Which rows are wrong (Arrow or NumPy, true where so), the column, and the fault."""


def dwelling_schema() -> pa.Schema:
    """The columns of a checked dwelling file: texts, first and last day, then the fields by their kind."""
    keys = [("municipality", pa.string()), (UNIT, pa.string()), (PERSON, pa.string())]
    days = [("valid_from", pa.date32()), ("valid_to", pa.date32())]
    return pa.schema([*keys, *days, *((f.id, _TYPES[f.kind]) for f in dwelling_fields().values())])


def check_dwellings(file: DwellingFile) -> tuple[pa.Table | None, tuple[RowFault, ...]]:
    """The rows of ``dwelling_schema``, or every fault by line when there is any."""
    lines = [row.line for row in file.rows]
    text = {name: pa.array([row.values[name] for row in file.rows], pa.string()) for name in COLUMNS}
    columns, wrong = _keys(text)
    for field in dwelling_fields().values():
        columns[field.id], bad, fault = _typed(field, text[field.id])
        wrong.append((bad, field.id, fault))
    faults = [RowFault(lines[n], column, fault) for rows, column, fault in wrong for n in np.flatnonzero(np.asarray(rows, bool))]
    if not faults:
        faults = _listed_twice(columns, lines)
    if faults:
        return None, tuple(sorted(faults, key=lambda f: (f.line, f.column, f.id)))
    return pa.table(columns, schema=dwelling_schema()), ()


def _keys(text: Mapping[str, pa.Array]) -> tuple[dict[str, pa.Array], list[Wrong]]:
    """Whom and when each row is about, and what is wrong with that."""
    unit = parse(UNIT, pa.string(), text[UNIT])
    first, last = (parse(name, pa.date32(), text[name]) for name in ("valid_from", "valid_to"))
    person = parse(PERSON, pa.string(), text[PERSON])
    names_unit, names_person = pc.is_valid(text[UNIT]), pc.is_valid(text[PERSON])
    place = pc.fill_null(pc.match_substring_regex(text["municipality"], _FOUR_DIGITS), False)
    stated = pc.or_(names_person, pc.is_valid(text["municipality"]))
    wrong: list[Wrong] = [
        (pc.equal(names_unit, names_person), UNIT, "not-one-key"),
        (np.asarray(names_unit) & not_numbers(unit.values), UNIT, "number-not-valid"),
        (identity_facts(text[PERSON]).valid, PERSON, "identity-number"),
        (person.bad, PERSON, "id-too-long"),
        (pc.and_(stated, pc.invert(place)), "municipality", "municipality-not-valid"),
        (first.bad, "valid_from", "date-not-valid"),
        (last.bad, "valid_to", "date-not-valid"),
        (pc.fill_null(pc.less(last.values, first.values), False), "valid_to", "ends-before-it-begins"),
    ]
    keys = {"municipality": text["municipality"], UNIT: unit.values, PERSON: person.values}
    return {**keys, "valid_from": first.values, "valid_to": last.values}, wrong


def _typed(field: DwellingField, text: pa.Array) -> tuple[pa.Array, Any, str]:
    """The column of a field, which rows do not fit, and the fault that is."""
    if field.kind == "number":
        parsed = parse(field.id, _TYPES["number"], text)
        outside = pc.fill_null(pc.or_(pc.less(parsed.values, 0), pc.greater(parsed.values, MOST_RESIDENTS)), False)
        return parsed.values, pc.or_(parsed.bad, outside), "count-not-valid"
    given = [None if t is None else t.casefold() for t in text.to_pylist()]
    known = FLAGS if field.kind == "flag" else {value: value for value in field.values}
    fault = "flag-not-valid" if field.kind == "flag" else "code-not-valid"
    values = pa.array([known.get(t) if t is not None else None for t in given], _TYPES[field.kind])
    return values, [t is not None and t not in known for t in given], fault


def _listed_twice(columns: Mapping[str, pa.Array], lines: Sequence[int]) -> list[RowFault]:
    """The later of two rows of one unit or person that hold on the same day."""
    names = zip(*(columns[c].to_pylist() for c in ("municipality", UNIT, PERSON)), strict=True)
    who = [(unit, None, None) if unit else (None, place, person) for place, unit, person in names]
    first = [day or date.min for day in columns["valid_from"].to_pylist()]
    last = [day or date.max for day in columns["valid_to"].to_pylist()]
    order = sorted(range(len(who)), key=lambda n: (str(who[n]), first[n], lines[n]))
    twice = [later for earlier, later in pairwise(order) if who[earlier] == who[later] and first[later] <= last[earlier]]
    return [RowFault(lines[n], UNIT if who[n][0] else PERSON, "listed-twice") for n in twice]

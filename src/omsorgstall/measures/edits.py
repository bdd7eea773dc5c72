"""Edits (rettinger): the last thing that happens to the records of a vintage before anything is counted.

Each edit names one field of one record with its old and its new value. It holds where the record still has the old value: when a
newer submission or an event says something else, that goes before.
"""

from collections.abc import Mapping

from ibis.expr import types as ir

from omsorgstall.register.edits import EDIT_ROUND

_MARK = "edits_"
_PARTS = (_MARK, "old_", "new_")


def edited(tables: Mapping[str, ir.Table]) -> dict[str, ir.Table]:
    """The tables with rounds of edits applied one after the other; unchanged, and at no cost, when there are none."""
    found = dict(tables)
    for name in sorted((n for n in tables if n.startswith(EDIT_ROUND)), key=_number):
        table = name.removeprefix(EDIT_ROUND).partition("_")[2]
        found[table] = _applied(found[table], found.pop(name))
    return found


def holding(records: ir.Table, edits: ir.Table) -> ir.Table:
    """Whether the edits of one round hold: where the record is there and still has the old value.

    Args:
        records: the table that is edited, with what goes before the round applied.
        edits: the rows of the round.

    Returns:
        Columns that name the record, and ``holds_…`` for each edited field; false where this record's is not edited.
    """
    fields, keys = _fields_and_keys(edits)
    now = records.select(*keys, there=True, **{f"now_{field}": records[field] for field in fields})
    rows = edits.left_join(now, keys)
    there = rows.there.fill_null(False)
    stands = {f: rows[f"now_{f}"].identical_to(rows[f"old_{f}"]) for f in fields}
    return rows.select(*keys, **{f"holds_{f}": rows[f"{_MARK}{f}"].fill_null(False) & there & stands[f] for f in fields})


def _fields_and_keys(edits: ir.Table) -> tuple[list[str], list[str]]:
    """The fields a round edits, and the columns that name its records."""
    fields = [c.removeprefix(_MARK) for c in edits.columns if c.startswith(_MARK)]
    parts = {f"{part}{field}" for part in _PARTS for field in fields}
    return fields, [c for c in edits.columns if c not in parts]


def _number(name: str) -> int:
    return int(name.removeprefix(EDIT_ROUND).partition("_")[0])


def _applied(records: ir.Table, edits: ir.Table) -> ir.Table:
    """One round on one table; no record is named twice in it, so there are as many rows after it as before."""
    fields, keys = _fields_and_keys(edits)
    rows = records.left_join(edits, keys)
    return rows.select(**{c: _value(rows, c) if c in fields else rows[c] for c in records.columns})


def _value(rows: ir.Table, field: str) -> ir.Value:
    holds = rows[f"{_MARK}{field}"].fill_null(False) & rows[field].identical_to(rows[f"old_{field}"])
    return holds.ifelse(rows[f"new_{field}"], rows[field])

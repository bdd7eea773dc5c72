"""Rows of a person whose identity number was changed, under one pseudonym, before anything else is made of them."""

from collections.abc import Mapping, Sequence

import ibis
from ibis.expr import types as ir

from omsorgstall.register.edit_table import RECORD_KEYS

_WHERE = ("municipality", "reported_municipality", "data_year", "pseudonym")
_OF_MAP = ("representative", "place")


def one_person_each(tables: Mapping[str, ir.Table], same: ir.Table) -> dict[str, ir.Table]:
    """The tables of the register with every pseudonym replaced by its representative.

    A record that a sender has under several numbers of one person stands once: the newest number's. Records without what names
    them all stay, and notifications of events, which are told apart by their own ids.

    Args:
        same: as ``register.pseudonym_map.SAME_PERSON``.
    """
    return {name: _as_one(rows, same, RECORD_KEYS.get(name)) for name, rows in tables.items()}


def _as_one(rows: ir.Table, same: ir.Table, record: Sequence[str] | None) -> ir.Table:
    others = rows.anti_join(same, "pseudonym")
    hers = rows.join(same, "pseudonym").mutate(pseudonym=lambda t: t.representative)
    if record is not None:
        hers = _newest(hers, record)
    return others.union(hers.drop(*_OF_MAP).select(*rows.columns))


def _newest(rows: ir.Table, record: Sequence[str]) -> ir.Table:
    """The rows of each record under the newest of the numbers it stands under."""
    window = ibis.window(group_by=[*_WHERE, *record])
    nameless = ibis.or_(ibis.literal(False), *(rows[k].isnull() for k in record))
    marked = rows.mutate(newest=rows.place.max().over(window), nameless=nameless)
    return marked.filter((marked.place == marked.newest) | marked.nameless).drop("newest", "nameless")

"""Temporary stops (midlertidig stopp): the service stays open, but is not given on the paused dates."""

from ibis.expr import types as ir

from omsorgstall.measures.days import OPEN_END, RECORD, SERVICE, day_number
from omsorgstall.measures.intervals import gaps


def with_paused(services: ir.Table, pause: ir.Table) -> ir.Table:
    """The records with ``paused``: whether they have a pause at any time."""
    named = _holes(pause).select(*RECORD).distinct().mutate(paused=True)
    rows = services.left_join(named, list(RECORD))
    return rows.select(*services.columns, paused=rows.paused.coalesce(False))


def without_pauses(services: ir.Table, pause: ir.Table) -> ir.Table:
    """The same records, each in as many parts (``first``, ``last``) as its pauses leave; other columns unchanged."""
    parts = gaps(services.filter(services.paused), _holes(pause), (*SERVICE, "number"), RECORD)
    return services.filter(~services.paused).union(parts)


def _holes(pause: ir.Table) -> ir.Table:
    rows = pause.select(*RECORD, hole_first=day_number(pause.from_date), hole_last=day_number(pause.to_date).coalesce(OPEN_END))
    return rows.filter(rows.hole_first <= rows.hole_last)

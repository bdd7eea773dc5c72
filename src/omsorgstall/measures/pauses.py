"""Temporary stops (midlertidig stopp): the service stays open, but is not given on the paused dates."""

from ibis.expr import types as ir

from omsorgstall.measures.days import KEYS, OPEN_END, day_number
from omsorgstall.measures.intervals import gaps

RECORD = (*KEYS, "reported_municipality", "service_id")
"""What links a pause or a registered stay to its service."""


def paused_records(services: ir.Table, pause: ir.Table) -> ir.Table:
    """The service records that have a pause at any time."""
    return services.semi_join(_holes(pause), list(RECORD))


def without_pauses(services: ir.Table, pause: ir.Table) -> ir.Table:
    """The same records, each in as many parts (``first``, ``last``) as its pauses leave; other columns unchanged."""
    holes = _holes(pause)
    whole = services.anti_join(holes, list(RECORD))
    paused = services.semi_join(holes, list(RECORD))
    named = paused.select(*RECORD, "first", "last").distinct()
    left = gaps(named.join(holes, list(RECORD)), RECORD)
    parts = paused.join(left, [*RECORD, "first", "last"])
    parts = parts.mutate(first=parts.left_first, last=parts.left_last)
    return whole.union(parts.select(*services.columns))


def _holes(pause: ir.Table) -> ir.Table:
    rows = pause.select(*RECORD, hole_first=day_number(pause.from_date), hole_last=day_number(pause.to_date).coalesce(OPEN_END))
    return rows.filter(rows.hole_first <= rows.hole_last)

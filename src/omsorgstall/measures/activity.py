"""Whether a service is active on a date. The single place that says so."""

from ibis.expr import types as ir


def active_on(start: ir.Value, end: ir.Value, date: ir.Value) -> ir.BooleanValue:
    """True when start ≤ date and the service has no end or an end ≥ date.

    Both ends count: a service that ends on 31 December is active on 31 December.

    Args:
        start: first date or day number; null is never active.
        end: last date or day number; null when the service runs.
        date: the date or day number asked for.
    """
    return (start.notnull() & (start <= date)) & (end.isnull() | (end >= date))

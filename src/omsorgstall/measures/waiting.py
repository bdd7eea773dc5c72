"""Waiting time: from decision to start (iverksettingstid), and from application to decision (saksbehandlingstid)."""

import ibis
from ibis.expr import types as ir

from omsorgstall.measures.settings import Settings


def waiting_days(decision: ir.DateValue, start: ir.DateValue) -> ir.IntegerValue:
    """Days from decision to start; negative when acute help was registered later, null when a date is missing."""
    return start.delta(decision, unit="day")


def handling_days(application: ir.DateValue, decision: ir.DateValue) -> ir.IntegerValue:
    """Days from application to decision (case-handling time); null when a date is missing."""
    return decision.delta(application, unit="day")


def waiting_band(days: ir.IntegerValue, settings: Settings) -> ir.StringValue:
    """The published band: ``negative``, ``0-15``, ``16-30`` or ``31+``; null when the days are unknown."""
    closed = [(days <= band.last_day, band.id) for band in settings.waiting_bands if band.last_day is not None]
    rest = [(days.notnull(), band.id) for band in settings.waiting_bands if band.last_day is None]
    return ibis.cases(*closed, *rest)

"""Waiting time: from decision to start (iverksettingstid), and from application to decision (saksbehandlingstid)."""

from collections.abc import Iterable

import ibis
from ibis.expr import types as ir

from omsorgstall.measures.settings import DayBand, Settings

WAITING_NOT_STATED = "9"
"""Band of those whose decision has no date."""
_SPAN, _MIDDLE = 1_000_000, 400_000
"""A start and its wait in one number: the day times the one, and the days of waiting above the other; no date comes last."""
_NO_DATE = _SPAN - 1


def waiting_days(decided: ir.IntegerValue, started: ir.IntegerValue) -> ir.IntegerValue:
    """Days from decision to start, from their day numbers; negative when acute help was registered later, null when one is."""
    return started - decided


def handling_days(applied: ir.IntegerValue, decided: ir.IntegerValue) -> ir.IntegerValue:
    """Days from application to decision (case-handling time), from their day numbers; null when one is."""
    return decided - applied


def waiting_band(days: ir.IntegerValue, settings: Settings) -> ir.StringValue:
    """The published band: ``negative``, ``0-15``, ``16-30`` or ``31+``; null when the days are unknown."""
    return day_band(days, settings.waiting_bands)


def handling_band(days: ir.IntegerValue, settings: Settings) -> ir.StringValue:
    """``negative`` (a decision before its application), ``0-7``, ``8-14``, ``15-30`` or ``31+``; null when unknown."""
    return day_band(days, settings.handling_bands)


def day_band(days: ir.IntegerValue, bands: Iterable[DayBand]) -> ir.StringValue:
    """The first band whose last day is not passed; null when the days are unknown."""
    closed = [(days <= band.last_day, band.id) for band in bands if band.last_day is not None]
    rest = [(days.notnull(), band.id) for band in bands if band.last_day is None]
    return ibis.cases(*closed, *rest)


def first_start(services: ir.Table) -> ir.IntegerValue:
    """Aggregate over the counted records of a service: the first start in the data year, and its wait, in one number.

    Of records with the same start the shortest wait holds, one without a date of decision only when all lack it. Null when the
    service did not start in the year.
    """
    wait = (services.decided != 0).ifelse(services["first"] - services.decided + _MIDDLE, _NO_DATE)
    return (services["first"] * _SPAN + wait).min(where=services["first"] >= services.year_first)


def band_of_first_start(start: ir.IntegerValue, settings: Settings) -> ir.StringValue:
    """The band of what ``first_start`` gives; ``9`` without a date of decision, null without a start."""
    wait = start % _SPAN
    return (wait == _NO_DATE).ifelse(WAITING_NOT_STATED, waiting_band(wait - _MIDDLE, settings))

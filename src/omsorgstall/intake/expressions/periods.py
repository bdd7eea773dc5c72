"""Rules on what has a first and a last day of its own: pauses, registered stays, stays in hospital."""

import ibis
from ibis.expr.types import BooleanValue as Boolean

from omsorgstall.intake.expressions.views import Fails, Limits


def pause_not_possible(pauses: ibis.Table, _limits: Limits) -> Boolean:
    """C43: first day, then last day, both within the service; unknown without the service or its start."""
    return _not_within(pauses)


def stay_not_possible(stays: ibis.Table, _limits: Limits) -> Boolean:
    """C44: the same for registered stays."""
    return _not_within(stays)


def _not_within(rows: ibis.Table) -> Boolean:
    disorder = (rows.to_date < rows.from_date).fill_null(False)
    outside = (rows.from_date < rows.service_from) | (rows.to_date.fill_null(rows.from_date) > rows.service_to)
    return disorder | outside


def hospital_stay_not_possible(stays: ibis.Table, _limits: Limits) -> Boolean:
    """C46: admission, then discharge, between birth and death and before the extraction."""
    disorder = (stays.to_date < stays.from_date).fill_null(False)
    alive = (stays.from_date < stays.birth_date).fill_null(False) | (stays.from_date > stays.death_date).fill_null(False)
    return disorder | alive | (stays.from_date > stays.extracted)


PERIOD_RULES: dict[str, Fails] = {"C43": pause_not_possible, "C44": stay_not_possible, "C46": hospital_stay_not_possible}
"""Expressions by rule id."""

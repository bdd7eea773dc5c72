"""Rules on persons."""

import ibis
from ibis.expr.types import BooleanValue as Boolean

from omsorgstall.intake.expressions.views import Fails, Limits


def household_missing(persons: ibis.Table, limits: Limits) -> Boolean:
    """C02: household given and one of the codes."""
    return persons.household.isnull() | ~persons.household.isin(limits["valid"]).fill_null(False)


def long_term_resident_alone(persons: ibis.Table, limits: Limits) -> Boolean:
    """C04: a resident in long-term care does not live alone; unknown when the household is."""
    return ibis.ifelse(persons.long_term, persons.household == limits["alone"], False)


PERSON_RULES: dict[str, Fails] = {"C02": household_missing, "C04": long_term_resident_alone}
"""Expressions by rule id."""

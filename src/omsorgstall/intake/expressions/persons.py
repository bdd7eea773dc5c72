"""Rules on persons: what is registered of them beside their services."""

import ibis
from ibis.expr.types import BooleanValue as Boolean

from omsorgstall.intake.expressions.views import Fails, Limits

_NO = ibis.literal(False)


def household_missing(persons: ibis.Table, limits: Limits) -> Boolean:
    """C02: household given and one of the codes."""
    return persons.household.isnull() | ~persons.household.isin(limits["valid"]).fill_null(False)


def adult_with_parents(persons: ibis.Table, limits: Limits) -> Boolean:
    """C03: few above the age live with parents; unknown without household or year of birth."""
    return (persons.household == limits["with_parents"]) & (persons.year - persons.birth_year > limits["most_years"])


def long_term_resident_alone(persons: ibis.Table, limits: Limits) -> Boolean:
    """C04: a resident in long-term care does not live alone; unknown when the household is."""
    return ibis.ifelse(persons.long_term, persons.household == limits["alone"], _NO)


def too_many_hours_together(persons: ibis.Table, limits: Limits) -> Boolean:
    """C17: the hours of all services running on 31 December within the hours of a week."""
    return persons.hours_at_end > limits["most"]


def round_the_clock_without_extent(persons: ibis.Table, _limits: Limits) -> Boolean:
    """C31: a round-the-clock offer is more than one service without hours, stays in institutions apart."""
    little = (persons.services <= 1) & (persons.hours == 0) & ~persons.resident
    return persons.round_the_clock.fill_null(False) & little


def waiting_list_not_likely(persons: ibis.Table, limits: Limits) -> Boolean:
    """C32: on the list for a long time, or on it and in a long-term stay; nothing to judge for those not listed."""
    old = persons.waiting_list_date < persons.year_end - ibis.interval(days=limits["days"])
    return ibis.ifelse(persons.waiting_list_date.notnull(), old | persons.long_term, _NO)


def no_doctor_or_dentist(persons: ibis.Table, _limits: Limits) -> Boolean:
    """C35: assessment by doctor and by dental personnel told where the service asks for it."""
    return persons.attended & (persons.doctor_assessed.isnull() | persons.dental_assessed.isnull())


def death_not_possible(persons: ibis.Table, _limits: Limits) -> Boolean:
    """C39: death between birth and extraction."""
    return _outside(persons, "death_date")


def date_not_possible(persons: ibis.Table, limits: Limits) -> Boolean:
    """C40: other dates of the person likewise."""
    found = _NO
    for field in limits["dates"]:
        found = found | _outside(persons, field)
    return found


def _outside(persons: ibis.Table, field: str) -> Boolean:
    """Before birth or after the extraction; a date that is not given is in order."""
    given = persons[field]
    return ((given < persons.birth_date) | (given > persons.extracted)).fill_null(False)


def round_the_clock_dates(persons: ibis.Table, _limits: Limits) -> Boolean:
    """C45: the offer ends after it began, and has dates only where it is given."""
    first, last = persons.round_the_clock_from, persons.round_the_clock_to
    without = ~persons.round_the_clock.fill_null(False) & (first.notnull() | last.notnull())
    return (last < first).fill_null(False) | without


def scores_missing(persons: ibis.Table, _limits: Limits) -> Boolean:
    """C50: an assessment for those whose services demand one."""
    return persons.scored & (persons.assessments == 0)


PERSON_RULES: dict[str, Fails] = {
    "C02": household_missing,
    "C03": adult_with_parents,
    "C04": long_term_resident_alone,
    "C17": too_many_hours_together,
    "C31": round_the_clock_without_extent,
    "C32": waiting_list_not_likely,
    "C35": no_doctor_or_dentist,
    "C39": death_not_possible,
    "C40": date_not_possible,
    "C45": round_the_clock_dates,
    "C50": scores_missing,
}
"""Expressions by rule id."""

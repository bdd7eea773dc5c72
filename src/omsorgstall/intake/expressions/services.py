"""Rules on services: true where the rule fails, null where a value it needs is missing."""

from datetime import date
from functools import reduce
from operator import add, or_

import ibis
from ibis.expr.types import BooleanValue as Boolean
from ibis.expr.types import DateValue

from omsorgstall.codes import service_types
from omsorgstall.intake.expressions.views import Fails, Limits, given, granted, last_day

_NO = ibis.literal(False)
_LONG_AGO = ibis.date(1800, 1, 1)


def _types(services: ibis.Table, unit: str) -> Boolean:
    return services.service_type.isin([c for c, s in service_types().items() if s.unit == unit])


def type_not_valid(services: ibis.Table, limits: Limits) -> Boolean:
    """C09: the code is valid in the data year; those with a rule of their own apart."""
    valid = ibis.literal(False)
    for first, last in sorted({(s.valid_from or 0, s.valid_to or 9999) for s in service_types().values()}):
        codes = [c for c, s in service_types().items() if (s.valid_from or 0, s.valid_to or 9999) == (first, last)]
        valid = valid | (services.service_type.isin(codes) & services.year.between(first, last))
    return services.service_type.isnull() | ~(valid | services.service_type.isin(limits["judged_apart"])).fill_null(False)


def rehabilitation_code(services: ibis.Table, limits: Limits) -> Boolean:
    """C33: the code that became a mark on the person."""
    return services.service_type.isin(limits["codes"])


def start_missing(services: ibis.Table, _limits: Limits) -> Boolean:
    """C10: a granted service has a start."""
    return given(services, services.start_date.isnull())


def dates_not_possible(services: ibis.Table, limits: Limits) -> Boolean:
    """C11: start and end are in order, in or before the year, not before 1980 or birth; unknown without start."""
    first = ibis.literal(date.fromisoformat(limits["first_start"]))
    born = services.start_date.year() < services.birth_year.fill_null(0)
    ends = (last_day(services) < services.start_date) | (last_day(services) < services.year_start)
    starts = (services.start_date < first) | (services.start_date > services.year_end) | born
    return given(services, ends | starts)


def hours_do_not_fit_type(services: ibis.Table, _limits: Limits) -> Boolean:
    """C15: hours on hour services and only there; unknown without service type."""
    missing = services.weekly_hours.isnull() & granted(services)
    fits = ibis.ifelse(_types(services, "hours_per_week"), missing, services.weekly_hours.fill_null(0) > 0)
    return ibis.ifelse(services.service_type.isnull(), ibis.null("boolean"), fits)


def too_many_hours(services: ibis.Table, limits: Limits) -> Boolean:
    """C16: no more than the hours of a week; nothing to judge on a service without hours."""
    return services.weekly_hours.fill_null(0) > limits["most"]


def hours_of_a_month(services: ibis.Table, limits: Limits) -> Boolean:
    """C19: hours that are those of the record before times the weeks of a month; nothing to judge on a first record."""
    ratio = services.weekly_hours / services.hours_before.nullif(0)
    near = [(ratio - factor).abs() <= factor * limits["tolerance"] for factor in limits["factors"]]
    return given(services, reduce(or_, near).fill_null(False))


def organisation_number_not_valid(services: ibis.Table, limits: Limits) -> Boolean:
    """C47: the last digit follows from the others (modulus 11); nothing to judge without a number."""
    number, weights = services.organisation_number, limits["weights"]
    total = reduce(add, (number.substr(place, 1).cast("int32") * weight for place, weight in enumerate(weights)))
    return ((total + number.substr(len(weights), 1).cast("int32")) % limits["modulus"] != 0).fill_null(False)


def organisation_number_rule(services: ibis.Table, _limits: Limits) -> Boolean:
    """C20: mandatory, optional or forbidden by service type; unknown for types without a known rule."""

    def of(rule: str) -> Boolean:
        return services.service_type.isin([c for c, s in service_types().items() if s.organisation_number == rule])

    missing = services.organisation_number.isnull()
    fails = ibis.cases((of("mandatory"), missing), (of("forbidden"), ~missing), (of("optional"), _NO), else_=ibis.null("boolean"))
    return given(services, fails)


def two_stays_at_once(services: ibis.Table, limits: Limits) -> Boolean:
    """C22: a full-day stay begins while another one runs; the day of transfer belongs to both. Unknown without start."""
    is_stay = (services.service_type.isin(limits["stays"]) & granted(services)).fill_null(False)
    return ibis.ifelse(is_stay, services.stay_before.fill_null(_LONG_AGO) > services.start_date, _NO)


def home_service_during_stay(services: ibis.Table, limits: Limits) -> Boolean:
    """C23: a home service runs on a day inside a full-day institution stay, entry and exit day apart."""
    return _during(services, services.stay_until, limits)


def home_service_during_hospital(services: ibis.Table, limits: Limits) -> Boolean:
    """C36: the same for stays in hospital; a service with any pause registered is left in peace."""
    return _during(services, services.hospital_until, limits) & ~services.paused


def _during(services: ibis.Table, until: DateValue, limits: Limits) -> Boolean:
    home = (services.service_type.isin(limits["home"]) & granted(services)).fill_null(False)
    return ibis.ifelse(home & until.notnull(), until > services.start_date, _NO)


def service_after_death(services: ibis.Table, _limits: Limits) -> Boolean:
    """C24: a service ends with the person; an open one counts as running to the end of the year."""
    after = services.end_date.fill_null(services.year_end) > services.death_date
    return given(services, ibis.ifelse(services.death_date.notnull(), after, _NO))


def overlap_with_other_hours(services: ibis.Table, _limits: Limits) -> Boolean:
    """C25: a record of the same type and unit is running with other hours, and this one does not say it adds to them."""
    differs = services.unit_hours != services.weekly_hours
    fails = (services.unit_end > services.start_date) & differs & ~services.added.fill_null(False)
    second = services.unit_start.notnull() & services.start_date.notnull()
    return ibis.ifelse(_types(services, "hours_per_week").fill_null(False) & granted(services) & second, fails, _NO)


def coercion_too_long(services: ibis.Table, limits: Limits) -> Boolean:
    """C27: such a decision lasts a year at most; one without end is counted to the end of the year."""
    longest = services.start_date + ibis.interval(days=limits["days"])
    concerned = services.service_type.isin(limits["codes"]).fill_null(False)
    return ibis.ifelse(concerned, services.end_date.fill_null(services.year_end) > longest, _NO)


def registered_twice(services: ibis.Table, _limits: Limits) -> Boolean:
    """C55: the same service of the same unit for the same days and hours, under another id; unknown without start."""
    return ibis.ifelse(services.start_date.notnull(), services.again.fill_null(False), ibis.null("boolean"))


SERVICE_RULES: dict[str, Fails] = {
    "C09": type_not_valid,
    "C10": start_missing,
    "C11": dates_not_possible,
    "C15": hours_do_not_fit_type,
    "C16": too_many_hours,
    "C19": hours_of_a_month,
    "C20": organisation_number_rule,
    "C22": two_stays_at_once,
    "C23": home_service_during_stay,
    "C24": service_after_death,
    "C25": overlap_with_other_hours,
    "C27": coercion_too_long,
    "C33": rehabilitation_code,
    "C36": home_service_during_hospital,
    "C47": organisation_number_not_valid,
    "C55": registered_twice,
}
"""Expressions by rule id."""
